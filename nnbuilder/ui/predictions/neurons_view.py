"""Every neuron's response over the plane of two features, layer by layer."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent

from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.heat import Bytes, diverging, sheet
from nnbuilder.ui.common.titles import counted
from nnbuilder.ui.predictions.plane_view import Response
from nnbuilder.ui.predictions.sheet import Sheet

_GAP = 2.0
_PAD = 5.0
_BETWEEN = 3.0
_SMALLEST, _LARGEST = 8.0, 84.0
_SCROLLED = 14.0
"""Size of the tiles of layers that are too many to be seen at once."""

_TIP = "Each tile is a neuron over the plane: orange above zero, blue below. Point at one to see it large."


@dataclass(frozen=True, slots=True, eq=False)
class LayerResponses:
    """A layer's neurons: `pictures` uint8 (neurons, rows, columns), `peaks` (neurons,), `size` counts all."""

    title: str
    pictures: Bytes
    peaks: Sequence[float]
    size: int

    @property
    def heading(self) -> str:
        """What it is called, and how many neurons there are."""
        shown = len(self.pictures)
        rest = f"first {shown} of {self.size:,}" if shown < self.size else counted(shown, "neuron")
        return f"{self.title} · {rest}"

    def response(self, neuron: int) -> Response:
        """One of its neurons, to be shown large."""
        return Response(f"Neuron {neuron} of {self.title}", self.pictures[neuron], float(self.peaks[neuron]))


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where tiles lie: size and distance, how many are in a line, where lines begin, tops, bottom."""

    tile: float
    pitch: float
    columns: int
    left: float
    tops: tuple[float, ...]
    bottom: float


class NeuronsView(Sheet):
    """Shows layers below each other, in tiles as large as fit.

    `pointed` carries the `Response` under the mouse or at the keyboard's place, or None; `walked` the
    middle of the tile that the keyboard went to.
    """

    pointed = Signal(object)
    walked = Signal(QPoint)

    def __init__(self) -> None:
        super().__init__("neurons_view", "Responses of neurons over the plane")
        self.setToolTip(_TIP)
        self._layers: tuple[LayerResponses, ...] = ()
        self._at: tuple[int, int] | None = None

    @property
    def layers(self) -> tuple[LayerResponses, ...]:
        """What is shown."""
        return self._layers

    def show_layers(self, layers: Sequence[LayerResponses]) -> None:
        """Shows these layers."""
        self._layers = tuple(layers)
        place = self._at
        if place is not None and not (
            place[0] < len(self._layers) and place[1] < len(self._layers[place[0]].pictures)
        ):
            self._at = None
        self.setAccessibleDescription(", ".join(layer.heading for layer in self._layers))
        if place is not None:
            self._tell()
        self._ask_for_room()
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ask_for_room()

    def paint_on(self, painter: QPainter, area: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        table = diverging(colors.current())
        plan = self._plan(area)
        for layer, top in zip(self._layers, plan.tops, strict=True):
            if plan.left > _PAD:
                _paint_label(painter, QRectF(area.left() + _PAD, top, plan.left - 2 * _PAD, plan.tile), layer)
            cells = layer.pictures.shape[2]
            image = sheet(layer.pictures, plan.columns, _cells_between(cells, plan.tile), table)
            scale = plan.tile / cells
            size = (image.width() * scale, image.height() * scale)
            painter.drawImage(QRectF(area.left() + plan.left, top, *size), image)

    def paint_marks(self, painter: QPainter) -> None:
        if self._at is not None:
            painter.setPen(QPen(colors.current().color("text"), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.tile(*self._at))

    def tile(self, layer: int, neuron: int) -> QRectF:
        """Where a neuron's tile lies."""
        plan = self._plan(QRectF(self.rect()))
        left = plan.left + neuron % plan.columns * plan.pitch
        return QRectF(left, plan.tops[layer] + neuron // plan.columns * plan.pitch, plan.tile, plan.tile)

    def table(self) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        """Each neuron with its largest response: names of the columns, and rows."""
        rows: list[tuple[object, ...]] = [
            (layer.title, neuron, float(peak))
            for layer in self._layers
            for neuron, peak in enumerate(layer.peaks)
        ]
        return ("layer", "neuron", "largest response"), rows

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        spots = (
            (row, place) for row, layer in enumerate(self._layers) for place in range(len(layer.pictures))
        )
        self._point_at(next((spot for spot in spots if self.tile(*spot).contains(event.position())), None))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._at is not None:
            self._point_at(None)
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down} and self._layers:
            self._walk(key)
        else:
            super().keyPressEvent(event)

    def _walk(self, key: Qt.Key) -> None:
        """To the neuron before or after, or to the layer above or below."""
        if self._at is None:
            self._point_at((0, 0))
            return
        row, neuron = self._at
        if key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            row = min(max(row + (1 if key == Qt.Key.Key_Down else -1), 0), len(self._layers) - 1)
        else:
            neuron += 1 if key == Qt.Key.Key_Right else -1
        self._point_at((row, min(max(neuron, 0), len(self._layers[row].pictures) - 1)))
        self.walked.emit(self.tile(*self._at).center().toPoint())

    def _point_at(self, place: tuple[int, int] | None) -> None:
        if place != self._at:
            self._at = place
            self._tell()
            self.update()

    def _tell(self) -> None:
        self.pointed.emit(None if self._at is None else self._layers[self._at[0]].response(self._at[1]))

    def _ask_for_room(self) -> None:
        """Is as high as the smallest tiles need where a place to scroll in is not as high as that."""
        parent = self.parentWidget()
        plan = self._plan(QRectF(0, 0, self.width(), parent.height() if parent else 0))
        needed = math.ceil(plan.bottom) if plan.tile == _SCROLLED else 0
        if needed != self.minimumHeight():
            self.setMinimumHeight(needed)

    def _plan(self, area: QRectF) -> _Plan:
        """The largest tiles with which all layers fit, else those that are scrolled."""
        counts = [len(layer.pictures) for layer in self._layers]
        cells = max((layer.pictures.shape[2] for layer in self._layers), default=1)
        metrics = QFontMetricsF(fonts.scaled(0.88))
        words = max((metrics.horizontalAdvance(layer.title) for layer in self._layers), default=0.0)
        left = _PAD if len(counts) < 2 else min(words, area.width() * 0.3) + 2 * _PAD
        wide, tile = area.width() - left - _PAD, _LARGEST
        while tile >= _SMALLEST and not _fits(counts, tile, cells, wide, area.height()):
            tile -= 0.5
        tile = tile if tile >= _SMALLEST else _SCROLLED
        pitch = _pitch(tile, cells)
        columns, tops, top = _columns(tile, pitch, wide), [], area.top() + _BETWEEN
        for count in counts:
            tops.append(top)
            top += math.ceil(count / columns) * pitch + _BETWEEN
        return _Plan(tile, pitch, columns, left, tuple(tops), top)


