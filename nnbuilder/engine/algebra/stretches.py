"""Linear layers that follow each other in a drawing, directly or with an activation between them."""

import itertools
from collections.abc import Iterator

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.graph.graph import Graph, Node
from nnbuilder.graph.order import flat_layers, orders_of
from nnbuilder.protocol.algebra import NOTHING, Stretch

Layer = tuple[Node, str]
"""A layer that computes, with its name in the state_dict."""


def stretches_of(graph: Graph) -> tuple[Stretch, ...]:
    """Those that are one Linear as they stand, each as long as it can be, then pairs with an activation."""
    layers = [pair for pair in flat_layers(graph, orders_of(graph)) if pair[0].type != "Identity"]
    return (*_plain(graph, layers), *_pairs(graph, layers))


def _plain(graph: Graph, layers: list[Layer]) -> Iterator[Stretch]:
    for linear, run in itertools.groupby(layers, lambda pair: pair[0].type == "Linear"):
        found = list(run)
        if linear and len(found) > 1:
            yield _stretch(graph, found, (NOTHING,) * (len(found) - 1))


def _pairs(graph: Graph, layers: list[Layer]) -> Iterator[Stretch]:
    for first, middle, last in zip(layers, layers[1:], layers[2:], strict=False):
        if first[0].type == last[0].type == "Linear" and _is_activation(middle[0]):
            yield _stretch(graph, [first, last], (middle[0].type,))


def _stretch(graph: Graph, layers: list[Layer], between: tuple[str, ...]) -> Stretch:
    keys = tuple(node.id for node, _ in layers)
    together = len({graph.nodes[key].parent for key in keys}) == 1
    return Stretch(keys, tuple(name for _, name in layers), between, together)


def _is_activation(node: Node) -> bool:
    spec = LAYERS.get(node.type)
    return spec is not None and "activation" in spec.group.lower()
