"""The sweep panel: ordering a sweep, following its runs, sorting, cancelling, and using what was found."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QSpinBox

from nnbuilder.graph.edits import AddNode
from nnbuilder.graph.graph import Node, NodeId
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.protocol.messages import Failed
from nnbuilder.session.queue import RunQueue
from nnbuilder.session.sweep import Sweeps
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.sweep.panel import SweepPanel
from tests.ui.canvas.drawings import chain
from tests.ui.workbench import Open, Workbench, find

PROJECT = Project(
    graph=chain(), training=TrainingConfig(optimizer="SGD", optimizer_args={"lr": 0.1}, epochs=4)
)


@dataclass
class Desk:
    """A panel on a workbench, with hands to use it."""

    bench: Workbench
    panel: SweepPanel
    sweeps: Sweeps

    def press(self, name: str) -> None:
        """Presses a button."""
        QTest.mouseClick(find(self.panel, QPushButton, name), Qt.MouseButton.LeftButton)
        self.bench.settle()

    def type(self, number: int, text: str) -> None:
        """Replaces the values of a line."""
        field = find(self.panel, QLineEdit, f"sweep_values_{number}")
        field.selectAll()
        QTest.keyClicks(field, text)

    def finish(self, place: int, loss: float) -> None:
        """Lets a run come to its end."""
        channel = self.bench.engine.runs[place]
        channel.start()
        channel.end_epoch(1, validation_loss=loss)
        channel.end()
        QTest.qWait(150)

    def column(self, title: str) -> list[str]:
        """What a column says, from top to bottom."""
        model = self.panel.model
        place = [column.title for column in model.columns].index(title)
        return [str(model.index(row, place).data()) for row in range(model.rowCount())]


@pytest.fixture
def desk(open_bench: Open, tmp_path: Path) -> Iterator[Desk]:
    """The panel on a network with SGD, two runs at once."""
    bench = open_bench(PROJECT)
    queue = RunQueue(bench.engine, bench.document)
    queue.at_once = 2
    sweeps = Sweeps(bench.document, queue, lambda: tmp_path / "runs", bench.document)
    yield Desk(bench, bench.show(SweepPanel(bench.document, sweeps), 1400, 340), sweeps)
    queue.shutdown()


def test_the_first_line_offers_the_learning_rate(desk: Desk) -> None:
    assert find(desk.panel, ChoiceBox, "sweep_over_1").currentText() == "lr"
    assert find(desk.panel, QLineEdit, "sweep_values_1").text() == "0.01, 0.1, 1"
    assert find(desk.panel, QPushButton, "sweep_begin").text() == "Train 3 runs"
    assert desk.panel.empty.isVisible()


def test_the_button_counts_and_says_what_is_wrong(desk: Desk) -> None:
    desk.press("sweep_more")
    desk.type(2, "8,16")
    begin = find(desk.panel, QPushButton, "sweep_begin")
    assert begin.text() == "Train 6 runs"
    desk.type(2, "8,many")
    assert not begin.isEnabled()
    assert "batch_size" in desk.panel.form.said.text()
    desk.type(1, "0.001..0.1")
    desk.type(2, "8,16")
    assert "how many values" in desk.panel.form.said.text()
    desk.panel.form.how.setCurrentIndex(1)
    desk.panel.form.how.activated.emit(1)
    assert begin.text() == "Train 12 runs"
    find(desk.panel, QSpinBox, "sweep_count").setValue(5)
    assert begin.text() == "Train 5 runs"


def test_runs_are_followed_and_sorted(desk: Desk) -> None:
    desk.press("sweep_begin")
    assert desk.column("status") == ["running 0/4", "running 0/4", "waiting"]
    desk.finish(0, 0.3)
    assert desk.column("status") == ["finished", "running 0/4", "running 0/4"]
    desk.finish(1, 0.1)
    desk.finish(2, 0.2)
    assert desk.panel.state.text() == "3 runs: 3 done"
    assert desk.column("lr") == ["0.01", "0.1", "1"]
    place = [column.title for column in desk.panel.model.columns].index("loss")
    desk.panel.table.sortByColumn(place, Qt.SortOrder.AscendingOrder)
    assert desk.column("loss") == ["0.1000", "0.2000", "0.3000"]
    assert desk.column("lr") == ["0.1", "1", "0.01"]


def test_a_narrow_panel_shows_the_table_or_the_lines(desk: Desk) -> None:
    desk.press("sweep_begin")
    QTest.qWait(150)
    panel = desk.panel
    panel.resize(1400, 340)
    assert (panel.table.isVisible(), panel.frame.isVisible()) == (True, True)
    assert not panel.as_table.isVisible()
    panel.resize(772, 240)
    assert (panel.table.isVisible(), panel.frame.isVisible()) == (True, False)
    QTest.mouseClick(panel.as_lines, Qt.MouseButton.LeftButton)
    assert (panel.table.isVisible(), panel.frame.isVisible()) == (False, True)


def test_unknown_results_come_last_in_both_directions(desk: Desk) -> None:
    desk.press("sweep_begin")
    desk.finish(1, 0.1)
    place = [column.title for column in desk.panel.model.columns].index("loss")
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        desk.panel.table.sortByColumn(place, order)
        assert desk.column("loss") == ["0.1000", "–", "–"]


def test_the_settings_of_a_run_are_one_undoable_edit(desk: Desk) -> None:
    desk.press("sweep_more")
    desk.type(2, "8,16")
    desk.press("sweep_begin")
    desk.panel.table.choose(1)
    desk.press("sweep_use")
    training = desk.bench.document.project.training
    assert (training.optimizer_args["lr"], training.batch_size) == (0.01, 8)
    assert desk.bench.undo_steps == 1
    desk.bench.document.undo_stack.undo()
    assert desk.bench.document.project.training == PROJECT.training


def test_one_run_and_all_runs_are_cancelled(desk: Desk) -> None:
    desk.press("sweep_begin")
    desk.panel.table.choose(3)
    desk.panel.table.setFocus()
    QTest.keyClick(desk.panel.table, Qt.Key.Key_Delete)
    assert [job.state for job in desk.sweeps.queue.jobs] == ["starting", "starting", "stopped"]
    desk.press("sweep_cancel")
    assert [channel.told for channel in desk.bench.engine.runs] == [["stop"], ["stop"]]


def test_a_line_of_the_plot_selects_its_run(desk: Desk) -> None:
    desk.press("sweep_begin")
    for place, loss in enumerate((0.3, 0.1, 0.2)):
        desk.finish(place, loss)
    plot = desk.panel.lines
    found = {plot.number_at(QPoint(57, y).toPointF()) for y in range(plot.height())}
    assert found == {0, 1, 2, 3}
    y = next(y for y in range(plot.height()) if plot.number_at(QPoint(57, y).toPointF()) == 2)
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(57, y))
    assert [row.trial.number for row in desk.panel.table.chosen] == [2]


def test_the_table_is_copied_as_it_is_ordered(desk: Desk) -> None:
    desk.press("sweep_begin")
    desk.panel.act("copy")
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0] == "#,metric,loss,lr,epoch,seconds,status,run"
    assert [line.split(",")[3] for line in lines[1:]] == ["0.01", "0.1", "1.0"]


def test_a_network_with_problems_is_not_swept(desk: Desk) -> None:
    desk.panel.may_train = lambda: False
    desk.press("sweep_begin")
    assert not desk.bench.engine.runs
    assert desk.sweeps.known == ()


def test_why_a_run_failed_is_said_when_it_is_selected(desk: Desk) -> None:
    desk.press("sweep_begin")
    name = desk.sweeps.queue.jobs[1].run_id
    desk.bench.engine.received.emit(Failed("problem", "The data are gone.", run_id=name), ())
    QTest.qWait(150)
    assert desk.column("status") == ["running 0/4", "failed", "running 0/4"]
    desk.panel.table.choose(2)
    assert desk.panel.state.text() == "The data are gone."
    desk.panel.table.choose(1)
    assert desk.panel.state.text() == "3 runs: 2 at work, 1 failed"


def test_the_form_follows_the_drawing(desk: Desk) -> None:
    desk.type(1, "0.3, 0.4")
    choice = find(desk.panel, ChoiceBox, "sweep_over_1")
    before = choice.count()
    desk.bench.document.apply(AddNode(Node(NodeId("n9"), "Dropout", {"p": 0.5})))
    QTest.qWait(150)
    assert choice.count() > before
    assert (choice.currentText(), desk.panel.form.rows[0].typed[1]) == ("lr", "0.3, 0.4")
    desk.panel.form.rows[0].choose("n9.p")
    assert desk.panel.form.rows[0].typed == ("n9.p", "0.25, 0.5, 1")


def test_another_window_finds_the_sweep_again(desk: Desk) -> None:
    desk.press("sweep_begin")
    again = SweepPanel(desk.bench.document, desk.sweeps)
    desk.bench.show(again, 1400, 340)
    assert again.model.rowCount() == 3
