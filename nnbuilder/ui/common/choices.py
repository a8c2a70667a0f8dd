"""Boxes to choose from that never change a value by accident: the wheel scrolls the form instead."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget


class ChoiceBox(QComboBox):
    """A combo box whose entries carry values; `activated` alone means that the user chose."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(7)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def fill(self, entries: Iterable[tuple[str, object]]) -> None:
        """Replaces all entries; a pair of an empty text and None is a separator."""
        self.clear()
        for text, value in entries:
            if text or value is not None:
                self.addItem(text, value)
            else:
                self.insertSeparator(self.count())

    def show_value(self, value: object) -> None:
        """Shows the entry of a value; none where there is no such entry."""
        found = next((row for row in range(self.count()) if self.itemData(row) == value), -1)
        if found != self.currentIndex():
            self.setCurrentIndex(found)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
