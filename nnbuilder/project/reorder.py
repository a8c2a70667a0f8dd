"""Layers put elsewhere in a chain with their cards: the edits that canvas and list share."""

from collections.abc import Mapping, Sequence
from typing import Literal

from nnbuilder.graph import layout
from nnbuilder.graph.edit import counted
from nnbuilder.graph.edits import (
    AddNodes,
    MoveBeside,
    MoveInto,
    MoveNodes,
    MoveToEdge,
    RemoveNodes,
    shifted,
)
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import GROUP, LOSS, Edge, Graph, NodeId
from nnbuilder.graph.layout import Place
from nnbuilder.graph.order import order_of
from nnbuilder.graph.wiring import Stretch, stretch_of
from nnbuilder.project.edits import Several

Nodes = Sequence[NodeId]
Step = Literal[-1, 1]
Side = Literal["before", "after"]
Put = Literal["before", "after", "into"]


def moved(graph: Graph, nodes: Nodes, step: Step) -> Several | None:
    """Moves layers one place up (-1) or down (1) in their chain: cards change places with the neighbour's.

    None at the end of the chain; raises `EditRefused` where the layers do not follow each other.
    """
    edit = shifted(graph, tuple(nodes), step)
    if edit is None:
        return None
    before = (edit.neighbour, *edit.nodes) if step < 0 else (*edit.nodes, edit.neighbour)
    after = (*edit.nodes, edit.neighbour) if step < 0 else (edit.neighbour, *edit.nodes)
    places = {key: _place(graph, old) for key, old in zip(after, before, strict=True)}
    return Several(edit.describe(graph), (edit, MoveNodes(places)))


def moved_out(graph: Graph, nodes: Nodes, side: Side = "after") -> Several:
    """Moves layers out of their group, beside it; raises `EditRefused` where they lie in none."""
    stretch = stretch_of(graph, nodes)
    group = graph.nodes[stretch[0]].parent
    if group is None:
        raise EditRefused("This layer lies in no group.")
    return beside(graph, stretch, group, side)


def moved_in(graph: Graph, nodes: Nodes) -> Several:
    """Moves layers into the group before or behind them; raises `EditRefused` where there is none."""
    stretch = stretch_of(graph, nodes)
    before = [edge.source for edge in graph.incoming(stretch[0])]
    behind = [edge.target for edge in graph.outgoing(stretch[-1])]
    group = next((key for key in (*before, *behind) if graph.nodes[key].type == GROUP), None)
    if group is None:
        raise EditRefused("There is no group beside this layer.")
    order = order_of(graph, group)
    if group in behind and order.chain:
        return beside(graph, stretch, order.chain[0], "before")
    return into(graph, stretch, group)


def put(graph: Graph, nodes: Nodes, neighbour: NodeId, side: Put) -> Several:
    """Moves layers before or behind another one, or into it where it is a group."""
    if side == "into":
        return into(graph, nodes, neighbour)
    return beside(graph, nodes, neighbour, side)


def into(graph: Graph, nodes: Nodes, group: NodeId) -> Several:
    """Moves layers to the end of a group's chain."""
    stretch = stretch_of(graph, nodes)
    edit = MoveInto(stretch, group)
    edit.apply(graph)
    inside = order_of(graph, group).chain
    if inside:
        places = layout.places_after(graph, _place(graph, inside[-1]), len(stretch), group)
    else:
        places = layout.tidy_places(len(stretch))
    return _settled(graph, edit, places)


def beside(graph: Graph, nodes: Nodes, neighbour: NodeId, side: Side) -> Several:
    """Moves layers before or behind another one, also of another group.

    Raises `EditRefused` where they lie there already, or cannot be put there.
    """
    stretch = stretch_of(graph, nodes)
    edges = graph.incoming(neighbour) if side == "before" else graph.outgoing(neighbour)
    if neighbour in stretch or any({edge.source, edge.target} & set(stretch) for edge in edges):
        raise EditRefused("It lies there already.")
    edit = MoveBeside(stretch, neighbour, side)
    edit.apply(graph)  # refuses what cannot be, before places are looked for
    if len(edges) == 1:
        moved = into_edge(graph, stretch, edges[0])
        return Several(edit.describe(graph), moved.edits)
    parent = graph.nodes[neighbour].parent
    places = layout.places_after(graph, _place(graph, neighbour), len(stretch), parent)
    return _settled(graph, edit, places)


