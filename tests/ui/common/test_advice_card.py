"""Advice as a card: its reason opens, its page too, it can be silenced, and it is as high as its text."""

import msgspec
import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from nnbuilder.graph.edits import RemoveNodes
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.session.document import Document
from nnbuilder.ui.common.advice_card import AdviceCard
from nnbuilder.ui.common.problem_list import ProblemList
from tests.project.samples import starter
from tests.ui.workbench import show_active

LEFT = Qt.MouseButton.LeftButton
URL = "https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html"
ADVICE = Problem(
    "warning",
    "linear-after-linear",
    "Linear and Linear follow each other directly.",
    node=NodeId("n2"),
    fixes=(Fix("Remove ReLU", (RemoveNodes((NodeId("n2"),)),)),),
    why="A product of two matrices is a matrix, however many of them there are.",
    url=URL,
)


@pytest.fixture
def document() -> Document:
    """A document that advice is given on."""
    return Document(starter())


@pytest.fixture
def card(qtbot: QtBot, document: Document) -> AdviceCard:
    """The card, shown."""
    card = AdviceCard(ADVICE, "Linear (1)", document)
    card.resize(700, 120)
    show_active(qtbot, card)
    return card


def texts(card: AdviceCard) -> list[str]:
    """What can be read on a card."""
    return [label.text() for label in card.findChildren(QLabel) if label.isVisible()]


def test_it_has_the_name_of_its_rule_and_its_place(card: AdviceCard) -> None:
    assert texts(card) == ["Linear directly after Linear", "Linear (1)", ADVICE.message]
    assert card.accessibleName() == f"warning: {ADVICE.message}"
    assert card.accessibleDescription() == ADVICE.why


def test_what_it_says_can_be_seen_with_numbers(qtbot: QtBot, document: Document, card: AdviceCard) -> None:
    """The link triggers the window's own action, after the place was shown."""
    told: list[str] = []
    action = QAction(card)
    action.setObjectName("network.algebra")
    action.triggered.connect(lambda: told.append("shown"))
    card.activated.connect(lambda: told.append("place"))
    assert card.look.isVisible()
    QTest.mouseClick(card.look, LEFT)
    assert told == ["place", "shown"]
    other = AdviceCard(msgspec.structs.replace(ADVICE, code="softmax-dim"), "Linear (1)", document)
    show_active(qtbot, other)
    assert not other.look.isVisible()


def test_the_reason_opens_and_closes(card: AdviceCard) -> None:
    told: list[bool] = []
    card.opened.connect(told.append)
    QTest.mouseClick(card.why, LEFT)
    assert card.reason.isVisible()
    assert card.reason.text() == ADVICE.why
    assert card.page.isVisible()
    card.why.setFocus()
    QTest.keyClick(card.why, Qt.Key.Key_Space)
    assert not card.reason.isVisible()
    assert not card.page.isVisible()
    assert told == [True, False]


def test_the_page_opens_in_the_browser(card: AdviceCard, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    answers = [True, False]

    def take(url: QUrl) -> bool:
        opened.append(url.toString())
        return answers.pop(0)

    monkeypatch.setattr(QDesktopServices, "openUrl", take)
    card.why.click()
    assert URL in card.page.toolTip()
    QTest.mouseClick(card.page, LEFT)
    assert opened == [URL]
    assert not card.refusal.isVisible()
    QTest.mouseClick(card.page, LEFT)
    assert card.refusal.text() == f"No browser took this page: {URL}"


def test_a_page_from_elsewhere_is_not_offered(qtbot: QtBot, document: Document) -> None:
    card = AdviceCard(msgspec.structs.replace(ADVICE, url="https://example.com/"), "", document)
    show_active(qtbot, card)
    card.why.click()
    assert not card.page.isVisible()


def test_silence_is_an_edit(card: AdviceCard, document: Document) -> None:
    QTest.mouseClick(card.silence, LEFT)
    assert document.project.silenced == ("linear-after-linear",)
    assert document.undo_stack.undoText() == "Silence linear-after-linear"
    document.undo_stack.undo()
    assert not document.project.silenced


def test_an_error_cannot_be_silenced(qtbot: QtBot, document: Document) -> None:
    card = AdviceCard(msgspec.structs.replace(ADVICE, severity="error"), "", document)
    show_active(qtbot, card)
    assert not card.silence.isVisible()
    assert card.why.isVisible()


def test_the_fix_is_applied(card: AdviceCard, document: Document) -> None:
    [fix] = card.buttons
    QTest.mouseClick(fix, LEFT)
    assert NodeId("n2") not in document.project.graph.nodes


@pytest.mark.parametrize("width", [260, 420, 900])
def test_it_is_as_high_as_its_text(qtbot: QtBot, document: Document, width: int) -> None:
    cards = ProblemList("list", document)
    cards.show_problems([(ADVICE, "Linear (1)")])
    cards.resize(width, 600)
    show_active(qtbot, cards)
    [card] = cards.cards
    layout = card.layout()
    assert layout is not None
    assert not layout.expandingDirections() & Qt.Orientation.Vertical
    assert isinstance(card, AdviceCard)
    beside = card.why.y() < card.buttons[0].geometry().bottom()
    assert beside == (width > 260)


def test_a_reason_stays_open_when_the_sentence_changes(qtbot: QtBot, document: Document) -> None:
    cards = ProblemList("list", document)
    cards.show_problems([(ADVICE, "")])
    show_active(qtbot, cards)
    first = cards.cards[0]
    assert isinstance(first, AdviceCard)
    first.why.click()
    changed = msgspec.structs.replace(ADVICE, message="They still follow each other.")
    cards.show_problems([(changed, "")])
    second = cards.cards[0]
    assert isinstance(second, AdviceCard)
    assert second is not first
    assert not second.reason.isHidden()


def test_arrows_go_from_card_to_card_also_from_its_links(qtbot: QtBot, document: Document) -> None:
    cards = ProblemList("list", document)
    other = msgspec.structs.replace(ADVICE, message="Others follow each other.")
    cards.show_problems([(ADVICE, "Linear (1)"), (other, "Linear (3)")])
    show_active(qtbot, cards)
    first, second = cards.cards
    assert isinstance(first, AdviceCard)
    first.why.setFocus()
    QTest.keyClick(first.why, Qt.Key.Key_Down)
    assert second.hasFocus()
    QTest.keyClick(second, Qt.Key.Key_Up)
    assert first.hasFocus()
