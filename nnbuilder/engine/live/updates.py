"""The live report of how much one step changes each layer's weights."""

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from nnbuilder.engine.live.report import Report, Reported
from nnbuilder.engine.trainer import Trainer
from nnbuilder.protocol.layers import Updates

if TYPE_CHECKING:
    from torch.utils.hooks import RemovableHandle

EVERY_S = 1 / 15
SHARE = 0.005


def updates(trainer: Trainer) -> Report:
    """The report for any training."""
    return _Updates(trainer)


class _Updates:
    """Measures one step now and then: each report is of the last step measured and has the next one measured.

    The optimizer's own hooks are around that step, so all others cost nothing.
    """

    every, share = EVERY_S, SHARE

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._optimizer: torch.optim.Optimizer | None = None
        self._before: list[list[torch.Tensor]] = []
        self._handles: tuple[RemovableHandle, ...] = ()
        self._found: tuple[int, list[tuple[float, float, float]]] | None = None
        self._spent = self._free = 0.0

    def __call__(self, run_id: str) -> Reported | None:
        """The step that was measured last; None before the first."""
        if self._optimizer is not self._trainer.optimizer:  # the training went back to its start
            self._disarm()
            self._optimizer, self._found = self._trainer.optimizer, None
        now = time.perf_counter()
        if not self._handles and now >= self._free:
            self._arm(self._trainer.optimizer)
        if self._found is None:
            return None
        step, lengths = self._found
        columns = np.array(lengths, np.float32).T
        nodes = tuple(node for node, _ in self._trainer.layers)
        return Updates(run_id, step, nodes), tuple(column.copy() for column in columns)

    def _arm(self, optimizer: torch.optim.Optimizer) -> None:
        before = optimizer.register_step_pre_hook(self._keep)
        self._handles = (before, optimizer.register_step_post_hook(self._compare))

    def _disarm(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles, self._before = (), []

    def _keep(
        self, _optimizer: torch.optim.Optimizer, _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> None:
        start = time.perf_counter()
        self._before = [[one.detach().clone() for one in parameters] for parameters in self._parameters()]
        self._spent = time.perf_counter() - start

    def _compare(
        self, _optimizer: torch.optim.Optimizer, _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> None:
        start = time.perf_counter()
        lengths = [
            (
                _length([now.detach() - then for now, then in zip(parameters, before, strict=True)]),
                _length(before),
                _length([one.grad for one in parameters if one.grad is not None]),
            )
            for parameters, before in zip(self._parameters(), self._before, strict=True)
        ]
        self._found = (self._trainer.step + 1, lengths)
        self._disarm()
        now = time.perf_counter()
        self._free = now + (self._spent + now - start) / SHARE

    def _parameters(self) -> list[list[nn.Parameter]]:
        return [list(layer.parameters()) for _, layer in self._trainer.layers]


@torch.no_grad()
def _length(tensors: list[torch.Tensor]) -> float:
    """The length of all numbers together, as of one vector."""
    dense = [tensor.coalesce().values() if tensor.is_sparse else tensor for tensor in tensors]
    norms = [torch.linalg.vector_norm(tensor.float()) for tensor in dense if tensor.numel()]
    return float(torch.linalg.vector_norm(torch.stack(norms))) if norms else 0.0
