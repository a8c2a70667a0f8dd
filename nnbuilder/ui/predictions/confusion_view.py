"""Which class is taken for which: a table of counts, live."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen

from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.predictions import Confusion, PartName
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.colors import Palette
from nnbuilder.ui.predictions.sheet import Sheet

_TIP = "Rows are the right classes, columns what was predicted: what is off the diagonal is wrong."
_LARGEST = 46.0
_WIDEST = 2.6
"""Width of a cell, at most, in heights."""

_WORDY = 110.0
"""Width up to which a cell makes room for its class's name."""

_LEGIBLE = (20.0, 11.0)
"""Width and height of a cell from which numbers are written in it."""

_ASIDE = 150.0
"""Width from which the list of mistakes has room beside the table."""

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

    @property
    def mistakes(self) -> list[str]:
        """What is mistaken, the most frequent first."""
        names, counts = self._report.classes if self._report else (), self.counts
        wrong = [(row, column) for row, column in np.argwhere(counts > 0).tolist() if row != column]
        wrong.sort(key=lambda cell: -counts[cell[0], cell[1]])
        return [
            f"{names[row]} taken for {names[column]}: {counts[row, column]:,.0f} of {counts[row].sum():,.0f}"
            for row, column in wrong
        ]

    def cell(self, area: QRectF, row: int, column: int) -> QRectF:
        """Where a cell lies."""
        corner, size = self._grid(area)
        left, top = corner.x() + column * size.width(), corner.y() + row * size.height()
        return QRectF(QPointF(left, top), size)

    def paint_on(self, painter: QPainter, area: QRectF) -> None:
        report = self._report
        if report is None:
            return
        counts, palette = self.counts, colors.current()
        shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _, size = self._grid(area)
        gap, radius = (1.5 if size.height() > 16 else 0.75), size.height() / 12
        for (row, column), count in np.ndenumerate(counts):
            cell, share = self.cell(area, row, column), float(shares[row, column])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.mixed("raised", "train" if row == column else "error", _depth(share)))
            painter.drawRoundedRect(cell.adjusted(gap, gap, -gap, -gap), radius, radius)
            if size.width() >= _LEGIBLE[0] and size.height() >= _LEGIBLE[1]:
                text = f"{share:.0%}" if self.shares else f"{count:,.0f}"
                _write(painter, cell, text, palette, strong=_depth(share) > 0.55, faint=count == 0)
        self._paint_names(painter, area, report.classes[: len(counts)])
        self._paint_mistakes(painter, area)

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
        column = int((event.position().x() - corner.x()) // size.width())
        row = int((event.position().y() - corner.y()) // size.height())
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

    def _grid(self, area: QRectF) -> tuple[QPointF, QSizeF]:
        """The upper left corner of the cells, and their size: wider than high where there is room."""
        metrics = QFontMetricsF(fonts.scaled(0.84))
        names = self._report.classes if self._report else ()
        words = max((metrics.horizontalAdvance(name) for name in names), default=0.0)
        room = min(words, area.width() * 0.28)
        left, top = room + 10, metrics.height() + 6
        count = max(len(names), 1)
        wide = max((area.width() - left - 6) / count, 1.0)
        high = max(min((area.height() - top - 6) / count, wide, _LARGEST), 1.0)
        size = QSizeF(min(wide, max(high, min(_WIDEST * high, _LARGEST), min(words + 10, _WORDY))), high)
        return QPointF(area.left() + left, area.top() + top), size

    def _paint_names(self, painter: QPainter, area: QRectF, names: tuple[str, ...]) -> None:
        """The right classes to the left, the predicted ones above, as far as they are legible."""
        small = fonts.scaled(0.84)
        metrics = QFontMetricsF(small)
        corner, size = self._grid(area)
        painter.setFont(small)
        painter.setPen(colors.current().color("muted"))
        every = max(1, int(np.ceil(metrics.height() / size.height())))
        for place, name in enumerate(names[::every]):
            cell = self.cell(area, place * every, place * every)
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, corner.x() - area.left() - 8)
            middle = cell.center().y() + metrics.ascent() / 2 - 1
            painter.drawText(QPointF(corner.x() - 4 - metrics.horizontalAdvance(text), middle), text)
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, size.width() * every - 3)
            across = cell.center().x() - metrics.horizontalAdvance(text) / 2
            painter.drawText(QPointF(across, corner.y() - 5), text)

    def _paint_mistakes(self, painter: QPainter, area: QRectF) -> None:
        """The most frequent mistakes in words, to the right of the table."""
        corner, size = self._grid(area)
        left = corner.x() + len(self.counts) * size.width() + 20
        small = fonts.scaled(0.88)
        metrics = QFontMetricsF(small)
        if area.right() - left < _ASIDE:
            return
        painter.setFont(small)
        line = metrics.height() + 2
        mistakes = self.mistakes
        lines = ["Most frequent mistakes", *mistakes] if mistakes else ["No mistakes"]
        for place, text in enumerate(lines[: max(int((area.bottom() - corner.y()) / line), 0)]):
            painter.setPen(colors.current().color("muted" if place else "text"))
            short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.right() - left - 6)
            painter.drawText(QPointF(left, corner.y() + metrics.ascent() + place * line), short)

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
    size = min(max(cell.height() * 0.36, 9.0), cell.height() * 0.8, 13.0)
    font = fonts.pixels(round(size), bold=not faint)
    wide = QFontMetricsF(font).horizontalAdvance(text)
    if wide > cell.width() - 4:
        font = fonts.pixels(max(round(size * (cell.width() - 4) / wide), 6), bold=not faint)
    painter.setFont(font)
    painter.setPen(palette.color("on_accent" if strong else "faint" if faint else "text"))
    painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)
