"""A network as a silhouette: how wide its layers are, how images shrink and channels grow."""

import math
from collections.abc import Iterator
from itertools import pairwise

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from nnbuilder.graph.graph import INPUT, LOSS, Graph, Node
from nnbuilder.graph.order import flat_layers, orders_of
from nnbuilder.ui.common.colors import Palette
from nnbuilder.ui.welcome.thumbnail import layer_color

_SIZES = ("out_features", "out_channels", "hidden_size", "embedding_dim")
_WIDEST = 8.0
"""The power of two that fills the height."""

_LOWEST = 0.16
_SHRINK = 0.66
"""What a stride or a pooling layer leaves of the height: less than the truth, so that small ones show."""

_SLIM, _PLAIN, _THICK = 0.3, 0.62, 1.0


class Bar(msgspec.Struct, frozen=True):
    """One layer: its colour, and its height and width as shares of what there is."""

    color: str
    height: float
    width: float


def paint_silhouette(painter: QPainter, area: QRectF, graph: Graph, palette: Palette) -> None:
    """Paints the layers as bars side by side, over a pale outline that joins them."""
    bars = list(bars_of(graph))
    if not bars:
        return
    step = min(area.width() / len(bars), area.height() * 0.5)
    left = area.center().x() - step * len(bars) / 2
    boxes = []
    for place, bar in enumerate(bars):
        box = QRectF(0, 0, max(2.5, step * 0.72 * bar.width), max(4.0, area.height() * bar.height))
        box.moveCenter(QPointF(left + (place + 0.5) * step, area.center().y()))
        boxes.append(box)
    painter.setPen(Qt.PenStyle.NoPen)
    shade = palette.color("edge")
    shade.setAlphaF(0.22)
    painter.setBrush(shade)
    for one, two in pairwise(boxes):
        corners = (one.topRight(), two.topLeft(), two.bottomLeft(), one.bottomRight())
        painter.drawPolygon(QPolygonF(corners))
    for bar, box in zip(bars, boxes, strict=True):
        painter.setBrush(QColor(bar.color))
        painter.drawRoundedRect(box, 1.6, 1.6)


def bars_of(graph: Graph) -> Iterator[Bar]:
    """The bars from Input to Loss, groups opened."""
    inputs, losses = graph.of_type(INPUT), graph.of_type(LOSS)
    layers = [node for node, _ in flat_layers(graph, orders_of(graph))]
    if not (inputs and losses and layers):
        return
    is_image = any("Conv" in node.type for node in layers)
    height = 1.0 if is_image else max(0.5, next(filter(None, map(_height, layers)), 0.5))
    yield Bar(layer_color(graph, inputs[0].id).name(), height, _SLIM)
    for node in layers:
        height, width = _after(node, height)
        yield Bar(layer_color(graph, node.id).name(), height, width)
    yield Bar(layer_color(graph, losses[0].id).name(), _LOWEST, _SLIM)


def _after(node: Node, height: float) -> tuple[float, float]:
    """Height behind a layer, and how thick it is painted."""
    if node.type.startswith("Conv"):
        channels = _size(node) or 1
        shrunk = height * _SHRINK if node.args.get("stride", 1) != 1 else height
        return shrunk, min(_THICK, 0.3 + math.log2(channels + 1) / 9)
    if node.type.startswith("Adaptive"):
        return _LOWEST, _SLIM
    if "Pool" in node.type:
        return height * _SHRINK, _SLIM
    size = _height(node)
    return (size, _PLAIN) if size else (height, _SLIM)


def _height(node: Node) -> float:
    size = 0 if node.type.startswith("Conv") else _size(node)
    return max(_LOWEST, min(1.0, math.log2(size + 1) / _WIDEST)) if size else 0.0


def _size(node: Node) -> int:
    """How many numbers a layer gives, as far as its arguments tell; else 0."""
    found = (node.args.get(name) for name in _SIZES)
    return next((size for size in found if isinstance(size, int)), 0)