def joined(graph: Graph, nodes: Nodes) -> Several | None:
    """Puts layers that nothing is connected to at the end of their chain, before a Loss; None for others."""
    stretch = stretch_of(graph, nodes)
    chain = order_of(graph, graph.nodes[stretch[0]].parent).chain
    if graph.incoming(stretch[0]) or graph.outgoing(stretch[-1]) or not chain or stretch[0] in chain:
        return None
    return beside(graph, stretch, chain[-1], "before" if graph.nodes[chain[-1]].type == LOSS else "after")


def into_edge(graph: Graph, stretch: Stretch, edge: Edge) -> Several:
    """Moves a stretch into an edge that none of it touches.

    Where there is no room, a stretch of the same chain changes places with those that it passes; for one
    from elsewhere the chain makes room.
    """
    places, moves = layout.make_rooms(RemoveNodes(stretch).apply(graph), edge, len(stretch))
    order = _reordered(graph, stretch, edge) if moves else None
    if order is not None:
        old, new = order
        moves = dict(zip(new, [_place(graph, key) for key in old], strict=True))
    else:
        moves = {**moves, **dict(zip(stretch, places, strict=True))}
    edits = (MoveToEdge(stretch, edge), MoveNodes(moves))
    return Several(f"Move {counted(graph, stretch)}", edits)


def copied_into_edge(graph: Graph, copies: AddNodes, edge: Edge) -> Several:
    """Adds copies in an edge, where the chain makes room for them.

    Raises `EditRefused` where they are no one piece of a chain.
    """
    after = copies.apply(graph)
    stretch = stretch_of(after, _outer(copies, graph.nodes[edge.source].parent))
    return Several(copies.describe(graph), (copies, *into_edge(after, stretch, edge).edits))


def added(graph: Graph, new: AddNodes, neighbour: NodeId, side: Put) -> Several:
    """Adds nodes before, behind or into another one, connected; raises `EditRefused` where that cannot be."""
    after = new.apply(graph)
    roots = {node.id for node in new.nodes}
    outer = [node.id for node in new.nodes if node.parent not in roots]
    return Several(new.describe(graph), (new, *put(after, outer, neighbour, side).edits))


def _outer(copies: AddNodes, parent: NodeId | None) -> list[NodeId]:
    return [node.id for node in copies.nodes if node.parent == parent]


def _settled(graph: Graph, edit: MoveBeside | MoveInto, places: Sequence[Place]) -> Several:
    moves = MoveNodes(dict(zip(edit.nodes, places, strict=True)))
    return Several(edit.describe(graph), (edit, moves))


def _reordered(graph: Graph, stretch: Stretch, edge: Edge) -> tuple[list[NodeId], list[NodeId]] | None:
    """The chain between a stretch and an edge, as it is and as it will be; None where none leads there."""
    after: dict[NodeId, NodeId] = {}
    for link in graph.edges:
        after.setdefault(link.source, link.target)
    if (passed := _path(after, stretch[-1], edge.source)) is not None:
        return [*stretch, *passed], [*passed, *stretch]
    before = {target: source for source, target in after.items()}
    if (passed := _path(before, stretch[0], edge.target)) is not None:
        passed = passed[::-1]
        return [*passed, *stretch], [*stretch, *passed]
    return None


def _path(links: Mapping[NodeId, NodeId], start: NodeId, goal: NodeId) -> list[NodeId] | None:
    """What lies behind a node up to another one along links; None where they do not lead there."""
    path: list[NodeId] = []
    here, seen = start, {start}
    while here != goal:
        if here not in links or links[here] in seen:
            return None
        here = links[here]
        seen.add(here)
        path.append(here)
    return path


def _place(graph: Graph, key: NodeId) -> Place:
    return graph.nodes[key].x, graph.nodes[key].y
