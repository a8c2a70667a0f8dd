"""What every edit of a drawing is, and the words that their sentences share."""

from abc import abstractmethod
from collections.abc import Hashable, Iterable

import msgspec

from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import INPUT, LOSS, Edge, Graph, Node, NodeId, Note
from nnbuilder.graph.structure import home_faults, parent_faults


class GraphEdit(msgspec.Struct, frozen=True, tag=True, tag_field="edit", gc=False):
    """One user change to the graph."""

    @abstractmethod
    def apply(self, graph: Graph) -> Graph:
        """The changed graph; raises `EditRefused`, with a sentence, where the edit makes no sense."""

    @abstractmethod
    def describe(self, graph: Graph) -> str:
        """What the edit does, for the undo menu; `graph` is the one before the edit."""

    def merge_key(self) -> Hashable | None:
        """Edits with equal keys that follow each other are one undo step; None never merges."""
        return None


def known(graph: Graph, key: NodeId) -> Node:
    """A node that an edit speaks of; refused where it is not there."""
    if key not in graph.nodes:
        raise EditRefused(f"There is no node {key}.")
    return graph.nodes[key]


def free(graph: Graph, key: NodeId) -> None:
    """Refuses an id that a node or a note has already."""
    if key in graph.nodes or key in graph.notes:
        raise EditRefused(f"A {'node' if key in graph.nodes else 'note'} {key} is there already.")


def there(graph: Graph, edge: Edge) -> None:
    """Refuses an edge that nobody drew."""
    if edge not in graph.edges:
        raise EditRefused("This edge is not there.")


def no_end(node: Node) -> None:
    """Refuses to put an end of the network into the middle of something."""
    if node.type in (INPUT, LOSS):
        raise EditRefused(f"The {node.type} is an end of the network.")


def put(graph: Graph, *nodes: Node) -> Graph:
    """The graph with these nodes in place of those with their ids, or at its end."""
    return msgspec.structs.replace(graph, nodes={**graph.nodes, **{node.id: node for node in nodes}})


def settled(graph: Graph, nodes: Iterable[Node], notes: Iterable[Note] = ()) -> Graph:
    """The graph, if these nodes and notes may lie in the groups that they lie in now."""
    for fault in (*parent_faults(graph, nodes), *home_faults(graph, notes)):
        raise EditRefused(fault.message)
    return graph


def title(graph: Graph, key: NodeId) -> str:
    """How a node or a note is called in a menu."""
    if key in graph.notes:
        return "frame" if graph.notes[key].frame else "note"
    node = graph.nodes.get(key)
    return (node.name or node.type) if node else str(key)


def counted(graph: Graph, keys: Iterable[NodeId]) -> str:
    """One by its title, several by their number."""
    keys = tuple(keys)
    if len(keys) == 1:
        return title(graph, keys[0])
    notes = sum(key in graph.notes for key in keys)
    return number(len(keys) - notes, notes)


def number(layers: int, notes: int) -> str:
    """So many layers and so many notes, in words."""
    words = [
        f"{count:,} {word}" if count > 1 else f"a {word}"
        for count, word in (
            (layers, "layers" if layers > 1 else "layer"),
            (notes, "notes" if notes > 1 else "note"),
        )
        if count
    ]
    return " and ".join(words) or "nothing"
