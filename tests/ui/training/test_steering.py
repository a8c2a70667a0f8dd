"""The row that steers a run that waits or has ended."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnbuilder.protocol.messages import Checkpointed, Control, RunState
from nnbuilder.ui.training.panel import TrainingPanel
from nnbuilder.ui.training.steering import SteeringRow
from tests.ui.workbench import Workbench

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def row(bench: Workbench) -> SteeringRow:
    """The row before the first run."""
    return bench.show(TrainingPanel(bench.document, bench.run, bench.analysis)).steering


def test_it_is_there_only_while_it_can_do_something(bench: Workbench, row: SteeringRow) -> None:
    assert row.isHidden()
    line = bench.start_run()
    line.progress([1.0])
    assert row.isHidden()
    line.say(RunState(bench.run.run_id, "paused", 1, 0.01))
    assert not row.isHidden()
    assert row.rate.text() == "Learning rate 0.01"
    line.say(RunState(bench.run.run_id, "running", 1, 0.01))
    assert row.isHidden()


def test_it_goes_back_and_changes_the_rate(bench: Workbench, row: SteeringRow) -> None:
    line = bench.start_run()
    line.progress([1.0] * 30)
    line.say(RunState(bench.run.run_id, "paused", 30, 0.01))
    bench.settle()
    row.steps.setValue(25)
    QTest.mouseClick(row.back, LEFT)
    QTest.mouseClick(row.slower, LEFT)
    QTest.mouseClick(row.faster, LEFT)

    run = bench.run.run_id
    assert line.sent[-3:] == [
        Control(run, "back", 25),
        Control(run, "lr", 0, 0.1),
        Control(run, "lr", 0, 10.0),
    ]


def test_an_optimizer_without_a_rate_offers_none(bench: Workbench, row: SteeringRow) -> None:
    line = bench.start_run()
    line.progress([1.0])
    line.say(RunState(bench.run.run_id, "paused", 1))

    assert not row.back.isHidden()
    assert row.slower.isHidden()


def test_a_run_that_has_ended_trains_on(bench: Workbench, row: SteeringRow) -> None:
    line = bench.start_run()
    line.progress([1.0] * 8)
    line.say(Checkpointed(bench.run.run_id, 8, "last", "f"))
    line.end()
    bench.settle()
    row.epochs.setValue(15)
    QTest.mouseClick(row.more, LEFT)

    request = bench.engine.run.request
    assert (request.checkpoint, request.project.training.epochs) == (
        "last",
        2 + 15,
    )
