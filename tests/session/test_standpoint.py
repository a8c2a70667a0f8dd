"""Undo and redo bring back what the views showed when the document was as it is then."""

from pathlib import Path

import pytest

from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import Graph, Node, NodeId
from nnbuilder.project.project import Project
from nnbuilder.session.document import Document

pytestmark = pytest.mark.usefixtures("qapp")

A = NodeId("a")


class Viewer:
    """Looks at a document from places with a name."""

    def __init__(self) -> None:
        self.place = "start"
        self.document = Document(Project(graph=Graph({A: Node(A, "Linear")})))
        self.document.standpoint = lambda: self.place
        self.document.returned.connect(self.go)
        self.went: list[str] = []

    def go(self, place: str) -> None:
        """Follows an undo or redo."""
        self.place = place
        self.went.append(place)

    def set(self, value: int, goes_to: str) -> None:
        """Edits, and then looks elsewhere."""
        self.document.apply(SetArg(A, f"arg{value}", value))
        self.place = goes_to


@pytest.fixture
def viewer() -> Viewer:
    """Somebody who edited twice and looks elsewhere now."""
    viewer = Viewer()
    viewer.set(1, "one")
    viewer.set(2, "two")
    viewer.place = "elsewhere"
    return viewer


def test_undo_goes_to_where_the_step_was_taken(viewer: Viewer) -> None:
    viewer.document.undo_stack.undo()
    viewer.document.undo_stack.undo()
    assert viewer.went == ["one", "start"]


def test_redo_goes_to_where_the_step_was_taken_back(viewer: Viewer) -> None:
    stack = viewer.document.undo_stack
    stack.undo()
    stack.undo()
    stack.redo()
    stack.redo()
    assert viewer.went[2:] == ["one", "elsewhere"]


def test_a_jump_through_the_history_goes_there_at_once(viewer: Viewer) -> None:
    stack = viewer.document.undo_stack
    stack.setIndex(0)
    assert viewer.went == ["start"]
    stack.setIndex(1)
    stack.setIndex(2)
    assert viewer.went == ["start", "one", "elsewhere"]


def test_edits_that_merge_keep_where_the_first_one_began(viewer: Viewer) -> None:
    for value in range(3):
        viewer.document.apply(SetArg(A, "spin", value))
        viewer.place = f"spun to {value}"
    viewer.document.undo_stack.undo()
    assert viewer.went == ["elsewhere"]
    viewer.document.undo_stack.redo()
    assert viewer.went == ["elsewhere", "spun to 2"]


def test_saving_loses_nothing_of_it(viewer: Viewer, tmp_path: Path) -> None:
    viewer.document.save(tmp_path / "a.nnb")
    viewer.document.undo_stack.undo()
    assert viewer.went == ["one"]
    assert viewer.document.undo_stack.redoText() == "Set arg2 to 2"
    viewer.document.undo_stack.redo()
    assert viewer.document.clean


def test_a_new_edit_after_an_undo_starts_from_where_that_led(viewer: Viewer) -> None:
    viewer.document.undo_stack.undo()
    viewer.set(3, "three")
    viewer.document.undo_stack.undo()
    assert viewer.went == ["one", "one"]


def test_nobody_looking_is_no_harm() -> None:
    document = Document(Project(graph=Graph({A: Node(A, "Linear")})))
    heard: list[object] = []
    document.returned.connect(heard.append)
    document.apply(SetArg(A, "x", 1))
    document.undo_stack.undo()
    assert heard == []
