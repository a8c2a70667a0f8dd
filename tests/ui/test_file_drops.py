"""Files dropped on the window: projects open, others are refused with a sentence."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from nnbuilder.graph.edits import RemoveNodes
from nnbuilder.project.file import save_project
from nnbuilder.project.project import Project
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
    assert "cat.png has no place in a drawing" in canvas.sentence.text()
    assert not drop(stage, stage.window, files(picture))
    assert "cat.png is no project" in stage.window.status.message.text()
    assert stage.graph is before


def test_several_projects_are_one_too_many(stage: Stage, project: Path) -> None:
    canvas = stage.window.panels.canvas
    assert not drop(stage, stage.window, files(project, project))
    assert "one project" in stage.window.status.message.text()
    assert not drop(stage, canvas.viewport(), files(project, project))
    assert "one project" in canvas.sentence.text()


def test_a_folder_is_no_project(stage: Stage, tmp_path: Path) -> None:
    folder, canvas, before = tmp_path / "nets", stage.window.panels.canvas, stage.graph
    folder.mkdir()
    assert not drop(stage, canvas.viewport(), files(folder))
    assert "nets has no place in a drawing" in canvas.sentence.text()
    assert not drop(stage, stage.window, files(folder))
    assert "nets is no project" in stage.window.status.message.text()
    assert stage.graph is before


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
