"""Which class is taken for which: a table of counts, live."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen

from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.predictions import Confusion, PartName
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.colors import Palette
from nnbuilder.ui.predictions.sheet import Sheet

_TIP = "Rows are the right classes, columns what was predicted: what is off the diagonal is wrong."
_LARGEST = 46.0
_LEGIBLE = 20.0
"""Size of a cell from which numbers are written in it."""

_WALK = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class ConfusionView(Sheet):
    """Shows one part of a `Confusion`, as counts or as shares of each row.

    `told` carries a sentence on the cell under the mouse or at the keyboard's place, or on the whole.
    """

    told = Signal(str)

    def __init__(self) -> None:
        super().__init__("confusion_view", "Confusion table")
        self.setToolTip(_TIP)
        self.part: PartName = "validation"
        self.shares = False
        self._report: Confusion | None = None
        self._arrays: Arrays = ()
        self._at: tuple[int, int] | None = None

    def show_report(self, report: Confusion, arrays: Arrays) -> None:
        """Shows a report."""
        self._report, self._arrays = report, arrays
        if self._at is not None and max(self._at) >= len(report.classes):
            self._at = None
        self._changed()

    def show_part(self, part: PartName) -> None:
        """Shows the training or the validation part."""
        self.part = part
        self._changed()

    def show_shares(self, shares: bool) -> None:
        """Shows shares of each row in place of counts, or counts again."""
        self.shares = shares
        self._changed()

    @property
    def counts(self) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        """The table that is shown; without a validation part, that of the training part."""
        report = self._report
        if report is None:
            return np.zeros((0, 0))
        place = report.parts.index(self.part) if self.part in report.parts else 0
        return np.asarray(self._arrays[place], np.float64)

    def cell(self, area: QRectF, row: int, column: int) -> QRectF:
        """Where a cell lies."""
        corner, size = self._grid(area)
        return QRectF(corner.x() + column * size, corner.y() + row * size, size, size)

    def paint_on(self, painter: QPainter, area: QRectF) -> None:
        report = self._report
        if report is None:
            return
        counts, palette = self.counts, colors.current()
        shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _, size = self._grid(area)
        gap = 1.5 if size > 10 else 0.5
        for (row, column), count in np.ndenumerate(counts):
            cell, share = self.cell(area, row, column), float(shares[row, column])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.mixed("raised", "train" if row == column else "error", _depth(share)))
            painter.drawRoundedRect(cell.adjusted(gap, gap, -gap, -gap), size / 12, size / 12)
            if size >= _LEGIBLE:
                text = f"{share:.0%}" if self.shares else f"{count:,.0f}"
                _write(painter, cell, text, palette, strong=_depth(share) > 0.55, faint=count == 0)
        self._paint_names(painter, area, report.classes[: len(counts)])

    def paint_marks(self, painter: QPainter) -> None:
        if self._at is not None and self._report is not None:
            painter.setPen(QPen(colors.current().color("text"), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.cell(QRectF(self.rect()), *self._at).adjusted(1, 1, -1, -1))

    def table(self) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        """Counts with the right class first: names of the columns, and rows."""
        names = self._report.classes if self._report else ()
        rows = [(name, *(int(count) for count in row)) for name, row in zip(names, self.counts, strict=True)]
        return ("right class", *(f"taken for {name}" for name in names)), list(rows)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area, count = QRectF(self.rect()), len(self.counts)
        corner, size = self._grid(area)
        column = int((event.position().x() - corner.x()) // size)
        row = int((event.position().y() - corner.y()) // size)
        self._point_at((row, column) if 0 <= row < count and 0 <= column < count else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _WALK.get(Qt.Key(event.key()))
        last = len(self.counts) - 1
        if step is None or last < 0:
            super().keyPressEvent(event)
            return
        row, column = self._at or (-step[0], -step[1])
        self._point_at((min(max(row + step[0], 0), last), min(max(column + step[1], 0), last)))

    def _grid(self, area: QRectF) -> tuple[QPointF, float]:
        """The upper left corner of the cells, and their size."""
        metrics = QFontMetricsF(fonts.scaled(0.84))
        names = self._report.classes if self._report else ()
        room = min(max((metrics.horizontalAdvance(name) for name in names), default=0.0), area.width() * 0.28)
        left, top = room + 10, metrics.height() + 6
        count = max(len(names), 1)
        size = min((area.width() - left - 6) / count, (area.height() - top - 6) / count, _LARGEST)
        return QPointF(area.left() + left, area.top() + top), max(size, 1.0)

    def _paint_names(self, painter: QPainter, area: QRectF, names: tuple[str, ...]) -> None:
        """The right classes to the left, the predicted ones above, as far as they are legible."""
        small = fonts.scaled(0.84)
        metrics = QFontMetricsF(small)
        corner, size = self._grid(area)
        painter.setFont(small)
        painter.setPen(colors.current().color("muted"))
        every = max(1, int(np.ceil(metrics.height() / size)))
        for place, name in enumerate(names):
            if place % every:
                continue
            room = corner.x() - area.left() - 8
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
            middle = corner.y() + (place + 0.5) * size + metrics.ascent() / 2 - 1
            painter.drawText(QPointF(corner.x() - 4 - metrics.horizontalAdvance(text), middle), text)
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, size * every - 3)
            across = corner.x() + (place + 0.5) * size - metrics.horizontalAdvance(text) / 2
            painter.drawText(QPointF(across, corner.y() - 5), text)

    def _point_at(self, place: tuple[int, int] | None) -> None:
        if place != self._at:
            self._at = place
            self._tell()
            self.update()

    def _changed(self) -> None:
        self._tell()
        self.refresh()

    def _tell(self) -> None:
        words = self._words()
        self.setAccessibleDescription(words)
        self.told.emit(words)

    def _words(self) -> str:
        report, counts = self._report, self.counts
        if report is None:
            return ""
        if self._at is None:
            return f"{counts.trace():,.0f} of {counts.sum():,.0f} right"
        row, column = self._at
        right, taken = report.classes[row], report.classes[column]
        many = f"{counts[row, column]:,.0f} of {counts[row].sum():,.0f} {right}"
        return f"{many} right" if row == column else f"{many} taken for {taken}"


def _depth(share: float) -> float:
    """How strong the colour of a cell is; few mistakes are to be seen, too."""
    return 0.0 if share <= 0 else 0.14 + 0.86 * share


def _write(
    painter: QPainter, cell: QRectF, text: str, palette: Palette, *, strong: bool, faint: bool
) -> None:
    size = min(cell.height() * 0.36, 13.0)
    font = fonts.pixels(max(round(size), 7), bold=not faint)
    if QFontMetricsF(font).horizontalAdvance(text) > cell.width() - 4:
        font = fonts.pixels(max(round(size * 0.72), 6), bold=not faint)
    painter.setFont(font)
    painter.setPen(palette.color("on_accent" if strong else "faint" if faint else "text"))
    painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)
