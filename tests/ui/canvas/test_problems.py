"""Problems on cards: red nodes and edges, the bubble with PyTorch's words, and its Fix."""

import itertools

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from nnbuilder.graph.edits import ResetArg, SetArg
from nnbuilder.graph.graph import Edge
from nnbuilder.project.problem import Fix, Problem, Severity
from nnbuilder.ui.canvas.card import BADGE_AT
from nnbuilder.ui.canvas.scene import Hit
from nnbuilder.ui.common.labels import TintedLabel
from nnbuilder.ui.common.mime import layer_data
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import ids

N2, N3, N4 = ids(2, 3, 4)
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
FIX = Fix("Set in_features to auto", (ResetArg(N4, "in_features"),))


@pytest.fixture
def broken(desk: Desk) -> Desk:
    """A canvas whose second Linear takes 12 features and gets 16, with a Fix."""
    desk.document.apply(SetArg(N4, "in_features", 12))
    desk.answered()
    text = "mat1 and mat2 shapes cannot be multiplied (2x16 and 12x3)"
    problem = Problem(
        "error", "shape-mismatch", "It wants 12 and gets 16.", torch=text, node=N4, fixes=(FIX,)
    )
    desk.analysis.problems = (problem,)
    desk.analysis.updated.emit()
    return desk


def test_the_node_and_its_edge_turn_red(broken: Desk) -> None:
    assert broken.view.canvas.cards[N4].look.severity == "error"
    assert broken.view.canvas.edges.look(Edge(N3, N4)).severity == "error"
    assert broken.view.canvas.cards[N2].look.severity is None


def test_the_badge_opens_the_bubble_and_the_button_mends(broken: Desk) -> None:
    broken.click(broken.view.canvas.cards[N4].pos() + BADGE_AT)
    bubble = broken.view.bubbles.bubble
    assert bubble.isVisible()
    words = [label.text() for label in bubble.findChildren(TintedLabel)]
    assert any("mat1 and mat2" in word for word in words)
    [button] = bubble.buttons
    assert button.text() == FIX.title
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert "in_features" not in broken.graph.nodes[N4].args
    assert broken.document.undo_stack.undoText() == FIX.title
    broken.answered()
    assert not bubble.isVisible()
    assert broken.view.canvas.cards[N4].look.severity is None


def advised(desk: Desk, severity: Severity, why: str = "So.") -> None:
    """Says something about the first Linear."""
    text = "That bias never gets a gradient."
    desk.analysis.problems = (Problem(severity, "bias-before-batch-norm", text, node=N2, why=why),)
    desk.analysis.updated.emit()


def test_a_note_of_the_doctor_has_a_badge_that_opens_its_bubble(desk: Desk) -> None:
    advised(desk, "note")
    assert desk.view.canvas.cards[N2].look.severity == "note"
    desk.selection.set([N2])
    bubble = desk.view.bubbles.bubble
    assert not bubble.isVisible()
    desk.click(desk.view.canvas.cards[N2].pos() + BADGE_AT)
    assert bubble.isVisible()
    assert [label.text() for label in bubble.findChildren(TintedLabel)] == [
        "That bias never gets a gradient."
    ]
    desk.analysis.updated.emit()
    assert bubble.isVisible()
    desk.selection.set([N4])
    desk.selection.set([N2])
    assert not bubble.isVisible()


def test_a_warning_of_the_doctor_opens_as_every_warning(desk: Desk) -> None:
    advised(desk, "warning")
    assert desk.view.canvas.cards[N2].look.severity == "warning"
    desk.selection.set([N2])
    assert desk.view.bubbles.bubble.isVisible()


def test_the_three_badges_look_different(desk: Desk) -> None:
    pictures = []
    for severity in SEVERITIES:
        advised(desk, severity)
        pictures.append(desk.view.viewport().grab().toImage())
    assert all(one != other for one, other in itertools.combinations(pictures, 2))


def test_a_note_that_is_no_advice_has_no_badge(desk: Desk) -> None:
    advised(desk, "note", why="")
    assert desk.view.canvas.cards[N2].look.severity is None


def test_the_fix_works_by_keyboard(broken: Desk) -> None:
    broken.selection.set([N4])
    broken.key(Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    [button] = broken.view.bubbles.bubble.buttons
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert "in_features" not in broken.graph.nodes[N4].args


def test_the_bubble_holds_its_text_when_the_next_node_is_selected(broken: Desk) -> None:
    other = Problem("error", "shape-mismatch", "It wants 3 and gets 16.", node=N2, fixes=(FIX,))
    broken.selection.set([N4])
    bubble = broken.view.bubbles.bubble
    broken.analysis.problems = (*broken.analysis.problems, other)
    broken.analysis.updated.emit()
    broken.selection.set([N2])
    assert all(bubble.rect().contains(button.geometry()) for button in bubble.buttons)
    text = bubble.findChild(TintedLabel)
    assert text is not None
    assert bubble.height() > text.sizeHint().height() + bubble.buttons[0].height()


def test_the_bubble_is_not_in_the_way_of_what_is_dragged(broken: Desk) -> None:
    broken.selection.set([N4])
    bubble = broken.view.bubbles.bubble
    broken.carry(broken.middle(N4), broken.middle(N4) + QPointF(0.0, 60.0))
    assert not bubble.isVisible()
    broken.analysis.updated.emit()
    assert not bubble.isVisible()
    broken.key(Qt.Key.Key_Escape)
    assert bubble.isVisible()
    broken.release(broken.middle(N4))
    broken.drag_over(broken.middle(N2), layer_data("ReLU"))
    assert not bubble.isVisible()
    broken.leave_drag()
    assert bubble.isVisible()


def test_escape_closes_the_bubble_first(broken: Desk) -> None:
    broken.selection.set([N4])
    assert broken.view.bubbles.bubble.isVisible()
    broken.key(Qt.Key.Key_Escape)
    assert not broken.view.bubbles.bubble.isVisible()
    assert broken.selection.nodes == (N4,)


def test_the_bubble_lies_within_the_canvas_wherever_its_card_is(broken: Desk) -> None:
    broken.selection.set([N4])
    bubble = broken.view.bubbles.bubble
    for _ in range(12):
        broken.view.camera.zoom(1.3)
        assert broken.view.rect().contains(bubble.geometry())


def test_the_menu_of_a_node_offers_the_fix(broken: Desk) -> None:
    menu = broken.view.menus.menu_for(Hit("card", N4), broken.middle(N4))
    texts = [action.text() for action in menu.actions()]
    assert f"Fix: {FIX.title}" in texts
    assert "Delete" in texts
    next(action for action in menu.actions() if action.text().startswith("Fix")).trigger()
    assert "in_features" not in broken.graph.nodes[N4].args
    menu.deleteLater()
