"""What the tables of the window share: the cells of a heading, a quiet look, keys of their own."""

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView, QWidget

from nnbuilder.ui.common.scrollbar import ThinScrollBar

Index = QModelIndex | QPersistentModelIndex

NOWHERE = QModelIndex()
"""The index of what lies in nothing: the parent of the rows of a table."""

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Heading(Protocol):
    """What a column says of itself."""

    @property
    def title(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def numeric(self) -> bool: ...


def heading_cell(column: Heading, role: int) -> Any:
    """What Qt asks of a column's heading: title, tip and side."""
    if role == Qt.ItemDataRole.DisplayRole:
        return column.title
    if role == Qt.ItemDataRole.ToolTipRole:
        return column.help
    return side(column) if role == Qt.ItemDataRole.TextAlignmentRole else None


def side(column: Heading) -> Qt.AlignmentFlag:
    """Where the cells of a column stand: numbers at the right."""
    return RIGHT if column.numeric else LEFT


def quieten(view: QAbstractItemView) -> None:
    """Takes frames, grids and edits from a view, and lets it scroll smoothly under thin bars."""
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setTabKeyNavigation(False)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setVerticalScrollBar(ThinScrollBar())
    view.setHorizontalScrollBar(ThinScrollBar(orientation=Qt.Orientation.Horizontal))
    view.setCornerWidget(QWidget())
    if isinstance(view, QTableView):
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.verticalHeader().hide()


def choose_rows(view: QAbstractItemView) -> None:
    """Lets whole rows be chosen, several at once."""
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)


def leave_selection_to_cells(view: QAbstractItemView) -> None:
    """Keeps a view from painting what is selected: its delegate does that."""
    view.viewport().setAutoFillBackground(False)
    palette = view.palette()
    palette.setColor(QPalette.ColorRole.Highlight, Qt.GlobalColor.transparent)
    view.setPalette(palette)


class OwnKeys(QObject):
    """Gives a widget keys before the shortcuts of the window have them; lives as long as the widget."""

    def __init__(self, widget: QWidget, takes: Callable[[QKeyEvent], bool]) -> None:
        super().__init__(widget)
        self._takes = takes
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._takes(event)
        ):
            event.accept()
            return True
        return super().eventFilter(watched, event)
