"""The box of all ways out: pictures and analysis at once, the rest by real processes of the engine."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol import export_format
from nnbuilder.protocol.export_format import EXPORTS
from nnbuilder.runs.record import CheckpointEntry
from nnbuilder.runs.store import create_run
from nnbuilder.ui.export.dialog import ExportDialog
from nnbuilder.ui.export.run_choice import Chosen
from tests.runs.samples import sample_record
from tests.ui.conftest import Stage

WAIT_MS = 60_000
PICTURES = [name for name, form in EXPORTS.items() if form.source == "drawing"]


@pytest.fixture
def box(stage: Stage) -> Iterator[ExportDialog]:
    """The box, opened by its key."""
    stage.window.panels.canvas.setFocus()
    stage.key(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    [dialog] = stage.window.findChildren(ExportDialog)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    yield dialog
    dialog.close()
    dialog.deleteLater()


def aim(box: ExportDialog, form: str, path: Path) -> None:
    """Chooses a format and types a file."""
    box.show_format(form)
    box.target.field.setText(str(path))


def test_it_opens_once_without_stopping_anything(stage: Stage, box: ExportDialog) -> None:
    assert not box.isModal()
    assert stage.window.exports.open() is box
    assert box.formats.form.name == "onnx"
    stage.trigger("file.picture")
    assert box.formats.form.name == "svg"
    box.show_format("pdf")
    stage.trigger("file.picture")
    assert box.formats.form.name == "pdf"


def test_every_format_can_be_reached_by_keys(box: ExportDialog) -> None:
    seen = [box.formats.form.name]
    for _ in range(len(EXPORTS) - 1):
        QTest.keyClick(box.formats, Qt.Key.Key_Down)
        seen.append(box.formats.form.name)
        assert box.title.text() == box.formats.form.title
        assert box.summary.text() == box.formats.form.summary
    assert seen == list(EXPORTS)


@pytest.mark.parametrize("form", [*PICTURES, "markdown", "csv"])
def test_pictures_and_analysis_are_written_at_once(
    stage: Stage, box: ExportDialog, tmp_path: Path, form: str
) -> None:
    path = tmp_path / f"net{EXPORTS[form].suffix}"
    aim(box, form, tmp_path / "net")
    QTest.keyClick(box.target.field, Qt.Key.Key_Return)
    assert path.stat().st_size > 0
    assert f"{path.name} was written" in box.outcome.text
    assert str(path) in stage.window.status.message.text()
    box.outcome.copy_button.click()
    assert QGuiApplication.clipboard().text() == str(path)


def test_the_picture_follows_the_drawing_and_its_look(stage: Stage, box: ExportDialog) -> None:
    box.show_format("png")
    assert "pixels" in box.picture.size_line.text()
    assert box.picture.scale.isEnabled()
    before = box.picture.svg
    stage.session.document.apply(SetArg(NodeId("n2"), "out_features", 321))
    QTest.qWait(250)
    assert "321" in box.picture.svg
    assert "321" not in before
    box.picture.transparent.setChecked(True)
    assert 'class="canvas"' not in box.picture.svg
    box.picture.copy_button.click()
    assert not QGuiApplication.clipboard().image().isNull()
    QGuiApplication.clipboard().clear()


@pytest.mark.parametrize("form", ["safetensors", "model", "onnx"])
def test_a_process_writes_and_verifies_while_the_window_lives(
    qtbot: QtBot, box: ExportDialog, tmp_path: Path, form: str
) -> None:
    path = tmp_path / f"net{EXPORTS[form].suffix}"
    aim(box, form, path)
    said: list[str] = []
    box.task.doing.connect(said.append)
    QTest.keyClick(box.target.field, Qt.Key.Key_Return)
    assert box.task.active
    assert box.cancel.isVisible()
    assert not box.export_button.isEnabled()
    qtbot.waitUntil(lambda: not box.task.active, timeout=WAIT_MS)
    assert path.exists()
    assert "✓" in box.outcome.text
    assert ("3 batch sizes (1, 2, 7)" in box.outcome.text) == (form == "onnx")
    assert len(said) >= 2
    assert not box.cancel.isVisible()
    assert box.target.line.text() == ""


def test_cancel_ends_the_process_and_leaves_nothing(qtbot: QtBot, box: ExportDialog, tmp_path: Path) -> None:
    aim(box, "onnx", tmp_path / "net.onnx")
    box.export()
    qtbot.waitUntil(lambda: box.task.pid > 0, timeout=WAIT_MS)
    QTest.keyClick(box.cancel, Qt.Key.Key_Space)
    assert not box.task.active
    assert "cancelled" in box.outcome.text
    assert not list(tmp_path.iterdir())
    assert box.export_button.isEnabled()


def test_a_process_that_is_killed_costs_a_sentence(qtbot: QtBot, box: ExportDialog, tmp_path: Path) -> None:
    aim(box, "onnx", tmp_path / "net.onnx")
    box.export()
    qtbot.waitUntil(lambda: box.task.pid > 0, timeout=WAIT_MS)
    os.kill(box.task.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: not box.task.active, timeout=WAIT_MS)
    assert "ended before it was done" in box.outcome.text
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_is_told_and_nothing_closes(qtbot: QtBot, box: ExportDialog) -> None:
    for form in ("svg", "safetensors"):
        aim(box, form, Path(f"/no/such/folder/net{EXPORTS[form].suffix}"))
        assert "There is no folder" in box.target.line.text()
        box.export()
        qtbot.waitUntil(lambda: not box.task.active, timeout=WAIT_MS)
        assert "was not saved" in box.outcome.text
        assert box.isVisible()


def test_what_is_there_is_replaced_only_after_a_word(stage: Stage, box: ExportDialog, tmp_path: Path) -> None:
    (tmp_path / "net.svg").write_text("mine")
    aim(box, "svg", tmp_path / "net.svg")
    assert (box.export_button.text(), "will be replaced" in box.target.line.text()) == ("Replace", True)
    box.export()
    assert "was replaced" in box.outcome.text
    stage.session.save(tmp_path / "net.nnb")
    aim(box, "model", tmp_path / "net.nnb")
    assert "the project itself" in box.target.line.text()
    assert not box.export_button.isEnabled()
    aim(box, "model", tmp_path)
    assert "That is a folder" in box.target.line.text()
    assert not box.export_button.isEnabled()


def test_browse_asks_for_a_file_or_a_folder(box: ExportDialog, tmp_path: Path) -> None:
    aim(box, "onnx", tmp_path / "net.onnx")
    dialog = box.target.ask()
    assert (dialog.defaultSuffix(), dialog.acceptMode()) == ("onnx", QFileDialog.AcceptMode.AcceptSave)
    dialog.fileSelected.emit(str(tmp_path / "other.onnx"))
    dialog.close()
    assert box.target.path == tmp_path / "other.onnx"
    box.show_format("pt2")
    assert box.target.path is not None
    assert box.target.path.parent == tmp_path
    assert box.target.path.suffix == ".pt2"
    box.show_format("tensorboard")
    dialog = box.target.ask()
    assert dialog.fileMode() == QFileDialog.FileMode.Directory
    dialog.close()


def test_what_is_not_installed_is_told_before_anything_is_done(
    box: ExportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_format, "find_spec", lambda _name: None)
    aim(box, "onnx", tmp_path / "net.onnx")
    assert box.lacking.isVisible()
    assert box.lacking.text().endswith("pip install onnx onnxscript onnxruntime")
    assert not box.export_button.isEnabled()
    aim(box, "safetensors", tmp_path / "net.safetensors")
    assert not box.lacking.isVisible()
    assert box.export_button.isEnabled()


def test_weights_and_trainings_are_offered_newest_first(
    stage: Stage, box: ExportDialog, tmp_path: Path
) -> None:
    box.show_format("metrics")
    assert "There is no training yet" in box.lacking.text()
    assert not box.export_button.isEnabled()
    stage.session.save(tmp_path / "net.nnb")
    for name in ("2026-01-01T00-00-00-aaaa", "2026-01-02T00-00-00-bbbb"):
        store = create_run(stage.session.runs_folder() / name, sample_record(name))
        entries = (CheckpointEntry("b", "", 1, 1, best=True), CheckpointEntry("l", "", 2, 1))
        store.update(checkpoints=entries, epoch=1)
        store.close()
    box.show_format("onnx")
    values = [box.runs.itemData(row) for row in range(box.runs.count())]
    new, old = "2026-01-02T00-00-00-bbbb", "2026-01-01T00-00-00-aaaa"
    assert values == [
        Chosen(),
        Chosen(new, "best"),
        Chosen(new, "last"),
        Chosen(old, "best"),
        Chosen(old, "last"),
    ]
    box.show_format("metrics")
    assert box.runs.value == Chosen(new)
    assert box.target.path is not None
    assert new in box.target.path.name
    box.runs.setCurrentIndex(1)
    box.runs.activated.emit(1)
    assert old in box.target.path.name


def test_the_last_format_is_shown_again(stage: Stage, box: ExportDialog, tmp_path: Path) -> None:
    aim(box, "csv", tmp_path / "net.csv")
    box.export()
    again = ExportDialog(stage.session, lambda _choice: "<svg/>")
    assert again.formats.form.name == "csv"
    again.close()


def test_another_project_closes_it_and_ends_what_is_done(
    stage: Stage, box: ExportDialog, tmp_path: Path
) -> None:
    aim(box, "onnx", tmp_path / "net.onnx")
    box.export()
    stage.session.new()
    assert not box.isVisible()
    assert not box.task.active


def test_every_control_has_a_name_and_a_tip(box: ExportDialog) -> None:
    controls = (
        box.formats,
        box.runs,
        box.target.field,
        box.target.browse,
        box.export_button,
        box.cancel,
        box.close_button,
        box.progress,
        box.outcome.show_button,
        box.outcome.copy_button,
        box.picture.preview,
        box.picture.scheme,
        box.picture.scale,
        box.picture.transparent,
        box.picture.copy_button,
    )
    for control in controls:
        assert isinstance(control, QWidget)
        assert control.objectName().startswith("export.")
        assert control.toolTip()
        assert control.accessibleName(), control.objectName()
