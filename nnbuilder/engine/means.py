"""Whether a sound drawing can be trained with the means at hand: its optimizer's arguments, and memory."""

import os
from collections.abc import Iterator, Mapping

import msgspec
import torch
from torch import nn

from nnbuilder.catalog.registry import OPTIMIZERS
from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.build import BuildError, build_optimizer
from nnbuilder.engine.costs import optimizer_state
from nnbuilder.engine.memory.fitting import SMALLEST, Case
from nnbuilder.engine.memory.room import free_memory
from nnbuilder.engine.warm import devices, missing_devices
from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.graph.graph import ArgValue
from nnbuilder.project.chain import title
from nnbuilder.project.edits import SetTraining
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.project.rules import training_faults

WEIGHT_BYTES = 8
"""What training needs for each weight at the very least: the weight and its gradient."""

STATE_FACTOR = 5
"""How many times as much an optimizer that keeps averages, and its checkpoints, can make of a need."""

UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB", "EB")


def optimizer_problems(training: TrainingConfig) -> Iterator[Problem]:
    """What torch says of optimizer arguments that fit one by one but not together."""
    if not set(training.optimizer_args) - {"lr"} or training.optimizer not in OPTIMIZERS:
        return  # defaults go together; torch's first optimizer of a process takes most of a second
    if any(training_faults(training)):
        return
    refusal = _refusal(training)
    if refusal is not None:
        text = f"{training.optimizer} does not take these arguments together."
        fixes = tuple(_optimizer_fixes(training))
        path = "training.optimizer_args"
        yield Problem("error", "optimizer-refused", text, torch=refusal, path=path, fixes=fixes)


def memory_problems(project: Project, analysis: Analysis) -> Iterator[Problem]:
    """Whether weights, gradients and what the layers make of one batch are more than this computer has."""
    have, layers = physical_memory(), [layer for layer in analysis.layers if layer.output is not None]
    if have is None or not layers:
        return
    batch = project.training.batch_size
    need = sum(_bytes(layer, batch) for layer in layers)
    if need <= have:
        return
    most = max(layers, key=lambda layer: _bytes(layer, batch))
    text = (
        f"Training needs at least {_readable(need)} of memory, and this computer has {_readable(have)}; "
        f"most of it is for {title(project.graph.nodes[most.id])}."
    )
    fixes = _smaller_batch(project.training, layers, have)
    yield Problem("error", "memory", text, node=most.id, path=f"graph.nodes.{most.id}", fixes=fixes)


def room_problems(project: Project, profile: DataProfile | None, analysis: Analysis) -> Iterator[Problem]:
    """Whether a training that this computer could hold needs more than is free now."""
    if project.training.device != "cpu":
        return  # to ask a GPU would start CUDA in this process, which runs are forked from
    free = free_memory()
    if free is None or analysis.output is None or any(memory_problems(project, analysis)):
        return
    rows = project.training.batch_size if profile is None else profile.training
    case = Case.of(project, analysis, rows, None)
    if STATE_FACTOR * case.need.total > free:  # torch's first optimizer of a process takes most of a second
        case = Case.of(project, analysis, rows, optimizer_state(project.training))
    if case.need.total > max(free, SMALLEST):
        yield case.refusal(free, "warning")


def device_problems(training: TrainingConfig) -> Iterator[Problem]:
    """Whether there is the device that the project is to be trained on."""
    there = devices()
    kinds = {name.partition(":")[0] for name in there}
    if training.device in there or training.device in kinds:
        return
    why = missing_devices().get(training.device.partition(":")[0], "")
    text = f"There is no device {training.device} here. {why}".strip()
    fixes = (Fix("Train on cpu", (SetTraining(msgspec.structs.replace(training, device="cpu"), "device"),)),)
    yield Problem("error", "no-device", text, arg="device", path="training.device", fixes=fixes)


def physical_memory() -> int | None:
    """The bytes of memory of this computer; None where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def _refusal(training: TrainingConfig) -> str | None:
    try:
        build_optimizer(training, [nn.Parameter(torch.zeros(1))])
    except BuildError as error:
        return str(error)
    return None


def _optimizer_fixes(training: TrainingConfig) -> Iterator[Fix]:
    """Changes of the arguments after which torch takes them."""
    for words, args in _ways_out(training):
        changed = msgspec.structs.replace(training, optimizer_args=args)
        if _refusal(changed) is None:
            yield Fix(words, (SetTraining(changed, "optimizer arguments"),))


def _ways_out(training: TrainingConfig) -> Iterator[tuple[str, Mapping[str, ArgValue]]]:
    spec, given = OPTIMIZERS[training.optimizer], training.optimizer_args
    if given.get("nesterov"):
        yield "Set momentum to 0.9, without dampening", {**given, "momentum": 0.9, "dampening": 0.0}
    for arg in spec.args:
        if arg.name in given:
            left = {name: value for name, value in given.items() if name != arg.name}
            yield f"Reset {arg.name} to {arg.default}", left


def _smaller_batch(training: TrainingConfig, layers: list[LayerAnalysis], have: int) -> tuple[Fix, ...]:
    """The largest power of two that fits, where weights alone leave room for any batch."""
    size = training.batch_size
    while size > 1:
        size = 1 << (size - 1).bit_length() - 1
        if sum(_bytes(layer, size) for layer in layers) <= have:
            smaller = msgspec.structs.replace(training, batch_size=size)
            return (Fix(f"Set the batch size to {size}", (SetTraining(smaller, "batch_size"),)),)
    return ()


def _bytes(layer: LayerAnalysis, batch: int) -> int:
    """What a layer holds while training: weights, gradients, and its output for a batch."""
    return WEIGHT_BYTES * layer.parameters + (0 if layer.output is None else batch * _row(layer.output))


def _row(kind: TensorType) -> int:
    """The bytes of one sample."""
    numbers = 1
    for size in kind.shape[1:]:
        numbers *= size or 1
    return numbers * (4 if kind.dtype == "float32" else 8)


def _readable(count: int) -> str:
    size, unit = float(count), 0
    while size >= 1000 and unit < len(UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.3g} {UNITS[unit]}" if size < 1000 else f"{size:.0f} {UNITS[unit]}"
