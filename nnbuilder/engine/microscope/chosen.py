"""Which number of which parameter is chosen."""

import torch

from nnbuilder.engine import trace
from nnbuilder.protocol.microscope import Look, Parameter

Chosen = tuple[trace.LayerTrace, str, tuple[int, ...]]
"""The layer, the parameter in it and the place of the chosen weight."""


def chosen_parameter(forward: trace.Forward, request: Look) -> Chosen | None:
    """What is chosen of the parameters; a weight of the first layer that has any where none is named."""
    owners = owners_of(forward)
    layer = next((one for one in owners if one.node == request.place.node), next(iter(owners), None))
    if layer is None:
        return None
    own = dict(layer.module.named_parameters())
    name = request.parameter if request.parameter in own else next(iter(own))
    flat = min(max(request.weight, 0), own[name].numel() - 1)
    place = torch.unravel_index(torch.tensor(flat), own[name].shape)
    return layer, name, tuple(int(one) for one in place)


def owners_of(forward: trace.Forward) -> list[trace.LayerTrace]:
    """The layers that have parameters."""
    return [layer for layer in forward.layers if any(True for _ in layer.module.parameters())]


def parameters_of(chosen: Chosen | None) -> tuple[Parameter, ...]:
    """The parameters of the layer whose weight is chosen."""
    if chosen is None:
        return ()
    return tuple(Parameter(name, tuple(own.shape)) for name, own in chosen[0].module.named_parameters())
