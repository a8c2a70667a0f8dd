"""What keeps a training from being computed by compiled steps, each in one sentence."""

import os
import shutil
import sys

from torch import nn

from nnbuilder.catalog.registry import SCHEDULERS
from nnbuilder.engine.build import has_sparse_gradients
from nnbuilder.project.project import TrainingConfig

OPTIMIZERS = ("Adam", "AdamW", "SGD")
"""Those whose formula torch computes as a function of tensors, without a first step that is another one."""


def obstacle(config: TrainingConfig) -> str:
    """Why a training that is configured so cannot be compiled; empty where it can, as far as that shows."""
    return (
        _of_optimizer(config)
        or _of_schedule(config)
        or (missing_compiler() if config.device == "cpu" else "")
        or _of_device(config)
    )


def obstacle_of(model: nn.Module) -> str:
    """Why this network cannot be trained by compiled steps; empty where nothing is known against it."""
    for name, module in model.named_modules():
        kind = f"{type(module).__name__} {name}"
        if any(True for _ in module.buffers(recurse=False)):
            return f"{kind} keeps numbers that each step changes, which a compiled step does not do."
        if getattr(module, "max_norm", None) is not None:
            return f"{kind} shortens its weights in each step (max_norm), which a compiled step does not do."
    if has_sparse_gradients(model):
        return "A layer has sparse gradients, which a compiled step does not take."
    return ""


def missing_compiler() -> str:
    """Why nothing can be compiled for the processor here; empty where it can."""
    wanted = os.environ.get("CXX") or {"win32": "cl", "darwin": "clang++"}.get(sys.platform, "g++")
    if shutil.which(wanted) is not None:
        return ""
    return f"A compiled step needs a C++ compiler, and {wanted} is not found on this computer."


def missing_steps() -> dict[str, str]:
    """What of the ways to compute a step is not here, with the reason, as `missing_devices` gives devices."""
    why = missing_compiler()
    return {"compiled steps": why} if why else {}


def _of_optimizer(config: TrainingConfig) -> str:
    if config.optimizer not in OPTIMIZERS:
        return f"A compiled step is made for Adam, AdamW and SGD, not for {config.optimizer}."
    if config.optimizer_args.get("dampening"):
        return "A compiled step does not take SGD with dampening, whose first step is another one."
    return ""


def _of_schedule(config: TrainingConfig) -> str:
    spec = SCHEDULERS.get(config.lr_scheduler or "")
    if spec is None:
        return ""
    for arg in spec.args:
        if arg.name == "cycle_momentum" and config.lr_scheduler_args.get(arg.name, arg.start):
            text = "A compiled step takes no momentum that changes"
            return f"{text}: switch cycle_momentum of {spec.name} off."
    return ""


def _of_device(config: TrainingConfig) -> str:
    if config.device == "cpu" or config.device.startswith("cuda"):
        return ""
    return f"A compiled step is made for processors and NVIDIA GPUs, not for {config.device}."
