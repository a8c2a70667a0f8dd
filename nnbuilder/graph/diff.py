"""What differs between two graphs, by identity of the unchanged parts."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from nnbuilder.graph.graph import Edge, Graph, Node, NodeId, Note

Thing = TypeVar("Thing", Node, Note)


class GraphDiff(msgspec.Struct, frozen=True):
    """The nodes, edges and notes that came, went or changed from one graph to the next."""

    added: tuple[NodeId, ...] = ()
    removed: tuple[NodeId, ...] = ()
    changed: tuple[NodeId, ...] = ()
    edges_added: tuple[Edge, ...] = ()
    edges_removed: tuple[Edge, ...] = ()
    notes_added: tuple[NodeId, ...] = ()
    notes_removed: tuple[NodeId, ...] = ()
    notes_changed: tuple[NodeId, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return any(getattr(self, field) for field in self.__struct_fields__)


def diff_graphs(before: Graph, after: Graph) -> GraphDiff:
    """The difference; nodes that are the same object cost one comparison of identities."""
    if before is after:
        return GraphDiff()
    edges_added: tuple[Edge, ...] = ()
    edges_removed: tuple[Edge, ...] = ()
    if before.edges is not after.edges and before.edges != after.edges:
        old_edges, new_edges = set(before.edges), set(after.edges)
        edges_added = tuple(edge for edge in after.edges if edge not in old_edges)
        edges_removed = tuple(edge for edge in before.edges if edge not in new_edges)
    added, removed, changed = _differing(before.nodes, after.nodes)
    notes_added, notes_removed, notes_changed = _differing(before.notes, after.notes)
    return GraphDiff(
        added=added,
        removed=removed,
        changed=changed,
        edges_added=edges_added,
        edges_removed=edges_removed,
        notes_added=notes_added,
        notes_removed=notes_removed,
        notes_changed=notes_changed,
    )


def _differing(old: Mapping[NodeId, Thing], new: Mapping[NodeId, Thing]) -> tuple[tuple[NodeId, ...], ...]:
    """The ids of what was added, removed and changed."""
    if old is new:
        return (), (), ()
    return (
        tuple(key for key in new if key not in old),
        tuple(key for key in old if key not in new),
        tuple(
            key for key, thing in new.items() if key in old and old[key] is not thing and old[key] != thing
        ),
    )
