"""Histograms of some layers side by side, painted once and kept as a picture until they change."""

import time
from bisect import bisect_right
from collections.abc import Sequence
from typing import Literal, cast

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from nnbuilder.graph.report.words import short
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.histogram import Histogram
from nnbuilder.ui.plots.heat_map import paint_heat, paint_steps
from nnbuilder.ui.plots.layer_rows import LayerHistory, LayerRows, Stack
from nnbuilder.ui.plots.ridges import paint_pair, paint_ridges, paint_scale, spread_out

Mode = Literal["time", "heat", "pair"]

_NARROWEST = 120
_GAP = 14.0
_ROW = 6.0
_MOST_ROWS = 36
_MOST_COLUMNS = 400
_MOST_WORDS = 8
"""Layers that are described in words to a screen reader."""

_TURN_S = 0.008
"""How long layers that have only grown are painted in one turn; the others wait for the next."""


class RidgeView(QWidget):
    """Paints one column for each layer: ridges over time, a heat map over time, or now against the start.

    Only the columns in view are painted, and those that a training makes grow a few in each turn of the event
    loop, so that many layers never hold it up.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ridges")
        self._layers: tuple[LayerHistory, ...] = ()
        self._mode: Mode = "time"
        self._log = False
        self._at: int | None = None
        self._pictures: dict[int, QPixmap] = {}
        self._stale: set[int] = set()
        self._next_turn = QTimer(self)
        self._next_turn.setSingleShot(True)
        self._next_turn.timeout.connect(self.update)
        self.painted = 0
        """How often a column was painted anew."""
        colors.changed.connect(self._forget)

    @property
    def layers(self) -> tuple[LayerHistory, ...]:
        """What is shown."""
        return self._layers

    def show_layers(
        self,
        layers: Sequence[LayerHistory],
        mode: Mode,
        *,
        what: str = "weights",
        log: bool = False,
        at: int | None = None,
    ) -> None:
        """Shows these layers; they keep a legible width, so the view may become wider than its place.

        With `log`, heights are logarithms of counts; `at` is the step to point out, the newest by default.
        """
        titles = [layer.title for layer in self._layers]
        grown = (mode, log, at, [layer.title for layer in layers]) == (
            self._mode,
            self._log,
            self._at,
            titles,
        )
        self._layers, self._mode, self._log, self._at = tuple(layers), mode, log, at
        self.setMinimumWidth(_NARROWEST * len(self._layers))
        names = ", ".join(layer.title for layer in self._layers)
        self.setAccessibleName(f"Histograms of the {what} of {names}")
        self.setAccessibleDescription("; ".join(map(self._words, self._layers[:_MOST_WORDS])))
        if grown:
            self._stale = set(self._pictures)
            self.update()
        else:
            self._forget()

    def rows(self) -> int:
        """How many ridges fit into the height."""
        return max(4, min(_MOST_ROWS, int(self.height() / _ROW)))

    def sizeHint(self) -> QSize:
        return QSize(_NARROWEST * 2, 160)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and self._layers:
            help_ = cast("QHelpEvent", event)
            place = int(help_.x() / max(self.width(), 1) * len(self._layers))
            QToolTip.showText(help_.globalPos(), self._words(self._layers[place]), self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._forget()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), colors.current().color("canvas"))
        until = time.perf_counter() + _TURN_S
        for place in range(len(self._layers)):
            cell = self._cell(place, QRectF(self.rect()))
            if cell.intersects(QRectF(event.rect())):
                painter.drawPixmap(cell.topLeft(), self._picture(place, cell, until))
        painter.end()

    def paint_into(self, painter: QPainter, area: QRectF) -> None:
        """Paints everything into a rectangle."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, layer in enumerate(self._layers):
            self._paint_layer(painter, self._cell(place, area), layer)

    def _forget(self) -> None:
        self._pictures.clear()
        self._stale.clear()
        self.update()

    def _cell(self, place: int, area: QRectF) -> QRectF:
        """Where a layer's column is."""
        width = area.width() / len(self._layers)
        left, right = (area.left() + round(edge * width) for edge in (place, place + 1))
        return QRectF(left, area.top(), right - left, area.height())

    def _picture(self, place: int, cell: QRectF, until: float) -> QPixmap:
        """A column as it is now, or as it was before where this turn has no time left for it."""
        known = self._pictures.get(place)
        if known is not None and (place not in self._stale or time.perf_counter() > until):
            if place in self._stale:
                self._next_turn.start(0)
            return known
        ratio = self.devicePixelRatioF()
        picture = QPixmap((cell.size() * ratio).toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(colors.current().color("canvas"))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_layer(painter, QRectF(QPointF(), cell.size()), self._layers[place])
        painter.end()
        self._pictures[place] = picture
        self._stale.discard(place)
        self.painted += 1
        return picture

    def _paint_layer(self, painter: QPainter, cell: QRectF, layer: LayerHistory) -> None:
        palette = colors.current()
        small = fonts.scaled(0.88)
        metrics = QFontMetricsF(small)
        line = metrics.height()
        inner = cell.adjusted(_GAP / 2, 4, -_GAP / 2, -2)
        area = inner.adjusted(0, line + 2, 0, -line - 2)
        below = inner.adjusted(0, inner.height() - line, 0, 0)
        pointed = layer.histograms[self._place(layer.histograms)]
        title, token = layer.title, "muted"
        if pointed.nonfinite:
            title, token = f"{pointed.nonfinite:,} NaN or infinite · {title}", "error"
        painter.setFont(small)
        painter.setPen(palette.color(token))
        elided = metrics.elidedText(title, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, elided)
        if self._mode == "heat":
            stack = self._columns(layer.histograms, area.width())
            paint_heat(painter, area, stack, palette, log=self._log, at=self._at)
            paint_steps(painter, area, below, stack, palette)
            return
        if self._mode == "pair":
            shown = [layer.histograms[0].legible(), pointed.legible()]
            paint_scale(painter, area, below, shown, palette)
            paint_pair(painter, area, shown[0], shown[1], palette, log=self._log)
        else:
            shown, marked = self._ridges(layer.histograms)
            paint_scale(painter, area, below, shown, palette)
            paint_ridges(painter, area, shown, palette, log=self._log, marked=marked)

    def _place(self, histograms: LayerRows) -> int:
        """The histogram of the step to point out: the last one up to it."""
        if self._at is None:
            return len(histograms) - 1
        return max(bisect_right(histograms.steps, self._at) - 1, 0)

    def _ridges(self, histograms: LayerRows) -> tuple[list[Histogram], int | None]:
        """Histograms at even distances in time, the one to point out among them, and where that is."""
        places = spread_out(histograms.steps, self.rows())
        if self._at is None:
            return [histograms[place].legible() for place in places], None
        wanted = self._place(histograms)
        marked = min(range(len(places)), key=lambda place: abs(places[place] - wanted))
        places[marked] = wanted
        return [histograms[place].legible() for place in places], marked

    def _columns(self, histograms: LayerRows, width: float) -> Stack:
        """Histograms at even distances in time, as many as there are columns."""
        return histograms.stack(spread_out(histograms.steps, min(_MOST_COLUMNS, max(round(width), 2))))

    def _words(self, layer: LayerHistory) -> str:
        """The histogram to point out, in words."""
        one = layer.histograms[self._place(layer.histograms)]
        lost = f", {one.nonfinite:,} NaN or infinite" if one.nonfinite else ""
        ends = f"from {short(one.low)} to {short(one.high)}"
        values = f"mean {short(one.mean)}, spread {short(one.spread)}, {ends}"
        return f"{layer.title}, step {one.step:,}: {values}{lost}"
