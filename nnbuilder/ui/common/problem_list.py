"""Cards of problems below each other, kept as they are while the problems stay the same."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project
from nnbuilder.session.document import Document
from nnbuilder.ui.common.advice_card import AdviceCard
from nnbuilder.ui.common.problem_card import ProblemCard

Entry = tuple[Problem, str]
"""A problem and what the place is called where it is; an empty place cannot be revealed."""


class ProblemList(QWidget):
    """Shows problems; `revealed` carries the one that the user wants to see in the drawing."""

    revealed = Signal(object)

    def __init__(self, name: str, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._document = document
        self._entries: tuple[Entry, ...] = ()
        self._cards: list[ProblemCard] = []
        self._before: Project | None = None
        self._explained: set[str] = set()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        self.hide()

    @property
    def cards(self) -> Sequence[ProblemCard]:
        """The cards from top to bottom."""
        return self._cards

    def show_problems(self, entries: Sequence[Entry], before: Project | None = None) -> None:
        """Shows these problems, none at all where there are none; a run said them of the project `before`."""
        self._before = before
        wanted = tuple(entries)
        if wanted == self._entries:
            return
        focused = self._focused()
        left = list(zip(self._entries, self._cards, strict=True))
        self._entries, self._cards = wanted, []
        for entry in wanted:
            place = next((place for place, (old, _) in enumerate(left) if old == entry), None)
            self._cards.append(self._card(entry) if place is None else left.pop(place)[1])
        for _, card in left:
            card.hide()
            card.setParent(None)
            card.deleteLater()
        for place, card in enumerate(self._cards):
            if self._layout.indexOf(card) != place:
                self._layout.insertWidget(place, card)
        self.setVisible(bool(wanted))
        if focused is not None and self._cards:
            self._cards[min(focused, len(self._cards) - 1)].setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        focused = self._focused()
        if step and focused is not None:
            self._cards[min(max(focused + step, 0), len(self._cards) - 1)].setFocus()
        else:
            super().keyPressEvent(event)

    def _card(self, entry: Entry) -> ProblemCard:
        if entry[0].why:
            card: ProblemCard = self._advice(entry)
        else:
            card = ProblemCard(*entry, self._document, self, before=self._before)
        card.activated.connect(self._activated)
        return card

    def _advice(self, entry: Entry) -> AdviceCard:
        """Advice with its reason open where it was open before on a card of this kind."""
        code = entry[0].code
        card = AdviceCard(*entry, self._document, self, explained=code in self._explained)
        card.opened.connect(lambda opened: (self._explained.add if opened else self._explained.discard)(code))
        return card

    def _activated(self) -> None:
        card = self.sender()
        if isinstance(card, ProblemCard):
            self.revealed.emit(card.problem)

    def _focused(self) -> int | None:
        """The place of the card that has the focus, or holds the button that has it."""
        focus = self.window().focusWidget()
        places = (
            place
            for place, card in enumerate(self._cards)
            if focus is not None and (focus is card or card.isAncestorOf(focus))
        )
        return next(places, None)
