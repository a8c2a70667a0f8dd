"""What of the training configuration does not go together: schedule and optimizer, class weights and loss."""

from collections.abc import Iterator

import msgspec
import torch
from torch import nn

from nnbuilder.catalog.registry import LOSSES, OPTIMIZERS, SCHEDULERS
from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.batches import count_batches
from nnbuilder.engine.build import BuildError, build_optimizer
from nnbuilder.engine.compiled.obstacles import obstacle
from nnbuilder.engine.schedule import make_schedule
from nnbuilder.graph.graph import LOSS
from nnbuilder.project.edits import SetTraining
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.project.rules import training_faults

_MANY = 9973
"""Steps of an epoch where nobody knows how many there are."""


def setting_problems(project: Project, profile: DataProfile | None) -> Iterator[Problem]:
    """What keeps a training from beginning though each of its values fits."""
    if any(training_faults(project.training)):
        return
    yield from _schedule(project.training, _steps(project.training, profile))
    yield from _weights(project, profile)
    yield from _compiled(project.training)


def _compiled(training: TrainingConfig) -> Iterator[Problem]:
    """What keeps steps from being compiled, as far as the configuration says."""
    if training.compiled and (why := obstacle(training)):
        off = msgspec.structs.replace(training, compiled=False)
        fix = Fix("Take ordinary steps", (SetTraining(off, "compiled"),))
        yield Problem("error", "not-compiled", why, path="training.compiled", fixes=(fix,))


def _schedule(training: TrainingConfig, steps: int) -> Iterator[Problem]:
    """What torch says where the optimizer cannot be scheduled so."""
    if training.lr_scheduler not in SCHEDULERS or training.optimizer not in OPTIMIZERS:
        return
    refusal = _refusal(training, steps)
    if refusal is None:
        return
    spec = SCHEDULERS[training.lr_scheduler]
    ways = []
    if any(arg.name == "cycle_momentum" for arg in spec.args):
        args = {**training.lr_scheduler_args, "cycle_momentum": False}
        ways.append(
            ("Leave the momentum as it is", msgspec.structs.replace(training, lr_scheduler_args=args))
        )
    if "pct_start" in refusal:
        args = {key: value for key, value in training.lr_scheduler_args.items() if key != "pct_start"}
        ways.append(("Reset pct_start", msgspec.structs.replace(training, lr_scheduler_args=args)))
    ways.append(("Leave the learning rate as it is", _unscheduled(training)))
    fixes = tuple(
        Fix(words, (SetTraining(changed, "lr_scheduler"),))
        for words, changed in ways
        if _refusal(changed, steps) is None
    )
    text, torchs = f"{training.optimizer} cannot be led by {spec.name} with these arguments.", refusal
    if "pct_start" in refusal:
        text, torchs = refusal, ""
    path = "training.lr_scheduler_args"
    yield Problem("error", "scheduler-refused", text, torch=torchs or None, path=path, fixes=fixes)


def _steps(training: TrainingConfig, profile: DataProfile | None) -> int:
    """How many steps an epoch has."""
    return _MANY if profile is None else count_batches(profile.training, training.batch_size)


def _unscheduled(training: TrainingConfig) -> TrainingConfig:
    return msgspec.structs.replace(training, lr_scheduler=None, lr_scheduler_args={}, lr_scheduler_every=None)


def _refusal(training: TrainingConfig, steps: int) -> str | None:
    try:
        optimizer = build_optimizer(training, [nn.Parameter(torch.zeros(1))])
    except BuildError:
        return None  # `optimizer_problems` says so
    try:
        make_schedule(training, optimizer, steps)
    except BuildError as error:
        return str(error).partition(": ")[2] or str(error)
    return None


def _weights(project: Project, profile: DataProfile | None) -> Iterator[Problem]:
    """Class weights that the loss does not take, or too many or too few of them."""
    training, node = project.training, next(iter(project.graph.of_type(LOSS)), None)
    spec = LOSSES.get(str(node.args.get("loss", "CrossEntropyLoss"))) if node else None
    if training.class_weights is None or spec is None:
        return
    classes = () if profile is None else profile.classes
    given = len(training.class_weights) if isinstance(training.class_weights, tuple) else None
    ways: list[tuple[str, TrainingConfig]] = []
    if not spec.weighs:
        text = f"{spec.name} takes no class weights."
    elif profile is not None and not classes:
        text = f"Class weights need classes, but the target of {profile.title} is a number."
    elif classes and given not in (None, len(classes)):
        many = "is 1 class weight" if given == 1 else f"are {given} class weights"
        text = f"There {many}, but {len(classes):,} classes."
        ways.append(("Balance the classes", msgspec.structs.replace(training, class_weights="balanced")))
    else:
        return
    ways.append(("Weigh all classes the same", msgspec.structs.replace(training, class_weights=None)))
    fixes = tuple(Fix(words, (SetTraining(changed, "class_weights"),)) for words, changed in ways)
    yield Problem("error", "class-weights", text, path="training.class_weights", fixes=fixes)
