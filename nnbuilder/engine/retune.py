"""Lets a training go on from a moment with another configuration than the one that led to it."""

from collections.abc import Mapping
from typing import Any

import msgspec

from nnbuilder.engine.build import build_optimizer, has_sparse_gradients, trained_parameters
from nnbuilder.engine.checkpoint import CheckpointError
from nnbuilder.engine.state import OPTIMIZER, TrainerState
from nnbuilder.engine.steering import BASES, RATES
from nnbuilder.engine.trainer import Trainer
from nnbuilder.project.project import Project, TrainingConfig


def retuned(trainer: Trainer, state: TrainerState, before: Project) -> tuple[TrainerState, tuple[str, ...]]:
    """The moment as the trainer's configuration wants it, and sentences on what could not be kept.

    `before` is the project that led to it. Raises `CheckpointError` where its steps would be others.
    """
    was, now = before.training, trainer.config
    _demand_same_steps(was, now)
    if not state.facts.groups:
        return state, ()
    state, notices = _retuned_optimizer(trainer, state, was)
    if _schedule_of(was) == _schedule_of(now):
        return state, notices
    own = trainer.optimizer.state_dict()["param_groups"]
    groups = [
        {**group, **{key: new[key] for key in RATES if key in new}}
        for group, new in zip(state.facts.groups, own, strict=True)
    ]
    facts = msgspec.structs.replace(state.facts, groups=groups, schedule={})
    told = (
        f"{now.lr_scheduler} begins here." if now.lr_scheduler else "The learning rate has no schedule now."
    )
    return TrainerState(facts, state.tensors), (*notices, told)


def _retuned_optimizer(
    trainer: Trainer, state: TrainerState, was: TrainingConfig
) -> tuple[TrainerState, tuple[str, ...]]:
    now = trainer.config
    if _optimizer_of(was) == _optimizer_of(now):
        return state, ()
    own = trainer.optimizer.state_dict()["param_groups"]
    if was.optimizer != now.optimizer:
        return _afresh(state, own), (f"{now.optimizer} begins anew where {was.optimizer} was.",)
    sparse = has_sparse_gradients(trainer.model)
    theirs = build_optimizer(was, trained_parameters(trainer.model), sparse=sparse).state_dict()[
        "param_groups"
    ]
    changed = {key for old, new in zip(theirs, own, strict=True) for key in old if old[key] != new.get(key)}
    switched = sorted(key for key in changed if any(isinstance(group[key], bool) for group in own))
    if switched:
        text = f"{now.optimizer} begins anew, because {switched[0]} changes what it keeps."
        return _afresh(state, own), (text,)
    if "lr" in changed and now.lr_scheduler is not None:
        factor = now.optimizer_args["lr"] / theirs[0]["lr"]
        state = _scaled(state, factor)
        changed.discard("lr")
    groups = [
        {**group, **{key: new[key] for key in changed}}
        for group, new in zip(state.facts.groups, own, strict=True)
    ]
    return TrainerState(msgspec.structs.replace(state.facts, groups=groups), state.tensors), ()


def _scaled(state: TrainerState, factor: float) -> TrainerState:
    """The moment with all that a schedule leads multiplied: it goes on from where it stands."""
    groups = [
        {key: value * factor if key in RATES else value for key, value in group.items()}
        for group in state.facts.groups
    ]
    schedule = {
        key: [rate * factor for rate in value] if key in BASES else value
        for key, value in state.facts.schedule.items()
    }
    facts = msgspec.structs.replace(state.facts, groups=groups, schedule=schedule)
    return TrainerState(facts, state.tensors)


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


def _schedule_of(config: TrainingConfig) -> tuple[str | None, Mapping[str, Any], str | None]:
    return config.lr_scheduler, config.lr_scheduler_args, config.lr_scheduler_every


def _afresh(state: TrainerState, groups: list[dict[str, Any]]) -> TrainerState:
    """The moment without what the optimizer has kept."""
    tensors = {name: tensor for name, tensor in state.tensors.items() if not name.startswith(OPTIMIZER)}
    return TrainerState(msgspec.structs.replace(state.facts, groups=groups, scalars={}, schedule={}), tensors)
