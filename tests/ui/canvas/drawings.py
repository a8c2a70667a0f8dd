"""Small drawings to edit in tests."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import msgspec

from nnbuilder.catalog import registry
from nnbuilder.graph.graph import ArgValue, Edge, Graph, NodeId
from nnbuilder.graph.layout import tidy_places

IRIS: Sequence[tuple[str, Mapping[str, ArgValue]]] = (
    ("Input", {}),
    ("Linear", {"out_features": 16}),
    ("ReLU", {}),
    ("Linear", {"out_features": 3}),
    ("Loss", {}),
)
"""A small classifier of four features."""


def chain(layers: Sequence[tuple[str, Mapping[str, ArgValue]]] = IRIS, columns: int = 5) -> Graph:
    """A chain of layers n1, n2, ... in tidy rows."""
    nodes = {}
    for index, ((name, args), (x, y)) in enumerate(
        zip(layers, tidy_places(len(layers), columns=columns), strict=True)
    ):
        node = registry.new_node(name, NodeId(f"n{index + 1}"), x, y)
        nodes[node.id] = msgspec.structs.replace(node, args={**node.args, **args})
    keys = list(nodes)
    return Graph(nodes, tuple(Edge(a, b) for a, b in pairwise(keys)))


def ids(*numbers: int) -> tuple[NodeId, ...]:
    """The ids of the nodes of `chain` by their number, from 1."""
    return tuple(NodeId(f"n{number}") for number in numbers)


def order(graph: Graph) -> list[str]:
    """The types along the chain."""
    after = {edge.source: edge.target for edge in graph.edges}
    [start] = [node.id for node in graph.of_type("Input")]
    found, here = [start], start
    while here in after:
        here = after[here]
        found.append(here)
    return [graph.nodes[key].type for key in found]
