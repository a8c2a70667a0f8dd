"""What the keys of the list do to the drawing, as edits; cards change places so that the picture follows."""

from typing import Literal

from nnbuilder.graph import layout
from nnbuilder.graph.clip import clip, paste
from nnbuilder.graph.edits import AddNodes, MoveBeside, MoveInto, MoveNodes, MoveToEdge, shifted
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, Graph, NodeId
from nnbuilder.graph.wiring import stretch_of
from nnbuilder.project.edits import Edit, Several

Nodes = tuple[NodeId, ...]
Step = Literal[-1, 1]


def moved(graph: Graph, nodes: Nodes, step: Step) -> Edit:
    """Moves layers past their neighbour, or out of their group where they are its first or last.

    Raises `EditRefused` where there is nowhere to go.
    """
    edit = shifted(graph, nodes, step)
    if edit is None:
        return moved_out(graph, nodes, "before" if step < 0 else "after")
    stretch = edit.nodes
    before = (edit.neighbour, *stretch) if step < 0 else (*stretch, edit.neighbour)
    after = (*stretch, edit.neighbour) if step < 0 else (edit.neighbour, *stretch)
    places = {key: _place(graph, old) for key, old in zip(after, before, strict=True)}
    return Several(edit.describe(graph), (edit, MoveNodes(places)))


def moved_out(graph: Graph, nodes: Nodes, side: Literal["before", "after"]) -> Edit:
    """Moves layers out of their group, beside it; raises `EditRefused` where they lie in none."""
    stretch = stretch_of(graph, nodes)
    group = graph.nodes[stretch[0]].parent
    if group is None:
        raise EditRefused("This is the end of the chain." if side == "after" else "The chain begins here.")
    return MoveBeside(stretch, group, side)


def moved_in(graph: Graph, nodes: Nodes) -> Edit:
    """Moves layers into the group before or behind them; raises `EditRefused` where there is none."""
    stretch = stretch_of(graph, nodes)
    beside = [edge.source for edge in graph.incoming(stretch[0])]
    beside += [edge.target for edge in graph.outgoing(stretch[-1])]
    group = next((key for key in beside if graph.nodes[key].type == GROUP), None)
    if group is None:
        raise EditRefused("There is no group beside this layer.")
    return MoveInto(stretch, group)


def duplicated(graph: Graph, nodes: Nodes) -> Edit:
    """Puts copies of layers that follow each other behind the last one; copies of others lie beside them."""
    layers = tuple(key for key in nodes if graph.nodes[key].type not in {INPUT, LOSS})
    if not layers:
        raise EditRefused("Select a layer first: a network has one Input and one Loss.")
    parent = graph.nodes[layers[-1]].parent
    copies = paste(clip(graph, layers), graph, parent=parent, verb="Duplicate")
    try:
        stretch = stretch_of(graph, layers)
    except EditRefused:
        return copies
    edges = graph.outgoing(stretch[-1])
    if len(edges) != 1:
        return copies
    after = copies.apply(graph)
    new = stretch_of(after, (node.id for node in copies.nodes if node.parent == parent))
    places, moves = layout.make_rooms(graph, edges[0], len(new))
    settled = MoveNodes({**moves, **dict(zip(new, places, strict=True))})
    return Several(AddNodes.describe(copies, graph), (copies, MoveToEdge(new, edges[0]), settled))


def neighbour_of(graph: Graph, nodes: Nodes) -> NodeId | None:
    """Which node to go to once these are gone: the one behind them, else the one before."""
    gone = graph.within(nodes)
    edges = [(edge.target, edge.source) for edge in graph.edges]
    behind = [target for target, source in edges if source in gone and target not in gone]
    before = [source for target, source in edges if target in gone and source not in gone]
    parents = [parent for key in nodes if (parent := graph.nodes[key].parent) is not None]
    return next((key for key in (*behind, *before, *parents) if key not in gone), None)


def _place(graph: Graph, key: NodeId) -> layout.Place:
    return graph.nodes[key].x, graph.nodes[key].y
