"""Sizes of a card and the shapes of edges, in scene coordinates (pixels at 100 %)."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

CARD_WIDTH = 128.0
CARD_HEIGHT = 92.0
HEADER_HEIGHT = 27.0
RADIUS = 8.0
PORT_Y = 46.0
PORT_RADIUS = 4.5
BADGE_RADIUS = 10.0
GAP = 50.0
COLUMN = CARD_WIDTH + GAP
ROW = 210.0
COLUMNS = 5
"""Cards in a row of a tidy drawing."""

MARGIN = 14.0
"""How far ports, badge and outline reach beyond the card."""

_BEND = 56.0
_STRAIGHT = 14.0


def card_rect(x: float = 0.0, y: float = 0.0) -> QRectF:
    """The rectangle of a card whose upper left corner is at (x, y)."""
    return QRectF(x, y, CARD_WIDTH, CARD_HEIGHT)


def in_port(x: float, y: float) -> QPointF:
    """Where edges end at a card whose upper left corner is at (x, y)."""
    return QPointF(x, y + PORT_Y)


def out_port(x: float, y: float) -> QPointF:
    """Where edges start at a card whose upper left corner is at (x, y)."""
    return QPointF(x + CARD_WIDTH, y + PORT_Y)


def edge_path(start: QPointF, end: QPointF) -> QPainterPath:
    """The curve of an edge: straight within a row, in two bends back to the next row."""
    path = QPainterPath(start)
    if end.x() - start.x() >= _STRAIGHT:
        middle = (start.x() + end.x()) / 2
        if abs(end.y() - start.y()) < 1.0:
            path.lineTo(end)
        else:
            path.cubicTo(QPointF(middle, start.y()), QPointF(middle, end.y()), end)
        return path
    level = turning_level(start, end)
    path.cubicTo(
        QPointF(start.x() + _BEND, start.y()),
        QPointF(start.x() + _BEND, level),
        QPointF(max(start.x() - 2 * _BEND, (start.x() + end.x()) / 2), level),
    )
    path.lineTo(QPointF(min(end.x() + 2 * _BEND, (start.x() + end.x()) / 2), level))
    path.cubicTo(QPointF(end.x() - _BEND, level), QPointF(end.x() - _BEND, end.y()), end)
    return path


def turning_level(start: QPointF, end: QPointF) -> float:
    """The height at which an edge that runs backwards crosses over."""
    if abs(end.y() - start.y()) < CARD_HEIGHT:
        return max(start.y(), end.y()) + CARD_HEIGHT
    return (start.y() + end.y()) / 2


def label_place(start: QPointF, end: QPointF) -> QPointF:
    """The middle of an edge's label: above a straight edge, on the line of one that runs backwards."""
    middle = (start + end) / 2
    if end.x() - start.x() >= _STRAIGHT:
        return QPointF(middle.x(), middle.y() - 15.0)
    return QPointF(middle.x(), turning_level(start, end))


def label_room(start: QPointF, end: QPointF) -> float:
    """How wide the label of an edge may be."""
    if end.x() - start.x() >= _STRAIGHT:
        return max(end.x() - start.x() - 4.0, 28.0)
    return 160.0
