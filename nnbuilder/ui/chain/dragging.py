"""Rows carried by the mouse: where they would go is shown while they hang there."""

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QModelIndex, QObject, QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QApplication, QTreeView

from nnbuilder.graph.graph import INPUT, LOSS, NodeId
from nnbuilder.project.reorder import Put
from nnbuilder.ui.chain.model import ROW_ROLE, ChainModel
from nnbuilder.ui.common import colors, fonts

if TYPE_CHECKING:
    from collections.abc import Callable

_BORDER = 22
"""Pixels at the upper and lower end of the list where it scrolls on."""

_SCROLL_MS = 30
_SCROLL_BY = 9


class Target(msgspec.Struct, frozen=True):
    """Where rows go: before or behind a node, or into it."""

    node: NodeId
    side: Put


class RowDrag(QObject):
    """One list's drag; the tree hands it the events.

    `refusal_of` answers why something cannot go to a target; an empty text where it can.
    """

    def __init__(self, tree: QTreeView, model: ChainModel) -> None:
        super().__init__(tree)
        self._tree = tree
        self._model = model
        self._pressed: QPoint | None = None
        self._at = QPoint()
        self._title = ""
        self.active = False
        self.target: Target | None = None
        self.refusal = ""
        self.refusal_of: Callable[[Target], str] = lambda _target: ""
        self._scroll = QTimer(self)
        self._scroll.setInterval(_SCROLL_MS)
        self._scroll.timeout.connect(self._scroll_on)

    def press(self, point: QPoint) -> None:
        """A button went down on a row."""
        self._pressed = point

    def move(self, point: QPoint) -> bool:
        """The mouse is at another point; whether rows are carried."""
        if not self.active:
            if self._pressed is None:
                return False
            self.active = (point - self._pressed).manhattanLength() >= QApplication.startDragDistance()
            if not self.active:
                return False
            self._title = self._carried()
        self._at = point
        self._aim()
        near = min(point.y(), self._tree.viewport().height() - point.y()) < _BORDER
        (self._scroll.start if near else self._scroll.stop)()
        return True

    def end(self) -> Target | None:
        """The drag is over; answers where a release here puts what was carried, None where nothing was."""
        target = self.target if self.active and not self.refusal else None
        self.cancel()
        return target

    def cancel(self) -> bool:
        """Forgets the drag; whether there was one."""
        was, self.active = self.active, False
        self._pressed, self.target = None, None
        self._scroll.stop()
        self._tree.viewport().unsetCursor()
        self._tree.viewport().update()
        return was

    def paint(self, painter: QPainter) -> None:
        """Paints where the rows would go, and what is carried."""
        if not self.active:
            return
        palette = colors.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.target is not None and not self.refusal:
            painter.setPen(QPen(palette.color("accent"), 2.0))
            spot = self._spot(self.target)
            if self.target.side == "into":
                painter.drawRoundedRect(QRectF(spot).adjusted(1, 1, -1, -1), 5, 5)
            else:
                painter.drawLine(spot.left() + 6, spot.top(), spot.right(), spot.top())
                painter.setBrush(palette.color("canvas"))
                painter.drawEllipse(QRectF(spot.left() + 1, spot.top() - 2.5, 5, 5))
        self._paint_pill(painter)

    def _paint_pill(self, painter: QPainter) -> None:
        palette = colors.current()
        font = fonts.scaled(0.86) if self.refusal else fonts.scaled(0.92, bold=True)
        metrics = QFontMetrics(font)
        room = self._tree.viewport().width() - 24
        text = metrics.elidedText(self.refusal or self._title, Qt.TextElideMode.ElideRight, room)
        width, height = metrics.horizontalAdvance(text) + 16, metrics.height() + 6
        left = min(max(self._at.x() + 10, 2), self._tree.viewport().width() - width - 2)
        pill = QRectF(left + 0.5, self._at.y() - height / 2 + 0.5, width, height)
        painter.setPen(palette.color("accent" if not self.refusal else "border"))
        painter.setBrush(palette.color("accent_soft" if not self.refusal else "raised", 0.94))
        painter.drawRoundedRect(pill, 6, 6)
        painter.setFont(font)
        painter.setPen(palette.color("text" if not self.refusal else "muted"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

    def _aim(self) -> None:
        """Finds where a release would put the rows."""
        target = self._target_at(self._at)
        if target != self.target:
            self.target = target
            self.refusal = "" if target is None else self.refusal_of(target)
        good = target is not None and not self.refusal
        shape = Qt.CursorShape.ClosedHandCursor if good else Qt.CursorShape.ForbiddenCursor
        self._tree.viewport().setCursor(shape)
        self._tree.viewport().update()

    def _target_at(self, point: QPoint) -> Target | None:
        tree = self._tree
        index = tree.indexAt(QPoint(max(point.x(), 0), point.y()))
        if not index.isValid():
            index = self._last(QModelIndex())
            if not index.isValid() or point.y() < tree.visualRect(index).bottom():
                return None
            point = tree.visualRect(index).bottomLeft()
        node = self._model.node_at(index)
        if node is None:
            return None
        row, box = index.data(ROW_ROLE), tree.visualRect(index)
        share = (point.y() - box.top()) / max(box.height(), 1)
        if row.kind in (INPUT, LOSS):
            return Target(node, "after" if row.kind == INPUT else "before")
        if row.group and (0.28 < share < 0.72 or (share >= 0.72 and tree.isExpanded(index))):
            return self._inside(node, index, share)
        return Target(node, "before" if share < 0.5 else "after")

    def _inside(self, group: NodeId, index: QModelIndex, share: float) -> Target:
        """Into a group: before its first row where that stands open below, else at its end."""
        first = self._model.node_at(self._model.index(0, 0, index))
        if share >= 0.72 and first is not None:
            return Target(first, "before")
        return Target(group, "into")

    def _spot(self, target: Target) -> QRect:
        """The row that is gone into, or the line between two rows as the upper side of a rectangle."""
        tree = self._tree
        index = self._model.index_of(target.node)
        box = tree.visualRect(index)
        if target.side == "into":
            return box
        if target.side == "before":
            return box.translated(0, 1 if box.top() == 0 else 0)
        last = self._last(index)
        return QRect(box.left(), tree.visualRect(last).bottom() + 1, box.width(), 1)

    def _last(self, inside: QModelIndex) -> QModelIndex:
        """The lowest row that hangs on a row, or on all; that row itself where it is folded or empty."""
        index = inside
        while (rows := self._model.rowCount(index)) and (not index.isValid() or self._tree.isExpanded(index)):
            index = self._model.index(rows - 1, 0, index)
        return index

    def _carried(self) -> str:
        """What is carried: the one layer's name, or how many there are."""
        indexes = self._tree.selectionModel().selectedIndexes()
        if len(indexes) == 1:
            return str(indexes[0].data(Qt.ItemDataRole.DisplayRole))
        return f"{len(indexes)} layers"

    def _scroll_on(self) -> None:
        bar = self._tree.verticalScrollBar()
        up = self._at.y() < _BORDER
        bar.setValue(bar.value() + (-_SCROLL_BY if up else _SCROLL_BY))
        self._aim()
