"""What of the drawing is in view: zoom about a point, fit, 100 %, reveal."""

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtWidgets import QGraphicsView, QWidget

SMALLEST = 0.04
LARGEST = 4.0
_STEP = 1.2
_BORDER = 46.0
_GAP = 8


class Camera(QObject):
    """Zooms and moves a view; `changed` says that the scale is another one."""

    changed = Signal()

    def __init__(self, view: QGraphicsView) -> None:
        super().__init__(view)
        self._view = view
        self._cover: QWidget | None = None
        view.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        view.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def scale(self) -> float:
        """1.0 at 100 %."""
        return self._view.transform().m11()

    def visible(self) -> QRectF:
        """The part of the scene that is in view."""
        return self._view.mapToScene(self._view.viewport().rect()).boundingRect()

    def keep_clear_of(self, cover: QWidget) -> None:
        """From now on nothing is revealed behind this widget, which lies over the view."""
        self._cover = cover

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Zooms by a factor; the point of the viewport (its middle by default) stays where it is."""
        goal = min(max(self.scale * factor, SMALLEST), LARGEST)
        spot = about or QPointF(self._view.viewport().rect().center())
        before = self._view.mapToScene(spot.toPoint())
        self._view.scale(goal / self.scale, goal / self.scale)
        away = self._view.mapToScene(spot.toPoint()) - before
        self._view.translate(away.x(), away.y())
        self.changed.emit()

    def zoom_in(self) -> None:
        """One step closer."""
        self.zoom(_STEP)

    def zoom_out(self) -> None:
        """One step away."""
        self.zoom(1 / _STEP)

    def actual_size(self) -> None:
        """100 %."""
        self.zoom(1.0 / self.scale)

    def fit(self, rect: QRectF, largest: float = 1.0) -> None:
        """Shows a whole rectangle, at `largest` scale at most."""
        room = self._view.viewport().rect()
        wanted = rect.adjusted(-_BORDER, -_BORDER, _BORDER, _BORDER)
        scale = min(room.width() / wanted.width(), room.height() / wanted.height(), largest)
        scale = min(max(scale, SMALLEST), LARGEST)
        self._view.resetTransform()
        self._view.scale(scale, scale)
        self._view.centerOn(rect.center())
        self._uncover(rect, _GAP)
        self.changed.emit()

    def look_at(self, centre: QPointF, scale: float) -> None:
        """Shows a point of the scene in the middle, at a scale."""
        here = self.visible().center()
        if (here - centre).manhattanLength() < 1.0 and abs(self.scale - scale) < 1e-6:
            return
        self._view.resetTransform()
        self._view.scale(scale, scale)
        self._view.centerOn(centre)
        self.changed.emit()

    def centre(self, point: QPointF) -> None:
        """Brings a point of the scene into the middle, at the same scale."""
        self._view.centerOn(point)
        self.changed.emit()

    def reveal(self, rect: QRectF) -> None:
        """Scrolls as little as needed to show a rectangle."""
        border = round(min(_BORDER, _BORDER * self.scale) * 0.9)  # less than a fit leaves: that shows all
        self._view.ensureVisible(rect, border, border)
        self._uncover(rect, border)
        self.changed.emit()

    def _uncover(self, rect: QRectF, border: int) -> None:
        """Scrolls by the shorter way, up or to the left, to show what lies behind the cover."""
        if self._cover is None or not self._cover.isVisible():
            return
        box, cover = self._view.mapFromScene(rect).boundingRect(), self._cover.geometry()
        if not box.intersects(cover):
            return
        gap = min(border, _GAP)
        ways = [
            (distance, bar)
            for distance, room, bar in (
                (box.bottom() + gap - cover.top(), box.top(), self._view.verticalScrollBar()),
                (box.right() + gap - cover.left(), box.left(), self._view.horizontalScrollBar()),
            )
            if distance <= room - gap
        ]
        if ways:
            distance, bar = min(ways, key=lambda way: way[0])
            bar.setValue(bar.value() + distance)
