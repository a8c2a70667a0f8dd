"""Everything needed to go on bit-equal: a training's tensors and the facts beside them."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import torch
from torch import nn

from nnbuilder.engine.patience import Waiting

STATE_FORMAT = 1
"""Version of what a checkpoint holds; a newer one is refused."""

MODEL = "model."
OPTIMIZER = "optimizer."
RANDOM = "random."


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Where a training stands, as far as it is no tensor.

    `position` counts the batches of the current epoch that are done; `sums` are the epoch's so far: loss,
    rows, then the metric's own. `groups` and `scalars` are the optimizer's parameter groups and those of
    its per-parameter values that are no tensors; `schedule` is where the learning rate's schedule stands,
    `waiting` where early stopping does, and `seconds` is how long training has taken, where that counts.
    """

    format: int = STATE_FORMAT
    step: int
    epoch: int
    position: int
    sums: tuple[float, ...]
    groups: list[dict[str, Any]]
    scalars: dict[str, dict[str, Any]]
    schedule: dict[str, Any] = {}
    waiting: Waiting = Waiting()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class TrainerState:
    """A moment of a training: `tensors` by name (`model.0.weight`, `optimizer.0.exp_avg`, `random.torch`)."""

    facts: Facts
    tensors: Mapping[str, torch.Tensor]

    def copy(self) -> "TrainerState":
        """The same moment with tensors of its own, which training does not change."""
        return TrainerState(self.facts, {name: tensor.clone() for name, tensor in self.tensors.items()})

    @property
    def nbytes(self) -> int:
        """The size of all tensors together."""
        return sum(tensor.nbytes for tensor in self.tensors.values())

    def is_finite(self) -> bool:
        """Whether no sum, parameter, buffer or optimizer value is NaN or infinite."""
        return all(map(math.isfinite, self.facts.sums)) and all(
            bool(torch.isfinite(tensor).all())
            for tensor in self.tensors.values()
            if tensor.is_floating_point()
        )


_AT = "/"
"""Between the name of a list of tensors and the place in it."""

_SCRATCH = frozenset({"al"})
"""What LBFGS writes anew in each step."""


def optimizer_tensors(state: dict[str, Any]) -> dict[str, torch.Tensor]:
    """The tensors of an optimizer's state_dict, by name; those of a list by name and place."""
    return {
        f"{OPTIMIZER}{index}.{key}": value
        for index, values in state["state"].items()
        for key, value in _spread(values)
        if isinstance(value, torch.Tensor)
    }


def _spread(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, list) and key not in _SCRATCH:
            yield from ((f"{key}{_AT}{place}", part) for place, part in enumerate(value))
        else:
            yield key, value


def optimizer_scalars(state: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What else an optimizer's state_dict holds for its parameters."""
    return {
        str(index): {
            key: [] if isinstance(value, list) else value
            for key, value in values.items()
            if not isinstance(value, torch.Tensor) and key not in _SCRATCH
        }
        for index, values in state["state"].items()
    }


def load_model(model: nn.Module, state: TrainerState) -> None:
    """Puts the state's weights and buffers into a model of the same shape."""
    model.load_state_dict(
        {name.removeprefix(MODEL): tensor for name, tensor in state.tensors.items() if name.startswith(MODEL)}
    )


def load_optimizer(optimizer: torch.optim.Optimizer, state: TrainerState) -> None:
    """Puts the state's values into an optimizer, as copies."""
    values: dict[int, dict[str, Any]] = {
        int(index): dict(scalars) for index, scalars in state.facts.scalars.items()
    }
    lists: list[tuple[list[torch.Tensor], int, torch.Tensor]] = []
    for name, tensor in state.tensors.items():
        if name.startswith(OPTIMIZER):
            index, key = name.removeprefix(OPTIMIZER).split(".", 1)
            held, (key, at, place) = values.setdefault(int(index), {}), key.partition(_AT)
            if at:
                lists.append((held.setdefault(key, []), int(place), tensor))
            else:
                held[key] = tensor.clone()
    for parts, _, tensor in sorted(lists, key=lambda one: one[1]):
        parts.append(tensor.clone())
    groups = [_with_tuples(group) for group in state.facts.groups]
    optimizer.load_state_dict({"state": values, "param_groups": groups})


def _with_tuples(group: dict[str, Any]) -> dict[str, Any]:
    """JSON has no tuples, but an optimizer's `betas` is one."""
    return {
        key: tuple(value) if isinstance(value, list) and key != "params" else value
        for key, value in group.items()
    }
