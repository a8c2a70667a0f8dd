"""Lets a training go on from a moment with another configuration than the one that led to it."""

from collections.abc import Mapping
from typing import Any

import msgspec

from nnbuilder.engine.build import build_optimizer, has_sparse_gradients
from nnbuilder.engine.checkpoint import CheckpointError
from nnbuilder.engine.state import OPTIMIZER, TrainerState
from nnbuilder.engine.trainer import Trainer
from nnbuilder.project.project import Project, TrainingConfig


def retuned(trainer: Trainer, state: TrainerState, before: Project) -> tuple[TrainerState, tuple[str, ...]]:
    """The moment as the trainer's configuration wants it, and sentences on what could not be kept.

    `before` is the project that led to it. Raises `CheckpointError` where its steps would be others.
    """
    was, now = before.training, trainer.config
    _demand_same_steps(was, now)
    if not state.facts.groups or _optimizer_of(was) == _optimizer_of(now):
        return state, ()
    own = trainer.optimizer.state_dict()["param_groups"]
    if was.optimizer != now.optimizer:
        return _afresh(state, own), (f"{now.optimizer} begins anew where {was.optimizer} was.",)
    sparse = has_sparse_gradients(trainer.model)
    theirs = build_optimizer(was, list(trainer.model.parameters()), sparse=sparse).state_dict()[
        "param_groups"
    ]
    changed = {key for old, new in zip(theirs, own, strict=True) for key in new if old.get(key) != new[key]}
    switched = sorted(key for key in changed if any(isinstance(group[key], bool) for group in own))
    if switched:
        text = f"{now.optimizer} begins anew, because {switched[0]} changes what it keeps."
        return _afresh(state, own), (text,)
    groups = [
        {**group, **{key: new[key] for key in changed}}
        for group, new in zip(state.facts.groups, own, strict=True)
    ]
    return TrainerState(msgspec.structs.replace(state.facts, groups=groups), state.tensors), ()


def _demand_same_steps(was: TrainingConfig, now: TrainingConfig) -> None:
    for name, field in (("batch size", "batch_size"), ("seed", "seed")):
        old, new = getattr(was, field), getattr(now, field)
        if old != new:
            raise CheckpointError(
                f"A training cannot go on with another {name} ({new}, it was {old}): its steps would no "
                "longer be the same. Use these weights as a start instead."
            )


def _optimizer_of(config: TrainingConfig) -> tuple[str, Mapping[str, Any]]:
    """What of a configuration shapes the optimizer."""
    return config.optimizer, config.optimizer_args


def _afresh(state: TrainerState, groups: list[dict[str, Any]]) -> TrainerState:
    """The moment without what the optimizer has kept."""
    tensors = {name: tensor for name, tensor in state.tensors.items() if not name.startswith(OPTIMIZER)}
    return TrainerState(msgspec.structs.replace(state.facts, groups=groups, scalars={}), tensors)
