"""The slider of the time machine."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnbuilder.protocol.messages import Control, Failed, Visit
from nnbuilder.session.live import Live
from nnbuilder.session.time_machine import TimeMachine
from nnbuilder.ui.moments.bar import TimeBar
from tests.ui.moments.times import Times
from tests.ui.workbench import Workbench

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def times(bench: Workbench) -> Iterator[Times]:
    """A run with moments."""
    times = Times(bench)
    yield times
    times.machine.leave()


@pytest.fixture
def bar(times: Times) -> TimeBar:
    """The bar in the present, with the keyboard on its slider."""
    bar = times.bench.show(TimeBar(times.machine, times.bench.run), width=1000, height=40)
    bar.slider.setFocus()
    return bar


def usable(bar: TimeBar) -> set[str]:
    """The buttons that can be pressed."""
    return {name for name, button in bar.buttons.items() if button.isEnabled()}


def test_it_is_hidden_until_there_is_a_moment(bench: Workbench) -> None:
    machine = TimeMachine(bench.document, bench.engine, bench.run, Live(bench.run, bench.run), bench.run)
    bar = TimeBar(machine, bench.run)
    assert bar.isHidden()
    bar.deleteLater()


def test_the_present_is_the_right_end(bar: TimeBar) -> None:
    assert (bar.slider.value(), bar.slider.maximum()) == (3, 3)
    assert (bar.when.text(), bar.line.text()) == ("Now", "step 12 · epoch 3")
    assert usable(bar) == {"branch"}


def test_the_line_of_the_present_fits_in_a_narrow_panel(bar: TimeBar) -> None:
    bar.resize(735, 40)
    bar.line.setText("step 1,500 · epoch 100")
    assert bar.line.width() >= bar.line.fontMetrics().horizontalAdvance(bar.line.text())


def test_keys_walk_through_the_moments(times: Times, bar: TimeBar) -> None:
    QTest.keyClick(bar.slider, Qt.Key.Key_Left)
    QTest.keyClick(bar.slider, Qt.Key.Key_Left)
    assert bar.when.text() == "Step 4 · epoch 1"
    assert bar.line.text() == "8 steps ago"
    assert "use" not in usable(bar)
    times.show()

    assert bar.line.text() == "8 steps ago · loss 0.375, accuracy 0.750"
    assert usable(bar) == {"now", "use", "back", "branch"}
    QTest.keyClick(bar.slider, Qt.Key.Key_Home)
    assert bar.when.text() == "The start"
    QTest.keyClick(bar.slider, Qt.Key.Key_Escape)
    assert bar.when.text() == "Now"
    assert times.machine.moment is None
    bar.earlier()
    assert bar.when.text() == "Step 8 · epoch 2"
    bar.later()
    assert times.machine.moment is None


def test_going_back_takes_the_run_to_the_moment(times: Times, bar: TimeBar) -> None:
    bar.slider.setValue(1)
    times.show()
    QTest.mouseClick(bar.buttons["back"], LEFT)

    assert times.line.sent[-1] == Control(times.bench.run.run_id, "back", 8)
    assert times.machine.moment is None


def test_weights_are_asked_for(times: Times, bar: TimeBar) -> None:
    bar.slider.setValue(1)
    times.show()
    QTest.mouseClick(bar.buttons["use"], LEFT)
    asked = times.visitor.sent[-1]

    assert isinstance(asked, Visit)
    assert asked.keep


@pytest.mark.usefixtures("times")
def test_a_branch_begins_at_the_moment_that_is_looked_at(bar: TimeBar) -> None:
    wanted: list[int] = []
    bar.branch_wanted.connect(wanted.append)
    QTest.mouseClick(bar.buttons["branch"], LEFT)
    bar.slider.setValue(1)
    QTest.mouseClick(bar.buttons["branch"], LEFT)

    assert wanted == [8, 4]


def test_a_run_that_has_ended_cannot_be_taken_back(times: Times, bar: TimeBar) -> None:
    bar.slider.setValue(1)
    times.show()
    times.line.end()

    assert usable(bar) == {"now", "use", "branch"}


def test_what_went_wrong_stands_in_the_line(times: Times, bar: TimeBar) -> None:
    bar.slider.setValue(1)
    times.visitor.say(Failed("environment", "The moment cannot be shown: it is damaged.", run_id="v"))

    assert bar.line.text() == "The moment cannot be shown: it is damaged."
