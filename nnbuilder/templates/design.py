"""What a template draws: layers in order, some of them in named groups, between an Input and a Loss."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from nnbuilder.catalog.registry import new_node
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, ArgValue, Edge, Graph, Node, NodeId, fresh_ids
from nnbuilder.graph.layout import Style
from nnbuilder.graph.placing import arranged


class Layer(msgspec.Struct, frozen=True):
    """One layer with what differs from a newly drawn one; a group holds `layers`."""

    type: str
    args: Mapping[str, ArgValue] = {}
    name: str = ""
    layers: tuple["Layer", ...] = ()


class Design(msgspec.Struct, frozen=True):
    """A whole network; `shape` and `dtype` are typed on the Input, None where it follows the data."""

    layers: tuple[Layer, ...]
    loss: str
    shape: tuple[int, ...] | None = None
    dtype: str | None = None


def layer(name: str, **args: ArgValue) -> Layer:
    """A layer with these arguments."""
    return Layer(name, args)


def group(name: str, *layers: Layer) -> Layer:
    """Layers as a nested Sequential of this name."""
    return Layer(GROUP, name=name, layers=layers)


def linear(out_features: int) -> Layer:
    """A fully connected layer, used by nearly every template."""
    return layer("Linear", out_features=out_features)


def drawing(design: Design, style: Style = "wrapped") -> Graph:
    """The network as a tidy drawing."""
    typed: dict[str, ArgValue] = {}
    if design.shape is not None:
        typed["shape"] = design.shape
    if design.dtype is not None:
        typed["dtype"] = design.dtype
    ends = Layer(INPUT, typed), Layer(LOSS, {"loss": design.loss})
    nodes: dict[NodeId, Node] = {}
    edges: list[Edge] = []
    _draw((ends[0], *design.layers, ends[1]), None, fresh_ids(Graph()), nodes, edges)
    return arranged(Graph(nodes, tuple(edges)), style)


def _draw(
    layers: Sequence[Layer],
    parent: NodeId | None,
    ids: Iterator[NodeId],
    nodes: dict[NodeId, Node],
    edges: list[Edge],
) -> None:
    keys = [next(ids) for _ in layers]
    for key, one in zip(keys, layers, strict=True):
        new = new_node(one.type, key)
        nodes[key] = Node(key, one.type, {**new.args, **one.args}, name=one.name, parent=parent)
    edges += itertools.starmap(Edge, itertools.pairwise(keys))
    for key, one in zip(keys, layers, strict=True):
        if one.layers:
            _draw(one.layers, key, ids, nodes, edges)
