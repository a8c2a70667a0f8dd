"""A strip above the canvas that offers something without being in the way."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from nnbuilder.ui.common import colors
from nnbuilder.ui.common.labels import TintedLabel

Offer = tuple[str, Callable[[], object]]
"""A button's text and what it does."""


class NoticeBar(QWidget):
    """Shows one sentence with buttons; every button closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.label = TintedLabel("", "text")
        self.label.setWordWrap(True)
        self.buttons: list[QPushButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 7, 10, 7)
        self._row.addWidget(self.label, 1)
        colors.changed.connect(self.update)
        self.hide()

    def offer(self, text: str, offers: list[Offer]) -> None:
        """Says something and offers buttons, and one that only closes."""
        self.close_offer()
        self.label.setText(text)
        self.setAccessibleName(text)
        for title, action in [*offers, ("Close", self.close_offer)]:
            button = QPushButton(title)
            button.setObjectName(f"notice.{title.lower()}")
            button.setAccessibleName(title)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(partial(self._chosen, action))
            self._row.addWidget(button)
            self.buttons.append(button)
        self.show()

    def close_offer(self) -> None:
        """Takes the strip away."""
        for button in self.buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self.buttons = []
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), palette.color("accent_soft"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, palette.color("border"))
        painter.end()

    def _chosen(self, action: Callable[[], object], _checked: bool = False) -> None:
        self.close_offer()
        action()
