"""Silenced advice stays in sight, and comes back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import Silence
from nnbuilder.project.problem import Problem
from nnbuilder.protocol.messages import Analyze, Analyzed
from nnbuilder.ui.common.advice_card import AdviceCard
from nnbuilder.ui.problems.panel import ProblemsPanel
from tests.fakes import guess
from tests.ui.workbench import Workbench

URL = "https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html"
TWICE = tuple(
    Problem("warning", "linear-after-linear", f"Twice {node}.", node=NodeId(node), why="So.", url=URL)
    for node in ("n2", "n4")
)
NOTE = Problem("note", "linear-model", "A line.", node=NodeId("n2"), why="So.", url=URL)
GRAVE = Problem("error", "missing-sigmoid", "No.", node=NodeId("n5"), why="So.", url=URL)


def advised(request: Analyze) -> tuple[Analyzed]:
    """Answers with advice of three kinds."""
    [answer] = guess(request)
    return (Analyzed(answer.request_id, answer.revision, answer.analysis, (NOTE, *TWICE, GRAVE)),)


@pytest.fixture
def panel(bench: Workbench) -> ProblemsPanel:
    """The panel on a drawing that much is said about."""
    bench.engine.answer = advised
    panel = bench.show(ProblemsPanel(bench.analysis, bench.document, bench.selection), 900, 500)
    bench.engine.ready()
    bench.settle()
    return panel


def codes(cards: ProblemsPanel) -> list[str]:
    """The codes of the advice that is shown, from top to bottom."""
    return [card.problem.code for card in cards.advice.cards]


def test_advice_stands_below_what_must_be_mended(panel: ProblemsPanel) -> None:
    assert [card.problem.code for card in panel.list.cards] == ["missing-sigmoid"]
    assert isinstance(panel.list.cards[0], AdviceCard)
    assert codes(panel) == ["linear-after-linear", "linear-after-linear", "linear-model"]
    assert panel.advice_heading.text() == "Advice (3)"
    assert panel.advice_heading.isVisible()
    assert panel.list.y() < panel.advice_heading.y() < panel.advice.y()
    assert not panel.silenced.isVisible()
    assert panel.count == 3


def test_one_click_silences_all_of_a_kind(bench: Workbench, panel: ProblemsPanel) -> None:
    card = panel.advice.cards[0]
    assert isinstance(card, AdviceCard)
    QTest.mouseClick(card.silence, Qt.MouseButton.LeftButton)
    bench.settle()
    assert codes(panel) == ["linear-model"]
    assert panel.count == 1
    [row] = panel.silenced.rows
    assert panel.silenced.heading.text() == "Silenced in this project (1)"
    labels = [label.text() for label in row.findChildren(QLabel)]
    assert labels == ["Linear directly after Linear", "hidden 2 times"]


def test_show_again(bench: Workbench, panel: ProblemsPanel) -> None:
    for code in ("linear-model", "of-another-version"):
        bench.document.apply(Silence(code))
    bench.settle()
    assert [row.objectName() for row in panel.silenced.rows] == [
        "silenced_linear-model",
        "silenced_of-another-version",
    ]
    QTest.mouseClick(panel.silenced.rows[0].show_again, Qt.MouseButton.LeftButton)
    bench.settle()
    assert "linear-model" in codes(panel)
    panel.silenced.rows[0].show_again.setFocus()
    QTest.keyClick(panel.silenced.rows[0].show_again, Qt.Key.Key_Space)
    bench.settle()
    assert bench.document.project.silenced == ()
    assert not panel.silenced.isVisible()


def test_undo_brings_it_back_as_well(bench: Workbench, panel: ProblemsPanel) -> None:
    bench.document.apply(Silence("linear-after-linear"))
    bench.settle()
    bench.document.undo_stack.undo()
    bench.settle()
    assert len(codes(panel)) == 3
    assert not panel.silenced.isVisible()


def test_advice_on_selected_layers_comes_first(bench: Workbench, panel: ProblemsPanel) -> None:
    bench.select("n4")
    panel.refresh()
    assert [card.problem.node for card in panel.advice.cards] == ["n4", "n2", "n2"]


def test_a_place_is_revealed(panel: ProblemsPanel) -> None:
    shown: list[str] = []
    panel.reveal.connect(shown.append)
    panel.advice.cards[0].setFocus()
    QTest.keyClick(panel.advice.cards[0], Qt.Key.Key_Return)
    assert shown == ["n2"]
