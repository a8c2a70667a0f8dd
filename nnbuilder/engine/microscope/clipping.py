"""How the gradients of a network are made smaller before a step, with what they were."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import torch
from torch import nn

from nnbuilder.engine.build import clip_gradients
from nnbuilder.engine.trace import gradients_of
from nnbuilder.project.project import TrainingConfig


@dataclass(frozen=True, slots=True, eq=False)
class Clipped:
    """Gradients by the names of their parameters; `length` is all of them together, each number clipped."""

    before: Mapping[str, torch.Tensor]
    after: Mapping[str, torch.Tensor]
    length: float


def clip_all(config: TrainingConfig, network: nn.Module) -> Clipped:
    """Makes the gradients that lie in a network small enough, as training does."""
    before = gradients_of(network)
    if not config.clips:
        return Clipped(before, before, 0.0)
    parameters = list(network.parameters())
    clip_gradients(msgspec.structs.replace(config, clip_norm=None), parameters)
    found = [one.grad for one in parameters if one.grad is not None]
    length = float(nn.utils.get_total_norm(found))
    clip_gradients(msgspec.structs.replace(config, clip_value=None), parameters)
    return Clipped(before, gradients_of(network), length)
