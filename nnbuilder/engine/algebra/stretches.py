"""Linear layers that follow each other in a drawing, directly or with an activation between them."""

from collections.abc import Iterator

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.graph.graph import GROUP, Graph, Node, NodeId
from nnbuilder.graph.order import Orders, active, flat_layers, orders_of
from nnbuilder.protocol.algebra import NOTHING, Stretch


def stretches_of(graph: Graph) -> tuple[Stretch, ...]:
    """Those that are one Linear as they stand, each as long as it can be, then pairs with an activation."""
    orders = orders_of(graph)
    names = {node.id: name for node, name in flat_layers(graph, orders)}
    found = [stretch for level in _levels(graph, orders) for stretch in _runs(level, names)]
    return (*(one for one in found if one.plain), *(one for one in found if not one.plain))


def _levels(graph: Graph, orders: Orders) -> Iterator[list[Node]]:
    """The layers of each level that computes, those that only hand on left out."""
    waiting: list[NodeId | None] = [None]
    for group in waiting:
        nodes = [active(graph.nodes[key]) for key in orders[group].layers]
        waiting += [node.id for node in nodes if node.type == GROUP]
        yield [node for node in nodes if node.type != "Identity"]


def _runs(level: list[Node], names: dict[NodeId, str]) -> Iterator[Stretch]:
    run: list[Node] = []
    for node in [*level, None]:
        if node is not None and node.type == "Linear":
            run.append(node)
            continue
        if len(run) > 1:
            keys = tuple(one.id for one in run)
            yield Stretch(keys, tuple(names[key] for key in keys), (NOTHING,) * (len(run) - 1))
        run = []
    for first, middle, last in zip(level, level[1:], level[2:], strict=False):
        if first.type == last.type == "Linear" and _is_activation(middle):
            yield Stretch((first.id, last.id), (names[first.id], names[last.id]), (middle.type,))


def _is_activation(node: Node) -> bool:
    spec = LAYERS.get(node.type)
    return spec is not None and "activation" in spec.group.lower()
