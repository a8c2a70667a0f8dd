"""What training a network keeps in memory: weights, gradients, the optimizer's state, activations.

Every number of a layer was measured on torch's own tensors by the engine; here they are only put together
for a batch size and an optimizer. A tensor between two layers is kept once, whoever of them keeps it, and
counts for the layer that made it.
"""

import math
import re
from collections.abc import Iterable
from functools import cache

import msgspec

from nnbuilder.graph.analysis import Footprint, LayerAnalysis, TensorType
from nnbuilder.graph.graph import GROUP, NodeId

_BITS = re.compile(r"\d+$")


class OptimizerState(msgspec.Struct, frozen=True):
    """The bytes that an optimizer keeps for each scalar that it trains, and for each tensor of them."""

    per_scalar: int = 0
    per_tensor: int = 0


class LayerMemory(msgspec.Struct, frozen=True):
    """The bytes that training needs for one layer."""

    weights: int = 0
    gradients: int = 0
    state: int = 0
    buffers: int = 0
    activations: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.weights + self.gradients + self.state + self.buffers + self.activations

    def __add__(self, other: "LayerMemory") -> "LayerMemory":
        return LayerMemory(
            self.weights + other.weights,
            self.gradients + other.gradients,
            self.state + other.state,
            self.buffers + other.buffers,
            self.activations + other.activations,
        )


class Memory(msgspec.Struct, frozen=True):
    """The memory of a training: that of each layer, and what is kept of the input batch.

    `whole` says that every layer is in it; else the numbers are those as far as they are known. Left out:
    what the loss keeps, and the gradients of activations, which come and go during the backward pass.
    """

    layers: dict[NodeId, LayerMemory]
    batch: int = 0
    whole: bool = True

    @property
    def total(self) -> LayerMemory:
        """The layers together, the input batch among the activations."""
        return sum(self.layers.values(), LayerMemory(activations=self.batch))


class _Held:
    """A piece of memory between layers: who made it, its bytes, and whether anybody keeps it."""

    def __init__(self, owner: NodeId | None, size: int) -> None:
        self.owner = owner
        self.size = size
        self.kept = False


def memory_of(
    layers: Iterable[LayerAnalysis], start: TensorType | None, batch: int, state: OptimizerState | None
) -> Memory:
    """The memory that a step of training needs; without a state, that of an optimizer that has none."""
    flat = [layer for top in layers for layer in top.every() if layer.layer != GROUP]
    known: dict[NodeId, LayerMemory] = {}
    held = _Held(None, tensor_bytes(start, batch) if start is not None else 0)
    pieces, learned = [held], False
    for layer in flat:
        found = layer.footprint
        if found is None or layer.output is None:
            break
        learned = learned or found.gradients > 0
        own = found.each * batch + found.fixed if learned else 0
        known[layer.id] = _parts(layer, found, state or OptimizerState(), own)
        held.kept = held.kept or (learned and found.keeps_input)
        if not found.view:
            held = _Held(layer.id, tensor_bytes(layer.output, batch))
            pieces.append(held)
        held.kept = held.kept or (learned and found.keeps_output)
    for piece in pieces:
        if piece.owner is not None and piece.kept:
            known[piece.owner] += LayerMemory(activations=piece.size)
    return Memory(known, pieces[0].size if pieces[0].kept else 0, whole=len(known) == len(flat))


def tensor_bytes(kind: TensorType, batch: int) -> int:
    """The bytes of a tensor for so many samples."""
    return math.prod(batch if size is None else size for size in kind.shape) * item_bytes(kind.dtype)


@cache
def item_bytes(dtype: str) -> int:
    """The bytes of one number, which a dtype's name tells in bits; a bool takes one byte."""
    bits = _BITS.search(dtype)
    return int(bits[0]) // 8 if bits else 1


def _parts(layer: LayerAnalysis, held: Footprint, state: OptimizerState, own: int) -> LayerMemory:
    kept = state.per_scalar * layer.trainable + state.per_tensor * held.tensors
    return LayerMemory(held.weights, held.gradients, kept, held.buffers, own)
