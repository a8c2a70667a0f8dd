"""Watches one step of a training with hooks: the first tensor with NaN or infinity, and the way to it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.autograd.graph import register_multi_grad_hook

from nnbuilder.engine.trainer import Trainer
from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.fault import Passed, Place

if TYPE_CHECKING:
    from torch.utils.hooks import RemovableHandle


@dataclass(frozen=True, slots=True)
class Sight:
    """A tensor that is not finite: what it is, and how many of its numbers are NaN or infinite."""

    place: Place
    node: NodeId | None
    tensor: str
    nans: int
    infinities: int
    size: int
    dtype: torch.dtype


class Witness:
    """Sees a step of a trainer: `first` is the first tensor that went wrong, None while all are finite.

    `fed` is what entered the layer or the loss that gave it, `target` what the loss compared with, `trail`
    the largest number that left each layer.
    """

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self.first: Sight | None = None
        self.fed: torch.Tensor | None = None
        self.target: torch.Tensor | None = None
        self.trail: list[Passed] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Has torch tell of outputs, loss and gradients; the step is computed within."""
        trainer = self._trainer
        hooks: list[RemovableHandle] = []
        for node, layer in trainer.setup.modules(trainer.model):
            hooks.append(layer.register_forward_hook(self._on_output(node)))
            for name, parameter in layer.named_parameters():
                if parameter.requires_grad:
                    hooks.append(register_multi_grad_hook((parameter,), self._on_gradient(node, name)))
        hooks.append(trainer.loss.register_forward_hook(self._on_loss))
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def see_batch(self) -> None:
        """Looks at the last batch's samples and targets."""
        if self._trainer.batch is not None:
            x, y = self._trainer.batch
            self._see(x, "batch")
            self._see(y, "target")

    def see_weights(self, place: Place) -> None:
        """Looks at all parameters."""
        for node, layer in self._trainer.setup.modules(self._trainer.model):
            for name, parameter in layer.named_parameters():
                self._see(parameter, place, node, name)

    def _on_output(self, node: NodeId) -> Callable[[nn.Module, tuple[torch.Tensor, ...], torch.Tensor], None]:
        def see(_: nn.Module, fed: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
            if self.first is None:
                self.trail.append(_passed(node, output))
                self._see(output, "output", node, fed=fed[0])
            if output.requires_grad:
                register_multi_grad_hook((output,), self._on_gradient(node, "", fed[0]))

        return see

    def _on_gradient(
        self, node: NodeId, name: str, fed: torch.Tensor | None = None
    ) -> Callable[[Sequence[torch.Tensor | None]], None]:
        def see(gradients: Sequence[torch.Tensor | None]) -> None:
            if gradients[0] is not None:
                self._see(gradients[0], "gradient", node, name, fed)

        return see

    def _on_loss(self, _: nn.Module, given: tuple[torch.Tensor, ...], loss: torch.Tensor) -> None:
        if self.first is None:
            self.target = given[1].detach() if len(given) > 1 else None
            self._see(loss, "loss", self._trainer.setup.loss.id, fed=given[0])

    def _see(
        self,
        tensor: torch.Tensor,
        place: Place,
        node: NodeId | None = None,
        name: str = "",
        fed: torch.Tensor | None = None,
    ) -> None:
        if self.first is not None:
            return
        nans, infinities, size = count(tensor)
        if nans or infinities:
            self.first = Sight(place, node, name, nans, infinities, size, tensor.dtype)
            self.fed = None if fed is None else fed.detach().clone()


def count(tensor: torch.Tensor) -> tuple[int, int, int]:
    """How many numbers of a tensor are NaN and how many infinite, and how many there are."""
    values = _dense(tensor)
    if not values.is_floating_point() or bool(torch.isfinite(values).all()):
        return 0, 0, values.numel()
    return int(values.isnan().sum()), int(values.isinf().sum()), values.numel()


def largest(tensor: torch.Tensor) -> float:
    """The largest finite magnitude in a tensor, 0 for an empty one."""
    values = _dense(tensor)
    if values.is_floating_point():
        values = values[values.isfinite()]
    return float(values.abs().max()) if values.numel() else 0.0


def finite_weights(model: nn.Module) -> bool:
    """Whether no parameter holds NaN or infinity."""
    return all(bool(torch.isfinite(_dense(parameter)).all()) for parameter in model.parameters())


def _passed(node: NodeId, output: torch.Tensor) -> Passed:
    nans, infinities, _ = count(output)
    return Passed(node, largest(output), nans + infinities)


def _dense(tensor: torch.Tensor) -> torch.Tensor:
    plain = tensor.detach()
    return plain.coalesce().values() if plain.is_sparse else plain
