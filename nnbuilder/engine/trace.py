"""One pass through a network, recorded: every layer's tensors forward, the loss, every gradient backward.

What is recorded is what PyTorch computed, bit for bit as `loss(model(x), y).backward()` has it; nothing here
computes a number of its own.
"""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import nn

from nnbuilder.engine.blame import STEP_ERRORS
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import NodeId


class TraceError(NNBuilderError):
    """PyTorch refuses a pass; the message says where, in its words. `node` is the layer, if it is one."""

    def __init__(self, message: str, node: NodeId | None = None) -> None:
        self.node = node
        super().__init__(message)


@dataclass(frozen=True, slots=True, eq=False)
class LayerTrace:
    """What one layer was given and what it gave: tensors of any shape, the rows in dimension 0.

    `module` is the layer itself, so its parameters are those of the pass as long as nobody changes them.
    `random` is the state of PyTorch's generator before it computed, so that it can draw the same again.
    """

    node: NodeId
    name: str
    module: nn.Module
    input: torch.Tensor
    output: torch.Tensor
    random: torch.Tensor | None = None

    @property
    def layer(self) -> str:
        """The name of its class in torch.nn."""
        return type(self.module).__name__


@dataclass(frozen=True, slots=True, eq=False)
class Forward:
    """A forward pass; `x` went in, `layers` are in the order in which they compute, `output` came out."""

    x: torch.Tensor
    layers: tuple[LayerTrace, ...]
    output: torch.Tensor

    def of(self, node: NodeId) -> LayerTrace | None:
        """What a layer did."""
        return next((layer for layer in self.layers if layer.node == node), None)


@dataclass(frozen=True, slots=True, eq=False)
class Loss:
    """The loss of a pass: a number for each row (rows,), and the one that training makes small (scalar).

    `rows` are without reduction, the mean of a row's values where it has several; `mean` is what the loss
    itself makes of them, which weighs the rows where classes have weights.
    """

    module: nn.Module
    target: torch.Tensor
    rows: torch.Tensor
    mean: torch.Tensor


@dataclass(frozen=True, slots=True, eq=False)
class LayerGradients:
    """The gradients of a backward pass at one layer; None where none flows, as into whole numbers.

    `arriving` has the shape of the layer's output, `leaving` that of its input; `parameters` are the `.grad`
    of its own parameters by name, those of a frozen one left out.
    """

    node: NodeId
    arriving: torch.Tensor | None
    leaving: torch.Tensor | None
    parameters: Mapping[str, torch.Tensor]


Named = Iterable[tuple[NodeId, str]]
"""The layers that compute, in their order, with their names in the network."""


def forward(network: nn.Module, layers: Named, x: torch.Tensor) -> Forward:
    """Runs a network layer by layer, in the mode it is in; raises `TraceError` where a layer refuses.

    A layer that works in place gets a copy, so that what it was given stays as it was.
    """
    if x.is_floating_point():
        x = x.detach().clone().requires_grad_(torch.is_grad_enabled())
    given, traces = x, []
    for node, name in layers:
        module, random = network.get_submodule(name), torch.get_rng_state()
        try:
            output = module(given.clone())
        except STEP_ERRORS as error:
            raise TraceError(_refusal(name, module, given, error), node) from error
        if output.requires_grad:
            output.retain_grad()
        traces.append(LayerTrace(node, name, module, given, output, random))
        given = output
    return Forward(x, tuple(traces), given)


def measure(loss: nn.Module, passed: Forward, target: torch.Tensor) -> Loss:
    """The loss of a pass; raises `TraceError` where output and target do not fit it."""
    single = copy.copy(loss)
    vars(single)["reduction"] = "none"
    try:
        mean = loss(passed.output, target)
        rows = single(passed.output.detach(), target)
    except STEP_ERRORS as error:
        shapes = f"the output is {tuple(passed.output.shape)}, the target {tuple(target.shape)}"
        if stray := _stray_class(passed.output, target):
            raise TraceError(f"{stray} PyTorch says: {_said(error)}.") from error
        raise TraceError(f"{type(loss).__name__}: {_said(error)} ({shapes}).") from error
    return Loss(loss, target, rows.reshape(len(rows), -1).mean(dim=1), mean)


def _stray_class(output: torch.Tensor, target: torch.Tensor) -> str:
    """Which class index the output has no score for, as a sentence; empty where all have one."""
    if target.is_floating_point() or output.dim() < 2 or target.dim() != output.dim() - 1:
        return ""
    classes = output.shape[1]
    stray = target[(target < 0) | (target >= classes)]
    if not len(stray):
        return ""
    there = f"the network has {classes} outputs, for the classes 0 to {classes - 1}"
    return f"{int(stray[0])} is no class here: {there}."


def backward(passed: Forward, loss: torch.Tensor) -> tuple[LayerGradients, ...]:
    """Runs backward from a loss, adding to `.grad` as PyTorch does; in the order of the layers.

    Raises `TraceError` where nothing can be learned. It can be done once for a pass.
    """
    try:
        torch.autograd.backward(loss)
    except STEP_ERRORS as error:
        raise TraceError(f"There is no way back from the loss: {_said(error)}.") from error
    return tuple(_gradients(layer) for layer in passed.layers)


def gradients_of(module: nn.Module) -> dict[str, torch.Tensor]:
    """The `.grad` of a layer's parameters, by name and without holes."""
    return {
        name: parameter.grad.detach().to_dense().clone()
        for name, parameter in module.named_parameters()
        if parameter.grad is not None
    }


def _gradients(layer: LayerTrace) -> LayerGradients:
    return LayerGradients(
        layer.node, _grad_of(layer.output), _grad_of(layer.input), gradients_of(layer.module)
    )


def _grad_of(tensor: torch.Tensor) -> torch.Tensor | None:
    kept = tensor.requires_grad and (tensor.is_leaf or tensor.retains_grad)
    return None if not kept or tensor.grad is None else tensor.grad.detach()


def _refusal(name: str, module: nn.Module, given: torch.Tensor, error: Exception) -> str:
    where = f"Layer {name} ({type(module).__name__})"
    if stray := _stray_row(module, given):
        return f"{where}: {stray} PyTorch says: {_said(error)}."
    return (
        f"{where} cannot take {tuple(given.shape)} {str(given.dtype).removeprefix('torch.')}: {_said(error)}."
    )


def _stray_row(module: nn.Module, given: torch.Tensor) -> str:
    """Which number of the input names no row of an embedding, as a sentence; empty where all name one."""
    if not isinstance(module, nn.Embedding | nn.EmbeddingBag) or given.is_floating_point():
        return ""
    rows = module.num_embeddings
    stray = given[(given < 0) | (given >= rows)]
    return (
        f"{int(stray[0])} names no row of its weight, which has the rows 0 to {rows - 1}."
        if len(stray)
        else ""
    )


def _said(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")
