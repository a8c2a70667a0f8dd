"""A network in the size of a stamp: coloured cards on a line."""

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from nnbuilder.catalog import registry
from nnbuilder.graph.graph import INPUT, LOSS, Graph, NodeId
from nnbuilder.graph.order import order_of
from nnbuilder.ui.common.colors import INPUT_COLOR, LOSS_COLOR, UNKNOWN_COLOR, Palette, group_color

_IN_A_ROW = 6


def paint_thumbnail(painter: QPainter, area: QRectF, graph: Graph, palette: Palette) -> None:
    """Paints the chain of a graph in rows, each layer in the colour of its group."""
    chain = order_of(graph).chain
    if not chain:
        return
    rows = -(-len(chain) // _IN_A_ROW)
    columns = -(-len(chain) // rows)
    width, height = area.width() / columns, area.height() / rows
    box = QRectF(0, 0, width * 0.66, min(height * 0.62, width * 0.5))
    spots = [
        QPointF(area.left() + (place % columns + 0.5) * width, area.top() + (place // columns + 0.5) * height)
        for place in range(len(chain))
    ]
    painter.setPen(QPen(palette.color("edge"), 1.4))
    for place, (start, end) in enumerate(pairwise(spots), start=1):
        if place % columns:
            painter.drawLine(start, end)
    for node, spot in zip(chain, spots, strict=True):
        box.moveCenter(spot)
        _paint_card(painter, box, layer_color(graph, node), palette)


def layer_color(graph: Graph, node: NodeId) -> QColor:
    """The header colour of a node."""
    kind = graph.nodes[node].type
    ends = {INPUT: INPUT_COLOR, LOSS: LOSS_COLOR}
    spec = registry.layer(kind)
    return QColor(ends.get(kind) or (group_color(spec.group) if spec else UNKNOWN_COLOR))


def _paint_card(painter: QPainter, box: QRectF, color: QColor, palette: Palette) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(box, 3, 3)
    painter.setBrush(palette.color("card"))
    painter.drawRect(box.adjusted(1, box.height() * 0.42, -1, -2))
