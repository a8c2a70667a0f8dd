"""A box over the window with a field and what is found below it; nothing else is locked meanwhile."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QListView, QVBoxLayout, QWidget
from shiboken6 import Shiboken

from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.found_row import ROW_ROLE, FoundDelegate, Row
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.scrollbar import ThinScrollBar

_WIDTH = 580
_MOST = 9
"""Rows in view; the others are scrolled to."""

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -_MOST, Qt.Key.Key_PageDown: _MOST}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class FoundModel(QAbstractListModel):
    """The rows below the field."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[Row] = ()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Shows other rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (row.text, row.detail, row.hint) if part)
        return None


class Finder(QFrame):
    """Asks for a text and shows what fits; the field keeps the keyboard, Up and Down choose a row.

    `typed` carries each new text, `accepted` says that Enter was pressed or a row clicked, `completed` that
    Tab was. It closes by Esc and when the keyboard goes elsewhere.
    """

    typed = Signal(str)
    accepted = Signal()
    completed = Signal()
    closed = Signal()

    def __init__(self, name: str, title: str, placeholder: str, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._came_from: QWidget | None = None
        self._anchor: QPoint | None = None
        self.field = QLineEdit()
        self.model = FoundModel(self)
        self.list = QListView()
        self.line = quiet()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._set_up(name, title, placeholder)
        self.field.textChanged.connect(self._typed)
        self.list.clicked.connect(self._clicked)
        self.field.installEventFilter(self)
        host.installEventFilter(self)
        colors.changed.connect(self.update)
        self.hide()

    @property
    def current(self) -> int:
        """Which row is chosen; -1 for none."""
        return self.list.currentIndex().row()

    def open(self, at: QPoint | None = None) -> None:
        """Shows the box, at a point of the host or at its upper edge, and gives it the keyboard."""
        self._anchor = at
        if not self.isVisible():
            self._came_from = QApplication.focusWidget()
        self.show()
        self._place()
        self.raise_()
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._typed(self.field.text())

    def close_box(self) -> None:
        """Hides the box and gives the keyboard back to where it was."""
        if self.isHidden():
            return
        back, self._came_from = self._came_from, None
        had_focus = self.isAncestorOf(QApplication.focusWidget() or self)
        self.hide()
        if had_focus and back is not None and Shiboken.isValid(back):
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def show_rows(self, rows: Sequence[Row], current: int = 0) -> None:
        """Shows what is found, with one row chosen."""
        self.model.show_rows(rows)
        if rows:
            self.list.setCurrentIndex(self.model.index(min(max(current, 0), len(rows) - 1)))
        self.list.setVisible(bool(rows))
        self._place()

    def say(self, text: str, color: str = "muted") -> None:
        """Shows a line below the list, in a colour of the palette."""
        self.line.setText(text)
        self.line.set_token(color)
        self.line.setVisible(bool(text))
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._host:
            if kind == QEvent.Type.Resize and self.isVisible():
                self._place()
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._press(event)
        elif kind == QEvent.Type.FocusOut:
            self._left()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(palette.color("accent"))
        painter.setBrush(palette.color("window"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 9, 9)
        painter.end()

    def _press(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in _MOVES and self.model.rowCount():
            row = min(max(self.current + _MOVES[key], 0), self.model.rowCount() - 1)
            self.list.setCurrentIndex(self.model.index(row))
        elif key in _ENTER:
            self.accepted.emit()
        elif key in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}:
            self.completed.emit()
        elif key == Qt.Key.Key_Escape:
            self.close_box()
        else:
            return False
        return True

    def _clicked(self, index: QModelIndex) -> None:
        self.list.setCurrentIndex(index)
        self.accepted.emit()

    def _typed(self, text: str) -> None:
        self.typed.emit(text)

    def _left(self) -> None:
        """Closes when something else of this window takes the keyboard."""
        taker = QApplication.focusWidget()
        if self.isVisible() and taker is not None and taker is not self.field:
            self.close_box()

    def _place(self) -> None:
        """Lies where it was asked for, or at the upper edge of the window, as high as its content."""
        rows = min(self.model.rowCount(), _MOST)
        if rows:
            height = sum(self.list.sizeHintForRow(row) for row in range(rows))
            self.list.setFixedHeight(height + 2)
        width = min(_WIDTH, max(self._host.width() - 24, 160))
        self.setFixedWidth(width)
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.setFixedHeight(max(layout.heightForWidth(width), layout.minimumSize().height(), 1))
        spot = QPoint((self._host.width() - width) // 2, 8)
        if self._anchor is not None:
            right, low = self._host.width() - width - 8, self._host.height() - self.height() - 8
            spot = QPoint(max(min(self._anchor.x() + 10, right), 8), max(min(self._anchor.y() - 20, low), 8))
        self.move(spot)

    def _set_up(self, name: str, title: str, placeholder: str) -> None:
        self.field.setObjectName(f"{name}.field")
        self.field.setAccessibleName(title)
        self.field.setToolTip(placeholder)
        self.field.setPlaceholderText(placeholder)
        self.field.setFrame(False)
        self.field.setFont(fonts.scaled(1.15))
        bare = self.field.palette()
        bare.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.field.setPalette(bare)
        self.list.setObjectName(f"{name}.list")
        self.list.setAccessibleName(f"{title}: what is found")
        self.list.setModel(self.model)
        self.list.setItemDelegate(FoundDelegate(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollBar(ThinScrollBar())
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.viewport().setAutoFillBackground(False)
        self.line.setObjectName(f"{name}.line")
        self.line.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(6)
        for part in (self.field, self.list, self.line):
            layout.addWidget(part)
