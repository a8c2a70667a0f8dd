"""What the keys of the list do to the drawing, as edits; cards change places so that the picture follows."""

from nnbuilder.graph.clip import clip, paste
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import INPUT, LOSS, Graph, NodeId
from nnbuilder.graph.wiring import stretch_of
from nnbuilder.project import reorder
from nnbuilder.project.edits import Edit
from nnbuilder.project.reorder import Step

Nodes = tuple[NodeId, ...]


def moved(graph: Graph, nodes: Nodes, step: Step) -> Edit:
    """Moves layers past their neighbour, or out of their group where they are its first or last.

    Layers that nothing is connected to go up into the chain. Raises `EditRefused` where there is nowhere to
    go.
    """
    edit = reorder.moved(graph, nodes, step) or (reorder.joined(graph, nodes) if step < 0 else None)
    if edit is not None:
        return edit
    if graph.nodes[nodes[0]].parent is None:
        raise EditRefused("The chain begins here." if step < 0 else "This is the end of the chain.")
    return reorder.moved_out(graph, nodes, "before" if step < 0 else "after")


def duplicated(graph: Graph, nodes: Nodes) -> Edit:
    """Puts copies of layers that follow each other behind the last one; copies of others lie beside them."""
    layers = tuple(key for key in nodes if graph.nodes[key].type not in {INPUT, LOSS})
    if not layers:
        raise EditRefused("Select a layer first: a network has one Input and one Loss.")
    parent = graph.nodes[layers[-1]].parent
    copies = paste(clip(graph, layers), graph, parent=parent, verb="Duplicate")
    try:
        last = stretch_of(graph, layers)[-1]
    except EditRefused:
        return copies
    edges = graph.outgoing(last)
    return reorder.copied_into_edge(graph, copies, edges[0]) if len(edges) == 1 else copies


def neighbour_of(graph: Graph, nodes: Nodes) -> NodeId | None:
    """Which node to go to once these are gone: the one behind them, else the one before."""
    gone = graph.within(nodes)
    edges = [(edge.target, edge.source) for edge in graph.edges]
    behind = [target for target, source in edges if source in gone and target not in gone]
    before = [source for target, source in edges if target in gone and source not in gone]
    parents = [parent for key in nodes if (parent := graph.nodes[key].parent) is not None]
    return next((key for key in (*behind, *before, *parents) if key not in gone), None)
