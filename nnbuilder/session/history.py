"""The histograms of a run over its steps, thinned so that a long run keeps a bounded number."""

from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import Histograms

BUDGET_BYTES = 32 * 2**20
MOST = 512
FEWEST = 32

Kind = Literal["weight", "gradient"]


class Row(Protocol):
    """What is known of one step."""

    @property
    def step(self) -> int:
        """The step."""
        ...

    @property
    def nbytes(self) -> int:
        """How much memory it takes, about."""
        ...


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class HistogramRow:
    """Histograms of all layers at one step.

    `counts` is float32 (layers, bins), `edges` float32 (layers, 2) low and high, `nonfinite` counts the NaN
    and infinite values of each layer.
    """

    step: int
    counts: NDArray[np.float32]
    edges: NDArray[np.float32]
    nonfinite: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        """How much memory it takes, about."""
        return self.counts.nbytes


class Rows(Generic[R]):
    """Rows of one kind at about even distances: when there are too many, every second one goes."""

    def __init__(self) -> None:
        self.kept: list[R] = []
        self._stride = 1
        self._number = -1
        """Which of all rows ever added is the last one."""

    @property
    def latest(self) -> R | None:
        """The newest row."""
        return self.kept[-1] if self.kept else None

    def add(self, row: R) -> None:
        """Keeps the newest row, dropping the one before where that falls between two strides."""
        again = bool(self.kept) and self.kept[-1].step == row.step
        if again or (self.kept and self._number % self._stride):
            self.kept.pop()
        self._number += not again
        self.kept.append(row)
        if len(self.kept) > max(FEWEST, min(MOST, BUDGET_BYTES // max(1, row.nbytes))):
            self._thin()

    def truncate(self, step: int) -> None:
        """Forgets what came after a step."""
        self.kept[:] = [row for row in self.kept if row.step <= step]
        self._number = (len(self.kept) - 1) * self._stride

    def _thin(self) -> None:
        newest = self.kept[-1]
        self.kept[:] = self.kept[::2]
        self._stride *= 2
        if self.kept[-1] is not newest:
            self.kept.append(newest)


class HistogramHistory:
    """The rows of a run, by kind, oldest first."""

    def __init__(self) -> None:
        self._rows: dict[Kind, Rows[HistogramRow]] = {"weight": Rows(), "gradient": Rows()}

    def rows(self, kind: Kind = "weight") -> list[HistogramRow]:
        """All rows of one kind, oldest first."""
        return self._rows[kind].kept

    def latest(self, kind: Kind = "weight") -> HistogramRow | None:
        """The newest row of one kind."""
        return self._rows[kind].latest

    def add(self, message: Histograms, arrays: Arrays) -> HistogramRow:
        """Keeps the histograms of a message; a repeated step replaces its row."""
        counts, edges = (np.asarray(array, np.float32) for array in arrays)
        row = HistogramRow(message.step, counts, edges, message.nonfinite)
        self._rows[message.kind].add(row)
        return row

    def truncate(self, step: int) -> None:
        """Forgets what came after a step."""
        for rows in self._rows.values():
            rows.truncate(step)
