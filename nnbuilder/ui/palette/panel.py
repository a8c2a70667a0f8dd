"""The palette as a panel: a search field above the list of layers."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from nnbuilder.ui.common import colors
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


class FieldBox(QWidget):
    """A rounded box around a field without a frame."""

    def __init__(self, field: QLineEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        field.setFrame(False)
        field.setAttribute(Qt.WidgetAttribute.WA_MacShowFocusRect, False)
        field.installEventFilter(self)
        self.setFocusProxy(field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(7, 5, 5, 5)
        layout.addWidget(field)
        colors.changed.connect(self.update)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(palette.color("accent" if self._field.hasFocus() else "border"))
        painter.setBrush(palette.color("field"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()


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
