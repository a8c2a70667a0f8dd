"""Edits of the whole document; none leads to a project that could not be saved."""

import time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.data.spec import BuiltinData, DataSpec, Split
from nnbuilder.graph import limits
from nnbuilder.graph.edits import AddNode, Connect, Disconnect, MoveNodes, Rename, ResetArg, SetArg, SetArgs
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import Edge, Graph, Node, NodeId
from nnbuilder.project.edits import (
    Edit,
    SetCode,
    SetData,
    SetSource,
    SetTraining,
    SetWeights,
    Several,
    Silence,
    Unsilence,
    apply_edit,
    describe_edit,
    merge_key,
)
from nnbuilder.project.patch import Patch, make_patch
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.project.text import dump_project, parse_project
from tests.edit_strategies import edits
from tests.project.samples import long_chain, starter
from tests.strategies import projects

N1 = NodeId("n1")


@given(st.data())
def test_what_edits_lead_to_can_be_saved_and_opened(data: st.DataObject) -> None:
    project = data.draw(projects())
    for _ in range(4):
        edit = data.draw(edits(project.graph))
        describe_edit(project, edit)
        merge_key(edit)
        try:
            project = apply_edit(project, edit)
        except EditRefused:
            continue
        assert parse_project(dump_project(project)).project == project


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("out_features", 0),
        ("out_features", "many"),
        ("other", float("nan")),
        ("other", 2**31),
        ("other", "\ud800"),
    ],
)
def test_a_value_that_no_file_may_hold_is_refused(name: str, value: Any) -> None:
    with pytest.raises(EditRefused):
        apply_edit(starter(), SetArg(N1, name, value))


@pytest.mark.parametrize(
    "edit",
    [
        MoveNodes({N1: (float("nan"), 0.0)}),
        MoveNodes({N1: (0.0, 1e12)}),
        AddNode(Node(NodeId("a b"), "ReLU")),
        AddNode(Node(NodeId("n9"), "")),
        Rename(N1, "x" * 70_000),
        SetArgs(N1, {"bias": 1}),
        SetWeights("abc"),
        SetSource("\n" * limits.SOURCE_LINES),
        SetTraining(TrainingConfig(batch_size=0)),
        Silence("No code"),
        SetData(DataSpec(split=Split(0.7, 0.3))),
        Several("both", (Rename(N1, "x"), SetTraining(TrainingConfig(seed=-1)))),
    ],
    ids=lambda edit: type(edit).__name__,
)
def test_an_edit_that_could_not_be_saved_is_refused(edit: Edit) -> None:
    with pytest.raises(EditRefused):
        apply_edit(starter(), edit)


def test_a_drawing_has_only_so_many_nodes() -> None:
    project = apply_edit(long_chain(limits.NODES - 3), AddNode(Node(NodeId("last"), "ReLU")))
    assert len(project.graph.nodes) == limits.NODES
    with pytest.raises(EditRefused, match="at most 2000"):
        apply_edit(project, AddNode(Node(NodeId("more"), "ReLU")))


def test_what_was_wrong_before_does_not_stand_in_the_way() -> None:
    bad = Node(N1, "Linear", {"out_features": 0, "bias": 7})
    project = Project(Graph({N1: bad}))
    project = apply_edit(project, MoveNodes({N1: (3.0, 4.0)}))
    project = apply_edit(project, ResetArg(N1, "bias"))
    assert project.graph.nodes[N1] == Node(N1, "Linear", {"out_features": 0}, x=3.0, y=4.0)
    with pytest.raises(EditRefused, match="bias"):
        apply_edit(project, SetArg(N1, "bias", 7))


def test_edits_of_a_thousand_nodes_are_fast() -> None:
    project = long_chain(1000)
    edge = project.graph.edges[500]
    cut = apply_edit(project, Disconnect((edge,)))
    for before, edit in ((project, SetArg(N1, "inplace", value=True)), (cut, Connect(edge))):
        assert min(_seconds(before, edit) for _ in range(5)) < 0.005  # about 0.05 and 0.3 ms when idle


def _seconds(project: Project, edit: Edit) -> float:
    start = time.perf_counter()
    apply_edit(project, edit)
    return time.perf_counter() - start


def test_several_edits_are_done_together_or_not_at_all() -> None:
    both = Several("Both", (Rename(N1, "x"), SetWeights("0" * 64)))
    project = apply_edit(starter(), both)
    assert (project.graph.nodes[N1].name, project.weights) == ("x", "0" * 64)
    with pytest.raises(EditRefused):
        apply_edit(starter(), Several("Both", (Rename(N1, "x"), Rename(NodeId("gone"), "y"))))


def test_edits_say_what_they_do() -> None:
    project = starter()
    said = {
        describe_edit(project, edit)
        for edit in (
            Rename(N1, "x"),
            SetTraining(TrainingConfig(epochs=3), "epochs"),
            SetData(DataSpec(BuiltinData("wine"))),
            SetWeights(None),
            SetSource("x"),
            SetCode("y", Patch()),
            Several("Both", ()),
            Silence("a-b"),
            Unsilence("c"),
        )
    }
    plain = {"Rename to x", "Change epochs", "Change data", "Change weights", "Edit code", "Both"}
    assert said == plain | {"Silence a-b", "Show c"}


def test_typed_code_is_drawing_and_text_in_one_step() -> None:
    before = starter()
    drawn = msgspec.structs.replace(before, graph=Rename(N1, "x").apply(before.graph))
    edit = SetCode("typed", make_patch(before, drawn))
    after = apply_edit(before, msgspec.json.decode(msgspec.json.encode(edit), type=SetCode))
    assert after == msgspec.structs.replace(drawn, source="typed")
    assert merge_key(edit) == merge_key(SetSource("typed "))
    elsewhere = (Edge(N1, NodeId("nowhere")),)
    with pytest.raises(EditRefused):
        apply_edit(before, SetCode("typed", Patch(edges=elsewhere)))


def test_advice_is_silenced_and_shown_again() -> None:
    project = starter()
    for code in ("b-two", "a", "b-two"):
        project = apply_edit(project, Silence(code))
    assert project.silenced == ("b-two", "a")
    assert apply_edit(project, Silence("a")) == project
    assert parse_project(dump_project(project)).project == project
    assert apply_edit(project, Unsilence("b-two")).silenced == ("a",)
    assert apply_edit(starter(), Unsilence("a")) == starter()


def test_only_so_many_kinds_are_silenced() -> None:
    full = Project(silenced=tuple(f"c{number}" for number in range(limits.SILENCED)))
    with pytest.raises(EditRefused, match="at most 200"):
        apply_edit(full, Silence("one-more"))
    assert apply_edit(full, Unsilence("c7")).silenced.count("c7") == 0


def test_edits_of_one_field_merge() -> None:
    assert merge_key(SetTraining(TrainingConfig(), "seed")) == ("SetTraining", "seed")
    assert merge_key(SetArg(N1, "p", 1)) == merge_key(SetArg(N1, "p", 2))
    assert merge_key(SetWeights(None)) is None
