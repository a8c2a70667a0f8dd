"""Patches lead exactly from one project to another."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.patch import Patch, apply_patch, make_patch
from nnbuilder.project.project import Project
from tests.edit_strategies import edits
from tests.project.samples import everything, starter
from tests.strategies import projects


@given(projects(), projects())
def test_a_patch_leads_from_any_project_to_any_other(before: Project, after: Project) -> None:
    text = msgspec.json.encode(make_patch(before, after))
    reached = apply_patch(before, msgspec.json.decode(text, type=Patch))
    assert reached == after
    assert list(reached.graph.nodes) == list(after.graph.nodes)


@given(st.data())
def test_a_patch_of_an_edit_undoes_it(data: st.DataObject) -> None:
    before = data.draw(projects())
    try:
        after = apply_edit(before, data.draw(edits(before.graph)))
    except EditRefused:
        after = before
    back = apply_patch(after, make_patch(after, before))
    assert back == before
    assert list(back.graph.nodes) == list(before.graph.nodes)


def test_a_patch_holds_only_what_differs() -> None:
    project = starter()
    assert msgspec.json.encode(make_patch(project, project)) == b"{}"
    after = msgspec.structs.replace(project, source="x")
    assert msgspec.json.encode(make_patch(project, after)) == b'{"source":"x"}'


def test_a_patch_for_another_project_is_refused() -> None:
    with pytest.raises(EditRefused):
        apply_patch(starter(), Patch(order=(NodeId("n1"),)))
    with pytest.raises(EditRefused):
        apply_patch(everything(), Patch(order=tuple(starter().graph.nodes)))
