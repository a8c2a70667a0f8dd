"""Random inputs, and how far another program's answers lie from the network's."""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from nnbuilder.engine.export.errors import ExportError
from nnbuilder.engine.export.subject import Subject
from nnbuilder.engine.infer import DTYPES, TORCH_ERRORS

BATCH_SIZES = (1, 2, 7, 4, 5)
"""With how many samples at once an export is tried: the first three of these that the network takes."""

TRIED = 3
"""Batch sizes that are tried."""

ALLOWED = 1e-4
"""Largest difference to the network, for outputs of size 1, with which a file is still written."""

_SEED = 5
_INDICES = 10

Program = Callable[[torch.Tensor], Any]
"""What was exported, as a function of a batch that gives an array."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How far answers lie apart: at most, with outputs of which size, over batches of how many rows."""

    largest: float = 0.0
    size: float = 1.0
    rows: tuple[int, ...] = ()

    @property
    def ratio(self) -> float:
        """The difference for outputs of size 1; outputs smaller than that count as that."""
        return self.largest / max(1.0, self.size)

    def wider(self, other: "Difference") -> "Difference":
        """The larger of two, over the batches of both."""
        worst = max(self, other, key=lambda one: one.ratio)
        return Difference(worst.largest, worst.size, (*self.rows, *other.rows))


def random_batch(subject: Subject, rows: int) -> torch.Tensor:
    """Some samples that the network takes: normal numbers, or indices that its embeddings hold."""
    random = torch.Generator().manual_seed(_SEED + rows)
    shape = (rows, *(size or 1 for size in subject.kind.shape[1:]))
    dtype = DTYPES[subject.kind.dtype]
    if dtype.is_floating_point:
        return torch.randn(shape, generator=random, dtype=dtype)
    tables = [layer.num_embeddings for layer in subject.network.modules() if _looks_up(layer)]
    most = min((int(size) for size in tables if isinstance(size, int)), default=_INDICES)
    return torch.randint(0, most, shape, generator=random, dtype=dtype)


def batches_for(subject: Subject) -> list[torch.Tensor]:
    """Random inputs in batch sizes that the network takes: some normalizations refuse a single sample."""
    return list(itertools.islice(filter(partial(_takes, subject.network), _batches(subject)), TRIED))


def _batches(subject: Subject) -> Iterator[torch.Tensor]:
    return (random_batch(subject, rows) for rows in BATCH_SIZES)


def _takes(network: nn.Module, x: torch.Tensor) -> bool:
    try:
        with torch.no_grad():
            network(x.clone())
    except TORCH_ERRORS:
        return False
    return True


def compare(network: nn.Module, program: Program, batches: Iterable[torch.Tensor]) -> Difference:
    """Asks both about all batches; raises `ExportError` where the answers are not the same."""
    worst = Difference()
    for x in batches:
        torch.manual_seed(_SEED)
        with torch.no_grad():
            ours = network(x.clone()).numpy()
        torch.manual_seed(_SEED)
        theirs = program(x)
        if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
            text = f"{theirs.dtype} {theirs.shape} instead of {ours.dtype} {ours.shape}"
            raise ExportError(f"what it writes gives {text} for {len(x)} samples.")
        found = difference(ours, theirs)
        worst = worst.wider(Difference(found.largest, found.size, (len(x),)))
    if not worst.rows:
        raise ExportError("the network takes none of the batches that were tried.")
    if not worst.ratio <= ALLOWED:
        text = f"what it writes computes something else: the largest difference is {worst.largest:.1e}"
        raise ExportError(f"{text}.")
    return worst


def difference(one: Any, other: Any) -> Difference:
    """How far two arrays of one shape lie apart; infinitely where only one holds a finite number."""
    a, b = np.asarray(one, np.float64), np.asarray(other, np.float64)
    finite = np.isfinite(a)
    if not (finite == np.isfinite(b)).all() or not np.array_equal(a[~finite], b[~finite], equal_nan=True):
        return Difference(math.inf)
    if not finite.any():
        return Difference()
    return Difference(float(np.abs(a[finite] - b[finite]).max()), float(np.abs(a[finite]).max()))


def told(found: Difference) -> str:
    """The words on a comparison."""
    amount = "0" if not found.largest else f"{found.largest:.1e}"
    sizes = ", ".join(map(str, found.rows))
    return f"{len(found.rows)} batch sizes ({sizes}) of random inputs, largest difference {amount}"


def _looks_up(layer: nn.Module) -> bool:
    return isinstance(layer, nn.Embedding | nn.EmbeddingBag)
