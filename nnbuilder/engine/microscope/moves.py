"""A step that computes the loss several times, as LBFGS does: each loss, and where the first ones were."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import nn

from nnbuilder.engine.build import clip_gradients
from nnbuilder.project.project import TrainingConfig

Again = Callable[[nn.Sequential], torch.Tensor]
"""Computes what training makes small, of a network in any state."""


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """The losses in their order, and all weights at the first two points (the second may be the last)."""

    losses: tuple[float, ...]
    weights: tuple[Mapping[str, torch.Tensor], ...]


def move(
    network: nn.Sequential, config: TrainingConfig, optimizer: torch.optim.Optimizer, again: Again
) -> Moves:
    """Lets an optimizer step; its first gradients are those that lie in the network, clipped already."""
    losses: list[float] = []
    weights = [_weights(network)]

    def closure() -> float:
        loss = again(network)
        if losses:
            if len(weights) == 1:
                weights.append(_weights(network))
            network.zero_grad()
            torch.autograd.backward(loss)
            clip_gradients(config, list(network.parameters()))
        losses.append(loss.item())
        return losses[-1]

    optimizer.step(closure)
    return Moves(tuple(losses), (*weights, _weights(network))[:2])


def _weights(network: nn.Module) -> dict[str, torch.Tensor]:
    return {name: own.detach().clone() for name, own in network.named_parameters()}
