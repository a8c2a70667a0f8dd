"""New, open, save and close: nothing unsaved is lost without a question."""

import os
import platform
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from nnbuilder.data.spec import CsvData, DataSpec
from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project import lock
from nnbuilder.project.edits import SetData
from nnbuilder.project.file import load_project
from nnbuilder.project.owner import Owner, start_of
from tests.ui.conftest import Stage

EDIT = SetArg(NodeId("n2"), "out_features", 32)
Button = QMessageBox.StandardButton


def _save_as(stage: Stage, path: Path) -> None:
    stage.trigger("file.save_as")
    stage.file_dialog().fileSelected.emit(str(path))
    stage.file_dialog().close()
    stage.settle()


def test_save_asks_for_a_place_once(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "net.nnb"
    stage.session.document.apply(EDIT)
    stage.trigger("file.save")
    dialog = stage.file_dialog()
    assert dialog.defaultSuffix() == "nnb"
    dialog.fileSelected.emit(str(path))
    dialog.close()
    stage.settle()
    assert stage.window.windowTitle() == "net.nnb[*] — NNBuilder"
    assert not stage.window.isWindowModified()
    assert stage.window.status.saved.text() == "Saved just now"
    stage.session.document.apply(SetArg(NodeId("n2"), "out_features", 64))
    assert stage.window.status.saved.text() == "Unsaved changes"
    stage.trigger("file.save")
    assert load_project(path).project == stage.session.document.project


def test_saved_and_opened_again_it_is_the_same(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "net.nnb"
    stage.session.document.apply(EDIT)
    before = stage.session.document.project
    _save_as(stage, path)
    stage.trigger("file.new")
    assert not stage.graph.nodes
    stage.trigger("file.open")
    stage.file_dialog().fileSelected.emit(str(path))
    stage.file_dialog().close()
    stage.settle()
    assert stage.session.document.project == before
    assert set(stage.window.panels.canvas.canvas.cards) == set(before.graph.nodes)
    assert stage.session.recent.files == (path,)


def test_unsaved_changes_are_asked_about(stage: Stage) -> None:
    stage.session.document.apply(EDIT)
    before = stage.session.document.project
    stage.trigger("file.new")
    stage.press(Button.Cancel)
    assert stage.session.document.project is before
    stage.trigger("file.new")
    stage.press(Button.Discard)
    assert not stage.graph.nodes


def test_save_in_the_question_saves_and_goes_on(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "net.nnb"
    _save_as(stage, path)
    stage.session.document.apply(EDIT)
    changed = stage.session.document.project
    stage.trigger("file.new")
    stage.press(Button.Save)
    assert load_project(path).project == changed
    assert not stage.graph.nodes


def test_closing_asks_and_then_ends_everything(stage: Stage) -> None:
    stage.session.document.apply(EDIT)
    stage.window.close()
    assert stage.window.isVisible()
    stage.press(Button.Cancel)
    assert stage.window.isVisible()
    stage.window.close()
    stage.press(Button.Discard)
    assert not stage.window.isVisible()
    assert stage.engine.state == "stopped"


def test_a_file_that_is_none_changes_nothing(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "bad.nnb"
    path.write_text('{"nnbuilder": 99}')
    before = stage.session.document.project
    stage.window.files.open_path(path)
    assert stage.session.document.project is before
    assert "cannot be opened" in stage.box().text()
    assert stage.box().informativeText()
    stage.press(Button.Ok)


def test_a_save_that_fails_says_why(stage: Stage, tmp_path: Path) -> None:
    stage.session.document.apply(EDIT)
    _save_as(stage, tmp_path / "missing" / "net.nnb")
    assert "was not saved" in stage.box().text()
    assert not stage.session.document.clean
    stage.press(Button.Ok)


def test_a_file_changed_by_another_program_is_not_overwritten_unasked(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "net.nnb"
    _save_as(stage, path)
    path.write_text(path.read_text() + "\n")
    stage.session.document.apply(EDIT)
    stage.trigger("file.save")
    box = stage.box()
    [overwrite] = [button for button in box.buttons() if button.text() == "Overwrite"]
    QTest.mouseClick(overwrite, Qt.MouseButton.LeftButton)
    stage.settle()
    assert load_project(path).project == stage.session.document.project


def test_the_title_tells_a_copy(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.nnb"
    _save_as(stage, path)
    other = Owner(os.getppid(), start_of(os.getppid()), platform.node())
    monkeypatch.setattr(lock, "this_process", lambda: other)
    lock.take_lock(path, force=True)
    monkeypatch.undo()
    stage.window.files.open_path(path)
    stage.settle()
    assert stage.window.windowTitle() == "mine (copy)[*] — NNBuilder"
    assert stage.window.status.message.text().endswith("This is a copy.")


def test_a_table_that_stays_behind_is_told(stage: Stage, tmp_path: Path) -> None:
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    (tmp_path / "here" / "table.csv").write_text("a,b\n1,2\n3,4\n")
    said: list[str] = []
    stage.window.files.said.connect(said.append)
    _save_as(stage, tmp_path / "here" / "net.nnb")
    stage.session.document.apply(SetData(DataSpec(CsvData("table.csv", "b"))))
    _save_as(stage, tmp_path / "here" / "other.nnb")
    assert said == []
    _save_as(stage, tmp_path / "there" / "net.nnb")
    [sentence] = said
    assert sentence.startswith(f"table.csv stays in {tmp_path / 'here'}: copy it")
