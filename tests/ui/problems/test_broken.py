"""Every broken network with torch's real answers: its badge, its card in the list, one click on its fix."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnbuilder.graph.graph import NodeId
from nnbuilder.project.problem import has_errors
from nnbuilder.protocol.messages import Analyze, Analyzed
from nnbuilder.ui.canvas import CanvasView
from nnbuilder.ui.common.clash import ClashRow
from nnbuilder.ui.common.fix_button import FixButton
from nnbuilder.ui.common.problem_card import ProblemCard
from nnbuilder.ui.problems.panel import ProblemsPanel
from tests.broken.cases import EXPECTED, NAMES, asked, asker, broken
from tests.ui.workbench import Open, Workbench

LEFT = Qt.MouseButton.LeftButton


def really(request: Analyze) -> tuple[Analyzed]:
    """What the engine answers."""
    answer = asked(request.project)
    prepared = asker().prepared
    profile = None if prepared is None else prepared.profile
    return (Analyzed(request.request_id, request.revision, answer.analysis, answer.problems, profile),)


def opened(open_bench: Open, name: str) -> Workbench:
    """A workbench on a broken network, with the real answer."""
    bench = open_bench(broken(name))
    bench.engine.answer = really
    bench.engine.ready()
    bench.settle()
    return bench


def card_of(panel: ProblemsPanel, name: str) -> ProblemCard:
    """The card of the problem that is expected."""
    expected = EXPECTED[name]
    [card] = [
        card
        for card in (*panel.list.cards, *panel.advice.cards)
        if (card.problem.code, card.problem.node) == (expected.code, expected.node)
    ]
    return card


@pytest.mark.parametrize("name", NAMES)
def test_one_click_in_the_list_mends_it(open_bench: Open, name: str) -> None:
    bench = opened(open_bench, name)
    before = bench.document.project
    panel = bench.show(ProblemsPanel(bench.analysis, bench.document, bench.selection), 700, 500)
    card = card_of(panel, name)
    assert bool(card.findChildren(ClashRow)) == bool(card.problem.got)
    button = card.buttons[0]
    assert button.text() == EXPECTED[name].fix
    QTest.mouseClick(button, LEFT)
    bench.settle()
    assert not has_errors(bench.analysis.problems)
    assert bench.undo_steps == 1
    bench.document.undo_stack.undo()
    assert bench.document.project == before


@pytest.mark.parametrize("name", NAMES)
def test_one_click_at_the_badge_mends_it(open_bench: Open, name: str) -> None:
    bench = opened(open_bench, name)
    view = bench.show(CanvasView(bench.document, bench.analysis, bench.selection, bench.run), 900, 600)
    node = EXPECTED[name].node
    for group in reversed(bench.document.project.graph.groups_of(node)):
        assert view.canvas.cards[group].look.severity == "error"
        assert view.level.go(group)
    look = view.canvas.cards[node].look
    assert look.severity in {"error", "warning"}
    bench.select(node)
    buttons = {button.text(): button for button in view.bubbles.bubble.buttons}
    QTest.mouseClick(buttons[EXPECTED[name].fix], LEFT)
    bench.settle()
    assert not has_errors(bench.analysis.problems)
    assert node not in view.canvas.cards or view.canvas.cards[node].look.severity != "error"


def test_layers_behind_a_failure_show_what_they_need(open_bench: Open) -> None:
    bench = opened(open_bench, "in_channels-second")
    view = bench.show(CanvasView(bench.document, bench.analysis, bench.selection, bench.run), 900, 600)
    captions = {key: card.look.caption for key, card in view.canvas.cards.items()}
    assert captions[NodeId("n4")] == "needs N×16×H×W"
    assert captions[NodeId("n2")] == ""
    bench.document.apply_fix(bench.analysis.problems[0].fixes[0])
    bench.settle()
    assert {card.look.caption for card in view.canvas.cards.values()} == {""}


def test_the_clash_is_shown_at_the_badge_too(open_bench: Open) -> None:
    bench = opened(open_bench, "in_channels-second")
    view = bench.show(CanvasView(bench.document, bench.analysis, bench.selection, bench.run), 900, 600)
    bench.select("n4")
    [row] = view.bubbles.bubble.findChildren(ClashRow)
    assert row.accessibleName() == "gets N×8×6×6, needs N×16×H×W"
    assert all(isinstance(button, FixButton) for button in view.bubbles.bubble.buttons)
