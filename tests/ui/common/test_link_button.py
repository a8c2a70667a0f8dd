"""A word that can be pressed, by mouse and by keyboard."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnbuilder.ui.common.link_button import LinkButton
from tests.ui.workbench import show_active


def test_it_is_pressed_by_mouse_and_space(qtbot: QtBot) -> None:
    button = LinkButton("Show again")
    show_active(qtbot, button)
    clicks: list[str] = []
    button.clicked.connect(lambda: clicks.append(button.text()))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert clicks == ["Show again", "Show again"]
    assert button.accessibleName() == "Show again"


def test_one_that_opens_looks_different_when_open(qtbot: QtBot) -> None:
    button = LinkButton("Why?", opens=True)
    show_active(qtbot, button)
    closed = button.grab().toImage()
    button.click()
    assert button.isChecked()
    assert button.grab().toImage() != closed
    assert LinkButton("Why?").sizeHint().width() < button.sizeHint().width()
