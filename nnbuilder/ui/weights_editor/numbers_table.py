"""The table of numbers: cells to type into, all of it to copy."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView, QWidget

from nnbuilder.ui.common import fonts
from nnbuilder.ui.common.scrollbar import ThinScrollBar
from nnbuilder.ui.weights_editor.model import WeightModel

_WIDEST = "-1.23e-05"
"""As long as a number in the table gets."""

_MARGIN = 8


class NumbersTable(QTableView):
    """Shows the model; `copy_requested` asks for the whole matrix on the clipboard."""

    copy_requested = Signal()

    def __init__(self, model: WeightModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("weights_numbers")
        self.setAccessibleName("Numbers of the parameter")
        self.setToolTip("Double click or press F2 to type another number; Ctrl+C copies all of them")
        self.setModel(model)
        self.setFont(fonts.fixed(0.92))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollBar(ThinScrollBar())
        self.setHorizontalScrollBar(ThinScrollBar(orientation=Qt.Orientation.Horizontal))
        self.setTabKeyNavigation(False)
        width = self.fontMetrics().horizontalAdvance(_WIDEST) + _MARGIN
        self.horizontalHeader().setDefaultSectionSize(width)
        self.horizontalHeader().setMinimumSectionSize(30)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 7)

    def event(self, event: QEvent) -> bool:
        """Takes its key before the shortcuts of the window do."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _copies(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _copies(event):
            self.copy_requested.emit()
            event.accept()
        else:
            super().keyPressEvent(event)


def _copies(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Copy)
