"""The histograms of a run over its steps, thinned so that a long run keeps a bounded number."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import Histograms

BUDGET_BYTES = 32 * 2**20
MOST = 512
FEWEST = 32

Kind = Literal["weight", "gradient"]


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


class HistogramHistory:
    """Rows by kind, oldest first; when there are too many, every other older one goes."""

    def __init__(self) -> None:
        self._rows: dict[Kind, list[HistogramRow]] = {"weight": [], "gradient": []}

    def rows(self, kind: Kind = "weight") -> list[HistogramRow]:
        """All rows of one kind, oldest first."""
        return self._rows[kind]

    def latest(self, kind: Kind = "weight") -> HistogramRow | None:
        """The newest row of one kind."""
        return self._rows[kind][-1] if self._rows[kind] else None

    def add(self, message: Histograms, arrays: Arrays) -> HistogramRow:
        """Keeps the histograms of a message; a repeated step replaces its row."""
        counts, edges = (np.asarray(array, np.float32) for array in arrays)
        row = HistogramRow(message.step, counts, edges, message.nonfinite)
        rows = self._rows[message.kind]
        if rows and rows[-1].step == row.step:
            rows.pop()
        rows.append(row)
        if len(rows) > max(FEWEST, min(MOST, BUDGET_BYTES // max(1, counts.nbytes))):
            del rows[1 : len(rows) // 2 : 2]
        return row

    def truncate(self, step: int) -> None:
        """Forgets what came after a step."""
        for rows in self._rows.values():
            rows[:] = [row for row in rows if row.step <= step]
