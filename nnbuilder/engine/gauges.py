"""What a training's gauges show between two steps: the learning rate and the length of the gradient."""

import math
from collections.abc import Callable, Sequence

import torch


class Gauges:
    """Reads the learning rate of the next step and the norm of the last step's gradients."""

    def __init__(self, rate: Callable[[], float], parameters: Sequence[torch.Tensor]) -> None:
        self._rate = rate
        self._parameters = parameters

    def read(self) -> tuple[float, float]:
        """Learning rate and gradient norm; NaN for what is not there."""
        return self._rate(), gradient_norm(self._parameters)


@torch.no_grad()
def gradient_norm(parameters: Sequence[torch.Tensor]) -> float:
    """The length of all gradients taken as one vector, after clipping; NaN where no step has left any."""
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    if not gradients:
        return math.nan
    dense = [one.coalesce().values() if one.is_sparse else one for one in gradients]
    return float(torch.nn.utils.get_total_norm(dense))


def first_rate(optimizer: torch.optim.Optimizer) -> float:
    """The learning rate of an optimizer's first group; NaN for one that has none."""
    groups = optimizer.param_groups
    return float(groups[0].get("lr", math.nan)) if groups else math.nan
