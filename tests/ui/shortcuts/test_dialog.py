"""The list of shortcuts: read, changed, kept, and written to a sheet."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit
from pytestqt.qtbot import QtBot

from nnbuilder.graph.graph import NodeId
from nnbuilder.ui.actions import ACTIONS
from nnbuilder.ui.shortcuts.dialog import ShortcutsDialog
from nnbuilder.ui.shortcuts.keymap import Keymap
from nnbuilder.ui.shortcuts.sheet import sheet_html, sheet_pdf
from tests.ui.conftest import Stage

N2 = NodeId("n2")
CONTROL = Qt.KeyboardModifier.ControlModifier


def opened(stage: Stage) -> ShortcutsDialog:
    """The dialog, opened by F1."""
    stage.window.panels.canvas.setFocus()
    stage.key(Qt.Key.Key_F1)
    [dialog] = stage.window.findChildren(ShortcutsDialog)
    return dialog


def keymap(stage: Stage) -> Keymap:
    """The shortcuts of the window."""
    found = stage.window.boxes.keymap
    assert found is not None
    return found


def close(stage: Stage, dialog: ShortcutsDialog) -> None:
    """Closes the dialog and lets it go."""
    dialog.close()
    stage.settle()
    stage.window.activateWindow()
    assert QTest.qWaitForWindowActive(stage.window)


def test_a_key_is_typed_and_works_at_once(stage: Stage) -> None:
    dialog = opened(stage)
    dialog.choose("edit.duplicate")
    QTest.keyClick(dialog.edit, Qt.Key.Key_B, CONTROL)
    assert "Ctrl+B is Duplicate now." in dialog.line.text()
    close(stage, dialog)
    stage.window.panels.canvas.setFocus()
    stage.window.selection.set([N2])
    before = len(stage.graph.nodes)
    stage.key(Qt.Key.Key_D, CONTROL)
    assert len(stage.graph.nodes) == before
    stage.key(Qt.Key.Key_B, CONTROL)
    assert len(stage.graph.nodes) == before + 1
    assert "(Ctrl+B)" in stage.action("edit.duplicate").toolTip()


def test_a_conflict_is_said_and_can_be_resolved(stage: Stage) -> None:
    dialog = opened(stage)
    dialog.choose("edit.duplicate")
    QTest.keyClick(dialog.edit, Qt.Key.Key_G, CONTROL)
    assert dialog.line.text() == "Ctrl+G is the key of Group."
    assert keymap(stage).keys("edit.duplicate") == ("Ctrl+D",)
    QTest.mouseClick(dialog.buttons["take"], Qt.MouseButton.LeftButton)
    assert keymap(stage).keys("edit.duplicate") == ("Ctrl+G",)
    assert keymap(stage).keys("network.group") == ()
    QTest.mouseClick(dialog.buttons["reset_all"], Qt.MouseButton.LeftButton)
    assert keymap(stage).keys("network.group") == ("Ctrl+G",)
    assert stage.action("edit.duplicate").shortcut() == QKeySequence("Ctrl+D")
    close(stage, dialog)


def test_keys_of_the_canvas_are_never_given_away(stage: Stage) -> None:
    dialog = opened(stage)
    dialog.choose("edit.duplicate")
    QTest.keyClick(dialog.edit, Qt.Key.Key_Left)
    assert "walking" in dialog.line.text()
    assert dialog.buttons["take"].isHidden()
    assert not keymap(stage).is_changed("edit.duplicate")
    close(stage, dialog)


def test_no_shortcut_and_reset(stage: Stage) -> None:
    dialog = opened(stage)
    dialog.choose("network.disable")
    QTest.mouseClick(dialog.buttons["remove"], Qt.MouseButton.LeftButton)
    assert stage.action("network.disable").shortcuts() == []
    QTest.mouseClick(dialog.buttons["reset"], Qt.MouseButton.LeftButton)
    assert [key.toString() for key in stage.action("network.disable").shortcuts()] == ["D", "Ctrl+E"]
    close(stage, dialog)


def test_the_choice_is_kept_in_the_settings(open_stage: Callable[[], Stage]) -> None:
    first = open_stage()
    keymap(first).assign("edit.duplicate", ["Ctrl+B"])
    keymap(first).assign("network.group", [])
    first.session.settings.sync()
    second = open_stage()
    assert second.action("edit.duplicate").shortcut().toString() == "Ctrl+B"
    assert second.action("network.group").shortcuts() == []
    keymap(second).reset_all()
    second.session.settings.sync()
    third = open_stage()
    assert not keymap(third).is_changed("edit.duplicate")


def test_damaged_settings_are_left_aside(open_stage: Callable[[], Stage]) -> None:
    first = open_stage()
    first.session.settings.setValue("shortcuts/edit.duplicate", "\0nonsense&&&")
    first.session.settings.setValue("shortcuts/edit.copy", 7)
    first.session.settings.sync()
    second = open_stage()
    assert second.action("edit.copy").shortcut().toString() == "Ctrl+C"


def test_the_filter_finds_actions_and_keys(stage: Stage) -> None:
    dialog = opened(stage)
    QTest.keyClicks(dialog.filter, "ungr")
    shown = [item.text(0) for item in dialog._items() if not item.isHidden() and item.parent() is not None]
    assert shown == ["Ungroup"]
    close(stage, dialog)


def test_the_sheet_lists_every_shortcut(stage: Stage) -> None:
    text = sheet_html(keymap(stage))
    for row in ACTIONS:
        if row.keys:
            assert f">{row.text.rstrip('…')}<" in text
    assert "Arrow keys" in text
    assert "Ctrl+Shift+P" in text


def test_the_sheet_is_saved_as_pdf_and_html(stage: Stage, tmp_path: Path) -> None:
    dialog = opened(stage)
    dialog.save("pdf", tmp_path / "keys.pdf")
    assert (tmp_path / "keys.pdf").read_bytes().startswith(b"%PDF")
    assert sheet_pdf(keymap(stage)).rstrip().endswith(b"%%EOF")
    dialog.save("html", tmp_path / "keys.html")
    assert "<table width" in (tmp_path / "keys.html").read_text()
    dialog.save("html", tmp_path / "missing" / "keys.html")
    assert "was not saved" in dialog.line.text()
    close(stage, dialog)


def printing(qtbot: QtBot, dialog: ShortcutsDialog) -> QPrintDialog:
    """The print dialog, opened by Ctrl+P."""
    dialog.activateWindow()
    assert QTest.qWaitForWindowActive(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_P, CONTROL)
    qtbot.waitUntil(lambda: bool(dialog.findChildren(QPrintDialog)))
    [found] = dialog.findChildren(QPrintDialog)
    assert QTest.qWaitForWindowExposed(found)
    return found


def print_to(stage: Stage, asked: QPrintDialog, path: Path) -> None:
    """Names a file in the print dialog and presses its Print."""
    [name] = [field for field in asked.findChildren(QLineEdit) if field.objectName() == "filename"]
    name.clear()
    QTest.keyClicks(name, str(path))
    [box] = asked.findChildren(QDialogButtonBox)
    QTest.mouseClick(box.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)
    stage.settle()


def test_the_sheet_is_printed(qtbot: QtBot, stage: Stage, tmp_path: Path) -> None:
    dialog = opened(stage)
    print_to(stage, printing(qtbot, dialog), tmp_path / "sheet.pdf")
    assert dialog.line.text() == "Printed to sheet.pdf."
    assert (tmp_path / "sheet.pdf").read_bytes().rstrip().endswith(b"%%EOF")
    assert not dialog.findChildren(QPrintDialog)
    close(stage, dialog)


def test_nothing_is_printed_when_it_is_cancelled(qtbot: QtBot, stage: Stage) -> None:
    dialog = opened(stage)
    asked = printing(qtbot, dialog)
    QTest.keyClick(asked, Qt.Key.Key_Escape)
    stage.settle()
    assert not dialog.findChildren(QPrintDialog)
    assert "rinted" not in dialog.line.text()
    close(stage, dialog)


def test_a_sheet_that_cannot_be_printed_says_so(qtbot: QtBot, stage: Stage, tmp_path: Path) -> None:
    dialog = opened(stage)
    asked = printing(qtbot, dialog)
    asked.printer().setOutputFileName(str(tmp_path / "missing" / "sheet.pdf"))
    asked.accepted.emit(asked.printer())
    assert dialog.line.text() == "The sheet was not printed: sheet.pdf cannot be written there."
    QTest.keyClick(asked, Qt.Key.Key_Escape)
    close(stage, dialog)
