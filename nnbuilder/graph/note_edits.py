"""Edits of notes and frames."""

from collections.abc import Hashable
from typing import Literal

import msgspec

from nnbuilder.graph.edit import GraphEdit, counted, free, settled, title
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import Graph, NodeId, Note


class AddNote(GraphEdit, frozen=True):
    """Puts a note or a frame onto the drawing."""

    note: Note

    def apply(self, graph: Graph) -> Graph:
        free(graph, self.note.id)
        return _put(graph, self.note)

    def describe(self, graph: Graph) -> str:
        return "Add frame" if self.note.frame else "Add note"


class ChangeNote(GraphEdit, frozen=True):
    """Gives a note another text, colour, place or size; `what` names that for the undo menu."""

    note: Note
    what: Literal["text", "color", "size", "place", "kind"] = "text"

    def apply(self, graph: Graph) -> Graph:
        if self.note.id not in graph.notes:
            raise EditRefused(f"There is no note {self.note.id}.")
        return _put(graph, self.note)

    def describe(self, graph: Graph) -> str:
        return f"Change {self.what} of {title(graph, self.note.id)}"

    def merge_key(self) -> Hashable:
        return ("ChangeNote", self.note.id, self.what)


class RemoveNotes(GraphEdit, frozen=True):
    """Takes notes and frames away; the layers in a frame stay."""

    notes: tuple[NodeId, ...]

    def apply(self, graph: Graph) -> Graph:
        gone = set(self.notes)
        if not gone <= graph.notes.keys():
            raise EditRefused("This note is not there.")
        left = {key: note for key, note in graph.notes.items() if key not in gone}
        return msgspec.structs.replace(graph, notes=left)

    def describe(self, graph: Graph) -> str:
        return f"Delete {counted(graph, self.notes)}"


def _put(graph: Graph, note: Note) -> Graph:
    after = msgspec.structs.replace(graph, notes={**graph.notes, note.id: note})
    return settled(after, (), (note,))
