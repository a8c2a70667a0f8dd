"""Histograms of some layers side by side, painted once and kept as a picture until they change."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Literal, cast

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QToolTip, QWidget

from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.histogram import Histogram
from nnbuilder.ui.common.titles import short
from nnbuilder.ui.plots.heat_map import paint_heat, paint_steps
from nnbuilder.ui.plots.layer_rows import LayerHistory, LayerRows
from nnbuilder.ui.plots.ridges import paint_pair, paint_ridges, paint_scale, spread_out

Mode = Literal["time", "heat", "pair"]

_NARROWEST = 120
_GAP = 14.0
_ROW = 6.0
_MOST_ROWS = 36
_MOST_COLUMNS = 400


class RidgeView(QWidget):
    """Paints one column for each layer: ridges over time, a heat map over time, or now against the start."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ridges")
        self._layers: tuple[LayerHistory, ...] = ()
        self._mode: Mode = "time"
        self._log = False
        self._at: int | None = None
        self._picture: QPixmap | None = None
        self.painted = 0
        """How often the picture was painted anew."""
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
        self._layers, self._mode, self._log, self._at = tuple(layers), mode, log, at
        self.setMinimumWidth(_NARROWEST * len(self._layers))
        names = ", ".join(layer.title for layer in self._layers)
        self.setAccessibleName(f"Histograms of the {what} of {names}")
        self.setAccessibleDescription("; ".join(self._words(layer) for layer in self._layers))
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

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        if self._picture is None or self._picture.size() != size:
            self._picture = QPixmap(size)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(colors.current().color("canvas"))
            self.painted += 1
            painter = QPainter(self._picture)
            self.paint_into(painter, QRectF(self.rect()))
            painter.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()

    def paint_into(self, painter: QPainter, area: QRectF) -> None:
        """Paints everything into a rectangle."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = area.width() / max(len(self._layers), 1)
        for place, layer in enumerate(self._layers):
            cell = QRectF(area.left() + place * width, area.top(), width, area.height())
            self._paint_layer(painter, cell, layer)

    def _forget(self) -> None:
        self._picture = None
        self.update()

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
            shown = self._columns(layer.histograms)
            paint_heat(painter, area, shown, palette, log=self._log, at=self._at)
            paint_steps(painter, area, below, shown, palette)
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

    def _columns(self, histograms: LayerRows) -> list[Histogram]:
        return [histograms[place] for place in spread_out(histograms.steps, _MOST_COLUMNS)]

    def _words(self, layer: LayerHistory) -> str:
        """The histogram to point out, in words."""
        one = layer.histograms[self._place(layer.histograms)]
        lost = f", {one.nonfinite:,} NaN or infinite" if one.nonfinite else ""
        ends = f"from {short(one.low)} to {short(one.high)}"
        values = f"mean {short(one.mean)}, spread {short(one.spread)}, {ends}"
        return f"{layer.title}, step {one.step:,}: {values}{lost}"