def _paint_label(painter: QPainter, place: QRectF, layer: LayerResponses) -> None:
    small = fonts.scaled(0.88)
    metrics = QFontMetricsF(small)
    painter.setFont(small)
    painter.setPen(colors.current().color("muted"))
    text = metrics.elidedText(layer.title, Qt.TextElideMode.ElideRight, place.width() + _PAD)
    base = place.top() + max(
        (min(place.height(), 2 * metrics.height()) + metrics.ascent()) / 2, metrics.ascent()
    )
    painter.drawText(QPointF(place.left(), base - 1), text)


def _cells_between(cells: int, tile: float) -> int:
    """The gap between two tiles in cells of their pictures."""
    return max(1, round(cells * _GAP / tile))


def _pitch(tile: float, cells: int) -> float:
    """From one tile to the next."""
    return tile + _cells_between(cells, tile) * tile / cells


def _columns(tile: float, pitch: float, wide: float) -> int:
    return max(1, int((wide - tile) / pitch) + 1)


def _fits(counts: Sequence[int], tile: float, cells: int, wide: float, high: float) -> bool:
    """Whether layers of so many neurons fit in tiles of that size."""
    pitch = _pitch(tile, cells)
    columns = _columns(tile, pitch, wide)
    lines = sum(math.ceil(count / columns) for count in counts)
    return tile <= wide and lines * pitch + (len(counts) + 1) * _BETWEEN <= high
