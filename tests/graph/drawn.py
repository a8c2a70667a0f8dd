"""Drawings in shorthand for tests."""

import itertools

from nnbuilder.graph.graph import Edge, Graph, Node, NodeId


def drawn(text: str, types: dict[str, str] | None = None) -> Graph:
    """The graph of a text like `a>b>c d:head`: edges, single nodes, names behind a colon; else ReLUs."""
    nodes: dict[NodeId, Node] = {}
    edges: list[Edge] = []
    for path in text.split():
        keys: list[NodeId] = []
        for word in path.split(">"):
            key, _, name = word.partition(":")
            keys.append(NodeId(key))
            if name or NodeId(key) not in nodes:
                nodes[NodeId(key)] = Node(NodeId(key), (types or {}).get(key, "ReLU"), name=name)
        edges += [Edge(one, other) for one, other in itertools.pairwise(keys)]
    return Graph(nodes, tuple(edges))


ENDS = {"i": "Input", "l": "Loss"}
"""Types of the ends, for `drawn`."""
