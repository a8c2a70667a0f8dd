"""What the inspector says, as texts made from the document and torch's answer."""

from collections import Counter
from collections.abc import Mapping, Sequence

from nnbuilder.catalog import registry
from nnbuilder.catalog.widths import width_arg
from nnbuilder.data.spec import DataProfile
from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, ArgValue, Graph, Node, NodeId
from nnbuilder.graph.order import order_of
from nnbuilder.project.project import Project
from nnbuilder.templates.tasks import KINDS, task_of
from nnbuilder.ui.common.titles import counted

_MOST_SIZES = 9
"""Sizes that are listed of a deep network."""

Pairs = tuple[tuple[str, str], ...]


def summary_line(node: Node) -> str:
    """The layer's type and what it does."""
    spec = registry.spec_of(node)
    if spec is None:
        return f"{node.type} · NNBuilder does not know this layer; the file keeps it as it is."
    return spec.summary if node.type in {INPUT, LOSS} else f"{node.type} · {spec.summary}"


def shape_lines(fed: TensorType | None, given: TensorType | None, device: str) -> tuple[str, ...]:
    """What goes in and comes out, with dtype and device."""
    return tuple(
        f"{word} {_shape(one)} {one.dtype} {device}"
        for word, one in (("in ", fed), ("out", given))
        if one is not None
    )


def parameter_lines(layer: LayerAnalysis) -> tuple[str, ...]:
    """The counting formula with its numbers, frozen parameters and buffers."""
    lines = [layer.formula] if layer.formula else []
    frozen = layer.parameters - layer.trainable
    if frozen:
        lines.append(
            f"{frozen:,} of them are frozen" if layer.trainable else "all frozen: training keeps them"
        )
    if layer.buffers:
        lines.append(f"{counted(layer.buffers, 'buffer value')} beside them, which training does not learn")
    return tuple(lines)


def resolved_args(
    node: Node, layer: LayerAnalysis | None, profile: DataProfile | None
) -> Mapping[str, ArgValue]:
    """What "auto" stands for in each argument, as far as it is known."""
    if node.type == INPUT and profile is not None:
        return {"shape": profile.shape, "dtype": profile.dtype}
    return layer.args if layer is not None else {}


def overview(project: Project, analysis: Analysis, profile: DataProfile | None) -> Pairs:
    """The whole project in a few pairs."""
    graph, training = project.graph, project.training
    every = [key for key, node in graph.nodes.items() if node.type not in {INPUT, LOSS, GROUP}]
    inside = graph.within(order_of(graph).layers)
    chained = sum(key in inside for key in every)
    beside = len(every) - chained
    layers = f"{chained}" + (f" in the chain, {beside} beside it" if beside else "")
    pairs = [("Layers", layers)]
    if words := depth(graph, analysis):
        pairs.append(("Depth", words))
    if analysis.layers:
        pairs.append(("Parameters", _parameters(analysis)))
    if analysis.input is not None and analysis.output is not None:
        pairs.append(("Shapes", f"{_shape(analysis.input)} → {_shape(analysis.output)}"))
    losses = graph.of_type(LOSS)
    if losses:
        pairs.append(("Loss", str(losses[0].args.get("loss", "CrossEntropyLoss"))))
    if (task := task_of(project)) is not None:
        pairs.append(("Task", KINDS[task].title))
    pairs.append(("Training", f"{training.optimizer}, {counted(training.epochs, 'epoch')}"))
    if profile is not None:
        pairs.append(("Data", f"{profile.title}, {counted(profile.rows, 'row')}"))
    return tuple(pairs)


def depth(graph: Graph, analysis: Analysis) -> str:
    """How many layers have weights of their own choice, how many of them are hidden, and their sizes.

    The last one gives the output; those before it are hidden.
    """
    found = [(layer, graph.nodes[layer.id]) for layer in analysis.every() if layer.id in graph.nodes]
    sized = [
        (layer, str(layer.args.get(name)))
        for layer, node in found
        if not node.disabled and (name := width_arg(node)) is not None and name in layer.args
    ]
    if not sized:
        return ""
    fed = sized[0][0].input
    first = [] if fed is None else ["×".join(map(str, fed.shape[1:]))]
    sizes = [*first, *(size for _, size in sized)]
    if len(sizes) > _MOST_SIZES:
        sizes = [*sizes[: _MOST_SIZES - 3], "…", *sizes[-2:]]
    hidden = counted(len(sized) - 1, "hidden layer") if len(sized) > 1 else "no hidden layer"
    return f"{counted(len(sized), 'layer')} with weights, {hidden}: {' → '.join(sizes)}"


def group(graph: Graph, key: NodeId, parameters: int) -> Pairs:
    """What lies in a group, and what it adds up to."""
    inside = [node for node in graph.nodes.values() if key in graph.groups_of(node.id)]
    layers = [node for node in inside if node.type != GROUP]
    counts = Counter(node.type for node in layers).most_common()
    words = ", ".join(f"{count} × {kind}" if count > 1 else kind for kind, count in counts)
    pairs = [("Layers", f"{len(layers)}: {words}" if layers else "none yet: double click it to go in")]
    if nested := len(inside) - len(layers):
        pairs.append(("Groups in it", str(nested)))
    return (*pairs, ("Parameters", f"{parameters:,}"))


def several(graph: Graph, nodes: Sequence[NodeId], analysis: Analysis) -> Pairs:
    """What several selected nodes are together."""
    kinds = Counter(graph.nodes[key].type for key in nodes)
    pairs = [(kind, str(count)) for kind, count in kinds.most_common()]
    chosen = graph.within(nodes)
    total = sum(layer.parameters for layer in analysis.layers if layer.id in chosen)
    return (*pairs, ("Parameters", f"{total:,}"))


def _parameters(analysis: Analysis) -> str:
    total, trainable = analysis.parameters, analysis.trainable
    if trainable == total:
        return f"{total:,}"
    return f"{total:,}: {trainable:,} trainable, {total - trainable:,} frozen"


def _shape(kind: TensorType) -> str:
    sizes = ["N" if size is None else str(size) for size in kind.shape]
    return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
