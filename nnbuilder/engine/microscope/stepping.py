"""A step of the optimizer, for one weight, one layer or all, and what the optimizer keeps of it."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from nnbuilder.engine.build import build_optimizer, has_sparse_gradients
from nnbuilder.engine.explain.steps import Limits, Trail, Update
from nnbuilder.engine.microscope.clipping import Clipped, clip_all
from nnbuilder.engine.microscope.moves import Again, Moves, move
from nnbuilder.engine.trace import TraceError
from nnbuilder.project.project import TrainingConfig

Kept = Mapping[str, Mapping[str, Any]]
"""What an optimizer keeps: for each parameter by its name in the network, its own terms by theirs."""

Mask = Mapping[str, torch.Tensor]
"""Which numbers of which parameters a step is applied to: bool tensors by name; absent: none of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Stepped:
    """A network after a step, and what is needed to tell of it; `before` and `kept` are the terms.

    `clipped` holds the gradients before and after they were made smaller, `moves` what an optimizer saw that
    computes the loss several times.
    """

    network: nn.Sequential
    name: str
    group: Mapping[str, Any]
    before: Kept
    kept: Kept
    start: nn.Sequential
    clipped: Clipped
    config: TrainingConfig
    by_hand: bool = False
    moves: Moves | None = None

    @property
    def gradients(self) -> Mapping[str, torch.Tensor]:
        """The gradients as the optimizer was given them, by full names."""
        return self.clipped.after

    def update(self, parameter: str, place: tuple[int, ...]) -> Update:
        """The step of one number."""
        old, new = (one.get_parameter(parameter).detach() for one in (self.start, self.network))
        kept = self.kept.get(parameter, {})
        whole = {name: one for name, one in kept.items() if isinstance(one, torch.Tensor)}
        return Update(
            self.name,
            self.group,
            float(old[place]),
            float(self.gradients[parameter][place]),
            _at(self.before.get(parameter, {}), place),
            float(new[place]),
            _at(kept, place),
            place,
            {"weight": old, "gradient": self.gradients[parameter], **whole},
            self._limits(parameter, place),
            self.config.l1,
            "" if self.by_hand else self.config.lr_scheduler or "",
            self._trail(parameter, place),
        )

    def applied(self, mask: Mask) -> tuple[nn.Sequential, Kept]:
        """The network and the terms with the step applied to a part of it."""
        network = copy.deepcopy(self.start)
        kept: dict[str, Mapping[str, Any]] = dict(self.before)
        whole = all(name in mask and bool(mask[name].all()) for name, _ in network.named_parameters())
        with torch.no_grad():
            for name, chosen in mask.items():
                own, new = network.get_parameter(name), self.network.get_parameter(name)
                own.copy_(torch.where(chosen, new, own))
                if name in self.kept and (whole or self.moves is None):
                    kept[name] = self._merged(name, chosen)
        return network, kept

    def _merged(self, name: str, chosen: torch.Tensor) -> dict[str, Any]:
        """The terms of a parameter of which a part has made the step."""
        before, merged = self.before.get(name, {}), dict(self.kept[name])
        for term, new in merged.items():
            if isinstance(new, torch.Tensor) and new.shape == chosen.shape:
                old = before.get(term)
                start = float(self.group["lr"]) if term == "step_size" else 0.0
                merged[term] = torch.where(chosen, new, torch.full_like(new, start) if old is None else old)
        return merged

    def _limits(self, parameter: str, place: tuple[int, ...]) -> Limits | None:
        if not self.config.clips:
            return None
        raw = float(self.clipped.before[parameter][place])
        return Limits(raw, self.config.clip_value, self.config.clip_norm, self.clipped.length)

    def _trail(self, parameter: str, place: tuple[int, ...]) -> Trail | None:
        if self.moves is None:
            return None
        earlier = next(iter(self.before.values()), {}).get("n_iter", 0)
        length = sum(float(one.double().abs().sum()) for one in self.gradients.values())
        weights = tuple(float(one[parameter][place]) for one in self.moves.weights)
        return Trail(self.moves.losses, weights, length, int(earlier))


def step(
    network: nn.Sequential, config: TrainingConfig, kept: Kept, lr: float | None, again: Again | None = None
) -> Stepped:
    """One step from the gradients that lie in a network, which is left as it is.

    With `lr` it is `w - lr·grad` in place of the optimizer's. `again` computes the loss of a network, for
    optimizers that ask for it several times in a step; without it they raise `TraceError`.
    """
    start, network = network, _with_gradients(network)
    names = [name for name, _ in network.named_parameters()]
    clipped = clip_all(config, network)
    moves: Moves | None = None
    if lr is None:
        optimizer = build_optimizer(config, network.parameters(), sparse=has_sparse_gradients(network))
    else:
        optimizer, kept = torch.optim.SGD(network.parameters(), lr=lr), {}
    before = {**copy.deepcopy(_terms(optimizer, names)), **kept}
    _load(optimizer, names, kept)
    if isinstance(optimizer, torch.optim.LBFGS):
        if again is None:
            raise TraceError(f"{config.optimizer} computes the loss several times: step by hand here.")
        moves = move(network, config, optimizer, again)
    else:
        optimizer.step()
    name = "SGD" if lr is not None else config.optimizer
    after = _terms(optimizer, names)
    by_hand, group = lr is not None, optimizer.param_groups[0]
    return Stepped(network, name, group, before, after, start, clipped, config, by_hand, moves)


def mask_of(network: nn.Sequential, reach: str, layer: str, parameter: str, place: tuple[int, ...]) -> Mask:
    """What of a network a step is applied to: one number, one layer or all; full names."""
    if reach == "weight":
        chosen = torch.zeros_like(network.get_parameter(parameter), dtype=torch.bool)
        chosen[place] = True
        return {parameter: chosen}
    return {
        name: torch.ones_like(own, dtype=torch.bool)
        for name, own in network.named_parameters()
        if reach == "all" or name.startswith(f"{layer}.")
    }


def _with_gradients(network: nn.Sequential) -> nn.Sequential:
    """A copy, its gradients too."""
    made = copy.deepcopy(network)
    for own, other in zip(made.parameters(), network.parameters(), strict=True):
        own.grad = None if other.grad is None else other.grad.clone()
    return made


def _load(optimizer: torch.optim.Optimizer, names: list[str], kept: Kept) -> None:
    if not kept:
        return
    fresh = optimizer.state_dict()
    values = {index: copy.deepcopy(dict(kept[name])) for index, name in enumerate(names) if name in kept}
    optimizer.load_state_dict({"state": {**fresh["state"], **values}, "param_groups": fresh["param_groups"]})


def _terms(optimizer: torch.optim.Optimizer, names: list[str]) -> dict[str, dict[str, Any]]:
    """What an optimizer keeps at the moment; it goes on changing it."""
    return {names[index]: dict(terms) for index, terms in optimizer.state_dict()["state"].items()}


def _at(terms: Mapping[str, Any], place: tuple[int, ...]) -> dict[str, float]:
    """The terms of one number; those that are kept for rows and columns are its own row's and column's."""
    found: dict[str, float] = {}
    for name, value in terms.items():
        if isinstance(value, torch.Tensor) and value.dim() in {0, len(place)}:
            inside = zip(place, value.shape, strict=False)
            found[name] = float(value[tuple(min(one, size - 1) for one, size in inside)])
        elif isinstance(value, int | float):
            found[name] = float(value)
    return found
