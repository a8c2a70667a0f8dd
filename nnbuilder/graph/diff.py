"""What differs between two graphs, by identity of the unchanged parts."""

import msgspec

from nnbuilder.graph.graph import Edge, Graph, NodeId


class GraphDiff(msgspec.Struct, frozen=True):
    """The nodes and edges that came, went or changed from one graph to the next."""

    added: tuple[NodeId, ...] = ()
    removed: tuple[NodeId, ...] = ()
    changed: tuple[NodeId, ...] = ()
    edges_added: tuple[Edge, ...] = ()
    edges_removed: tuple[Edge, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.removed or self.changed or self.edges_added or self.edges_removed)


def diff_graphs(before: Graph, after: Graph) -> GraphDiff:
    """The difference; nodes that are the same object cost one comparison of identities."""
    if before is after:
        return GraphDiff()
    old, new = before.nodes, after.nodes
    edges_added: tuple[Edge, ...] = ()
    edges_removed: tuple[Edge, ...] = ()
    if before.edges is not after.edges and before.edges != after.edges:
        old_edges, new_edges = set(before.edges), set(after.edges)
        edges_added = tuple(edge for edge in after.edges if edge not in old_edges)
        edges_removed = tuple(edge for edge in before.edges if edge not in new_edges)
    return GraphDiff(
        added=tuple(key for key in new if key not in old),
        removed=tuple(key for key in old if key not in new),
        changed=tuple(
            key for key, node in new.items() if key in old and old[key] is not node and old[key] != node
        ),
        edges_added=edges_added,
        edges_removed=edges_removed,
    )
