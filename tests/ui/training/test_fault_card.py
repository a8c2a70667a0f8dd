"""The card of a run that waits at NaN or infinity."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import SetTraining
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.protocol.fault import Fault, Passed
from nnbuilder.protocol.messages import Control, Failed, RunState
from nnbuilder.ui.training.fault_card import FaultCard
from nnbuilder.ui.training.panel import TrainingPanel
from nnbuilder.ui.training.trail_chart import Bar, TrailChart, size_words
from tests.fakes import FakeChannel
from tests.ui.workbench import Workbench

LEFT = Qt.MouseButton.LeftButton

FAULT = Fault(
    noticed=41,
    step=40,
    place="output",
    code="learning-rate",
    headline="The loss became NaN at step 41 (epoch 3).",
    where="First, the output of Linear (2) went wrong in step 40: 3 infinite of 48 numbers.",
    cause="The learning rate 10 is too large: the largest weight is 100 times what it was at the start.",
    node=NodeId("n4"),
    infinities=3,
    size=48,
    rate=10.0,
    trail=(Passed(NodeId("n2"), 4e30), Passed(NodeId("n3"), 4e30), Passed(NodeId("n4"), 3e38, 3)),
)


@pytest.fixture
def panel(bench: Workbench) -> TrainingPanel:
    """The training panel, before the first run."""
    return bench.show(TrainingPanel(bench.document, bench.run, bench.analysis), width=320, height=1000)


def fail(bench: Workbench, fault: Fault = FAULT, steps: int = 41) -> FakeChannel:
    """A run that stands at a fault; the fix of its problem is a smaller learning rate."""
    channel = bench.start_run()
    channel.progress([0.5] * steps)
    training = msgspec.structs.replace(bench.document.project.training, optimizer_args={"lr": 1.0})
    fixes = (Fix("Set lr to 1", (SetTraining(training, "lr"),)),)
    problem = Problem("error", "loss-not-finite", fault.headline, node=fault.node, fixes=fixes)
    channel.say(
        Failed("problem", problem.message, run_id=channel.request.run_id, problems=(problem,), fault=fault)
    )
    channel.state("paused")
    bench.settle()
    return channel


def card_of(panel: TrainingPanel) -> FaultCard:
    """The card, which must be there to be seen."""
    card = panel.fault.card
    assert card is not None
    assert card.isVisible()
    return card


def controls(channel: FakeChannel) -> list[Control]:
    """What the run was told."""
    return [message for message in channel.sent if isinstance(message, Control)]


def test_it_says_where_and_why_once(bench: Workbench, panel: TrainingPanel) -> None:
    fail(bench)
    texts = [label.text() for label in card_of(panel).findChildren(QLabel) if label.isVisible()]

    assert {FAULT.headline, FAULT.where, FAULT.cause} <= set(texts)
    everywhere = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert sum(FAULT.headline in text for text in everywhere) == 1


def test_the_run_goes_back_ten_steps_before_the_first_bad_value(
    bench: Workbench, panel: TrainingPanel
) -> None:
    channel = fail(bench)
    assert card_of(panel).back.text() == "Go back 10 steps"
    QTest.mouseClick(card_of(panel).back, LEFT)

    assert controls(channel) == [Control(channel.request.run_id, "back", steps=11)]
    channel.say(RunState(channel.request.run_id, "rewound", 30))
    bench.settle()
    assert not panel.fault.isVisible()
    assert not panel.failure.isVisible()


def test_a_tenth_of_the_rate_goes_back_first_and_then_on(bench: Workbench, panel: TrainingPanel) -> None:
    channel = fail(bench)
    QTest.keyClick(card_of(panel).calmer, Qt.Key.Key_Space)

    run_id = channel.request.run_id
    assert controls(channel) == [
        Control(run_id, "back", steps=11),
        Control(run_id, "lr", factor=0.1),
        Control(run_id, "resume"),
    ]
    channel.state("running")
    bench.settle()
    assert not panel.fault.isVisible()


def test_in_the_first_steps_it_goes_back_to_the_start(bench: Workbench, panel: TrainingPanel) -> None:
    channel = fail(bench, msgspec.structs.replace(FAULT, step=3, noticed=4), steps=4)
    assert card_of(panel).back.text() == "Go back to the start"
    QTest.mouseClick(card_of(panel).back, LEFT)
    assert controls(channel)[0].steps == 4


def test_smaller_steps_are_not_offered_where_they_cannot_help(bench: Workbench, panel: TrainingPanel) -> None:
    fail(bench, msgspec.structs.replace(FAULT, code="data", place="batch", node=None, trail=()))
    assert not card_of(panel).calmer.isVisible()
    assert card_of(panel).back.isVisible()
    assert card_of(panel).findChildren(TrailChart) == []


def test_a_fix_changes_the_project(bench: Workbench, panel: TrainingPanel) -> None:
    fail(bench)
    [fix] = card_of(panel).buttons
    QTest.mouseClick(fix, LEFT)
    assert bench.document.project.training.optimizer_args["lr"] == 1.0
    bench.document.undo_stack.undo()
    assert "lr" not in bench.document.project.training.optimizer_args


def test_a_fix_changes_nothing_but_what_it_is_about(bench: Workbench, panel: TrainingPanel) -> None:
    fail(bench)
    started = bench.document.project.training
    bench.document.apply(SetTraining(msgspec.structs.replace(started, epochs=7), "epochs"))
    [fix] = card_of(panel).buttons
    QTest.mouseClick(fix, LEFT)
    training = bench.document.project.training
    assert (training.epochs, training.optimizer_args["lr"]) == (7, 1.0)


def test_a_fix_goes_once_somebody_has_changed_what_it_is_about(
    bench: Workbench, panel: TrainingPanel
) -> None:
    fail(bench)
    card, started = card_of(panel), bench.document.project.training
    ways = [label for label in card.findChildren(QLabel) if label.text().startswith("Or change")]
    bench.document.apply(SetTraining(msgspec.structs.replace(started, optimizer_args={"lr": 0.01}), "lr"))
    assert [part.isVisible() for part in (*card.buttons, *ways)] == [False, False]
    bench.document.undo_stack.undo()
    assert [part.isVisible() for part in (*card.buttons, *ways)] == [True, True]


def test_the_layer_is_shown_in_the_drawing(bench: Workbench, panel: TrainingPanel) -> None:
    fail(bench)
    with bench.qtbot.waitSignal(panel.revealed) as caught:
        QTest.keyClick(card_of(panel), Qt.Key.Key_Return)
    assert caught.args == ["n4"]


def test_a_new_run_forgets_it(bench: Workbench, panel: TrainingPanel) -> None:
    channel = fail(bench)
    channel.end(stopped=True)
    bench.settle()
    assert panel.fault.isVisible()
    assert not card_of(panel).back.isVisible()  # nobody would hear it
    assert not card_of(panel).calmer.isVisible()
    assert card_of(panel).buttons[0].isVisible()
    bench.run.start()
    bench.settle()
    assert panel.fault.card is None
    assert panel.findChildren(FaultCard) == []


def test_all_its_buttons_have_names_and_tips(bench: Workbench, panel: TrainingPanel) -> None:
    fail(bench)
    buttons = card_of(panel).findChildren(QPushButton)
    assert len(buttons) == 3
    assert all(button.objectName() and button.toolTip() and button.accessibleName() for button in buttons)


def test_bars_grow_with_the_logarithm_of_the_numbers() -> None:
    names = ("a", 1.0), ("b", 1e3), ("c", 1e6)
    bars = (*(Bar(name, number) for name, number in names), Bar("d", 3e38, spoiled=True))
    chart = TrailChart("trail", bars)
    first, second, third, last = (chart.share(bar) for bar in bars)

    assert second - first == pytest.approx(third - second)
    assert first < third < last == 1.0
    assert "d not finite" in chart.accessibleName()
    chart.deleteLater()


def test_layers_that_do_not_fit_are_left_out_from_the_front() -> None:
    chart = TrailChart("trail", tuple(Bar(f"n{number}", 1.0) for number in range(20)))
    assert [bar.name for bar in chart.bars] == [f"n{number}" for number in range(12, 20)]
    assert all(0 < chart.share(bar) < 1 for bar in chart.bars)
    chart.deleteLater()


@pytest.mark.parametrize(
    ("number", "words"),
    [(0.0, "0"), (1.5, "1.5"), (12345.0, "12,345"), (3.4e38, "3.4e38"), (1e-9, "1.0e-09")],
)
def test_sizes_in_words(number: float, words: str) -> None:
    assert size_words(number) == words
