"""Files dropped on the window: each is put to its use, others are refused with a sentence."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from nnbuilder.data.spec import ArraysData, CsvData
from nnbuilder.graph.edits import RemoveNodes
from nnbuilder.project.file import save_project
from nnbuilder.project.project import Project
from nnbuilder.ui.importing import ImportDialog
from tests.ui.canvas.drawings import chain, ids
from tests.ui.conftest import Stage

LEFT, PLAIN, COPY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction


def files(*paths: Path) -> QMimeData:
    """Files as a file manager drags them."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def drop(stage: Stage, target: QWidget, mime: QMimeData) -> bool:
    """Drags files over a widget and lets them go; whether they were taken."""
    at = QPoint(40, 40)
    enter = QDragEnterEvent(at, COPY, mime, LEFT, PLAIN)
    move = QDragMoveEvent(at, COPY, mime, LEFT, PLAIN)
    end = QDropEvent(QPointF(at), COPY, mime, LEFT, PLAIN)
    for event in (enter, move, end):
        event.ignore()
        QApplication.sendEvent(target, event)
    stage.settle()
    return move.isAccepted() and end.isAccepted()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A saved project of five nodes."""
    path = tmp_path / "mine.nnb"
    save_project(Project(graph=chain()), path)
    return path


@pytest.mark.parametrize("place", ["window", "canvas"])
def test_a_project_is_opened(stage: Stage, project: Path, place: str) -> None:
    window = stage.window
    target = window if place == "window" else window.panels.canvas.viewport()
    assert drop(stage, target, files(project))
    assert stage.session.document.path == project
    assert set(stage.graph.nodes) == set(ids(1, 2, 3, 4, 5))


def test_unsaved_work_is_asked_about_first(stage: Stage, project: Path) -> None:
    stage.session.document.apply(RemoveNodes(tuple(stage.graph.nodes)[:1]))
    before = stage.graph
    assert drop(stage, stage.window, files(project))
    assert stage.graph is before
    stage.press(QMessageBox.StandardButton.Cancel)
    assert stage.session.document.path is None


def test_other_files_are_refused_where_they_were_dropped(stage: Stage, tmp_path: Path) -> None:
    picture, before = tmp_path / "cat.png", stage.graph
    picture.write_bytes(b"\x89PNG")
    canvas = stage.window.panels.canvas
    assert not drop(stage, canvas.viewport(), files(picture))
    assert "cat.png has no use here" in canvas.sentence.text()
    assert not drop(stage, stage.window, files(picture))
    assert "cat.png has no use here" in stage.window.status.message.text()
    assert stage.graph is before


def test_several_projects_are_one_too_many(stage: Stage, project: Path) -> None:
    canvas = stage.window.panels.canvas
    assert not drop(stage, stage.window, files(project, project))
    assert "one file at a time" in stage.window.status.message.text()
    assert not drop(stage, canvas.viewport(), files(project, project))
    assert "one file at a time" in canvas.sentence.text()


@pytest.mark.parametrize("name", ["nets", "nets.py", "nets.nnb"])
def test_a_folder_is_no_file(stage: Stage, tmp_path: Path, name: str) -> None:
    folder, canvas, before = tmp_path / name, stage.window.panels.canvas, stage.graph
    folder.mkdir()
    assert not drop(stage, canvas.viewport(), files(folder))
    assert f"{name} is a folder" in canvas.sentence.text()
    assert not drop(stage, stage.window, files(folder))
    assert f"{name} is a folder" in stage.window.status.message.text()
    assert stage.graph is before


@pytest.mark.parametrize("place", ["window", "canvas"])
@pytest.mark.parametrize("name", ["net.py", "NET.PY", "net.ipynb", "net.txt"])
def test_code_is_shown_with_what_is_read_of_it(stage: Stage, tmp_path: Path, place: str, name: str) -> None:
    code, before = tmp_path / name, stage.graph
    code.write_text("model = nn.Sequential(nn.Linear(4, 8), nn.ReLU())\n")
    window = stage.window
    target = window if place == "window" else window.panels.canvas.viewport()
    assert drop(stage, target, files(code))
    [dialog] = window.findChildren(ImportDialog)
    assert dialog.isVisible()
    assert stage.graph is before
    dialog.close()
    stage.settle()


def test_what_letting_go_would_do_is_said(stage: Stage, tmp_path: Path) -> None:
    for name, said in (
        ("mine.nnb", "Let go to open mine.nnb."),
        ("net.py", "Let go to read the network in net.py."),
        ("iris.csv", "Let go to take iris.csv as the data."),
        ("w.safetensors", "Let go to hold the weights in w.safetensors against the network."),
    ):
        mime = files(tmp_path / name)
        QApplication.sendEvent(stage.window, QDragEnterEvent(QPoint(9, 9), COPY, mime, LEFT, PLAIN))
        assert stage.window.status.message.text() == said


def test_a_table_becomes_the_data_in_one_step(stage: Stage, tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text("age,height,name\n1,2,x\n3,4,y\n")
    assert drop(stage, stage.window.panels.canvas.viewport(), files(table))
    source = stage.session.document.project.data.source
    assert isinstance(source, CsvData)
    assert (Path(source.path).name, source.target) == ("people.csv", "name")
    assert stage.window.panels.data.isVisible()
    assert stage.session.document.undo_stack.index() == 1
    stage.session.document.undo_stack.undo()
    assert stage.session.document.project.data.source != source


def test_a_table_that_is_none_says_why(stage: Stage, tmp_path: Path) -> None:
    table, before = tmp_path / "empty.csv", stage.session.document.project
    table.write_text("")
    assert drop(stage, stage.window, files(table))
    assert "empty.csv" in stage.window.panels.data.settings.refusal.text
    assert stage.session.document.project is before


def test_weights_are_held_against_the_network(stage: Stage, tmp_path: Path) -> None:
    weights = tmp_path / "old.pth"
    weights.write_bytes(b"PK")
    assert drop(stage, stage.window, files(weights))
    assert "Read old.pth?" in stage.box().text()
    stage.box().close()


def test_arrays_become_the_data(stage: Stage, tmp_path: Path) -> None:
    arrays = tmp_path / "flowers.npz"
    np.savez(arrays, images=np.zeros((6, 3, 3)), labels=np.arange(6) % 2)
    assert drop(stage, stage.window, files(arrays))
    source = stage.session.document.project.data.source
    assert source == ArraysData(arrays.as_posix(), "images", "labels")
    assert stage.window.panels.data.settings.arrays.isVisible()


def test_one_array_is_told_what_to_become(stage: Stage, tmp_path: Path) -> None:
    array, before = tmp_path / "x.npy", stage.session.document.project
    np.save(array, np.zeros(3))
    assert not drop(stage, stage.window, files(array))
    assert "np.savez(path, x=x, y=y)" in stage.window.status.message.text()
    assert stage.session.document.project is before


def test_a_text_is_no_drawing(stage: Stage) -> None:
    mime, canvas, before = QMimeData(), stage.window.panels.canvas, stage.graph
    mime.setText("nn.Sequential(nn.Linear(4, 3))")
    assert not drop(stage, canvas.viewport(), mime)
    assert "paste a network with Ctrl+V" in canvas.sentence.text()
    assert stage.graph is before


def test_a_broken_project_says_why_and_leaves_the_drawing(stage: Stage, tmp_path: Path) -> None:
    broken, before = tmp_path / "broken.nnb", stage.graph
    broken.write_text("{", encoding="utf-8")
    assert drop(stage, stage.window, files(broken))
    assert "broken.nnb cannot be opened" in stage.box().text()
    stage.press(QMessageBox.StandardButton.Ok)
    assert stage.graph is before


def paste(stage: Stage, mime: QMimeData) -> None:
    """Pastes on the canvas what a file manager copied."""
    QApplication.clipboard().setMimeData(mime)
    stage.window.activateWindow()
    assert QTest.qWaitForWindowActive(stage.window)
    stage.window.panels.canvas.setFocus()
    stage.key(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QApplication.clipboard().clear()


def test_a_copied_file_is_pasted_as_if_it_were_dropped(stage: Stage, project: Path, tmp_path: Path) -> None:
    code, before = tmp_path / "net.py", stage.graph
    code.write_text("nn.Sequential(nn.ReLU())")
    paste(stage, files(code))
    [dialog] = stage.window.findChildren(ImportDialog)
    assert stage.graph is before
    dialog.close()
    stage.settle()
    paste(stage, files(project, code))
    assert "one file at a time" in stage.window.panels.canvas.sentence.text()
    paste(stage, files(project))
    assert stage.session.document.path == project
