"""The numbers that "auto" stands for: torch's own where it has answered, and until then the likely ones.

After an edit torch's answer takes a moment, and a text cannot leave a size out. What was answered before an
unchanged layer holds; behind a changed one the size is estimated from its arguments, and written again once
torch has answered.
"""

from collections.abc import Iterable, Mapping, Sequence

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import AUTO, ArgSpec, LayerSpec
from nnbuilder.graph.analysis import Analysis, LayerAnalysis
from nnbuilder.graph.graph import GROUP, INPUT, ArgValue, Graph, Node, NodeId
from nnbuilder.graph.order import active, orders_of
from nnbuilder.interop.code.places import Placed, every

Shape = tuple[int | None, ...] | None
"""A shape as far as it is known; the first size is that of the batch."""

_KEEPING = {"Activation", "Dropout", "Normalization", "Transformer"}
"""Groups of layers whose output has the shape of their input."""


def resolved(
    graph: Graph, analysis: Analysis, last: Mapping[NodeId, Mapping[str, ArgValue]] = {}
) -> dict[NodeId, dict[str, ArgValue]]:
    """For each layer that follows the one before it, the numbers, as far as they can be known or guessed.

    `last` are those that were found for an earlier drawing.
    """
    told = {layer.id: layer for layer in analysis.every()}
    shape = analysis.input.shape if analysis.input else _input_shape(graph)
    found: dict[NodeId, dict[str, ArgValue]] = {}
    _Walk(graph, told, last, found).level(None, shape)
    return found


def told_by(layers: Iterable[Placed]) -> dict[NodeId, dict[str, ArgValue]]:
    """The sizes that a text gives to its layers: they hold until torch has answered."""
    found: dict[NodeId, dict[str, ArgValue]] = {}
    for layer in every(layers):
        spec = LAYERS.get(layer.layer.type)
        names = {arg.name for arg in spec.args if arg.follows is not None} if spec else set()
        found[layer.id] = {name: value for name, value in layer.layer.args.items() if name in names}
    return found


class _Walk:
    """Goes along the chain with what is known of the tensor between the layers."""

    def __init__(
        self,
        graph: Graph,
        told: Mapping[NodeId, LayerAnalysis],
        last: Mapping[NodeId, Mapping[str, ArgValue]],
        found: dict[NodeId, dict[str, ArgValue]],
    ) -> None:
        self._graph = graph
        self._orders = orders_of(graph)
        self._told = told
        self._last = last
        self._found = found

    def level(self, group: NodeId | None, shape: Shape) -> Shape:
        """One level; answers the shape behind it."""
        for key in self._orders[group].layers:
            node = active(self._graph.nodes[key])
            spec = LAYERS.get(node.type)
            if node.type == GROUP:
                shape = self.level(key, shape)
            elif spec is None:
                shape = None
            else:
                shape = self._layer(node, spec, shape)
        return shape

    def _layer(self, node: Node, spec: LayerSpec, shape: Shape) -> Shape:
        told = self._told.get(node.id)
        if told is not None and told.layer != node.type:
            told = None
        known = told is not None and told.input is not None and told.input.shape == shape
        sizes: dict[str, ArgValue] = {}
        for arg in spec.args:
            if arg.follows is None or node.args.get(arg.name, AUTO) != AUTO:
                continue
            answers = [told.args.get(arg.name) if told else None, self._last.get(node.id, {}).get(arg.name)]
            before = next((size for size in answers[:: 1 if known else -1] if size not in {None, AUTO}), None)
            guess = None if known else _size(arg, shape)
            size = before if guess is None else guess
            if size not in {None, AUTO}:
                sizes[arg.name] = size
        if sizes:
            self._found[node.id] = sizes
        if told is not None and known and told.output is not None and _is_unchanged(node, told):
            return told.output.shape
        return _after(node, spec, shape)


def _is_unchanged(node: Node, told: LayerAnalysis) -> bool:
    """Whether torch was asked about a layer with these arguments."""
    for arg in LAYERS[node.type].args:
        value = node.args.get(arg.name, arg.default)
        if arg.follows is None and value != told.args.get(arg.name, arg.default):
            return False
    return True


def _size(arg: ArgSpec, shape: Shape) -> ArgValue:
    """What "auto" comes out as behind this shape, None where nobody knows."""
    if shape is None or len(shape) < 2:
        return None
    if arg.follows == "trailing":
        return shape[1:] if None not in shape[1:] else None
    return shape[-1] if arg.follows == "features" else shape[1]


def _after(node: Node, spec: LayerSpec, shape: Shape) -> Shape:
    """The shape behind a layer, as far as its arguments tell."""
    if shape is None or spec.name == "Identity" or spec.group in _KEEPING:
        return shape
    if spec.name == "Linear":
        return (*shape[:-1], _number(node, "out_features"))
    if spec.name == "Embedding":
        return (*shape, _number(node, "embedding_dim"))
    if spec.group == "Recurrent":
        return _after_states(node, shape)
    if spec.group == "Convolution" and len(shape) > 2:
        return (shape[0], _number(node, "out_channels"), *(None for _ in shape[2:]))
    if spec.group == "Pooling" and len(shape) > 2:
        return (shape[0], shape[1], *(None for _ in shape[2:]))
    return None


def _after_states(node: Node, shape: Sequence[int | None]) -> Shape:
    """The shape behind a recurrent layer that goes through samples of several steps."""
    size = _number(node, "proj_size") or _number(node, "hidden_size")
    if size is None or len(shape) != 3:
        return None
    wide = size * (2 if node.args.get("bidirectional") is True else 1)
    return (shape[0], wide) if node.args.get("output") == "last" else (*shape[:-1], wide)


def _number(node: Node, name: str) -> int | None:
    value = node.args.get(name)
    return value if isinstance(value, int) else None


def _input_shape(graph: Graph) -> Shape:
    """What the Input itself says, where it does not follow the data."""
    sizes = next((node.args.get("shape") for node in graph.of_type(INPUT)), None)
    if not isinstance(sizes, tuple) or not all(isinstance(size, int) for size in sizes):
        return None
    return (None, *sizes)
