"""The plane of two features: what is predicted where, with the data on it, or one neuron's response."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen

from nnbuilder.graph.report.words import short
from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.predictions import Boundary
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.heat import ZERO, Bytes, diverging, image_of
from nnbuilder.ui.common.tints import class_color
from nnbuilder.ui.predictions.axes import BOTTOM, LEFT, Axes, footroom, headroom
from nnbuilder.ui.predictions.dots import paint_dots
from nnbuilder.ui.predictions.legend import Entry, paint_legend
from nnbuilder.ui.predictions.plane_colors import plane_pixels, value_colors, value_span
from nnbuilder.ui.predictions.sheet import Sheet

_TIP = "The colour says what is predicted at each place; point at it, or walk with the arrow keys."
_BANDS = 24
"""Shades of points with values."""

_WALK = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """One neuron's response all over the plane, uint8 (rows, columns) from the bottom up."""

    title: str
    picture: Bytes
    peak: float

    @property
    def extent(self) -> str:
        """Between which values it lies."""
        known = self.picture[self.picture > 0]
        if not self.peak or not len(known):
            return "silent everywhere"
        low, high = ((int(byte) - ZERO) / (ZERO - 1) * self.peak for byte in (known.min(), known.max()))
        return f"from {short(low)} to {short(high)}"


