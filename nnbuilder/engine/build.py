"""Making torch objects of what was drawn: the `nn.Sequential`, its loss and its optimizer."""

from collections.abc import Callable, Iterable, Mapping

import torch
from torch import nn

from nnbuilder.catalog.registry import LAYERS, LOSSES, OPTIMIZERS
from nnbuilder.catalog.spec import AUTO, ArgSpec, LayerSpec, Required
from nnbuilder.engine.infer import TORCH_ERRORS, Outcome, construct, infer, message_of
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import ArgValue, Graph, Node, NodeId
from nnbuilder.graph.order import order_of
from nnbuilder.project.project import TrainingConfig

Infer = Callable[[LayerSpec, Mapping[str, ArgValue], TensorType], Outcome]


class BuildError(NNBuilderError):
    """The drawing cannot be built; `node` is the layer where it stops."""

    def __init__(self, message: str, node: NodeId | None = None) -> None:
        self.node = node
        super().__init__(message)


def resolve_args(spec: LayerSpec, node: Node, kind: TensorType | None) -> dict[str, ArgValue]:
    """All constructor arguments of a node; "auto" becomes what the input says, or stays where it cannot."""
    args: dict[str, ArgValue] = {}
    for arg in spec.args:
        value = node.args.get(arg.name, AUTO if arg.follows else arg.default)
        if value == AUTO and arg.follows:
            value = AUTO if kind is None else followed(arg, kind)
        if isinstance(value, Required):
            value = arg.initial
        args[arg.name] = value
    return args


def followed(arg: ArgSpec, kind: TensorType) -> ArgValue:
    """What an "auto" argument takes from its input; "auto" again where the input has no such dimension."""
    sizes = kind.shape
    if arg.follows == "trailing":
        return sizes[1:] if len(sizes) > 1 else AUTO
    place = 1 if arg.follows == "channels" else len(sizes) - 1
    if place < 1 or place >= len(sizes) or sizes[place] is None:
        return AUTO
    return (sizes[place],) if arg.kind == "ints" else sizes[place]


def layer_names(graph: Graph, layers: Iterable[NodeId]) -> tuple[str, ...]:
    """The state_dict prefixes: the user's names, else the index as in `nn.Sequential`."""
    return tuple(graph.nodes[key].name or str(index) for index, key in enumerate(layers))


def build_sequential(graph: Graph, kind: TensorType, infer_layer: Infer = infer) -> nn.Sequential:
    """The network, initialized from torch's current seed exactly as a hand-written Sequential would be.

    `kind` is the type of the input. Raises `BuildError`, with PyTorch's text, at the first layer that fails.
    """
    layers = order_of(graph).layers
    plans = tuple(_plans(graph, layers, kind, infer_layer))
    network = nn.Sequential()
    taken: set[str] = set()
    for key, name, (spec, args) in zip(layers, layer_names(graph, layers), plans, strict=True):
        if name in taken:
            raise BuildError(f"Two layers are named {name}; a name belongs to one.", key)
        taken.add(name)
        try:
            network.add_module(name, construct(spec, args, "cpu"))
        except TORCH_ERRORS as error:
            raise BuildError(f"{name}: {message_of(error)}", key) from error
    return network


def _plans(
    graph: Graph, layers: tuple[NodeId, ...], kind: TensorType, infer_layer: Infer
) -> Iterable[tuple[LayerSpec, dict[str, ArgValue]]]:
    for key in layers:
        node = graph.nodes[key]
        spec = LAYERS.get(node.type)
        if spec is None:
            raise BuildError(f"{node.type} is not a layer that this version knows.", key)
        args = resolve_args(spec, node, kind)
        outcome = infer_layer(spec, args, kind)
        if outcome.output is None:
            raise BuildError(f"{node.name or node.type}: {outcome.error}", key)
        yield spec, args
        kind = outcome.output


def build_loss(node: Node) -> nn.Module:
    """The torch loss of a Loss node, mean over the batch."""
    name = str(node.args.get("loss", "CrossEntropyLoss"))
    spec = LOSSES.get(name)
    if spec is None:
        raise BuildError(f"{name} is not a loss that this version knows.", node.id)
    args = {arg.name: node.args[arg.name] for arg in spec.args if arg.name in node.args}
    try:
        loss = getattr(nn, name)(**args)
    except TORCH_ERRORS as error:
        raise BuildError(message_of(error), node.id) from error
    if not isinstance(loss, nn.Module):
        raise BuildError(f"torch.nn.{name} is not a loss.", node.id)
    return loss


def build_optimizer(config: TrainingConfig, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """The torch optimizer of a training configuration, fused where torch has a fused one."""
    spec = OPTIMIZERS.get(config.optimizer)
    if spec is None:
        raise BuildError(f"{config.optimizer} is not an optimizer that this version knows.")
    args = {
        arg.name: config.optimizer_args[arg.name] for arg in spec.args if arg.name in config.optimizer_args
    }
    extra = {"fused": True} if spec.fused else {}
    try:
        optimizer = getattr(torch.optim, spec.name)(list(parameters), **args, **extra)
    except TORCH_ERRORS as error:
        raise BuildError(message_of(error)) from error
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise BuildError(f"torch.optim.{spec.name} is not an optimizer.")
    return optimizer
