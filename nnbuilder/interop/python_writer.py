"""A drawing as the PyTorch source that a person would have written: a literal `nn.Sequential`.

What is written is what is built: followed sizes as their resolved numbers, PyTorch's own defaults left out,
disabled layers as `nn.Identity()`, frozen ones with `.requires_grad_(False)`, groups as nested Sequentials,
the user's names as keys of an OrderedDict.
Above the network stand the small classes that hand on one tensor of a recurrent layer, where it has any.
The layout is that of `ruff format`. No text of a drawing can become anything but a string literal.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from nnbuilder.catalog.registry import can_learn, layer
from nnbuilder.catalog.spec import AUTO, ArgSpec, Required, Role
from nnbuilder.graph import limits
from nnbuilder.graph.analysis import Analysis
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, ArgValue, Graph, Node, NodeId
from nnbuilder.graph.layout import reading_order
from nnbuilder.graph.order import active, layer_names, order_of
from nnbuilder.interop.pretty import Bracket, Expression, call, keyword, layout, literal, quoted
from nnbuilder.interop.small_classes import CHOOSING, SmallClass, small_class

_POSITIONAL = 2
"""Arguments written without their names, at most: `nn.Linear(4, 16)`, but `kernel_size=3`."""


FROZEN = ".requires_grad_(False)"
"""What is written behind a layer that training leaves as it is."""


class WriteError(NNBuilderError):
    """A drawing cannot be written as source; `node` is the layer where it stops, if it is one."""

    def __init__(self, message: str, node: NodeId | None = None) -> None:
        self.node = node
        super().__init__(message)


def sequential_source(
    graph: Graph, analysis: Analysis | None = None, nodes: Collection[NodeId] | None = None
) -> str:
    """The chain, or these nodes in the order in which they compute, as an expression below its small classes.

    Nodes inside a chosen group come with it; Input and Loss are left out. `analysis` gives the numbers that
    "auto" stands for. Raises `WriteError` where a number is not known or a layer cannot be built.
    """
    network, classes = network_parts(graph, analysis, nodes)
    return "\n\n".join([*(f"{small.source()}" for small in classes), layout(network) + "\n"])


def module_source(
    graph: Graph,
    analysis: Analysis | None = None,
    nodes: Collection[NodeId] | None = None,
    name: str = "model",
) -> str:
    """A whole module that imports what it needs and assigns the network to a name; as `sequential_source`."""
    network, classes = network_parts(graph, analysis, nodes)
    imports = ["from collections import OrderedDict", ""] if holds_names(network) else []
    imports += ["import torch"] if any(small.both for small in classes) else []
    body = f"{name} = {layout(network, before=len(name) + 3)}\n"
    head = "\n".join([*imports, "from torch import nn\n"])
    if not classes:
        return f"{head}\n{body}"
    return "\n\n".join([head, *(small.source() for small in classes), body])


def network_parts(
    graph: Graph, analysis: Analysis | None = None, nodes: Collection[NodeId] | None = None
) -> tuple[Bracket, Collection[SmallClass]]:
    """The network, and the small classes that it uses in the order in which it does; raises `WriteError`."""
    resolved = {found.id: found.args for found in analysis.every()} if analysis else {}
    keys = order_of(graph).layers if nodes is None else _chosen(graph, nodes)
    writer = _Writer(graph, resolved)
    return writer.sequential(keys, 0), writer.classes


def _chosen(graph: Graph, nodes: Collection[NodeId]) -> Sequence[NodeId]:
    """The chosen layers without those that a chosen group brings along."""
    wanted = {key for key in nodes if key in graph.nodes and graph.nodes[key].type not in {INPUT, LOSS}}
    outermost = [key for key in wanted if not wanted.intersection(graph.groups_of(key))]
    return reading_order(graph, outermost)


def holds_names(expression: Expression) -> bool:
    """Whether an OrderedDict gives names to layers, which has to be imported."""
    if isinstance(expression, str):
        return False
    return expression.head == "OrderedDict" or any(map(holds_names, expression.items))


class _Writer:
    """Writes the layers of one graph with the numbers that torch resolved."""

    def __init__(self, graph: Graph, resolved: Mapping[NodeId, Mapping[str, ArgValue]]) -> None:
        self._graph = graph
        self._resolved = resolved
        self._classes: dict[SmallClass, None] = {}

    @property
    def classes(self) -> Collection[SmallClass]:
        """The small classes that were used so far."""
        return self._classes

    def sequential(self, keys: Sequence[NodeId], depth: int) -> Bracket:
        """These siblings as a Sequential; with names as soon as one of them has one."""
        layers = [self._still(key, self._layer(key, depth)) for key in keys]
        if not any(self._graph.nodes[key].name for key in keys):
            return call("nn.Sequential", layers, tall=True)
        names = self._names(keys)
        pairs = tuple(
            Bracket("", "()", (quoted(name), found)) for name, found in zip(names, layers, strict=True)
        )
        return call("nn.Sequential", [call("OrderedDict", [Bracket("", "[]", pairs, tall=True)])])

    def _still(self, key: NodeId, made: Bracket) -> Bracket:
        """A layer as it is written, frozen where the drawing says so and no group around it does."""
        return msgspec.structs.replace(made, tail=FROZEN) if written_frozen(self._graph, key) else made

    def _names(self, keys: Sequence[NodeId]) -> Sequence[str]:
        names = layer_names(self._graph, keys)
        taken: set[str] = set()
        for key, name in zip(keys, names, strict=True):
            if "." in name:
                raise WriteError(f"The name {name} holds a dot, which separates nested names.", key)
            if name in taken:
                raise WriteError(f"Two layers are named {name}; a name belongs to one.", key)
            taken.add(name)
        return names

    def _layer(self, key: NodeId, depth: int) -> Bracket:
        node = active(self._graph.nodes[key])
        if node.type == GROUP:
            return self._group(node, depth + 1)
        spec = layer(node.type)
        if spec is None:
            raise WriteError(f"{_shown(node)} is not a layer that this version knows.", key)
        unknown = [name for name in node.args if spec.arg(name) is None]
        if unknown:
            raise WriteError(f"{_title(node)} has no argument {unknown[0]}.", key)
        values = {arg.name: self._value(arg, node) for arg in spec.args}
        own = _written(spec.args, values, "own")
        if spec.inner:
            return call(
                f"nn.{spec.name}", [call(f"nn.{spec.inner}", _written(spec.args, values, "inner")), *own]
            )
        if spec.name in CHOOSING:
            small = small_class(spec.name, values)
            self._classes[small] = None
            return call(small.name, own)
        return call(f"nn.{spec.name}", own)

    def _group(self, node: Node, depth: int) -> Bracket:
        order = order_of(self._graph, node.id)
        if not order.complete:
            raise WriteError(f"What lies in {_title(node)} is not one chain.", node.id)
        if depth > limits.GROUP_DEPTH:
            raise WriteError(f"{_title(node)} lies too deep in other groups.", node.id)
        return self.sequential(order.layers, depth)

    def _value(self, arg: ArgSpec, node: Node) -> ArgValue:
        """What the argument stands at; raises where that is unknown or wrong."""
        value = node.args.get(arg.name, AUTO if arg.follows else arg.default)
        if value == AUTO and arg.follows:
            value = self._resolved.get(node.id, {}).get(arg.name, AUTO)
            if value == AUTO:
                message = (
                    f"{arg.name} of {_title(node)} follows the layer before it, and that is not known here: "
                    "connect it to the Input, or set a number."
                )
                raise WriteError(message, node.id)
        if isinstance(value, Required):
            raise WriteError(f"{arg.name} of {_title(node)} is not set.", node.id)
        if (fault := arg.fault(value)) is not None:
            raise WriteError(f"{_title(node)}: {fault}", node.id)
        return value


def written_frozen(graph: Graph, key: NodeId) -> bool:
    """Whether a source freezes a layer itself: it holds parameters, and no group around it is frozen."""
    node = active(graph.nodes[key])
    return (
        node.frozen
        and can_learn(node.type)
        and not any(graph.nodes[group].frozen for group in graph.groups_of(key))
    )


def _written(specs: Iterable[ArgSpec], values: Mapping[str, ArgValue], role: Role) -> list[Expression]:
    """The arguments with that role that PyTorch would not choose itself."""
    positional: list[Expression] = []
    named: list[Expression] = []
    for arg in specs:
        value = values[arg.name]
        if arg.role != role or (not isinstance(arg.default, Required) and _same(value, arg.default)):
            continue
        leads = isinstance(arg.default, Required) and not named and len(positional) < _POSITIONAL
        if leads:
            positional.append(literal(value))
        else:
            named.append(keyword(arg.name, value))
    return [*positional, *named]


def _same(value: ArgValue, default: ArgValue) -> bool:
    """Whether a value is the default; True is not 1."""
    return value == default and isinstance(value, bool) == isinstance(default, bool)


def _title(node: Node) -> str:
    return f"{_shown(node)} {node.name}" if node.name else _shown(node)


def _shown(node: Node) -> str:
    return "the group" if node.type == GROUP else node.type
