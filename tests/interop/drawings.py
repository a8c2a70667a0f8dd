"""Random drawings with names and groups, what torch would say of them, and a form to compare them in."""

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from hypothesis import strategies as st

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import AUTO, ArgSpec, Required
from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, ArgValue, Edge, Graph, Node, NodeId
from nnbuilder.graph.order import active, order_of
from nnbuilder.interop.reading import ReadLayer
from tests.strategies import names, nested_chains

FOLLOWED = 12
"""The number that every followed size stands for here."""

Compared = tuple[str, Mapping[str, ArgValue], str, Any]
"""Type, arguments, name and what lies inside."""


@st.composite
def named_chains(draw: st.DrawFn) -> Graph:
    """A complete chain with groups, disabled layers and names that hold anything."""
    graph = draw(nested_chains())
    if not draw(st.booleans()):
        return graph
    nodes = dict(graph.nodes)
    given = draw(st.lists(names.filter(bool), max_size=len(nodes), unique=True))
    for key, name in zip(nodes, given, strict=False):
        if nodes[key].type not in {"Input", "Loss"} and not name.isdigit():
            nodes[key] = msgspec.structs.replace(nodes[key], name=name)
    return msgspec.structs.replace(graph, nodes=nodes)


def line(*nodes: Node) -> Graph:
    """Nodes joined one behind the other."""
    edges = tuple(Edge(one.id, two.id) for one, two in itertools.pairwise(nodes))
    return Graph({node.id: node for node in nodes}, edges)


def analysis_of(graph: Graph) -> Analysis:
    """What torch might say of a drawing: every followed size is `FOLLOWED`."""
    known = [node for node in graph.nodes.values() if node.type in LAYERS]
    kind = TensorType((None, FOLLOWED))
    layers = [LayerAnalysis(node.id, str(node.id), node.type, full_args(node), kind, kind) for node in known]
    layers += [LayerAnalysis(node.id, str(node.id), GROUP, {}, kind, kind) for node in graph.of_type(GROUP)]
    return Analysis(tuple(layers), kind, kind)


def full_args(node: Node) -> dict[str, ArgValue]:
    """Every argument with a number for "auto"."""
    return {arg.name: _value(arg, node) for arg in LAYERS[node.type].args}


def drawn(graph: Graph, group: NodeId | None = None) -> list[Compared]:
    """The layers of a drawing, without the arguments that PyTorch would choose itself."""
    nodes = [active(graph.nodes[key]) for key in order_of(graph, group).layers]
    return [
        (node.type, _written(node), _own(node.name, index), _inside(graph, node))
        for index, node in enumerate(nodes)
    ]


def read(layers: Iterable[ReadLayer]) -> list[Compared]:
    """The layers of a reading in the same form."""
    return [(layer.type, dict(layer.args), layer.name, read(layer.layers)) for layer in layers]


def _inside(graph: Graph, node: Node) -> list[Compared]:
    return drawn(graph, node.id) if node.type == GROUP else []


def _written(node: Node) -> Mapping[str, ArgValue]:
    if node.type == GROUP:
        return {}
    values = full_args(node)
    return {
        arg.name: values[arg.name]
        for arg in LAYERS[node.type].args
        if isinstance(arg.default, Required) or values[arg.name] != arg.default
    }


def _own(name: str, index: int) -> str:
    return "" if name == str(index) else name


def _value(arg: ArgSpec, node: Node) -> ArgValue:
    value = node.args.get(arg.name, AUTO if arg.follows else arg.start)
    if value == AUTO and arg.follows:
        return (FOLLOWED,) if arg.kind == "ints" else FOLLOWED
    return value


def sample() -> Graph:
    """A network with names, a group, a disabled layer and a call that is too long for its line."""
    block = NodeId("n4")
    norm = {"eps": 0.001, "momentum": 0.123456, "affine": False, "track_running_stats": False}
    top = line(
        Node(NodeId("n1"), INPUT),
        Node(NodeId("n2"), "Linear", {"in_features": 4, "out_features": 12}),
        Node(NodeId("n3"), "BatchNorm1d", norm),
        Node(block, GROUP, name="block"),
        Node(NodeId("n5"), "Linear", {"out_features": 3, "bias": False}, name='the "head"'),
        Node(NodeId("n6"), LOSS),
    )
    inner = line(
        Node(NodeId("n7"), "ReLU", parent=block),
        Node(NodeId("n8"), "Dropout", {"p": 0.2}, parent=block, disabled=True),
    )
    return Graph({**top.nodes, **inner.nodes}, top.edges + inner.edges)


def readers() -> Graph:
    """A network with layers that give several tensors, and one that repeats another."""
    both = {"hidden_size": 8, "num_layers": 2, "bidirectional": True}
    return line(
        Node(NodeId("n1"), INPUT),
        Node(NodeId("n2"), "TransformerEncoder", {"nhead": 2, "num_layers": 3, "batch_first": True}),
        Node(NodeId("n3"), "GRU", {**both, "batch_first": True}),
        Node(NodeId("n4"), "LSTM", {"hidden_size": 8, "output": "last"}),
        Node(NodeId("n5"), "RNN", {**both, "output": "last"}),
        Node(NodeId("n6"), LOSS),
    )
