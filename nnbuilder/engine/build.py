"""Making torch objects of what was drawn: the `nn.Sequential`, its loss and its optimizer."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import torch
from torch import nn

from nnbuilder.catalog.registry import LAYERS, LOSSES, OPTIMIZERS
from nnbuilder.catalog.spec import AUTO, ArgSpec, LayerSpec, LossSpec, Required
from nnbuilder.engine.infer import TORCH_ERRORS, Outcome, infer, message_of
from nnbuilder.engine.modules import construct
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import ArgValue, Graph, Node, NodeId
from nnbuilder.graph.order import Orders, flat_layers, layer_names, orders_of
from nnbuilder.project.chain import title
from nnbuilder.project.project import TrainingConfig

Plan = tuple[LayerSpec, Mapping[str, ArgValue]]
"""What a layer is built from: its declaration and all its arguments."""

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


def build_sequential(graph: Graph, kind: TensorType, infer_layer: Infer = infer) -> nn.Sequential:
    """The network, initialized from torch's current seed exactly as a hand-written Sequential would be.

    A group becomes a nested Sequential, a disabled layer an Identity; what is frozen asks for no gradients.
    `kind` is the type of the input.
    Raises `BuildError`, with PyTorch's text, at the first layer that fails.
    """
    orders = orders_of(graph)
    plans = {node.id: plan for node, plan in _plans(graph, orders, kind, infer_layer)}
    return _sequential(graph, orders, None, plans)


def _sequential(
    graph: Graph, orders: Orders, group: NodeId | None, plans: Mapping[NodeId, Plan]
) -> nn.Sequential:
    layers = orders[group].layers
    network = nn.Sequential()
    taken: set[str] = set()
    for key, name in zip(layers, layer_names(graph, layers), strict=True):
        if name in taken:
            raise BuildError(f"Two layers are named {name}; a name belongs to one.", key)
        taken.add(name)
        try:
            made = construct(*plans[key], "cpu") if key in plans else _sequential(graph, orders, key, plans)
            network.add_module(
                name, made.requires_grad_(requires_grad=False) if graph.nodes[key].frozen else made
            )
        except TORCH_ERRORS as error:
            raise BuildError(f"{name}: {message_of(error)}", key) from error
    return network


def _plans(graph: Graph, orders: Orders, kind: TensorType, infer_layer: Infer) -> Iterator[tuple[Node, Plan]]:
    """Each layer with what it is built from, in the order in which they compute."""
    for group in orders:
        if group is not None and not orders[group].complete and _computes(graph, orders, group):
            raise BuildError(f"The layers in {title(graph.nodes[group])} are not one chain.", group)
    for node, _ in flat_layers(graph, orders):
        spec = LAYERS.get(node.type)
        if spec is None:
            raise BuildError(f"{node.type} is not a layer that this version knows.", node.id)
        args = resolve_args(spec, node, kind)
        outcome = infer_layer(spec, args, kind)
        if outcome.output is None:
            raise BuildError(f"{node.name or node.type}: {outcome.error or outcome.refusal}", node.id)
        yield node, (spec, args)
        kind = outcome.output


def _computes(graph: Graph, orders: Orders, group: NodeId) -> bool:
    """Whether a group takes part in the network, with all groups around it."""
    around = (group, *graph.groups_of(group))
    return all(
        not graph.nodes[key].disabled and key in orders[graph.nodes[key].parent].layers for key in around
    )


def build_loss(node: Node, class_weights: torch.Tensor | None = None) -> nn.Module:
    """The torch loss of a Loss node, mean over the batch; `class_weights` for one that `weighs`."""
    name = str(node.args.get("loss", "CrossEntropyLoss"))
    spec = LOSSES.get(name)
    if spec is None:
        raise BuildError(f"{name} is not a loss that this version knows.", node.id)
    args = {arg.name: node.args[arg.name] for arg in spec.args if arg.name in node.args}
    weights = {} if class_weights is None else _weights(spec, class_weights)
    try:
        loss = getattr(nn, name)(**args, **weights)
    except TORCH_ERRORS as error:
        raise BuildError(message_of(error), node.id) from error
    if not isinstance(loss, nn.Module):
        raise BuildError(f"torch.nn.{name} is not a loss.", node.id)
    return loss


def _weights(spec: LossSpec, weights: torch.Tensor) -> dict[str, torch.Tensor]:
    """Class weights as the loss takes them; one number for two classes has their ratio, and one for all."""
    if spec.target != "binary":
        return {"weight": weights}
    return {"weight": weights[:1], "pos_weight": weights[1:] / weights[:1]}


def trained_parameters(model: nn.Module) -> list[nn.Parameter]:
    """The parameters that training changes: those of layers that are not frozen."""
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def has_sparse_gradients(model: nn.Module) -> bool:
    """Whether some layer's gradients hold only the rows that a batch used."""
    return any(getattr(module, "sparse", False) is True for module in model.modules())


def build_optimizer(
    config: TrainingConfig, parameters: Iterable[nn.Parameter], *, sparse: bool = False
) -> torch.optim.Optimizer:
    """The torch optimizer of a training configuration, fused where torch has a fused one.

    No fused one takes `sparse` gradients, also where the optimizer itself does.
    """
    spec = OPTIMIZERS.get(config.optimizer)
    if spec is None:
        raise BuildError(f"{config.optimizer} is not an optimizer that this version knows.")
    args = {
        arg.name: config.optimizer_args[arg.name] for arg in spec.args if arg.name in config.optimizer_args
    }
    extra = {"fused": True} if spec.fused and not sparse else {}
    trained = list(parameters)
    if not trained:
        raise BuildError("There is nothing to train: no layer has parameters, or all of them are frozen.")
    try:
        optimizer = getattr(torch.optim, spec.name)(trained, **args, **extra)
    except TORCH_ERRORS as error:
        raise BuildError(message_of(error)) from error
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise BuildError(f"torch.optim.{spec.name} is not an optimizer.")
    return optimizer


def clip_gradients(config: TrainingConfig, parameters: list[nn.Parameter]) -> None:
    """Makes gradients as small as the configuration wants them: each number first, then their length."""
    if config.clip_value is not None:
        nn.utils.clip_grad_value_(parameters, config.clip_value)
    if config.clip_norm is not None:
        nn.utils.clip_grad_norm_(parameters, config.clip_norm)
