"""Pictures of predicted values: the curve along one feature, or predictions against targets."""

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF

from nnbuilder.graph.report.words import short
from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.predictions import Fit, Targets
from nnbuilder.ui.common import colors
from nnbuilder.ui.predictions.axes import LEFT, Axes, footroom, headroom, padded
from nnbuilder.ui.predictions.dots import paint_dots
from nnbuilder.ui.predictions.legend import Entry, paint_legend
from nnbuilder.ui.predictions.sheet import Sheet

Floats = NDArray[np.float32]
Table = tuple[tuple[str, ...], list[tuple[object, ...]]]

_LEGEND = 84.0


class ValueView(Sheet):
    """Axes with points on them; `told` carries what is at the mouse or at the keyboard's place."""

    told = Signal(str)

    def __init__(self, name: str, title: str, tip: str) -> None:
        super().__init__(name, title)
        self.setToolTip(tip)
        self._arrays: Arrays = ()
        self._at: float | None = None

    @abstractmethod
    def axes(self, area: QRectF) -> Axes:
        """The axes around everything."""

    @abstractmethod
    def words_at(self, x: float) -> str:
        """What is at a place across the picture."""

    def paint_marks(self, painter: QPainter) -> None:
        if self._at is None or not self._arrays:
            return
        axes = self.axes(QRectF(self.rect()))
        x = axes.place(self._at, axes.y[0]).x()
        painter.setPen(QPen(colors.current().color("faint"), 1.0))
        painter.drawLine(QPointF(x, axes.area.top()), QPointF(x, axes.area.bottom()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        values = self.axes(QRectF(self.rect())).values(event.position()) if self._arrays else None
        self._point_at(None if values is None else values[0])

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if by is None or not self._arrays:
            super().keyPressEvent(event)
            return
        low, high = self.axes(QRectF(self.rect())).x
        start = (low + high) / 2 if self._at is None else self._at
        self._point_at(min(max(start + by * (high - low) / 60, low), high))

    def take(self, arrays: Arrays) -> None:
        """Shows the arrays of a report."""
        self._arrays = arrays
        self._tell()
        self.refresh()

    def paint_parts(self, painter: QPainter, axes: Axes, points: Floats, held_out: Floats) -> None:
        """Paints the points of both parts."""
        palette = colors.current()
        for out in (False, True):
            color = palette.color("validation" if out else "train")
            paint_dots(painter, axes, points[held_out == out], color, held_out=False)

    def inner(self, area: QRectF, names: tuple[str, str]) -> QRectF:
        """What is left beside numbers, names of the axes and legend."""
        beside = _LEGEND if area.width() > 4 * _LEGEND else 8.0
        return area.adjusted(
            LEFT, 4 + headroom(names[1]), -beside, -footroom(names[0], area.width() - LEFT - beside)
        )

    def legend(self, painter: QPainter, axes: Axes, area: QRectF, more: tuple[Entry, ...] = ()) -> None:
        """Paints what the colours mean, to the right."""
        palette = colors.current()
        entries: list[Entry] = [*more, ("training", palette.color("train"), False)]
        if np.any(self._arrays[-1]):
            entries.append(("validation", palette.color("validation"), False))
        right = axes.area.right() + 8
        paint_legend(painter, QRectF(right, 4, area.right() - right, axes.area.height()), entries)

    def _point_at(self, x: float | None) -> None:
        if x != self._at:
            self._at = x
            self._tell()
            self.update()

    def _tell(self) -> None:
        self.told.emit("" if self._at is None or not self._arrays else self.words_at(self._at))


class FitView(ValueView):
    """Shows a `Fit`: the curve that is predicted along one feature, over the data."""

    def __init__(self) -> None:
        super().__init__(
            "fit_view",
            "Fitted curve",
            "The line is what is predicted along the feature; points are the data.",
        )
        self._names = ("", "")

    def show_report(self, report: Fit, arrays: Arrays) -> None:
        """Shows a report."""
        self._names = (report.feature, report.target)
        self.take(arrays)

    def axes(self, area: QRectF) -> Axes:
        x, _, points, _ = (np.asarray(array, np.float64) for array in self._arrays)
        return Axes(
            self.inner(area, self._names), (float(x[0]), float(x[-1])), padded(*_ends(points[:, 1]), 0.25)
        )

    def paint_on(self, painter: QPainter, area: QRectF) -> None:
        if not self._arrays:
            return
        x, curve, points, held_out = (np.asarray(array, np.float32) for array in self._arrays)
        axes = self.axes(area)
        axes.paint(painter, self._names)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_parts(painter, axes, points, held_out)
        painter.setPen(QPen(colors.current().color("text"), 2.0))
        painter.save()
        painter.setClipRect(axes.area)
        for start, end in _finite(curve):
            both = zip(x[start:end].tolist(), curve[start:end].tolist(), strict=True)
            painter.drawPolyline(QPolygonF([axes.place(*point) for point in both]))
        painter.restore()
        self.legend(painter, axes, area)

    def words_at(self, x: float) -> str:
        places, curve = (np.asarray(array, np.float64) for array in self._arrays[:2])
        value = float(np.interp(x, places, curve))
        return f"{self._names[0]} {short(x)}: {self._names[1] or 'prediction'} {short(value)}"

    def table(self) -> Table:
        """The curve: names of the columns, and rows."""
        x, curve = (array.tolist() for array in self._arrays[:2]) if self._arrays else ([], [])
        return (self._names[0], f"predicted {self._names[1]}".strip()), list(zip(x, curve, strict=True))


class TargetsView(ValueView):
    """Shows `Targets`: each sample's prediction over its target; on the line both are equal."""

    def __init__(self) -> None:
        super().__init__(
            "targets_view",
            "Predictions against targets",
            "Each point is a sample: the closer to the line, the better it is predicted.",
        )
        self._names = ("", "")

    def show_report(self, report: Targets, arrays: Arrays) -> None:
        """Shows a report."""
        self._names = (report.target or "target", "predicted")
        self.take(arrays)

    def axes(self, area: QRectF) -> Axes:
        targets, predictions = (np.asarray(array, np.float64) for array in self._arrays[:2])
        x = padded(*_ends(targets))
        low, high = _ends(predictions)
        middle, reach = sum(x) / 2, x[1] - x[0]
        y = (max(min(x[0], low), middle - 1.5 * reach), min(max(x[1], high), middle + 1.5 * reach))
        return Axes(self.inner(area, self._names), x, y)

    def paint_on(self, painter: QPainter, area: QRectF) -> None:
        if not self._arrays:
            return
        targets, predictions, held_out = (np.asarray(array, np.float32) for array in self._arrays)
        axes = self.axes(area)
        axes.paint(painter, self._names)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colors.current().color("muted"), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(axes.place(axes.x[0], axes.x[0]), axes.place(axes.x[1], axes.x[1]))
        self.paint_parts(painter, axes, np.column_stack((targets, predictions)), held_out)
        self.legend(painter, axes, area)

    def words_at(self, x: float) -> str:
        targets, predictions = (np.asarray(array, np.float64) for array in self._arrays[:2])
        nearest = int(np.argmin(np.abs(targets - x)))
        return f"target {short(targets[nearest])}, predicted {short(predictions[nearest])}"

    def table(self) -> Table:
        """Each sample: names of the columns, and rows."""
        if not self._arrays:
            return (), []
        targets, predictions, held_out = (array.tolist() for array in self._arrays)
        parts = ["validation" if out else "training" for out in held_out]
        return ("target", "predicted", "part"), list(zip(targets, predictions, parts, strict=True))


def _ends(values: NDArray[np.float64]) -> tuple[float, float]:
    """The least and the greatest finite value; 0 and 1 where there is none."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)


def _finite(curve: Floats) -> list[tuple[int, int]]:
    """Starts and ends of the pieces of a curve that can be drawn."""
    known = np.concatenate(([False], np.isfinite(curve), [False])).astype(int)
    turns = np.flatnonzero(np.diff(known))
    return list(zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True))
