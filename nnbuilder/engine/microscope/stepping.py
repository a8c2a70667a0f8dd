"""A step of the optimizer, for one weight, one layer or all, and what the optimizer keeps of it."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from nnbuilder.engine.build import build_optimizer, clip_gradients, has_sparse_gradients
from nnbuilder.engine.explain.updates import Update
from nnbuilder.engine.trace import TraceError
from nnbuilder.project.project import TrainingConfig

Kept = Mapping[str, Mapping[str, Any]]
"""What an optimizer keeps: for each parameter by its name in the network, its own terms by theirs."""

Mask = Mapping[str, torch.Tensor]
"""Which numbers of which parameters a step is applied to: bool tensors by name; absent: none of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Stepped:
    """A network after a step, and what is needed to tell of it; `before` and `kept` are the terms."""

    network: nn.Sequential
    name: str
    group: Mapping[str, Any]
    gradients: Mapping[str, torch.Tensor]
    before: Kept
    kept: Kept
    start: nn.Sequential

    def update(self, parameter: str, place: tuple[int, ...]) -> Update:
        """The step of one number."""
        old, new = (one.get_parameter(parameter).detach() for one in (self.start, self.network))
        return Update(
            self.name,
            self.group,
            float(old[place]),
            float(self.gradients[parameter][place]),
            _at(self.before.get(parameter, {}), place),
            float(new[place]),
            _at(self.kept.get(parameter, {}), place),
        )

    def applied(self, mask: Mask) -> tuple[nn.Sequential, Kept]:
        """The network and the terms with the step applied to a part of it."""
        network = copy.deepcopy(self.start)
        kept: dict[str, Mapping[str, Any]] = dict(self.before)
        with torch.no_grad():
            for name, chosen in mask.items():
                own, new = network.get_parameter(name), self.network.get_parameter(name)
                own.copy_(torch.where(chosen, new, own))
                if name in self.kept:
                    kept[name] = _merged(self.before.get(name, {}), self.kept[name], chosen)
        return network, kept


def step(network: nn.Sequential, config: TrainingConfig, kept: Kept, lr: float | None) -> Stepped:
    """One step from the gradients that lie in a network, which is left as it is."""
    start, network = network, _with_gradients(network)
    names = [name for name, _ in network.named_parameters()]
    parameters = list(network.parameters())
    clip_gradients(config, parameters)
    gradients = {
        name: parameter.grad.detach().to_dense().clone()
        for name, parameter in network.named_parameters()
        if parameter.grad is not None
    }
    if lr is None:
        optimizer = build_optimizer(config, parameters, sparse=has_sparse_gradients(network))
        _load(optimizer, names, kept)
    else:
        optimizer = torch.optim.SGD(parameters, lr=lr)
        kept = {}
    try:
        optimizer.step()
    except TypeError as error:
        text = f"{config.optimizer} computes the loss several times in a step, which is not shown here"
        raise TraceError(f"{text}: step by hand, or choose another optimizer.") from error
    state = optimizer.state_dict()
    after = {names[index]: dict(terms) for index, terms in state["state"].items()}
    name = "SGD" if lr is not None else config.optimizer
    return Stepped(network, name, optimizer.param_groups[0], gradients, kept, after, start)


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


def _at(terms: Mapping[str, Any], place: tuple[int, ...]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, value in terms.items():
        if isinstance(value, torch.Tensor):
            found[name] = float(value[place] if value.dim() else value)
        elif isinstance(value, int | float):
            found[name] = float(value)
    return found


def _merged(before: Mapping[str, Any], after: Mapping[str, Any], chosen: torch.Tensor) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for name, new in after.items():
        old = before.get(name)
        if isinstance(new, torch.Tensor) and new.shape == chosen.shape:
            old = torch.zeros_like(new) if old is None else old
            merged[name] = torch.where(chosen, new, old)
        else:
            merged[name] = new
    return merged
