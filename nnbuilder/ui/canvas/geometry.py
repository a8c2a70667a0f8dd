"""The geometry of cards and edges as Qt's own values."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from nnbuilder.graph import geometry
from nnbuilder.graph.geometry import (
    CARD_HEIGHT,
    CARD_WIDTH,
    COLUMN,
    COLUMNS,
    GAP,
    HEADER_HEIGHT,
    MARGIN,
    PORT_RADIUS,
    PORT_Y,
    RADIUS,
    ROW,
    STACK,
    Point,
)

__all__ = [
    "BADGE_RADIUS",
    "CARD_HEIGHT",
    "CARD_WIDTH",
    "COLUMN",
    "COLUMNS",
    "GAP",
    "HEADER_HEIGHT",
    "MARGIN",
    "PORT_RADIUS",
    "PORT_Y",
    "RADIUS",
    "ROW",
    "STACK",
    "Point",
    "add_edge",
    "card_rect",
    "edge_path",
    "in_port",
    "label_place",
    "label_room",
    "out_port",
]

BADGE_RADIUS = 10.0


def card_rect(x: float = 0.0, y: float = 0.0) -> QRectF:
    """The rectangle of a card whose upper left corner is at (x, y)."""
    return QRectF(x, y, CARD_WIDTH, CARD_HEIGHT)


def in_port(x: float, y: float) -> QPointF:
    """Where edges end at a card whose upper left corner is at (x, y)."""
    return QPointF(*geometry.in_port(x, y))


def out_port(x: float, y: float) -> QPointF:
    """Where edges start at a card whose upper left corner is at (x, y)."""
    return QPointF(*geometry.out_port(x, y))


def edge_path(start: QPointF, end: QPointF) -> QPainterPath:
    """The curve of an edge: straight within a row, in two bends back to the next row."""
    path = QPainterPath()
    add_edge(path, _point(start), _point(end))
    return path


def add_edge(path: QPainterPath, start: Point, end: Point) -> None:
    """Adds the curve of an edge to a path."""
    path.moveTo(*start)
    for piece in geometry.edge_curve(start, end):
        if len(piece) == 3:
            (x1, y1), (x2, y2), (x3, y3) = piece
            path.cubicTo(x1, y1, x2, y2, x3, y3)
        else:
            path.lineTo(*piece[0])


def label_place(start: QPointF, end: QPointF) -> QPointF:
    """The middle of an edge's label: above a straight edge, on the line of one that runs backwards."""
    return QPointF(*geometry.label_place(_point(start), _point(end)))


def label_room(start: QPointF, end: QPointF) -> float:
    """How wide the label of an edge may be."""
    return geometry.label_room(_point(start), _point(end))


def _point(point: QPointF) -> Point:
    return point.x(), point.y()
