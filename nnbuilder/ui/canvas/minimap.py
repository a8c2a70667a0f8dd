"""The whole drawing in small at the lower right of the canvas: shows where one is, and goes elsewhere."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from nnbuilder.catalog.colors import NOTES, UNKNOWN_COLOR
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.camera import Camera
from nnbuilder.ui.canvas.scene import CanvasScene
from nnbuilder.ui.common import colors

SIZE = QSize(150, 84)
_ROOM = 90.0
"""Scene units around the drawing."""

_SETTLE_MS = 60
"""An edit waits for no map: it is drawn anew when edits have paused this long."""

_LEAST_VIEW = QSize(420, 260)
"""A smaller canvas has no room for a map of it."""


class Minimap(QWidget):
    """Paints each card as a small box of its colour and the part in view as a frame; a press goes there."""

    def __init__(self, parent: QWidget, scene: CanvasScene, camera: Camera) -> None:
        super().__init__(parent)
        self._scene = scene
        self._camera = camera
        self._wanted = True
        self._picture: QPixmap | None = None
        self._world = QRectF()
        self._grabbed = QPointF()
        self._settling = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settling.timeout.connect(self._refresh)
        self.setObjectName("canvas.minimap")
        self.setAccessibleName("Map of the drawing")
        self.setToolTip("Click or drag to go there; View menu, Minimap hides it")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(SIZE)
        scene.altered.connect(self._changed)
        colors.changed.connect(self._changed)
        self.hide()

    @property
    def wanted(self) -> bool:
        """Whether it is to be shown where there is room."""
        return self._wanted

    def set_wanted(self, wanted: bool) -> None:
        """Shows or hides the map."""
        self._wanted = wanted
        self.place()

    def repaint_all(self) -> None:
        """Paints anew, also what the cards are like."""
        self._refresh()

    def place(self) -> None:
        """Goes to the lower right of the parent, where there is room and something to show."""
        parent = self.parentWidget()
        if parent is None:
            return
        room = parent.size()
        self.move(room.width() - self.width() - 12, room.height() - self.height() - 10)
        big = room.width() >= _LEAST_VIEW.width() and room.height() >= _LEAST_VIEW.height()
        self.setVisible(self._wanted and big and bool(self._scene.cards))
        self.update()

    def seen(self) -> QRectF:
        """The frame around the part in view, in its own pixels."""
        self._settled()
        seen = self._camera.visible()
        corners = [self._to_map(point) for point in (seen.topLeft(), seen.bottomRight())]
        return QRectF(*corners).intersected(QRectF(self.rect()).adjusted(2, 2, -2, -2))

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(QPoint(0, 0), self._settled())
        painter.setBrush(palette.color("accent", 0.06))
        painter.setPen(QPen(palette.color("accent"), 1.3))
        painter.drawRoundedRect(self.seen(), 3, 3)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            seen = self.seen()
            at = event.position()
            self._grabbed = at - seen.center() if seen.contains(at) else QPointF()
            self._go(at)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def _go(self, at: QPointF) -> None:
        self._camera.centre(self._to_scene(at - self._grabbed))

    def _settled(self) -> QPixmap:
        """The picture of the drawing, made now only where there is none yet."""
        if self._picture is None:
            self._measure()
            self._picture = self._painted()
        return self._picture

    def _refresh(self) -> None:
        self._settling.stop()
        self._picture = None
        self.update()

    def _changed(self) -> None:
        self._settling.start()
        if self._wanted and self.isVisible() != bool(self._scene.cards):
            self.place()

    def _measure(self) -> None:
        """Fits the part of the scene that the map shows into its shape."""
        around = QRectF()
        for key in (*self._scene.cards, *self._scene.notes):
            around = around.united(self._scene.rect_of(key))
        around = around.adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM)
        inner = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        scale = max(around.width() / inner.width(), around.height() / inner.height(), 1.0)
        width, height = inner.width() * scale, inner.height() * scale
        centre = around.center()
        self._world = QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height)

    def _painted(self) -> QPixmap:
        palette, ratio = colors.current(), self.devicePixelRatioF()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(palette.color("border"))
        painter.setBrush(palette.color("window", 0.94))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        for color, boxes in self._boxes().items():
            painter.setBrush(QColor(color))
            painter.drawRects(boxes)
        painter.end()
        return pixmap

    def _boxes(self) -> dict[str, list[QRectF]]:
        """What to paint, by colour: frames and notes pale, then cards."""
        palette = colors.current()
        boxes: dict[str, list[QRectF]] = {}
        scale = (self.width() - 8) / self._world.width()
        for key, item in self._scene.notes.items():
            pale = palette.mixed("window", NOTES.get(item.note.color, UNKNOWN_COLOR), 0.3).name()
            rect = self._scene.rect_of(key)
            corner = self._to_map(rect.topLeft())
            boxes.setdefault(pale, []).append(
                QRectF(corner.x(), corner.y(), rect.width() * scale, rect.height() * scale)
            )
        width, height = max(geo.CARD_WIDTH * scale, 1.5), max(geo.CARD_HEIGHT * scale, 1.2)
        for card in self._scene.cards.values():
            color = palette.accent if card.selected else card.look.color
            corner = self._to_map(card.pos())
            boxes.setdefault(color, []).append(QRectF(corner.x(), corner.y(), width, height))
        return boxes

    def _to_map(self, point: QPointF) -> QPointF:
        scale = (self.width() - 8) / self._world.width()
        return (point - self._world.topLeft()) * scale + QPointF(4, 4)

    def _to_scene(self, at: QPointF) -> QPointF:
        scale = (self.width() - 8) / self._world.width()
        return (at - QPointF(4, 4)) / scale + self._world.topLeft()
