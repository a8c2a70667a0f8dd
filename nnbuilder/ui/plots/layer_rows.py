"""One layer's histograms over time, made one by one when they are looked at."""

from collections.abc import Sequence
from typing import overload

import msgspec

from nnbuilder.session.history import HistogramRow
from nnbuilder.ui.common.histogram import Histogram, of_layer


class LayerRows(Sequence[Histogram]):
    """The histograms of the layer in one place of each row, oldest first; rows that lack it are left out."""

    def __init__(self, rows: Sequence[HistogramRow], place: int) -> None:
        self._rows = [row for row in rows if place < len(row.counts)]
        self._place = place

    @property
    def steps(self) -> list[int]:
        """The step of each histogram."""
        return [row.step for row in self._rows]

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
