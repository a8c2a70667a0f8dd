"""One layer's histograms over time, made one by one when they are looked at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import msgspec
import numpy as np

from nnbuilder.session.history import HistogramRow
from nnbuilder.ui.common.histogram import Histogram, Numbers, of_layer


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Many histograms of one layer as arrays: counts (n, bins), all others (n,)."""

    steps: Numbers
    counts: Numbers
    lows: Numbers
    highs: Numbers
    nonfinite: Numbers

    @property
    def totals(self) -> Numbers:
        """How many values are in the bins."""
        return np.asarray(self.counts.sum(1), np.float64)

    @property
    def span(self) -> tuple[float, float]:
        """The values that all histograms lie between; widened where that is a single one."""
        filled = self.totals > 0
        filled = filled if filled.any() else ~filled
        low, high = float(self.lows[filled].min()), float(self.highs[filled].max())
        return (low, high) if high > low else (low - 0.5, high + 0.5)


class LayerRows(Sequence[Histogram]):
    """The histograms of the layer in one place of each row, oldest first; rows that lack it are left out."""

    def __init__(self, rows: Sequence[HistogramRow], place: int) -> None:
        self._rows = [row for row in rows if place < len(row.counts)]
        self._place = place

    @property
    def steps(self) -> list[int]:
        """The step of each histogram."""
        return [row.step for row in self._rows]

    def stack(self, places: Sequence[int]) -> Stack:
        """The histograms in some places as arrays."""
        rows, place = [self._rows[one] for one in places], self._place
        edges = np.nan_to_num(np.array([row.edges[place] for row in rows], np.float64))
        return Stack(
            np.array([row.step for row in rows], np.float64),
            np.array([row.counts[place] for row in rows], np.float64),
            edges[:, 0],
            edges[:, 1],
            np.array([row.nonfinite[place] for row in rows], np.float64),
        )

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Histogram: ...
    @overload
    def __getitem__(self, index: slice) -> list[Histogram]: ...
    def __getitem__(self, index: int | slice) -> Histogram | list[Histogram]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        found = of_layer(self._rows[index], self._place)
        if found is None:
            raise IndexError(index)
        return found


class LayerHistory(msgspec.Struct, frozen=True, eq=False):
    """One layer's histograms with its title."""

    title: str
    histograms: LayerRows


def histogram_table(shown: Sequence[LayerHistory]) -> Iterator[str]:
    """The histograms of some layers at each step as comma-separated text."""
    bins = len(shown[0].histograms[0].counts) if shown else 0
    head = ["step", "layer", "low", "high", "nan_or_infinite", *(f"bin_{place + 1}" for place in range(bins))]
    yield ",".join(head) + "\n"
    for layer in shown:
        title = quoted(layer.title)
        for one in layer.histograms:
            counts = ",".join(f"{count:.9g}" for count in one.counts.tolist())
            yield f"{one.step},{title},{one.low:.9g},{one.high:.9g},{one.nonfinite},{counts}\n"


def quoted(text: str) -> str:
    """A cell of comma-separated text."""
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\n') else text
