"""What a training starts from: the drawing's ends, and the data as tensors in the loss's form."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import nn

from nnbuilder.data.prepare import Part, Prepared
from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.build import build_sequential
from nnbuilder.engine.walk import input_of
from nnbuilder.engine.warm import devices
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import Node, NodeId
from nnbuilder.graph.order import Order, flat_layers, orders_of, sound
from nnbuilder.project.project import Project
from nnbuilder.project.targets import target_form


class TrainingError(NNBuilderError):
    """The project cannot be trained as it is; `node` is the layer concerned, if it is one."""

    def __init__(self, message: str, node: NodeId | None = None) -> None:
        self.node = node
        super().__init__(message)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A part of the data on the device that trains: x (rows, ...), y in the loss's form."""

    x: torch.Tensor
    y: torch.Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Setup:
    """The parts of a training that no step changes; `build` gives a freshly initialized network.

    `layers` are those that compute, in their order, with their names in the state_dict.
    """

    layers: tuple[tuple[NodeId, str], ...]
    loss: Node
    loss_name: str
    device: torch.device
    train: Rows
    validation: Rows
    test: Rows
    build: Callable[[], nn.Sequential]

    def modules(self, model: nn.Sequential) -> Iterator[tuple[NodeId, nn.Module]]:
        """Each layer with its module in a network that `build` gave, groups opened."""
        return ((node, model.get_submodule(name)) for node, name in self.layers)


def set_up(project: Project, prepared: Prepared) -> Setup:
    """Reads the drawing and moves the data to the device; raises `TrainingError` or `BuildError`."""
    orders = orders_of(project.graph)
    order = orders[None]
    if not sound(project.graph, orders):
        raise TrainingError("The drawing is not one chain from Input to Loss, so it cannot be trained.")
    device = _device(project.training.device)
    kind = _input_type(project, order, prepared.profile)
    loss = project.graph.nodes[order.chain[-1]]
    parts = [
        _rows(part, loss, kind, prepared.profile, device)
        for part in (prepared.train, prepared.validation, prepared.test)
    ]
    return Setup(
        layers=tuple((node.id, name) for node, name in flat_layers(project.graph, orders)),
        loss=loss,
        loss_name=loss_name(loss),
        device=device,
        train=parts[0],
        validation=parts[1],
        test=parts[2],
        build=lambda: build_sequential(project.graph, kind).to(device),
    )


def _input_type(project: Project, order: Order, profile: DataProfile) -> TensorType:
    """What enters the network: the data's shape and dtype, or those that are pinned on the Input node."""
    kind = input_of(project.graph, order, profile)
    if kind is None or math.prod(size or 1 for size in kind.shape) != math.prod(profile.shape):
        shape = "nothing" if kind is None else kind.label()
        text = f"Input takes {shape}, but a row of {profile.title} has shape {profile.shape}."
        raise TrainingError(f"{text} Choose data that it can be trained on.", order.chain[0])
    return kind


def _rows(part: Part, loss: Node, kind: TensorType, profile: DataProfile, device: torch.device) -> Rows:
    dtype = {"float32": torch.float32, "float64": torch.float64, "int64": torch.int64}[kind.dtype]
    sizes = [size or 1 for size in kind.shape[1:]]
    x = torch.from_numpy(part.x).reshape(len(part), *sizes)
    y = _target(torch.from_numpy(part.y), loss, profile)
    if y.is_floating_point() and dtype.is_floating_point:
        y = y.to(dtype)
    return Rows(x.to(device, dtype), y.to(device))


def _target(y: torch.Tensor, loss: Node, profile: DataProfile) -> torch.Tensor:
    """Targets as the loss takes them: class indices int64 (rows,), or numbers float32 (rows, 1)."""
    name = loss_name(loss)
    form = target_form(name, profile)
    if form is None:
        raise TrainingError(
            f"{name} does not fit the target of {profile.title}: choose another loss.", loss.id
        )
    return y.reshape(-1, 1).float() if form == "binary" else y


def loss_name(node: Node) -> str:
    """The loss that a Loss node stands for."""
    return str(node.args.get("loss", "CrossEntropyLoss"))


def _device(name: str) -> torch.device:
    try:
        device = torch.device(name)
        torch.zeros(1, device=device).item()  # `meta` has tensors, but no numbers in them
    except (RuntimeError, AssertionError, ImportError) as error:
        reason = re.split(r"\.\s|\n", str(error).strip())[0].rstrip(".")
        text = f"The device {name} cannot be used here: {reason}. Use {' or '.join(devices())}."
        raise TrainingError(text) from error
    return device
