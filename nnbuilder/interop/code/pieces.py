"""A drawing as it is written: each layer with the type, name and arguments that its source shows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import AUTO, ArgSpec, Required
from nnbuilder.graph.analysis import Analysis, LayerAnalysis
from nnbuilder.graph.graph import GROUP, ArgValue, Graph, Node, NodeId
from nnbuilder.graph.order import Orders, active, orders_of
from nnbuilder.interop.pretty import Bracket, Expression
from nnbuilder.interop.python_writer import network_parts, written_frozen
from nnbuilder.interop.reading import ReadLayer
from nnbuilder.interop.small_classes import SmallClass

Resolved = Mapping[NodeId, Mapping[str, ArgValue]]
"""All arguments of layers with the numbers that "auto" stands for."""


class Piece(msgspec.Struct, frozen=True):
    """One layer as its source shows it, with the expression for it; a disabled one is an Identity.

    `name` is the user's own, empty where the state_dict has the index. `free` are arguments that follow the
    layer before: a text may leave them to a lazy layer.
    """

    id: NodeId
    type: str
    args: Mapping[str, ArgValue]
    name: str
    written: Expression
    layers: tuple["Piece", ...] = ()
    free: frozenset[str] = frozenset()
    frozen: bool = False


class Written(msgspec.Struct, frozen=True):
    """A whole drawing as it is written: its layers, their Sequential, and the small classes that it uses."""

    layers: tuple[Piece, ...]
    network: Bracket
    classes: tuple[SmallClass, ...] = ()


def written(graph: Graph, resolved: Resolved) -> Written:
    """The drawing as it is written; raises `WriteError` where it cannot be."""
    told = tuple(LayerAnalysis(key, "", "", args) for key, args in resolved.items())
    network, classes = network_parts(graph, Analysis(told))
    pieces = tuple(_pieces(graph, orders_of(graph), resolved, None, network))
    return Written(pieces, network, tuple(classes))


def every(layers: Iterable[Piece]) -> Iterator[Piece]:
    """All layers at any depth, groups before what lies in them."""
    for layer in layers:
        yield layer
        yield from every(layer.layers)


def items_of(network: Bracket) -> Sequence[Expression]:
    """The layers in a Sequential, named or not."""
    match network.items:
        case (Bracket("OrderedDict", "()", (Bracket(items=pairs),)),):
            return [pair.items[1] for pair in pairs if isinstance(pair, Bracket)]
    return network.items


def same_layers(read: Sequence[ReadLayer], pieces: Sequence[Piece]) -> bool:
    """Whether a text says exactly what is drawn."""
    return len(read) == len(pieces) and all(map(same_layer, read, pieces))


def same_layer(read: ReadLayer, piece: Piece) -> bool:
    """Whether a text says of one layer, and all in it, what is drawn."""
    return (
        read.type == piece.type
        and read.name == piece.name
        and read.frozen == piece.frozen
        and says_args(read.args, piece)
        and same_layers(read.layers, piece.layers)
    )


def says_args(read: Mapping[str, ArgValue], piece: Piece) -> bool:
    """Whether the arguments of a text are those of a layer."""
    if same_args(read, piece.args):
        return True
    lazy = piece.free.difference(read)
    return bool(lazy) and same_args(
        read, {name: value for name, value in piece.args.items() if name not in lazy}
    )


def same_args(one: Mapping[str, ArgValue], two: Mapping[str, ArgValue]) -> bool:
    """Whether arguments are equal; True is not 1."""
    return one == two and all(same_value(value, two[name]) for name, value in one.items())


def same_value(one: ArgValue, two: ArgValue) -> bool:
    """Whether two values are equal; True is not 1."""
    return one == two and isinstance(one, bool) == isinstance(two, bool)


def own_name(name: str, index: int) -> str:
    """A layer's own name; its index is none."""
    return "" if name == str(index) else name


def _pieces(
    graph: Graph, orders: Orders, resolved: Resolved, group: NodeId | None, network: Bracket
) -> Iterator[Piece]:
    layers = zip(orders[group].layers, items_of(network), strict=True)
    for index, (key, expression) in enumerate(layers):
        node = active(graph.nodes[key])
        inside: tuple[Piece, ...] = ()
        if node.type == GROUP and isinstance(expression, Bracket):
            inside = tuple(_pieces(graph, orders, resolved, key, expression))
        name = own_name(node.name, index)
        args, still = _args(node, resolved), written_frozen(graph, key)
        yield Piece(key, node.type, args, name, expression, inside, _free(node), still)


def _free(node: Node) -> frozenset[str]:
    """The arguments that follow the layer before."""
    spec = LAYERS.get(node.type)
    args = () if spec is None else spec.args
    return frozenset(arg.name for arg in args if arg.follows and node.args.get(arg.name, AUTO) == AUTO)


def _args(node: Node, resolved: Resolved) -> dict[str, ArgValue]:
    """The arguments that PyTorch would not choose itself."""
    if node.type == GROUP:
        return {}
    values = ((arg, _value(arg, node, resolved)) for arg in LAYERS[node.type].args)
    return {
        arg.name: value
        for arg, value in values
        if isinstance(arg.default, Required) or not same_value(value, arg.default)
    }


def _value(arg: ArgSpec, node: Node, resolved: Resolved) -> ArgValue:
    value = node.args.get(arg.name, AUTO if arg.follows else None)
    if value == AUTO and arg.follows:
        return resolved[node.id][arg.name]
    if arg.name in node.args or isinstance(arg.default, Required):
        return value
    return arg.default
