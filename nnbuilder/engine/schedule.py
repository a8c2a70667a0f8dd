"""The learning rate's schedule: torch's own scheduler, as configured and as checkpoints keep it."""

import itertools
import math
from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch.optim import lr_scheduler
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from nnbuilder.catalog.registry import SCHEDULERS
from nnbuilder.catalog.spec import ArgSpec, SchedulerSpec
from nnbuilder.engine.build import BuildError
from nnbuilder.engine.infer import TORCH_ERRORS, message_of
from nnbuilder.graph.graph import ArgValue
from nnbuilder.project.project import TrainingConfig

MOVING = frozenset(
    {
        "last_epoch",
        "_step_count",
        "_last_lr",
        "base_lrs",
        "max_lrs",
        "best",
        "num_bad_epochs",
        "cooldown_counter",
        "T_cur",
        "T_i",
    }
)
"""What of a scheduler's state changes while it works; all else follows from its arguments."""


_NO_LENGTH = "With so many steps one of its phases takes none: choose another pct_start."


class Schedule:
    """Leads the learning rate of an optimizer; `scheduler` is torch's object.

    `length` is how many steps an epoch has: what counts the whole training needs it.
    """

    def __init__(
        self, config: TrainingConfig, name: str, optimizer: torch.optim.Optimizer, length: int
    ) -> None:
        spec = SCHEDULERS.get(name)
        if spec is None:
            raise BuildError(f"{name} is not a scheduler that this version knows.")
        self.counts_steps = every(config, spec) == "step"
        args: dict[str, Any] = scheduler_args(spec, config.lr_scheduler_args)
        if name == "OneCycleLR":
            args["total_steps"] = config.epochs * (length if self.counts_steps else 1)
        try:
            made = getattr(lr_scheduler, name)(optimizer, **args)
        except ZeroDivisionError as error:
            raise BuildError(f"{name}: {_NO_LENGTH}") from error
        except TORCH_ERRORS as error:
            raise BuildError(f"{name}: {message_of(error)}") from error
        if not isinstance(made, LRScheduler):
            raise BuildError(f"torch.optim.lr_scheduler.{name} is not a scheduler.")
        if not _all_last(made.state_dict().get("_schedule_phases", ())):
            raise BuildError(f"{name}: {_NO_LENGTH}")
        self.scheduler = made

    def step(self, loss: float) -> None:
        """Counts one more epoch or step; `loss` is what it came to, for a scheduler that watches it."""
        if isinstance(self.scheduler, ReduceLROnPlateau):
            self.scheduler.step(loss)
        else:
            self.scheduler.step()

    def facts(self) -> dict[str, Any]:
        """What has to be kept to go on, as JSON takes it."""
        found = {key: value for key, value in self.scheduler.state_dict().items() if key in MOVING}
        return {key: _plain(value) for key, value in found.items()}

    def restore(self, facts: Mapping[str, Any]) -> None:
        """Goes on from what was kept, after the optimizer's own values are back."""
        known = {key: value for key, value in facts.items() if key in MOVING}
        if "best" in known and known["best"] is None:
            known["best"] = math.inf
        self.scheduler.load_state_dict({**self.scheduler.state_dict(), **known})


def make_schedule(config: TrainingConfig, optimizer: torch.optim.Optimizer, length: int) -> Schedule | None:
    """The schedule of a configuration, None where it has none; raises `BuildError`."""
    name = config.lr_scheduler
    return None if name is None else Schedule(config, name, optimizer, length)


def every(config: TrainingConfig, spec: SchedulerSpec) -> str:
    """What a scheduler counts: "epoch" or "step"."""
    return "epoch" if spec.watches else config.lr_scheduler_every or spec.every


def scheduler_args(spec: SchedulerSpec, given: Mapping[str, ArgValue]) -> dict[str, ArgValue]:
    """The arguments that are set, and those that torch has no default for."""
    return {
        arg.name: _as_torch(arg, given.get(arg.name, arg.start))
        for arg in spec.args
        if arg.name in given or arg.start != arg.default
    }


def _all_last(phases: Iterable[Mapping[str, Any]]) -> bool:
    """Whether torch can compute each phase: it divides by the steps from the end of the one before."""
    ends = [0.0, *(phase["end_step"] for phase in phases)]
    return all(before != end for before, end in itertools.pairwise(ends))


def _as_torch(arg: ArgSpec, value: ArgValue) -> ArgValue:
    """Some schedulers take no whole number for a float."""
    return float(value) if arg.kind == "float" and isinstance(value, int) else value


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return [float(one) for one in value] if isinstance(value, list | tuple) else value
