"""Any edits in any order with the scene: it always shows exactly what the document holds."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtWidgets import QApplication
from shiboken6 import Shiboken

from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import GROUP, Graph
from nnbuilder.graph.layout import STYLES
from nnbuilder.project.project import Project
from nnbuilder.project.text import dump_project
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from nnbuilder.session.run import Run
from nnbuilder.ui.canvas import CanvasView
from nnbuilder.ui.common.selection import Selection
from tests.edit_strategies import edits
from tests.fakes import FakeEngine
from tests.strategies import graphs, nested_chains


class Showing(RuleBasedStateMachine):
    """A canvas on a document that is edited, undone and done again, at any level of its groups."""

    def __init__(self) -> None:
        super().__init__()
        self.document = Document()
        self.engine = FakeEngine(self.document)
        self.analysis = AnalysisFollower(self.document, self.engine, self.document)
        self.selection = Selection(self.document)
        self.run = Run(self.document, self.engine, lambda: Path(tempfile.gettempdir()), self.document)
        self.view = CanvasView(self.document, self.analysis, self.selection, self.run)
        self.view.resize(600, 400)
        self.view.show()
        self.engine.start()
        self.start = ""

    @initialize(graph=st.one_of(st.just(Graph()), nested_chains(), graphs()))
    def begin(self, graph: Graph) -> None:
        """Opens a project."""
        self.document.replace(Project(graph))
        self.start = dump_project(self.document.project)

    @rule(data=st.data())
    def change(self, data: st.DataObject) -> None:
        """Any edit; a refused one changes nothing."""
        before = self.document.project
        edit = data.draw(edits(before.graph))
        try:
            self.document.apply(edit)
        except EditRefused:
            assert self.document.project is before

    @precondition(lambda self: self.document.undo_stack.canUndo())
    @rule()
    def undo(self) -> None:
        """One step back."""
        self.document.undo_stack.undo()

    @precondition(lambda self: self.document.undo_stack.canRedo())
    @rule()
    def redo(self) -> None:
        """One step on."""
        self.document.undo_stack.redo()

    @rule(data=st.data())
    def go(self, data: st.DataObject) -> None:
        """Enters a group, or goes to the top, with something selected there."""
        graph = self.document.project.graph
        groups = [None, *(node.id for node in graph.of_type(GROUP))]
        assert self.view.level.go(data.draw(st.sampled_from(groups)))
        self.selection.set(list(self.view.canvas.places())[:2])

    @rule(style=st.sampled_from(STYLES))
    def tidy(self, style: str) -> None:
        """Lays out what is shown; what comes next may find the cards on their way."""
        self.view.arranger.arrange(style)

    @rule()
    def answer(self) -> None:
        """Lets the engine answer and the window paint."""
        QApplication.processEvents()
        self.view.grab()

    @invariant()
    def the_scene_shows_the_level(self) -> None:
        scene, level = self.view.canvas, self.view.level
        assert set(scene.cards) == set(level.graph.nodes)
        assert set(scene.edges.edges) == set(level.graph.edges)
        assert {key: item.note for key, item in scene.notes.items()} == {
            note.id: note for note in level.notes
        }
        assert set(self.selection.nodes) <= set(scene.places())
        if not self.view.arranger.glide.moving:
            for key, node in level.graph.nodes.items():
                assert (scene.cards[key].x(), scene.cards[key].y()) == pytest.approx((node.x, node.y))

    def teardown(self) -> None:
        """Undoes everything and does it again, with the scene."""
        try:
            self._back_and_forth()
        finally:
            self.run.shutdown()
            self.view.close()
            Shiboken.delete(self.view)
            Shiboken.delete(self.document)

    def _back_and_forth(self) -> None:
        stack, end = self.document.undo_stack, dump_project(self.document.project)
        here = stack.index()
        for index in (0, here):
            stack.setIndex(index)
            self.view.arranger.glide.settle()
            self.the_scene_shows_the_level()
            assert dump_project(self.document.project) == (self.start if index == 0 else end)


@pytest.mark.usefixtures("qtbot")
def test_a_slice_of_all_edits() -> None:
    run_state_machine_as_test(Showing, settings=settings(max_examples=8, stateful_step_count=20))


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("qtbot")
def test_all_edits() -> None:
    run_state_machine_as_test(Showing, settings=settings(max_examples=50, stateful_step_count=30))
