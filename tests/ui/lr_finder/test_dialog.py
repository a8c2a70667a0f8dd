"""The box that finds a learning rate: a real test in a process of its own, its button, its end."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from nnbuilder.protocol.tasks import RateFound
from nnbuilder.ui.lr_finder import RateDialog
from tests.ui.conftest import Stage

RATES = (1e-4, 1e-3, 1e-2, 1e-1)
FOUND = RateFound(RATES, (1.0, 0.9, 0.4, 0.3), (1.0, 0.9, 0.5, 0.4), 0.01, 0.1, None, 0.01)


@pytest.fixture
def dialog(stage: Stage) -> Iterator[RateDialog]:
    """The box over a window on the starter; its process is ended with it."""
    stage.trigger("train.rate")
    [made] = stage.window.findChildren(RateDialog)
    yield made
    made.task.cancel()


def press(dialog: RateDialog, name: str) -> None:
    """Presses a button."""
    button = {"use": dialog.use, "again": dialog.again, "close": dialog.close_button}[name]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def test_the_rate_becomes_one_undoable_edit(stage: Stage, dialog: RateDialog) -> None:
    document = stage.session.document
    before = document.project
    assert not dialog.use.isEnabled()
    dialog.task.cancel()
    dialog.task.answered.emit(FOUND)
    assert dialog.use.text() == "Use 0.01"
    assert "fastest at 0.01" in dialog.line.text()
    press(dialog, "use")
    assert document.project.training.optimizer_args["lr"] == 0.01
    assert document.project.graph == before.graph
    document.undo_stack.undo()
    assert document.project == before


def test_a_moved_marker_is_what_the_button_uses(stage: Stage, dialog: RateDialog) -> None:
    dialog.task.cancel()
    dialog.task.answered.emit(FOUND)
    dialog.plot.choose(0.0011)
    assert dialog.use.text() == "Use 0.001"
    press(dialog, "use")
    assert stage.session.document.project.training.optimizer_args["lr"] == 0.001


def test_without_a_suggestion_it_says_why(dialog: RateDialog) -> None:
    dialog.task.cancel()
    dialog.task.answered.emit(RateFound(RATES, (1.0,) * 4, (1.0,) * 4, why="The loss does not fall."))
    assert dialog.line.text() == "The loss does not fall."
    assert not dialog.use.isEnabled()
    assert dialog.again.isEnabled()


def test_the_data_of_the_curve_can_be_taken_away(dialog: RateDialog) -> None:
    dialog.task.cancel()
    dialog.task.answered.emit(FOUND)
    dialog.frame.copy_data()
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0] == "rate,loss,smoothed"
    assert lines[2] == "0.001,0.9,0.9"


def test_closing_ends_the_process(dialog: RateDialog) -> None:
    assert dialog.task.active
    task = dialog.task
    ended: list[bool] = []
    dialog.finished.connect(lambda _: ended.append(task.active))
    press(dialog, "close")
    assert ended == [False]


def test_a_real_test_answers(stage: Stage, dialog: RateDialog) -> None:
    before = stage.session.document.project
    assert dialog.findChild(QLabel, "rate.line") is not None
    for _ in range(600):
        if dialog.found is not None or not dialog.task.active:
            break
        QTest.qWait(50)
    assert dialog.found is not None, dialog.line.text()
    assert len(dialog.found.rates) > 50
    assert stage.session.document.project == before
