"""Cards in rows and columns that fill the width, walked through with arrow keys."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.project.file import load_project
from nnbuilder.project.resources import Example
from nnbuilder.templates.registry import TEMPLATES, start
from nnbuilder.ui.welcome.cards import NetworkCard, TemplateCard

_CARD_CHARS = 31
_MOST_COLUMNS = 5
_SPACING = 11


class CardGrid(QWidget):
    """Shows cards; `chosen` carries the name of an opened one, `reached` the card that has the keyboard."""

    chosen = Signal(str)
    reached = Signal(QWidget)

    def __init__(self, name: str, cards: Sequence[NetworkCard], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.cards = list(cards)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_SPACING)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._drawn = False
        for card in self.cards:
            card.clicked.connect(self._choose)
        self._arrange()

    @property
    def columns(self) -> int:
        """How many cards stand side by side."""
        wanted = self.width() // (self.fontMetrics().averageCharWidth() * _CARD_CHARS)
        return max(1, min(wanted, _MOST_COLUMNS))

    def size_for(self, columns: int) -> QSize:
        """How large it is with so many cards side by side."""
        width = columns * self.fontMetrics().averageCharWidth() * _CARD_CHARS + 1
        rows = -(-len(self.cards) // columns)
        return QSize(width, rows * (self._card_height(width, columns) + _SPACING) - _SPACING)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._drawn:
            self._drawn = True
            self.draw()

    def draw(self) -> None:
        """Draws the pictures of all cards."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = next((place for place, card in enumerate(self.cards) if card.hasFocus()), None)
        step = {
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: self.columns,
            Qt.Key.Key_Up: -self.columns,
        }.get(Qt.Key(event.key()), 0)
        if step and focused is not None and 0 <= focused + step < len(self.cards):
            self.cards[focused + step].setFocus(Qt.FocusReason.TabFocusReason)
            self.reached.emit(self.cards[focused + step])
        else:
            super().keyPressEvent(event)

    def _arrange(self) -> None:
        columns = self.columns
        height = self._card_height(self.width(), columns)
        for place, card in enumerate(self.cards):
            card.setFixedHeight(height)
            self._grid.addWidget(card, place // columns, place % columns)
        for column in range(_MOST_COLUMNS):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def _card_height(self, width: int, columns: int) -> int:
        """The height in which the text of every card has room."""
        room = (width - (columns - 1) * _SPACING) // columns
        return max((card.height_for(room) for card in self.cards), default=0)

    def _choose(self) -> None:
        card = self.sender()
        if isinstance(card, NetworkCard):
            self.chosen.emit(card.key)


class ExampleGrid(CardGrid):
    """The shipped projects."""

    def __init__(self, examples: Sequence[Example], parent: QWidget | None = None) -> None:
        cards = [NetworkCard("example", example, f"Open {example.title}") for example in examples]
        super().__init__("examples_grid", cards, parent)
        self._paths = [example.path for example in examples]

    def draw(self) -> None:
        """Reads the examples for their pictures; one that cannot be read stays without."""
        for card, path in zip(self.cards, self._paths, strict=True):
            try:
                card.show_graph(load_project(path).project.graph)
            except (NNBuilderError, OSError):
                continue


class TemplateGrid(CardGrid):
    """The networks that fit themselves to data."""

    def __init__(self, parent: QWidget | None = None) -> None:
        cards = [TemplateCard("template", one, f"Start with {one.title}") for one in TEMPLATES]
        super().__init__("templates_grid", cards, parent)

    def draw(self) -> None:
        """Draws each template as it is on its own data."""
        for card, template in zip(self.cards, TEMPLATES, strict=True):
            card.show_graph(start(template).graph)