class PlaneView(Sheet):
    """Shows a `Boundary`; while there is a `response`, that one in its place, under the same points.

    `told` carries what is at the crosshair, which follows the mouse and the arrow keys; empty without one.
    """

    told = Signal(str)

    def __init__(self) -> None:
        super().__init__("plane_view", "Predictions over the plane of both features")
        self.setToolTip(_TIP)
        self._report: Boundary | None = None
        self._arrays: Arrays = ()
        self._response: Response | None = None
        self._at: tuple[float, float] | None = None

    def show_report(self, report: Boundary, arrays: Arrays) -> None:
        """Shows a report."""
        self._report, self._arrays = report, arrays
        self._tell()
        self.refresh()

    def show_response(self, response: Response | None) -> None:
        """Shows one neuron's response, or the predictions again."""
        if response is not None or self._response is not None:
            self._response = response
            self._tell()
            self.refresh()

    @property
    def response(self) -> Response | None:
        """The neuron whose response is shown."""
        return self._response

    def axes(self, area: QRectF) -> Axes:
        """The square of the plane in a rectangle."""
        left, bottom, right, top = self._report.plane if self._report else (0.0, 0.0, 1.0, 1.0)
        across, up = self._report.features if self._report else ("", "")
        above, room = 3 + headroom(up), area.width() - LEFT - 4
        below = footroom(across, min(area.height() - BOTTOM - above, room))
        side = max(min(area.height() - below - 1 - above, room), 20.0)
        return Axes(QRectF(area.left() + LEFT, area.top() + above, side, side), (left, right), (bottom, top))

    def paint_on(self, painter: QPainter, area: QRectF) -> None:
        report, palette = self._report, colors.current()
        if report is None:
            return
        axes = self.axes(area)
        if self._response is not None:
            pixels = diverging(palette)[self._response.picture]
        else:
            pixels = plane_pixels(report, self._arrays, palette)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(axes.area, image_of(pixels[::-1]))
        axes.paint(painter, report.features)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for color, held_out, points in self._groups(report):
            paint_dots(painter, axes, points, color, held_out=held_out)
        right = axes.area.right() + 12
        paint_legend(
            painter, QRectF(right, 4, area.right() - right, axes.area.height()), self._legend(report)
        )

    def paint_marks(self, painter: QPainter) -> None:
        if self._at is None or self._report is None:
            return
        axes = self.axes(QRectF(self.rect()))
        place = axes.place(*self._at)
        painter.setPen(QPen(colors.current().color("text", 0.7), 1.0, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(place.x(), axes.area.top()), QPointF(place.x(), axes.area.bottom()))
        painter.drawLine(QPointF(axes.area.left(), place.y()), QPointF(axes.area.right(), place.y()))

    def table(self) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        """Each place with what is predicted there: names of the columns, and rows."""
        report = self._report
        if report is None:
            return (), []
        values, sure = self._arrays[:2]
        rows, columns = values.shape
        (left, bottom, right, top), table = report.plane, list[tuple[object, ...]]()
        for row, column in np.ndindex(rows, columns):
            place = (
                left + (column + 0.5) * (right - left) / columns,
                bottom + (row + 0.5) * (top - bottom) / rows,
            )
            value = float(values[row, column])
            table.append(
                (*place, _name(report, value), float(sure[row, column]))
                if report.classes
                else (*place, value)
            )
        certainty = ("certainty",) if report.classes else ()
        return (*report.features, report.target or "prediction", *certainty), table

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._report is not None:
            self._point_at(self.axes(QRectF(self.rect())).values(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _WALK.get(Qt.Key(event.key()))
        if step is None or self._report is None:
            super().keyPressEvent(event)
            return
        left, bottom, right, top = self._report.plane
        x, y = self._at or ((left + right) / 2, (bottom + top) / 2)
        x = min(max(x + step[0] * (right - left) / 40, left), right)
        y = min(max(y + step[1] * (top - bottom) / 40, bottom), top)
        self._point_at((x, y))

    def _groups(self, report: Boundary) -> list[tuple[QColor, bool, NDArray[np.float32]]]:
        """The points by colour and part, those held out on top."""
        palette = colors.current()
        points, targets, held_out = (np.asarray(array, np.float32) for array in self._arrays[2:])
        if report.classes:
            shades, tints = targets.astype(int), [class_color(palette, i) for i in range(len(report.classes))]
        else:
            span = value_span(self._arrays)
            middles = np.linspace(*span, _BANDS, dtype=np.float32)
            shades = np.rint((targets - span[0]) / (span[1] - span[0] or 1.0) * (_BANDS - 1)).astype(int)
            tints = [QColor(*color) for color in value_colors(middles, span, palette).tolist()]
        return [
            (tint, out, points[(shades == index) & (held_out == out)])
            for out in (False, True)
            for index, tint in enumerate(tints)
        ]

    def _legend(self, report: Boundary) -> list[Entry]:
        palette = colors.current()
        neutral = palette.color("faint")
        parts: list[Entry] = [("training", neutral, False), ("validation", neutral, True)]
        if not np.any(self._arrays[4]):
            parts = parts[:1]
        if report.classes:
            classes = enumerate(report.classes)
            return [*((name, class_color(palette, index), False) for index, name in classes), *parts]
        span = value_span(self._arrays)
        return [
            (short(span[1]), palette.color("high"), False),
            (short(span[0]), palette.color("low"), False),
            *parts,
        ]

    def _point_at(self, place: tuple[float, float] | None) -> None:
        if place != self._at:
            self._at = place
            self._tell()
            self.update()

    def _tell(self) -> None:
        self.told.emit(self._words())

    def _words(self) -> str:
        """What is at the crosshair."""
        report, response = self._report, self._response
        if report is None or self._at is None:
            return "" if response is None else response.extent
        place = ", ".join(f"{name} {short(at)}" for name, at in zip(report.features, self._at, strict=True))
        if response is not None:
            byte = self._cell(response.picture)
            return f"{place}: {short((byte - ZERO) / (ZERO - 1) * response.peak if byte else None)}"
        value, sure = (self._cell(array) for array in self._arrays[:2])
        if not report.classes:
            return f"{place}: {short(value)}"
        return f"{place}: {_name(report, value)}, {sure:.0%}"

    def _cell(self, array: NDArray[Any]) -> float:
        """The value of an array (rows, columns) at the crosshair."""
        left, bottom, right, top = self._report.plane if self._report else (0.0, 0.0, 1.0, 1.0)
        x, y = self._at or (left, bottom)
        rows, columns = array.shape
        column, row = int((x - left) / (right - left) * columns), int((y - bottom) / (top - bottom) * rows)
        return float(array[min(row, rows - 1), min(column, columns - 1)])


def _name(report: Boundary, value: float) -> str:
    """The class of an index; the network may have more outputs than there are classes."""
    index = int(value)
    return report.classes[index] if index < len(report.classes) else f"output {index}"
