"""Forward and backward pass of a small network as one recording that a GPU plays back.

Each layer costs a GPU some launches, and in a small network these take longer than the arithmetic. A CUDA
graph launches them all at once. What changes weights stays as it is, so learning rates, schedules and limits
of gradients work as ever; a loss that is not finite leaves the weights as they were.
"""

from collections.abc import Callable
from typing import Any, Protocol

import torch
from torch import nn

from nnbuilder.engine.build import trained_parameters
from nnbuilder.engine.objective import clip, go_back, penalty
from nnbuilder.engine.team import Passed
from nnbuilder.project.project import TrainingConfig

WARM = 3
"""How often the passes are done before they are recorded, as CUDA graphs ask for."""

Play = Callable[[], None]
"""Does again what was recorded, on the same tensors."""


class Tape(Protocol):
    """Records what a function does on a device."""

    def record(self, run: Play) -> Play:
        """Runs a function and gives what does the same again; raises `RuntimeError` where that cannot be."""


class CudaTape:
    """Records CUDA graphs."""

    def record(self, run: Play) -> Play:
        """Warms up beside the stream that trains, then records."""
        stream: Any = torch.cuda.Stream  # torch gives it no types
        beside = stream()
        beside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(beside):
            for _ in range(WARM):
                run()
        torch.cuda.current_stream().wait_stream(beside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            run()
        return graph.replay


class CapturedStep:
    """The passes of whole batches as a recording; the last batch of an epoch, if smaller, goes as usual.

    `news` says so where the network cannot be recorded: then all batches go as usual.
    """

    def __init__(
        self,
        config: TrainingConfig,
        model: nn.Module,
        loss_of: nn.Module,
        optimizer: torch.optim.Optimizer,
        precision: Callable[[], torch.autocast],
        tape: Tape,
    ) -> None:
        self._config = config
        self._model = model
        self._loss_of = loss_of
        self._optimizer = optimizer
        self._precision = precision
        self._tape = tape
        self._parameters = trained_parameters(model)
        self._play: Play | None = None
        self._played = False
        self._given: tuple[torch.Tensor, torch.Tensor] | None = None
        self._made: tuple[torch.Tensor, torch.Tensor] | None = None
        self._gradients: list[torch.Tensor | None] = []
        self.news: tuple[str, ...] = ()

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> Passed:
        """Output, loss and its value; the gradients are there already where a recording was played."""
        whole = len(x) == self._config.batch_size
        if whole and self._play is None and not self.news:
            self._record(x, y)
        self._played = whole and self._play is not None
        if not self._played or self._play is None or self._given is None or self._made is None:
            output, loss = self._pass(x, y)
            return output, loss, loss.item()
        for held, new in zip(self._given, (x, y), strict=True):
            held.copy_(new)
        self._play()
        for parameter, gradient in zip(self._parameters, self._gradients, strict=True):
            parameter.grad = gradient
        output, loss = self._made
        return output, loss, loss.item()

    def learn(self, loss: torch.Tensor) -> None:
        """Changes the weights."""
        if self._played:
            clip(self._config, self._parameters)
        else:
            go_back(self._config, self._parameters, loss)
        self._optimizer.step()

    def _pass(self, x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        with self._precision():
            output = self._model(x)
            loss = self._loss_of(output, y)
        return output.float() if output.dtype == torch.bfloat16 else output, loss

    def _record(self, x: torch.Tensor, y: torch.Tensor) -> None:
        """Records both passes; buffers and random numbers stay as they were before."""
        self._given = (x.clone(), y.clone())
        buffers = [buffer.clone() for buffer in self._model.buffers()]
        random = _random(x.device)
        try:
            self._play = self._tape.record(self._both)
        except RuntimeError as error:
            why = str(error).strip().partition("\n")[0]
            self.news = (f"This network cannot be played from a CUDA graph, so steps go one by one: {why}",)
        _set_random(x.device, random)
        with torch.no_grad():
            for buffer, before in zip(self._model.buffers(), buffers, strict=True):
                buffer.copy_(before)
        for parameter in self._parameters:
            parameter.grad = None

    def _both(self) -> None:
        """What is recorded."""
        if self._given is None:
            return
        for parameter in self._parameters:
            parameter.grad = None
        output, loss = self._pass(*self._given)
        strength = self._config.l1
        torch.autograd.backward(loss + penalty(self._parameters, strength) if strength else loss)
        self._made = (output.detach(), loss.detach())
        self._gradients = [parameter.grad for parameter in self._parameters]


def _random(device: torch.device) -> torch.Tensor:
    return torch.cuda.get_rng_state(device) if device.type == "cuda" else torch.get_rng_state()


def _set_random(device: torch.device, state: torch.Tensor) -> None:
    if device.type == "cuda":
        torch.cuda.set_rng_state(state, device)
    else:
        torch.set_rng_state(state)
