"""What training makes small: the loss of the drawing, with weights for classes and a penalty on weights."""

from collections.abc import Callable, Iterable

import torch
from torch import nn

from nnbuilder.catalog.registry import LOSSES
from nnbuilder.engine.build import build_loss, clip_gradients
from nnbuilder.engine.setup import Setup, TrainingError
from nnbuilder.project.project import TrainingConfig


def build_objective(setup: Setup, config: TrainingConfig, classes: tuple[str, ...]) -> nn.Module:
    """The loss as it is trained with; raises `TrainingError` where it takes no weights of these classes."""
    wanted = config.class_weights
    if wanted is None:
        return build_loss(setup.loss)
    spec = LOSSES.get(setup.loss_name)
    if spec is None or not spec.weighs or not classes:
        text = f"{setup.loss_name} takes no class weights: switch them off or choose another loss."
        raise TrainingError(text, setup.loss.id)
    if wanted == "balanced":
        weights = balanced(setup.train.y, len(classes))
    else:
        weights = torch.tensor(wanted, device=setup.device)
    if len(weights) != len(classes):
        text = f"There are {len(weights)} class weights, but {len(classes)} classes ({', '.join(classes)})."
        raise TrainingError(text if len(text) < 200 else text.partition(" (")[0] + ".", setup.loss.id)
    return build_loss(setup.loss, weights)


def balanced(target: torch.Tensor, classes: int) -> torch.Tensor:
    """For each class the number of samples over classes times its own: all classes have the same say.

    A class that does not occur counts as if it had one sample.
    """
    counts = torch.bincount(target.cpu().reshape(-1).long(), minlength=classes)
    return (target.numel() / (classes * counts.clamp(min=1).double())).float().to(target.device)


def penalty(parameters: Iterable[torch.Tensor], strength: float) -> torch.Tensor:
    """L1: the sum of all absolute weights, times its strength."""
    return strength * torch.stack([parameter.abs().sum() for parameter in parameters]).sum()


def change(
    config: TrainingConfig,
    parameters: list[nn.Parameter],
    optimizer: torch.optim.Optimizer,
    loss: torch.Tensor,
) -> None:
    """Goes back from a loss to the gradients, makes them small enough, and lets the optimizer step."""
    go_back(config, parameters, loss)
    optimizer.step()


def change_asking(
    config: TrainingConfig,
    parameters: list[nn.Parameter],
    optimizer: torch.optim.Optimizer,
    loss: torch.Tensor,
    again: Callable[[], torch.Tensor],
) -> None:
    """The same for an optimizer that computes the loss of its batch `again`, as often as it likes."""
    known = [loss]

    def closure() -> float:
        for parameter in parameters:
            parameter.grad = None
        current = known.pop() if known else again()
        return go_back(config, parameters, current).item()

    optimizer.step(closure)


def go_back(config: TrainingConfig, parameters: list[nn.Parameter], loss: torch.Tensor) -> torch.Tensor:
    """Goes back from a loss to the gradients and makes them small enough; gives what they are of."""
    whole = loss + penalty(parameters, config.l1) if config.l1 else loss
    torch.autograd.backward(whole)
    clip(config, parameters)
    return whole


def clip(config: TrainingConfig, parameters: list[nn.Parameter]) -> None:
    """Makes gradients small enough, where a limit is set."""
    if config.clips:
        clip_gradients(config, parameters)
