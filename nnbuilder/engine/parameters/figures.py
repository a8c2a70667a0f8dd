"""What is known of parameters: shapes, figures over their numbers, the lengths of their gradients."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nnbuilder.data.errors import DataError
from nnbuilder.data.load import load
from nnbuilder.engine import trace
from nnbuilder.engine.given import Given, GivenError, as_rows
from nnbuilder.engine.microscope.subject import Subject, target_of
from nnbuilder.engine.objective import penalty
from nnbuilder.protocol.parameters import Figures, ParameterKey, ParameterRow

ROWS = 64
"""The most rows of the training part whose gradients are looked at."""

BINS = 64
"""Bins of the histograms before and after a change."""

Counts = NDArray[np.float64]

Named = tuple[tuple[ParameterKey, str, nn.Module, torch.Tensor], ...]
"""Parameters and buffers with their keys, full names and layers."""


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """A pass over the first `rows` of the data: gradients by full name, and the loss; `why` where none is."""

    gradients: dict[str, torch.Tensor]
    rows: int = 0
    loss: float | None = None
    why: str = ""


def named(subject: Subject) -> Named:
    """All parameters in the order of `network.parameters()`, after those of a layer the buffers it stores."""
    found = []
    for node, path in subject.layers:
        module = subject.network.get_submodule(path)
        stored = module.state_dict()
        tensors = [*module.named_parameters(), *(one for one in module.named_buffers() if one[0] in stored)]
        found += [(ParameterKey(node, name), f"{path}.{name}", module, one) for name, one in tensors]
    return tuple(found)


def is_buffer(tensor: torch.Tensor) -> bool:
    """Whether a layer keeps it by itself, as running means are kept, and no optimizer changes it."""
    return not isinstance(tensor, nn.Parameter)


def first_rows(subject: Subject, base: Path | None) -> Given:
    """A batch from the beginning of the training part; raises `DataError` or `GivenError`."""
    training = subject.project.training
    part = load(subject.project.data, training.seed, base).train
    count = min(training.batch_size, ROWS)
    sizes = [size or 1 for size in subject.kind.shape[1:]]
    if part.x[0].size != math.prod(sizes):
        shape, wanted = part.x.shape[1:], subject.kind.label()
        raise GivenError(f"A row of the data has the shape {shape}, but the Input takes {wanted}.")
    given = as_rows(part.x[:count].reshape(-1, *sizes), subject.kind)
    return Given(given.x, torch.from_numpy(part.y[:count]))


def learn(subject: Subject, base: Path | None, *, only_loss: bool = False) -> Learned:
    """The gradients of the loss over a first batch, in train mode; the network stays as it is.

    They are those before clipping, as `loss.backward()` leaves them.
    """
    network, training = subject.network, subject.project.training
    buffers = {name: buffer.clone() for name, buffer in network.named_buffers()}
    try:
        given = first_rows(subject, base)
        target = target_of(subject, given, "")
        if target is None:
            return Learned({}, why="The data have no targets, so there are no gradients.")
        torch.manual_seed(training.seed)
        network.train()
        with torch.set_grad_enabled(not only_loss):
            passed = trace.forward(network, subject.layers, given.x)
            loss = trace.measure(subject.loss, passed, target).mean
            if not only_loss:
                strength = training.l1
                trace.backward(passed, loss + penalty(network.parameters(), strength) if strength else loss)
        gradients = {
            name: one.grad.to_dense() for name, one in network.named_parameters() if one.grad is not None
        }
        return Learned(gradients, len(given.x), _finite(loss.detach()))
    except (trace.TraceError, GivenError, DataError) as error:
        return Learned({}, why=f"There are no gradients: {error}")
    finally:
        network.eval().zero_grad()
        with torch.no_grad():
            for name, buffer in network.named_buffers():
                buffer.copy_(buffers[name])


def row_of(
    key: ParameterKey, full: str, module: nn.Module, parameter: torch.Tensor, learned: Learned
) -> ParameterRow:
    """What is known of one parameter or buffer."""
    numbers = parameter.detach()
    figures = figures_of(numbers)
    gradient = learned.gradients.get(full)
    count = max(numbers.numel(), 1)
    return ParameterRow(
        key,
        full,
        type(module).__name__,
        tuple(numbers.shape),
        str(numbers.dtype).removeprefix("torch."),
        str(numbers.device),
        numbers.numel(),
        parameter.requires_grad,
        figures.minimum,
        figures.mean,
        figures.maximum,
        figures.spread,
        None if gradient is None else _finite(gradient.double().norm()),
        int((numbers == 0).sum()) / count,
        int((~torch.isfinite(numbers)).sum()),
        is_buffer(parameter),
    )


def figures_of(numbers: torch.Tensor) -> Figures:
    """The figures over all finite numbers, computed by PyTorch in double precision."""
    known = numbers.detach().double().flatten()
    if not bool(torch.isfinite(known).all()):
        known = known[torch.isfinite(known)]
    if not known.numel():
        return Figures()
    spread = float(known.std()) if known.numel() > 1 else None
    return Figures(float(known.min()), float(known.mean()), float(known.max()), spread)


def histograms(before: torch.Tensor, after: torch.Tensor) -> tuple[Counts, Counts, float, float]:
    """How often which numbers occur before and after a change, over the range of both."""
    known = [one.detach().double().flatten() for one in (before, after)]
    known = [one[torch.isfinite(one)] for one in known]
    both = torch.cat(known)
    low, high = (float(both.min()), float(both.max())) if both.numel() else (0.0, 1.0)
    if not low < high:
        low, high = low - 0.5, high + 0.5
    first, second = (
        torch.histc(one, BINS, low, high).numpy() if one.numel() else np.zeros(BINS) for one in known
    )
    return first, second, low, high


def _finite(value: torch.Tensor) -> float | None:
    return float(value) if bool(torch.isfinite(value)) else None
