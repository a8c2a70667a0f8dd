"""The box of templates: a card for each, beside the drawing; nothing waits for it."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from nnbuilder.ui.common.labels import heading, quiet
from nnbuilder.ui.common.page import ScrollPage, wrapping
from nnbuilder.ui.welcome.grid import TemplateGrid

_COLUMNS = 5
_SIDE, _TOP = 22, 18


class TemplatePicker(QDialog):
    """Shows all templates; `chosen` carries the name of the one to start with, and the box closes."""

    chosen = Signal(str)

    def __init__(self, promise: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("templates")
        self.setWindowTitle("New from template")
        self.setModal(False)
        self.grid = TemplateGrid()
        self.grid.chosen.connect(self._choose)
        self.promise = wrapping(quiet(promise))
        page = ScrollPage("templates_page")
        page.column.setContentsMargins(_SIDE, _TOP, _SIDE, _TOP)
        title = heading("New from template", factor=1.35)
        page.add(title)
        page.add(self.promise)
        page.column.addSpacing(4)
        page.add(self.grid)
        page.column.addStretch()
        self.grid.reached.connect(page.ensureWidgetVisible)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)
        above = 2 * (title.sizeHint().height() + self.promise.fontMetrics().height())
        self._resize(above)

    def show_promise(self, text: str) -> None:
        """Says what a template does with the data that are there."""
        self.promise.setText(text)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.grid.cards[0].setFocus()

    def _resize(self, above: int) -> None:
        """Makes room for all cards below so many pixels of text, as far as the screen has it."""
        cards = self.grid.size_for(_COLUMNS)
        wanted = QSize(cards.width() + 2 * _SIDE, cards.height() + above + 2 * _TOP)
        self.resize(wanted.boundedTo(self.screen().availableSize() * 0.9))

    def _choose(self, name: str) -> None:
        self.close()
        self.chosen.emit(name)
