"""How edges go on when layers are taken out of a chain or put into one."""

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from nnbuilder.graph.edit import known, no_end, put, settled
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import Edge, Graph, Node, NodeId

Stretch = tuple[NodeId, ...]
"""Siblings that follow each other, in the order of their chain; only its ends have edges to others."""


def stretch_of(graph: Graph, nodes: Iterable[NodeId]) -> Stretch:
    """The nodes in the order of their chain; refused where they are not one piece of it."""
    chosen = {key: known(graph, key) for key in nodes}
    if not chosen:
        raise EditRefused("Choose a layer first.")
    for node in chosen.values():
        no_end(node)
    if len({node.parent for node in chosen.values()}) > 1:
        raise EditRefused("These layers lie in different groups.")
    inside = among(graph, chosen)
    following = {edge.source: edge.target for edge in inside}
    fed = set(following.values())
    stretch = [key for key in chosen if key not in fed][:1]
    while stretch and stretch[-1] in following and len(stretch) <= len(chosen):  # it may run into a cycle
        stretch.append(following[stretch[-1]])
    whole = len(stretch) == len(chosen) == len(inside) + 1
    if not whole or any(
        (edge.target in chosen and edge.target != stretch[0])
        or (edge.source in chosen and edge.source != stretch[-1])
        for edge in graph.edges
        if (edge.source in chosen) != (edge.target in chosen)
    ):
        raise EditRefused("Choose layers that follow each other without a gap.")
    return tuple(stretch)


def without(graph: Graph, gone: Iterable[NodeId]) -> tuple[Edge, ...]:
    """The edges among the other nodes, and from before each piece that goes to behind it."""
    gone = set(gone)
    left = [edge for edge in graph.edges if edge.source not in gone and edge.target not in gone]
    return (*left, *_bridges(graph, gone, {edge.target for edge in left}))


def among(graph: Graph, nodes: Iterable[NodeId]) -> tuple[Edge, ...]:
    """The edges between these nodes."""
    nodes = set(nodes)
    return tuple(edge for edge in graph.edges if edge.source in nodes and edge.target in nodes)


def rehomed(graph: Graph, nodes: Iterable[NodeId], parent: NodeId | None, edges: Iterable[Edge]) -> Graph:
    """The graph with these nodes in another group, under names that are free there, and these edges."""
    keys = tuple(nodes)
    moving = [graph.nodes[key] for key in keys if graph.nodes[key].parent != parent]
    taken = {node.name for node in graph.children(parent)} - {""}
    moved: list[Node] = []
    for node in moving:
        name = free_name(node.name, taken)
        taken.add(name)
        moved.append(msgspec.structs.replace(node, parent=parent, name=name))
    after = put(graph, *moved) if moved else graph
    after = msgspec.structs.replace(after, edges=tuple(edges))
    if not moved:
        return after
    return settled(after, (after.nodes[key] for key in after.within(keys)))


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, with a number behind it where another layer has it."""
    if not name or name not in taken:
        return name
    base, _, last = name.rpartition("_")
    base = base if base and last.isdecimal() else name
    number = 2
    while f"{base}_{number}" in taken:
        number += 1
    return f"{base}_{number}"


def _bridges(graph: Graph, gone: set[NodeId], fed: Iterable[NodeId]) -> Iterator[Edge]:
    """Edges from before each removed stretch to behind it, where that is unambiguous."""
    feeding = Counter(edge.target for edge in graph.edges)
    before = {edge.target: edge.source for edge in graph.edges if feeding[edge.target] == 1}
    taken = set(fed)
    for edge in graph.edges:
        if edge.source not in gone or edge.target in gone or edge.target in taken:
            continue
        source, seen = edge.source, set[NodeId]()
        while source in gone and source in before and source not in seen:
            seen.add(source)
            source = before[source]
        if source not in gone and source != edge.target:
            taken.add(edge.target)
            yield Edge(source, edge.target)
