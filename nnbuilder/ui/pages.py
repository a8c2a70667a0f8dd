"""The middle of the window: the canvas below its strips, or the welcome page with a way back."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget


class Pages(QStackedWidget):
    """Shows one of two pages; `left` asks for the drawing."""

    left = Signal()

    def __init__(self, strips: list[QWidget], canvas: QWidget, welcome: QWidget) -> None:
        super().__init__()
        self.setObjectName("pages")
        self.back = QPushButton("Back to the drawing")
        self.back.setObjectName("welcome.back")
        self.back.setAccessibleName("Back to the drawing")
        self.back.setToolTip("Back to the drawing (Esc)")
        self.back.clicked.connect(self.left)
        self.addWidget(_column([*strips, canvas]))
        self._welcome = _column([_row(self.back), welcome])
        self.addWidget(self._welcome)

    @property
    def shows_welcome(self) -> bool:
        """Whether the welcome page is in front."""
        return self.currentWidget() is self._welcome

    def show_welcome(self) -> None:
        """Brings the welcome page to the front."""
        self.setCurrentWidget(self._welcome)
        self.back.setFocus()

    def show_canvas(self) -> None:
        """Brings the drawing to the front."""
        self.setCurrentIndex(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.shows_welcome:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _column(parts: list[QWidget]) -> QWidget:
    """Widgets below each other; the last one takes the room."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for part in parts:
        column.addWidget(part)
    column.setStretch(len(parts) - 1, 1)
    return page


def _row(button: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(34, 12, 34, 0)
    layout.addWidget(button)
    layout.addStretch(1)
    return row
