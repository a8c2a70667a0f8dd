"""Any edits in any order: undone and done again to the byte, saved and opened after each of them."""

import msgspec
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

from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import Graph
from nnbuilder.graph.order import orders_of
from nnbuilder.project.edits import Edit, apply_edit, describe_edit
from nnbuilder.project.patch import Patch, apply_patch, make_patch
from nnbuilder.project.project import Project
from nnbuilder.project.rules import project_faults
from nnbuilder.project.text import dump_project, parse_project
from tests.edit_strategies import (
    Choices,
    document_edits,
    edge_edits,
    group_edits,
    node_edits,
    note_edits,
    pastes,
)
from tests.strategies import graphs, nested_chains


class Editing(RuleBasedStateMachine):
    """A document, all its earlier values, and how each led to the next."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[tuple[Project, Edit]] = []
        self.project = Project()

    @initialize(graph=st.one_of(nested_chains(), nested_chains(12), graphs()))
    def start(self, graph: Graph) -> None:
        self.project = Project(graph)

    @rule(data=st.data())
    def change_nodes(self, data: st.DataObject) -> None:
        self._change(data, [*node_edits(self.project.graph), *pastes(self.project.graph)])

    @rule(data=st.data())
    def change_the_chain(self, data: st.DataObject) -> None:
        self._change(data, edge_edits(self.project.graph))

    @rule(data=st.data())
    def change_groups(self, data: st.DataObject) -> None:
        self._change(data, group_edits(self.project.graph))

    @rule(data=st.data())
    def change_notes_and_the_rest(self, data: st.DataObject) -> None:
        self._change(data, [*note_edits(self.project.graph), *document_edits(self.project.graph)])

    def _change(self, data: st.DataObject, choices: Choices) -> None:
        """Applies an edit as it comes out of a log."""
        if not choices:
            return
        edit = data.draw(st.sampled_from(choices).flatmap(lambda choice: choice))
        written = msgspec.json.encode(edit)
        assert describe_edit(self.project, edit)
        try:
            after = apply_edit(self.project, msgspec.json.decode(written, type=Edit))
        except EditRefused:
            return
        self.steps.append((self.project, edit))
        self.project = after

    @precondition(lambda self: self.steps)
    @rule()
    def undo(self) -> None:
        """Goes one step back, by a patch out of a log."""
        before, _ = self.steps.pop()
        patch = msgspec.json.encode(make_patch(self.project, before))
        self.project = apply_patch(self.project, msgspec.json.decode(patch, type=Patch))
        assert self.project == before

    @invariant()
    def it_can_be_saved_and_opened(self) -> None:
        assert project_faults(self.project) == []
        text = dump_project(self.project)
        assert parse_project(text).project == self.project
        assert dump_project(parse_project(text).project) == text

    @invariant()
    def every_node_has_its_place_in_one_order(self) -> None:
        graph = self.project.graph
        placed = [key for order in orders_of(graph).values() for key in (*order.chain, *order.loose)]
        assert sorted(placed) == sorted(graph.nodes)
        assert len(set(graph.edges)) == len(graph.edges)

    def teardown(self) -> None:
        """Undoes everything and does it again."""
        end, project = dump_project(self.project), self.project
        for before, _ in reversed(self.steps):
            project = apply_patch(project, make_patch(project, before))
            assert dump_project(project) == dump_project(before)
        for _, edit in self.steps:
            project = apply_edit(project, edit)
        assert dump_project(project) == end


def test_a_slice_of_all_edits() -> None:
    run_state_machine_as_test(Editing, settings=settings(max_examples=30, stateful_step_count=20))


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_all_edits() -> None:
    run_state_machine_as_test(Editing, settings=settings(max_examples=500, stateful_step_count=50))
