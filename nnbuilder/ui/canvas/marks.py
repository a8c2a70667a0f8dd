"""Rings around ports and badges: what the mouse is over, what is open to it, what a release would hit."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.common import colors

_WORLD = QRectF(-1e6, -1e6, 2e6, 2e6)
_OPEN = geo.PORT_RADIUS + 2.5
_HOVERED = geo.PORT_RADIUS + 3.0
_AIMED = geo.PORT_RADIUS + 6.0
_SLACK = 4.0

Spot = tuple[QPointF, float]
"""The middle and the radius of a ring."""


class Marks(QGraphicsItem):
    """Lies over the cards; its bounds are the whole world, so that a ring repaints itself alone."""

    def __init__(self, scene: QGraphicsScene) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setZValue(6.0)
        self._hovered: Spot | None = None
        self._open: tuple[QPointF, ...] = ()
        self._aimed: QPointF | None = None
        self._refused = False
        scene.addItem(self)

    @property
    def hovered(self) -> QPointF | None:
        """The middle of the ring under the mouse."""
        return self._hovered[0] if self._hovered else None

    @property
    def aimed(self) -> QPointF | None:
        """The port that a release would connect to, or be refused by."""
        return self._aimed

    @property
    def refused(self) -> bool:
        """Whether the port aimed at refuses."""
        return self._refused

    @property
    def offered(self) -> tuple[QPointF, ...]:
        """The ports that are open to what is being dragged."""
        return self._open

    def hover(self, middle: QPointF | None, *, badge: bool = False) -> None:
        """Draws a ring around the port or badge under the mouse."""
        radius = geo.BADGE_RADIUS + 2.5 if badge else _HOVERED
        spot = None if middle is None else (middle, radius)
        if spot != self._hovered:
            self._refresh(self._hovered, spot)
            self._hovered = spot

    def offer(self, ports: Iterable[QPointF]) -> None:
        """Draws rings around the ports that are open."""
        wanted = tuple(ports)
        self._refresh(*((port, _OPEN) for port in (*self._open, *wanted)))
        self._open = wanted

    def aim(self, port: QPointF | None, *, refused: bool = False) -> None:
        """Draws the one port that a release would hit."""
        if (port, refused) != (self._aimed, self._refused):
            self._refresh(*((spot, _AIMED) for spot in (self._aimed, port) if spot is not None))
            self._aimed, self._refused = port, refused

    def clear(self) -> None:
        """Draws nothing any more."""
        self.hover(None)
        self.offer(())
        self.aim(None)

    def boundingRect(self) -> QRectF:
        return _WORLD

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        palette, exposed = colors.current(), QRectF(option.exposedRect)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(palette.color("accent", 0.75), 1.6))
        for port in self._open:
            if exposed.intersects(_around(port, _OPEN)):
                painter.drawEllipse(port, _OPEN, _OPEN)
        if self._hovered is not None:
            painter.setPen(QPen(palette.color("text"), 1.6))
            painter.drawEllipse(self._hovered[0], self._hovered[1], self._hovered[1])
        if self._aimed is not None:
            color = "error" if self._refused else "accent"
            painter.setPen(QPen(palette.color(color), 2.4))
            painter.setBrush(palette.color(color, 0.3))
            painter.drawEllipse(self._aimed, _AIMED, _AIMED)

    def _refresh(self, *spots: Spot | None) -> None:
        for spot in spots:
            if spot is not None:
                self.update(_around(*spot))


def _around(middle: QPointF, radius: float) -> QRectF:
    side = radius + _SLACK
    return QRectF(middle.x() - side, middle.y() - side, 2 * side, 2 * side)
