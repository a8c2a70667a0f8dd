"""What holds of every drawing: groups contain each other in a tree, and edges join siblings only.

Files, clipboards and edits are refused by these rules. Whether a drawing makes a network is for
`project.check`.
"""

from collections.abc import Iterable, Iterator

from nnbuilder.graph import limits
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, Graph, Node, NodeId, Note
from nnbuilder.graph.plain import Fault, shown, within


def structure_faults(graph: Graph) -> Iterator[Fault]:
    """Everything that is wrong with how the parts of a drawing belong together."""
    yield from parent_faults(graph, graph.nodes.values())
    yield from edge_faults(graph)
    yield from home_faults(graph, graph.notes.values())


def home_faults(graph: Graph, notes: Iterable[Note]) -> Iterator[Fault]:
    """Notes that lie where no note can lie."""
    for note in notes:
        place = within("graph.notes", note.id)
        if note.id in graph.nodes:
            yield Fault(place, f"{note.id} is the id of a node already.")
        if note.parent is not None and not _is_group(graph, note.parent):
            yield Fault(within(place, "parent"), _no_group(note.parent))


def parent_faults(graph: Graph, nodes: Iterable[Node]) -> Iterator[Fault]:
    """Nodes that lie where no node can lie."""
    for node in nodes:
        if node.parent is not None and (why := _parent_fault(graph, node, node.parent)) is not None:
            yield Fault(within(within("graph.nodes", node.id), "parent"), why, node=node.id)


def edge_faults(graph: Graph) -> Iterator[Fault]:
    """Edges between nodes that are no siblings."""
    nodes = graph.nodes
    for index, edge in enumerate(graph.edges):
        source, target = nodes.get(edge.source), nodes.get(edge.target)
        if source is not None and target is not None and source.parent != target.parent:
            why = f"The edge from {edge.source} to {edge.target} joins layers of different groups."
            yield Fault(within("graph.edges", index), why)


def depth_of(graph: Graph, node: NodeId) -> int:
    """How many groups lie around a node."""
    return len(graph.groups_of(node))


def _parent_fault(graph: Graph, node: Node, parent: NodeId) -> str | None:
    if not _is_group(graph, parent):
        return _no_group(parent)
    if node.type in (INPUT, LOSS):
        return f"The {node.type} is an end of the network: it lies in no group."
    around = parent
    for _ in range(limits.GROUP_DEPTH):
        if around == node.id:
            return "A group cannot lie in itself."
        further = graph.nodes[around].parent if around in graph.nodes else None
        if further is None:
            return None
        around = further
    return f"Groups lie in each other at most {limits.GROUP_DEPTH} deep."


def _is_group(graph: Graph, key: NodeId) -> bool:
    return key in graph.nodes and graph.nodes[key].type == GROUP


def _no_group(key: NodeId) -> str:
    return f"{shown(key)} is no group of the drawing."
