"""The field for what is typed."""

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from nnbuilder.catalog.spec import AUTO, ArgSpec
from nnbuilder.ui.common import typed_edit
from nnbuilder.ui.common.typed_edit import TypedEdit
from tests.ui.workbench import retype, show_active

if TYPE_CHECKING:
    from nnbuilder.graph.graph import ArgValue

COUNT = ArgSpec(name="out_features", kind="int", help="How many.", initial=16, minimum=1, maximum=4096)
FOLLOWER = ArgSpec(name="in_features", kind="int", help="How many.", minimum=1, follows="features")
SHAPE = ArgSpec(name="shape", kind="ints", help="Sizes.", initial=(4,), minimum=1)


class Stage:
    """A field beside another one, and everything that it committed."""

    def __init__(self, qtbot: QtBot, spec: ArgSpec) -> None:
        self.window = QWidget()
        self.field, self.other = TypedEdit(spec), QLineEdit()
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.field)
        layout.addWidget(self.other)
        self.committed: list[ArgValue] = []
        self.field.committed.connect(self.committed.append)
        show_active(qtbot, self.window)
        self.field.setFocus()

    def wheel(self, notches: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Turns the wheel over the field."""
        event = QWheelEvent(
            QPointF(5, 5),
            QPointF(5, 5),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.field, event)


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    """A field for a whole number."""
    return Stage(qtbot, COUNT)


def test_enter_commits_once(stage: Stage) -> None:
    retype(stage.field, "128")
    stage.other.setFocus()
    assert stage.committed == [128]


def test_leaving_commits(stage: Stage) -> None:
    retype(stage.field, "128", end=None)
    assert stage.committed == []
    QTest.keyClick(stage.field, Qt.Key.Key_Tab)
    assert stage.committed == [128]


def test_a_pause_commits(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typed_edit, "PAUSE_MS", 10)
    quick = Stage(qtbot, COUNT)
    retype(quick.field, "128", end=None)
    qtbot.waitUntil(lambda: quick.committed == [128])
    QTest.keyClicks(quick.field, "0")
    qtbot.waitUntil(lambda: quick.committed == [128, 1280])


def test_expressions_become_numbers(stage: Stage) -> None:
    retype(stage.field, "28*28")
    assert stage.committed == [784]
    assert stage.field.text() == "784"


def test_a_fault_shows_while_typing_and_nothing_is_clamped(stage: Stage) -> None:
    told: list[str] = []
    stage.field.fault_changed.connect(told.append)
    retype(stage.field, "5000", end=None)
    why = "out_features takes a whole number at least 1 and at most 4096, not 5000."
    assert stage.field.fault == f"{why} It stays 16."
    assert told[-1] == stage.field.fault
    assert stage.field.accessibleDescription() == stage.field.fault
    QTest.keyClick(stage.field, Qt.Key.Key_Return)
    stage.other.setFocus()
    assert (stage.committed, stage.field.text()) == ([], "5000")


def test_escape_brings_the_value_back(stage: Stage) -> None:
    retype(stage.field, "many", end=Qt.Key.Key_Escape)
    assert (stage.field.text(), stage.field.fault) == ("16", "")
    QTest.keyClick(stage.field, Qt.Key.Key_Return)
    assert stage.committed == []


def test_arrows_step_and_count_at_once(stage: Stage) -> None:
    QTest.keyClick(stage.field, Qt.Key.Key_Up)
    QTest.keyClick(stage.field, Qt.Key.Key_PageDown)
    QTest.keyClick(stage.field, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert stage.committed == [17, 7, 8]


def test_steps_start_from_what_is_typed(stage: Stage) -> None:
    retype(stage.field, "64", end=Qt.Key.Key_Up)
    assert stage.committed == [65]


def test_the_wheel_counts_only_with_the_focus(stage: Stage) -> None:
    stage.wheel(1)
    stage.wheel(1, Qt.KeyboardModifier.ControlModifier)
    stage.other.setFocus()
    stage.wheel(1)
    assert stage.committed == [17, 32]


def test_its_own_value_coming_back_keeps_what_is_typed(stage: Stage) -> None:
    retype(stage.field, "99", end=None)
    stage.field.set_value(16)
    assert stage.field.text() == "99"
    stage.field.set_value(32)
    assert stage.field.text() == "32"


def test_auto_shows_what_it_stands_for(qtbot: QtBot) -> None:
    stage = Stage(qtbot, FOLLOWER)
    stage.field.set_value(AUTO, 4)
    assert stage.field.text() == "4"
    stage.field.set_value(AUTO)
    assert stage.field.text() == AUTO
    stage.field.set_value(AUTO, 4)
    QTest.keyClick(stage.field, Qt.Key.Key_Up)
    retype(stage.field, "auto")
    assert stage.committed == [5, AUTO]


def test_a_tuple_is_typed_and_steps_at_the_cursor(qtbot: QtBot) -> None:
    stage = Stage(qtbot, SHAPE)
    retype(stage.field, "3, 32, 32")
    assert stage.field.text() == "(3, 32, 32)"
    stage.field.lineEdit().setCursorPosition(5)
    QTest.keyClick(stage.field, Qt.Key.Key_Up)
    assert stage.field.lineEdit().selectedText() == "33"
    QTest.keyClick(stage.field, Qt.Key.Key_Down)
    stage.wheel(1, Qt.KeyboardModifier.ControlModifier)
    assert stage.committed == [(3, 32, 32), (3, 33, 32), (3, 32, 32), (3, 64, 32)]
    QTest.keyClick(stage.field, Qt.Key.Key_Home)
    stage.wheel(-9)
    assert stage.committed[-1] == (1, 64, 32)


def test_one_number_or_a_tuple_steps_as_what_it_is(qtbot: QtBot) -> None:
    stage = Stage(
        qtbot, ArgSpec(name="padding", kind="int", help="Rows.", initial=1, minimum=0, lengths=(4,))
    )
    QTest.keyClick(stage.field, Qt.Key.Key_Up)
    retype(stage.field, "1, 2, 3, 4")
    stage.field.lineEdit().setCursorPosition(len(stage.field.text()))
    QTest.keyClick(stage.field, Qt.Key.Key_Down)
    assert stage.committed == [2, (1, 2, 3, 4), (1, 2, 3, 3)]
    assert stage.field.lineEdit().selectedText() == "3"


@pytest.mark.parametrize("typing", [True, False])
def test_undo_belongs_to_the_document_unless_something_is_typed(stage: Stage, typing: bool) -> None:
    undone: list[str] = []
    action = stage.window.addAction("Undo")
    action.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Z)
    action.triggered.connect(lambda: undone.append("undo"))
    retype(stage.field, "64", end=None if typing else Qt.Key.Key_Return)
    QTest.keyClick(stage.field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == ([] if typing else ["undo"])


def test_true_is_not_one(qtbot: QtBot) -> None:
    stage = Stage(qtbot, ArgSpec(name="n", kind="int", help="", default=1))
    retype(stage.field, "True")
    assert stage.committed == []
    assert stage.field.fault
