"""Layers that are there already as edits: moved into another edge, taken out, duplicated."""

from collections.abc import Mapping, Sequence

from nnbuilder.graph import clip
from nnbuilder.graph.edit import counted
from nnbuilder.graph.edits import Connect, Detach, MoveNodes
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.geometry import COLUMN
from nnbuilder.graph.graph import Edge, Graph, NodeId, Port
from nnbuilder.graph.layout import Place
from nnbuilder.graph.wiring import Stretch, stretch_of
from nnbuilder.project import reorder
from nnbuilder.project.edits import Edit, Several
from nnbuilder.ui.canvas.building import Built


def stretch_or_none(graph: Graph, nodes: Sequence[NodeId]) -> Stretch | None:
    """The nodes in the order of their chain, if they are one piece of it that can be put elsewhere."""
    try:
        return stretch_of(graph, nodes)
    except EditRefused:
        return None


def closing(graph: Graph, stretch: Stretch) -> Edge | None:
    """The edge that closes the gap when a stretch is taken out; None where it leaves no gap."""
    before, behind = graph.incoming(stretch[0]), graph.outgoing(stretch[-1])
    if len(before) == len(behind) == 1 and before[0].source != behind[0].target:
        return Edge(before[0].source, behind[0].target)
    return None


def to_port(graph: Graph, stretch: Stretch, port: Port) -> Edit:
    """Moves an unconnected stretch beside an open port and connects it."""
    neighbour = graph.nodes[port.node]
    if port.side == "out":
        link, first = Edge(port.node, stretch[0]), neighbour.x + COLUMN
    else:
        link, first = Edge(stretch[-1], port.node), neighbour.x - len(stretch) * COLUMN
    places = {key: (first + index * COLUMN, neighbour.y) for index, key in enumerate(stretch)}
    title = f"Connect {counted(graph, stretch)}"
    return Several(title, (Connect(link), MoveNodes(places)))


def taken_out(graph: Graph, nodes: Stretch, places: Mapping[NodeId, Place]) -> Edit:
    """Takes nodes out of their chain, which closes the gap, and puts them at these places."""
    return Several(f"Take out {counted(graph, nodes)}", (Detach(nodes), MoveNodes(places)))


def duplicated(
    graph: Graph, nodes: Sequence[NodeId], away: Place, group: NodeId | None, edge: Edge | None = None
) -> Built:
    """Adds copies of nodes that far away, or into an edge; raises `EditRefused` where none can be made."""
    piece = clip.clip(graph, nodes)
    left, top = piece.corner
    copies = clip.paste(piece, graph, (left + away[0], top + away[1]), group, "Duplicate")
    outer = tuple(node.id for node in copies.nodes if node.parent == group)
    outer += tuple(note.id for note in copies.notes if note.parent == group)
    if edge is None:
        return Built(copies, outer)
    return Built(reorder.copied_into_edge(graph, copies, edge), outer)
