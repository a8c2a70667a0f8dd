"""New, open, save and close: nothing unsaved is lost without a question."""

import os
import platform
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from nnbuilder.data.spec import BuiltinData, CsvData, DataSpec
from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project import lock
from nnbuilder.project.edits import SetData
from nnbuilder.project.file import load_project
from nnbuilder.project.owner import Owner, start_of
from nnbuilder.templates.registry import BY_NAME, promise, start
from nnbuilder.ui.template_picker import TemplatePicker
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


def test_undo_back_to_the_file_is_no_save(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _save_as(stage, tmp_path / "net.nnb")
    later = time.monotonic() + 300
    monkeypatch.setattr("nnbuilder.ui.status.time.monotonic", lambda: later)
    stage.session.document.apply(EDIT)
    stage.window.status.say("The network is wider now.")
    stage.trigger("edit.undo")
    assert stage.window.status.saved.text() == "Saved 5 min ago"
    assert stage.window.status.message.text() == ""


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


@pytest.mark.parametrize(
    ("name", "way"),
    [("net.safetensors", "Import weights…"), ("net.py", "File > Import…"), ("rows.csv", "Data panel")],
)
def test_a_file_of_another_kind_is_shown_its_way(stage: Stage, tmp_path: Path, name: str, way: str) -> None:
    (tmp_path / name).write_bytes(b"\xff\x00 no project")
    before = stage.session.document.project
    stage.window.files.open_path(tmp_path / name)
    assert stage.session.document.project is before
    assert way in stage.box().informativeText().splitlines()[0]
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


def _picker(stage: Stage) -> TemplatePicker:
    stage.trigger("file.template")
    [picker] = stage.window.findChildren(TemplatePicker)
    assert picker.isVisible()
    return picker


def _types(stage: Stage) -> set[str]:
    return {node.type for node in stage.graph.nodes.values()}


def test_a_template_in_an_untouched_window_brings_its_own_data(stage: Stage) -> None:
    picker = _picker(stage)
    assert not picker.isModal()
    assert picker.promise.text() == promise(None)
    stage.session.document.apply(EDIT)  # nothing waits for the box
    stage.session.document.undo_stack.undo()
    card = next(card for card in picker.grid.cards if card.key == "lenet_5")
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    stage.settle()
    assert not picker.isVisible()
    assert stage.window.windowTitle() == "lenet_5[*] — NNBuilder"
    assert not stage.window.isWindowModified()
    assert stage.session.document.project == start(BY_NAME["lenet_5"], style=stage.session.style)


def test_trying_templates_one_after_the_other_brings_the_data_of_each(stage: Stage) -> None:
    for name in ("lenet_5", "mlp_regression", "logistic_regression"):
        stage.window.files.new_from(name)
        stage.settle()
        assert stage.session.document.project.data == BY_NAME[name].data
    stage.session.document.apply(SetData(DataSpec(BuiltinData("wine"))))
    stage.window.files.new_from("mlp")
    stage.settle()
    stage.box().button(Button.Discard).click()
    stage.settle()
    assert stage.session.document.project.data == DataSpec(BuiltinData("wine"))


def test_a_template_keeps_chosen_data_and_fits_itself(stage: Stage, tmp_path: Path) -> None:
    _save_as(stage, tmp_path / "net.nnb")
    data = stage.session.document.project.data
    picker = _picker(stage)
    assert picker.promise.text() == "Each keeps Iris and fits itself: 4 numbers in, 3 classes out."
    stage.session.document.apply(EDIT)
    QTest.keyClick(picker.grid.cards[0], Qt.Key.Key_Right)
    QTest.keyClick(picker.grid.cards[1], Qt.Key.Key_Return)
    stage.settle()
    box = stage.box()
    box.button(Button.Discard).click()
    stage.settle()
    assert stage.session.document.project.data == data
    assert stage.session.document.path is None
    assert stage.window.windowTitle() == "mlp[*] — NNBuilder"
    last = next(node for node in reversed([*stage.graph.nodes.values()]) if node.type == "Linear")
    assert last.args["out_features"] == 3


def test_a_table_beside_the_project_is_found_by_the_new_one(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    _save_as(stage, tmp_path / "net.nnb")
    stage.session.document.apply(SetData(DataSpec(CsvData("t.csv", "b"))))
    stage.trigger("file.save")
    stage.window.files.new_from("logistic_regression")
    stage.settle()
    assert stage.session.document.folder == tmp_path
    assert stage.session.document.project.data.source == CsvData("t.csv", "b")


def test_the_box_of_templates_opens_once_and_closes_with_escape(stage: Stage) -> None:
    first = _picker(stage)
    assert _picker(stage) is first
    assert first.grid.cards[0].hasFocus()
    QTest.keyClick(first, Qt.Key.Key_Escape)
    assert not first.isVisible()
    assert _picker(stage) is first


def test_the_welcome_page_starts_templates(stage: Stage) -> None:
    stage.trigger("file.welcome")
    assert stage.window.panels.welcome.promise.text() == promise(None)
    stage.window.panels.welcome.open_template.emit("text_classifier")
    stage.settle()
    assert "Embedding" in _types(stage)
    assert not stage.window.pages.shows_welcome


def test_a_template_of_another_version_is_told(stage: Stage) -> None:
    stage.window.files.new_from("resnet")
    stage.settle()
    assert "is not there" in stage.box().text()
    stage.box().close()
