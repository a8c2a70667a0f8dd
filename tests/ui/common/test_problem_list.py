"""Cards of problems."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnbuilder.graph.edits import ResetArg, SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.project.project import Project
from nnbuilder.session.document import Document
from nnbuilder.ui.common.problem_list import ProblemList
from tests.ui.canvas.drawings import chain
from tests.ui.workbench import show_active

N2 = NodeId("n2")
WIDEN = Fix("Set out_features to 8", (SetArg(N2, "out_features", 8),))
GONE = Fix("Reset it", (ResetArg(NodeId("n99"), "out_features"),))
FIRST = Problem("error", "first", "Something is wrong.", torch="boom <b>", node=N2, fixes=(WIDEN, GONE))
SECOND = Problem("note", "second", "Something is odd.", node=NodeId("n4"))


def make(qtbot: QtBot) -> tuple[Document, ProblemList]:
    """A list of two problems."""
    document = Document(Project(graph=chain()))
    shown = ProblemList("list", document)
    shown.resize(400, 300)
    shown.show_problems([(FIRST, "Linear (0)"), (SECOND, "Linear (2)")])
    show_active(qtbot, shown)
    return document, shown


def test_a_fix_is_one_step_that_can_be_undone(qtbot: QtBot) -> None:
    document, shown = make(qtbot)
    before = document.project
    QTest.mouseClick(shown.cards[0].buttons[0], Qt.MouseButton.LeftButton)
    assert document.project.graph.nodes[N2].args["out_features"] == 8
    assert document.undo_stack.undoText() == "Set out_features to 8"
    document.undo_stack.undo()
    assert document.project == before


def test_a_fix_that_no_longer_makes_sense_says_so(qtbot: QtBot) -> None:
    document, shown = make(qtbot)
    QTest.mouseClick(shown.cards[0].buttons[1], Qt.MouseButton.LeftButton)
    assert shown.cards[0].refusal.isVisible()
    assert "n99" in shown.cards[0].refusal.text()
    assert document.undo_stack.count() == 0


def test_click_enter_and_arrows_reveal(qtbot: QtBot) -> None:
    _, shown = make(qtbot)
    revealed: list[Problem] = []
    shown.revealed.connect(revealed.append)
    QTest.mouseClick(shown.cards[0], Qt.MouseButton.LeftButton)
    shown.cards[0].setFocus()
    QTest.keyClick(shown.cards[0], Qt.Key.Key_Down)
    assert shown.cards[1].hasFocus()
    QTest.keyClick(shown.cards[1], Qt.Key.Key_Return)
    assert revealed == [FIRST, SECOND]


def test_cards_of_problems_that_stay_stay(qtbot: QtBot) -> None:
    _, shown = make(qtbot)
    kept = shown.cards[1]
    kept.setFocus()
    shown.show_problems([(SECOND, "Linear (2)")])
    assert list(shown.cards) == [kept]
    assert kept.hasFocus()
    shown.show_problems([])
    assert shown.isHidden()
