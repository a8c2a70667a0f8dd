"""The weights that a project stands at: kept by node and parameter, put into a network that was built.

A tensor that no longer fits its layer is left as the seed initialized it, and that is said.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import nn

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import NodeId
from nnbuilder.runs.weights import weights_path

Modules = Iterable[tuple[NodeId, nn.Module]]
"""The layers that compute, each with its module."""

Weights = Mapping[NodeId, Mapping[str, torch.Tensor]]
"""Tensors by node, and by their names in its module."""


class WeightsError(NNBuilderError):
    """Stored weights cannot be used; the message says why, and what to do."""


def encode_weights(modules: Modules) -> bytes:
    """The present weights and buffers of these layers, as the bytes of a safetensors file."""
    tensors = {
        f"{node}/{name}": tensor.detach().cpu().contiguous().clone()
        for node, module in modules
        for name, tensor in module.state_dict().items()
    }
    return save_tensors(tensors)


def read_weights(runs: Path, sha256: str) -> Weights:
    """The stored weights with this hash; raises `WeightsError` where they are missing or damaged."""
    path = weights_path(runs, sha256)
    way_on = "Go back to the seed's (Train > Weights from the seed), or import them again."
    try:
        data = path.read_bytes()
    except OSError as error:
        why = "are missing" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        raise WeightsError(f"The project's weights {path} {why}. {way_on}") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise WeightsError(f"The project's weights {path} are damaged. {way_on}")
    try:
        tensors = load_tensors(data)
    except SafetensorError as error:
        raise WeightsError(f"The project's weights {path} are no safetensors file: {error}.") from error
    found: dict[NodeId, dict[str, torch.Tensor]] = {}
    for key, tensor in tensors.items():
        node, _, name = key.partition("/")
        found.setdefault(NodeId(node), {})[name] = tensor
    return found


def put_weights(modules: Modules, weights: Weights) -> tuple[str, ...]:
    """Puts weights into the layers that they were of; answers with what did not fit, a sentence each."""
    notices: list[str] = []
    for node, module in modules:
        stored = weights.get(node, {})
        for name, own in module.state_dict(keep_vars=True).items():
            tensor = stored.get(name)
            if tensor is not None and tensor.shape == own.shape:
                with torch.no_grad():
                    own.copy_(tensor)
            elif tensor is None:
                notices.append(f"{node}.{name} starts from the seed: it has no stored weights.")
            else:
                sizes = f"{tuple(tensor.shape)}, not {tuple(own.shape)}"
                notices.append(f"{node}.{name} starts from the seed: what is stored is {sizes}.")
    return tuple(notices)
