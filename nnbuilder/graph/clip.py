"""A piece of a drawing as a value: what is copied, and what pasting it somewhere adds."""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from nnbuilder.graph.edits import AddNodes
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import INPUT, LOSS, Edge, Graph, Node, NodeId, Note, fresh_ids
from nnbuilder.graph.wiring import free_name

BESIDE = (40.0, 40.0)
"""How far from the original a duplicate lies."""


class Clip(msgspec.Struct, frozen=True):
    """Nodes with the edges among them, and notes; what lies in no copied group has no parent."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def corner(self) -> tuple[float, float]:
        """The upper left corner of what lies outside; (0, 0) where there is nothing."""
        places = [(node.x, node.y) for node in self.nodes if node.parent is None]
        places += [(note.x, note.y) for note in self.notes if note.parent is None]
        return min((x for x, _ in places), default=0.0), min((y for _, y in places), default=0.0)


def clip(graph: Graph, chosen: Iterable[NodeId]) -> Clip:
    """The piece of these nodes and notes, groups with all that lies in them."""
    chosen = set(chosen)
    keys = graph.within(chosen & graph.nodes.keys())
    notes = (note for key, note in graph.notes.items() if key in chosen or note.parent in keys)
    return Clip(
        tuple(_lifted(node, keys) for key, node in graph.nodes.items() if key in keys),
        tuple(edge for edge in graph.edges if edge.source in keys and edge.target in keys),
        tuple(note if note.parent in keys else msgspec.structs.replace(note, parent=None) for note in notes),
    )


def paste(
    piece: Clip,
    graph: Graph,
    at: tuple[float, float] | None = None,
    parent: NodeId | None = None,
    verb: Literal["Paste", "Duplicate", "Import"] = "Paste",
) -> AddNodes:
    """The edit that adds a piece, with ids and names of its own, to the top of a graph or to a group.

    Its upper left corner comes to lie at `at`, by default a little beside where it was. An Input or a Loss
    is left out where the graph has one, and in groups. Raises `EditRefused` where nothing is left to add.
    """
    present = {INPUT, LOSS} if parent is not None else {node.type for node in graph.nodes.values()}
    nodes = [node for node in piece.nodes if node.type not in {INPUT, LOSS} & present]
    if not nodes and not piece.notes:
        ends = "A network has one Input and one Loss, and both are there."
        raise EditRefused(ends if piece.nodes else "There is nothing to paste.")
    left, top = piece.corner
    shift = BESIDE if at is None else (at[0] - left, at[1] - top)
    ids = fresh_ids(graph)
    new = {key: next(ids) for key in [*(node.id for node in nodes), *(note.id for note in piece.notes)]}
    taken = {node.name for node in graph.children(parent)} - {""}
    return AddNodes(
        tuple(_placed(_named(node, taken), new, shift, parent) for node in nodes),
        tuple(
            Edge(new[edge.source], new[edge.target])
            for edge in piece.edges
            if edge.source in new and edge.target in new
        ),
        tuple(_placed_note(note, new, shift, parent) for note in piece.notes),
        verb,
    )


def _lifted(node: Node, keys: frozenset[NodeId]) -> Node:
    return node if node.parent in keys else msgspec.structs.replace(node, parent=None)


def _named(node: Node, taken: set[str]) -> Node:
    """The node under a name that is free; deeper nodes have only each other beside them."""
    if node.parent is not None or not node.name:
        return node
    name = free_name(node.name, taken)
    taken.add(name)
    return msgspec.structs.replace(node, name=name)


def _placed(
    node: Node, new: Mapping[NodeId, NodeId], shift: tuple[float, float], parent: NodeId | None
) -> Node:
    if node.parent is not None:
        return msgspec.structs.replace(node, id=new[node.id], parent=new[node.parent])
    x, y = node.x + shift[0], node.y + shift[1]
    return msgspec.structs.replace(node, id=new[node.id], parent=parent, x=x, y=y)


def _placed_note(
    note: Note, new: Mapping[NodeId, NodeId], shift: tuple[float, float], parent: NodeId | None
) -> Note:
    if note.parent is not None:
        return msgspec.structs.replace(note, id=new[note.id], parent=new[note.parent])
    x, y = note.x + shift[0], note.y + shift[1]
    return msgspec.structs.replace(note, id=new[note.id], parent=parent, x=x, y=y)
