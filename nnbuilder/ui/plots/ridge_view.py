"""Histograms of some layers side by side, painted once and kept as a picture until they change."""

from collections.abc import Sequence
from typing import Literal

import msgspec
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.histogram import Histogram
from nnbuilder.ui.plots.ridges import paint_pair, paint_ridges, paint_scale, span_of, spread_out

Mode = Literal["time", "pair"]

_NARROWEST = 120
_GAP = 14.0
_ROW = 6.0
_MOST_ROWS = 36


class LayerHistory(msgspec.Struct, frozen=True, eq=False):
    """One layer's histograms, oldest first."""

    title: str
    histograms: Sequence[Histogram]


class RidgeView(QWidget):
    """Paints one column for each layer: ridges over time, or now against the start."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ridges")
        self._layers: tuple[LayerHistory, ...] = ()
        self._mode: Mode = "time"
        self._picture: QPixmap | None = None
        self.painted = 0
        """How often the picture was painted anew."""
        colors.changed.connect(self._forget)

    @property
    def layers(self) -> tuple[LayerHistory, ...]:
        """What is shown."""
        return self._layers

    def show_layers(self, layers: Sequence[LayerHistory], mode: Mode) -> None:
        """Shows these layers; they keep a legible width, so the view may become wider than its place."""
        self._layers, self._mode = tuple(layers), mode
        self.setMinimumWidth(_NARROWEST * len(self._layers))
        names = ", ".join(layer.title for layer in self._layers)
        self.setAccessibleName(f"Histograms of the weights of {names}")
        self._forget()

    def rows(self) -> int:
        """How many ridges fit into the height."""
        return max(4, min(_MOST_ROWS, int(self.height() / _ROW)))

    def sizeHint(self) -> QSize:
        return QSize(_NARROWEST * 2, 160)

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        if self._picture is None or self._picture.size() != size:
            self._picture = QPixmap(size)
            self._picture.setDevicePixelRatio(ratio)
            self._paint(self._picture)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()

    def _forget(self) -> None:
        self._picture = None
        self.update()

    def _paint(self, picture: QPixmap) -> None:
        self.painted += 1
        picture.fill(colors.current().color("canvas"))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.width() / max(len(self._layers), 1)
        for place, layer in enumerate(self._layers):
            self._paint_layer(painter, QRectF(place * width, 0.0, width, self.height()), layer)
        painter.end()

    def _paint_layer(self, painter: QPainter, cell: QRectF, layer: LayerHistory) -> None:
        palette = colors.current()
        small = fonts.scaled(0.88)
        metrics = QFontMetricsF(small)
        line = metrics.height()
        inner = cell.adjusted(_GAP / 2, 4, -_GAP / 2, -2)
        area = inner.adjusted(0, line + 2, 0, -line - 2)
        newest = layer.histograms[-1]
        title, token = layer.title, "muted"
        if newest.nonfinite:
            title, token = f"{newest.nonfinite:,} NaN or infinite · {title}", "error"
        painter.setFont(small)
        painter.setPen(palette.color(token))
        elided = metrics.elidedText(title, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, elided)
        shown = self._chosen(layer)
        paint_scale(painter, area, inner.adjusted(0, inner.height() - line, 0, 0), span_of(shown), palette)
        if self._mode == "pair":
            paint_pair(painter, area, shown[0], shown[-1], palette)
        else:
            paint_ridges(painter, area, shown, palette)

    def _chosen(self, layer: LayerHistory) -> list[Histogram]:
        if self._mode == "pair":
            chosen = [layer.histograms[0], layer.histograms[-1]]
        else:
            places = spread_out([one.step for one in layer.histograms], self.rows())
            chosen = [layer.histograms[place] for place in places]
        return [one.legible() for one in chosen]
