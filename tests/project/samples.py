"""Projects that tests of the document start from."""

import itertools

from nnbuilder.catalog.registry import new_node
from nnbuilder.data.spec import CsvData, DataSpec, Split
from nnbuilder.graph.graph import INPUT, LOSS, Edge, Graph, Node, NodeId
from nnbuilder.project.project import Project, TrainingConfig


def starter() -> Project:
    """A small classifier without anything special."""
    keys = [NodeId(word) for word in ("input", "n1", "n2", "n3", "loss")]
    kinds = (INPUT, "Linear", "ReLU", "Linear", LOSS)
    nodes = [
        new_node(kind, key, 40.0 + 160 * place, 80.0)
        for place, (key, kind) in enumerate(zip(keys, kinds, strict=True))
    ]
    edges = [Edge(one, other) for one, other in itertools.pairwise(keys)]
    return Project(Graph({node.id: node for node in nodes}, tuple(edges)))


def long_chain(count: int) -> Project:
    """A chain of so many layers."""
    nodes = {NodeId("input"): new_node(INPUT, NodeId("input"))}
    for number in range(count):
        key = NodeId(f"n{number}")
        nodes[key] = new_node(("Linear", "ReLU")[number % 2], key, 100.0 * number, 50.5)
    nodes[NodeId("loss")] = new_node(LOSS, NodeId("loss"))
    keys = list(nodes)
    edges = (Edge(one, other) for one, other in itertools.pairwise(keys))
    return Project(Graph(nodes, tuple(edges)))


def everything() -> Project:
    """A project that uses every part of the format, also what only another version knows."""
    graph = starter().graph
    nodes = dict(graph.nodes)
    nodes[NodeId("n1")] = Node(
        NodeId("n1"), "Linear", {"out_features": 8, "bias": False}, 200.5, 80.0, "höhe"
    )
    nodes[NodeId("n4")] = Node(
        NodeId("n4"),
        "HyperLinear",
        {"size": (2, 3), "mode": "wide", "p": 0.25, "tied": None},
        x=520.0,
        y=-40.0,
        extra={"args": {"schedule": {"steps": [1, [2]]}}, "color": "#ff8800"},
    )
    return Project(
        graph=Graph(nodes, graph.edges),
        data=DataSpec(
            CsvData("data/weine.csv", "Güte", "classification", "mean"), Split(0.25, 0.1, stratify=False)
        ),
        training=TrainingConfig("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}, 32, 40, 7, 2),
        weights="0123456789abcdef" * 4,
        source="nn.Sequential(\n    nn.Linear(4, 8),\n)  # größer",
        extra={
            "title": "Weine",
            "notes": {"author": "A", "tags": ["x", "y"]},
            "graph": {"zoom": 1.5},
            "data": {"split": {"groups": "farm"}, "cache": True},
            "training": {"scheduler": {"name": "StepLR"}},
        },
    )
