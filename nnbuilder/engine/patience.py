"""Early stopping: how long the loss has not become smaller, and the weights where it was smallest."""

import math
from collections.abc import Mapping

import msgspec
import torch
from torch import nn

from nnbuilder.project.project import TrainingConfig

BEST = "best."
LAST = "last."


class Waiting(msgspec.Struct, frozen=True):
    """Where early stopping stands after an epoch: the smallest loss (None before it), and when that was."""

    loss: float | None = None
    epoch: int = 0
    waited: int = 0


class Patience:
    """Watches the loss of each epoch: of the validation part, or of training where there is none.

    `kept` are the weights and buffers of the best epoch, where training is to end at them; `last` those that
    training had come to, once it ended at the best.
    """

    def __init__(self, config: TrainingConfig) -> None:
        self._patience = config.patience
        self._delta = config.min_delta
        self._keeps = config.patience is not None and config.restore_best
        self.waiting = Waiting()
        self.kept: dict[str, torch.Tensor] = {}
        self.last: dict[str, torch.Tensor] = {}

    @property
    def over(self) -> bool:
        """Whether it has waited long enough."""
        return self._patience is not None and self.waiting.waited >= self._patience

    def heed(self, epoch: int, loss: float, model: nn.Module) -> None:
        """Looks at one more epoch."""
        if self._patience is None:
            return
        best = math.inf if self.waiting.loss is None else self.waiting.loss
        if loss < best - self._delta:
            self.waiting = Waiting(loss, epoch)
            if self._keeps:
                self.kept = _copies(model)
        else:
            self.waiting = Waiting(self.waiting.loss, self.waiting.epoch, self.waiting.waited + 1)

    def end(self, model: nn.Module) -> None:
        """Brings the network to its best epoch, where that is wanted and another than the last."""
        if self.kept and self.waiting.waited and not self.last:
            self.last = _copies(model)
            model.load_state_dict(self.kept)

    def go_on(self, model: nn.Module) -> None:
        """Takes back what `end` did: training is not over after all."""
        if self.last:
            model.load_state_dict(self.last)
            self.last = {}

    def tensors(self) -> dict[str, torch.Tensor]:
        """What has to be kept beside `waiting` to go on."""
        return {BEST + name: tensor for name, tensor in self.kept.items()} | {
            LAST + name: tensor for name, tensor in self.last.items()
        }

    def restore(self, waiting: Waiting, tensors: Mapping[str, torch.Tensor]) -> None:
        """Goes on from what was kept."""
        self.waiting = waiting
        self.kept, self.last = (
            {
                name.removeprefix(prefix): tensor.clone()
                for name, tensor in tensors.items()
                if name.startswith(prefix)
            }
            for prefix in (BEST, LAST)
        )
        if not self._keeps:
            self.kept = {}

    def sentence(self, epoch: int, epochs: int) -> str:
        """How training has ended by it; empty where it ended without."""
        told = ""
        if self.over and epoch < epochs:
            many = f"{self._patience:,} epochs" if self._patience != 1 else "1 epoch"
            told = f"Stopped early after epoch {epoch:,}: for {many} the loss has not become smaller."
        if self.last:
            told = f"{told} The weights are those of epoch {self.waiting.epoch:,}, the best.".strip()
        return told


def _copies(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}
