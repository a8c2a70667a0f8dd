"""Notes and frames lie on the drawing and take no part in it."""

import msgspec
import pytest

from nnbuilder.graph.codec import graph_from_plain, graph_to_plain
from nnbuilder.graph.diff import GraphDiff, diff_graphs
from nnbuilder.graph.edits import AddNote, ChangeNote, GraphEdit, MoveNodes, RemoveNotes
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import GROUP, Graph, Node, NodeId, Note, fresh_id
from nnbuilder.graph.order import order_of
from tests.graph.drawn import ENDS, drawn

A, T, G = NodeId("a"), NodeId("t"), NodeId("g")
NOTE = Note(T, "Try dropout here", x=3.0, y=4.0)


def test_a_note_is_added_changed_moved_and_removed() -> None:
    drawing = drawn("i>a>l", ENDS)
    graph = AddNote(NOTE).apply(drawing)
    assert order_of(graph) == order_of(drawing)
    assert diff_graphs(drawing, graph) == GraphDiff(notes_added=(T,))
    changed = ChangeNote(msgspec.structs.replace(NOTE, color="blue"), "color").apply(graph)
    assert changed.notes[T].color == "blue"
    assert diff_graphs(graph, changed) == GraphDiff(notes_changed=(T,))
    moved = MoveNodes({T: (7.0, 8.0), A: (1.0, 2.0)}).apply(graph)
    assert (moved.notes[T].x, moved.nodes[A].y) == (7.0, 2.0)
    assert RemoveNotes((T,)).apply(graph) == drawing


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (AddNote(NOTE), "note t is there already"),
        (AddNote(Note(A)), "node a is there already"),
        (AddNote(Note(G, parent=A)), "no group"),
        (ChangeNote(Note(G)), "no note g"),
        (ChangeNote(Note(T, parent=G)), "no group"),
        (RemoveNotes((A,)), "not there"),
    ],
)
def test_what_makes_no_sense_is_refused(edit: GraphEdit, why: str) -> None:
    with pytest.raises(EditRefused, match=why):
        edit.apply(AddNote(NOTE).apply(drawn("a")))


def test_notes_and_nodes_share_their_ids() -> None:
    graph = AddNote(Note(NodeId("n2"))).apply(drawn("a"))
    assert fresh_id(graph) == "n3"


def test_a_note_writes_only_what_was_set() -> None:
    frame = Note(G, "Encoder", color="green", frame=True)
    plain = graph_to_plain(Graph(notes={T: NOTE, G: frame}))
    rest = {"width": 200, "height": 80}
    assert plain["notes"] == {
        "t": {"text": "Try dropout here", "x": 3, "y": 4, **rest, "color": "yellow"},
        "g": {"text": "Encoder", "x": 0, "y": 0, **rest, "color": "green", "frame": True},
    }
    assert graph_from_plain(plain) == (Graph(notes={T: NOTE, G: frame}), [])


def test_groups_and_disabled_layers_are_written_where_they_are() -> None:
    graph = Graph({G: Node(G, GROUP), A: Node(A, "ReLU", parent=G, disabled=True)})
    plain = graph_to_plain(graph)
    assert plain == {
        "nodes": {
            "g": {"type": "Sequential", "x": 0, "y": 0},
            "a": {"type": "ReLU", "x": 0, "y": 0, "parent": "g", "disabled": True},
        },
        "edges": [],
    }
    assert graph_from_plain(plain) == (graph, [])


def test_edits_say_what_they_do() -> None:
    graph = AddNote(Note(G, frame=True)).apply(AddNote(NOTE).apply(Graph()))
    said = [
        AddNote(NOTE).describe(graph),
        AddNote(Note(G, frame=True)).describe(graph),
        ChangeNote(NOTE).describe(graph),
        ChangeNote(Note(G), "size").describe(graph),
        RemoveNotes((T,)).describe(graph),
        RemoveNotes((T, G)).describe(graph),
        MoveNodes({T: (0.0, 0.0)}).describe(graph),
    ]
    assert said == [
        "Add note",
        "Add frame",
        "Change text of note",
        "Change size of frame",
        "Delete note",
        "Delete 2 notes",
        "Move note",
    ]
