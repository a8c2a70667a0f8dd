"""The list of problems."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnbuilder.graph.edits import ResetArg, SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.protocol.messages import Analyze, Analyzed
from nnbuilder.ui.problems.panel import ProblemsPanel
from tests.fakes import guess
from tests.ui.workbench import Workbench

N4 = NodeId("n4")
FIX = Fix("Let in_features follow", (ResetArg(N4, "in_features"),))


def with_fix(request: Analyze) -> tuple[Analyzed]:
    """Answers as always, with a fix on every problem."""
    [answer] = guess(request)
    problems = tuple(msgspec.structs.replace(problem, fixes=(FIX,)) for problem in answer.problems)
    return (msgspec.structs.replace(answer, problems=problems),)


@pytest.fixture
def panel(bench: Workbench) -> ProblemsPanel:
    """The panel on a drawing without problems."""
    bench.engine.answer = with_fix
    return bench.show(ProblemsPanel(bench.analysis, bench.document, bench.selection), 900, 250)


def break_it(bench: Workbench) -> None:
    """Makes a mismatch on the second Linear."""
    bench.document.apply(SetArg(N4, "in_features", 5))
    bench.settle()


def test_nothing_wrong(panel: ProblemsPanel) -> None:
    assert panel.empty.text() == "No problems."
    assert panel.empty.isVisible()


def test_a_mismatch_is_listed_counted_and_revealed(bench: Workbench, panel: ProblemsPanel) -> None:
    counts: list[int] = []
    shown: list[str] = []
    panel.count_changed.connect(counts.append)
    panel.reveal.connect(shown.append)
    break_it(bench)
    [card] = panel.list.cards
    assert "mat1 and mat2" in card.accessibleDescription()
    assert not panel.empty.isVisible()
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Return)
    assert shown == ["n4", "n4"]
    bench.document.undo_stack.undo()
    bench.settle()
    assert counts == [1, 0]
    assert panel.empty.isVisible()


def test_the_fix_mends_it_and_can_be_undone(bench: Workbench, panel: ProblemsPanel) -> None:
    break_it(bench)
    broken = bench.document.project
    [button] = panel.list.cards[0].buttons
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    bench.settle()
    assert "in_features" not in bench.args("n4")
    assert panel.count == 0
    bench.document.undo_stack.undo()
    bench.settle()
    assert bench.document.project == broken
    assert panel.count == 1


def test_errors_first_and_only_so_many(bench: Workbench, panel: ProblemsPanel) -> None:
    many = tuple(Problem("note", f"n{i}", f"Note {i}.") for i in range(150))
    bench.analysis.problems = (*many, Problem("warning", "w", "Hm."), Problem("error", "e", "No!"))
    bench.analysis.updated.emit()
    assert [card.problem.severity for card in panel.list.cards[:3]] == ["error", "warning", "note"]
    assert len(panel.list.cards) == 100
    assert panel.more.text() == "52 more are not listed."
    assert panel.count == 2


def test_hidden_it_only_counts(bench: Workbench, panel: ProblemsPanel) -> None:
    panel.hide()
    break_it(bench)
    assert panel.count == 1
    assert not panel.list.cards
    panel.show()
    assert len(panel.list.cards) == 1
