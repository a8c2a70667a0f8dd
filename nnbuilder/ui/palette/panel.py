"""The palette as a panel: a search field above the list of layers."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from nnbuilder.ui.common.field_box import FieldBox
from nnbuilder.ui.common.labels import heading, quiet
from nnbuilder.ui.palette.model import PaletteModel
from nnbuilder.ui.palette.tree import PaletteTree


class SearchField(QLineEdit):
    """Filters the list; Enter appends the best find, Down goes into the list, Esc empties the field."""

    accepted = Signal()
    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.accepted.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class PalettePanel(QWidget):
    """All layers; `add_requested` carries the one to append to the drawing."""

    add_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self.setAccessibleName("Palette")
        self.field = SearchField()
        self.field.setObjectName("palette.search")
        self.field.setAccessibleName("Search layers")
        self.field.setPlaceholderText("Search (Ctrl+F)")
        self.field.setToolTip("Find a layer by its name or by what it is for; Enter appends the best find.")
        self.field.setClearButtonEnabled(True)
        self.model = PaletteModel(self)
        self.tree = PaletteTree(self.model)
        self.nothing = quiet("No layer fits.")
        self.nothing.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(heading("Layers", factor=1.08))
        layout.addWidget(FieldBox(self.field))
        layout.addWidget(self.nothing)
        layout.addWidget(self.tree, 1)
        self.setMinimumWidth(150)
        self.tree.restore()
        self.tree.chosen.connect(self.add_requested)
        self.field.textChanged.connect(self._search)
        self.field.accepted.connect(self._accept)
        self.field.entered.connect(self.tree.enter)

    def focus_search(self) -> None:
        """Puts the keyboard into the search field."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def _accept(self) -> None:
        if self.field.text().strip():
            self.tree.choose_first()

    def _search(self, text: str) -> None:
        self.model.show_matches(text)
        self.nothing.setVisible(self.model.rowCount() == 0)
        self.tree.restore()
