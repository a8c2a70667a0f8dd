"""How much memory and work a layer takes on a CPU, told before it is run there."""

import math
from collections.abc import Mapping

import msgspec
import torch
from torch import nn

from nnbuilder.catalog.spec import LayerSpec
from nnbuilder.graph.graph import ArgValue

SMALL_BYTES = 4 * 2**20
"""Up to this many bytes of weights, input and output a layer is tried on the CPU."""

SMALL_WORK = 2**28
"""Up to this many multiplications, or numbers that pooling looks at."""

REAL_BYTES = 2**26
"""Up to this many bytes of weights, input and all that is made on the way, a doubt is settled on the CPU."""

Shape = tuple[int, ...]


class Held(msgspec.Struct, frozen=True):
    """How many scalars a layer holds."""

    parameters: int = 0
    buffers: int = 0


def held_by(module: nn.Module) -> Held:
    """What a module holds, wherever it lies."""
    return Held(
        sum(weight.numel() for weight in module.parameters()),
        sum(buffer.numel() for buffer in module.buffers()),
    )


class Cost(msgspec.Struct, frozen=True):
    """What a run on the CPU would cost: bytes of weights and input, of all that is made, both; operations."""

    held: int
    made: int
    bytes: int
    work: int

    @property
    def small(self) -> bool:
        """Whether the CPU runs it for the verdict."""
        little = self.held <= SMALL_BYTES and self.bytes <= 4 * SMALL_BYTES
        return little and self.work <= SMALL_WORK

    @property
    def bearable(self) -> bool:
        """Whether the CPU runs it where there is a doubt."""
        return self.bytes <= REAL_BYTES and self.work <= SMALL_WORK


def estimate(
    spec: LayerSpec, args: Mapping[str, ArgValue], shape: Shape, dtype: torch.dtype, held: Held
) -> int:
    """No fewer bytes than weights, input and output take, told from the sizes alone: often far too many."""
    numbers = math.prod(shape)
    rows = numbers if dtype is torch.int64 else numbers // shape[-1]
    output = max(numbers, rows * held.parameters) * _growth(spec, args)
    if spec.group == "Transformer":
        output += rows * rows * int(str(args["nhead"]))
    return 4 * (held.parameters + held.buffers) + dtype.itemsize * (numbers + output)


def _growth(spec: LayerSpec, args: Mapping[str, ArgValue]) -> int:
    """How many times as large as the rest a layer may make its output: no dimension grows by more."""
    growth = 1
    for arg in spec.args:
        value = args[arg.name]
        named = arg.kind == "ints" or arg.lengths or (not spec.count and arg.kind == "int")
        if arg.follows is None and named and value is not None and not isinstance(value, str):
            parts = value if isinstance(value, tuple) else (value,) * max(arg.lengths or (1,))
            growth *= math.prod(1 + 2 * math.ceil(abs(part or 0)) for part in parts)
    return growth
