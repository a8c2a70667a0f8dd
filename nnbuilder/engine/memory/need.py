"""How much memory a training needs at its height, for any batch size, from what torch's layers keep."""

from collections.abc import Iterable

import msgspec

from nnbuilder.graph.analysis import Analysis, LayerAnalysis
from nnbuilder.graph.graph import GROUP, NodeId
from nnbuilder.graph.report.memory import OptimizerState, memory_of, tensor_bytes

UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB", "EB")

MARGIN = 0.75
"""The share of what is free that a training on offer may fill."""

WORKSPACE = 48 * 2**20
"""What torch's kernels take beside the tensors: code, buffers, reordered copies."""


class Need(msgspec.Struct, frozen=True):
    """Bytes by what they are for.

    `weights` are with gradients and buffers, `state` is the optimizer's. Then come, one after the other,
    what a step makes of a `batch`, and copies for a `checkpoint`. Validation takes no more rows than fit.
    `passed` is all that leaves the layers, kept or not, `heaviest` the layer that needs most.
    """

    weights: int
    state: int
    batch: int
    checkpoint: int
    passed: int = 0
    heaviest: NodeId | None = None

    @property
    def total(self) -> int:
        """What all that is there at the same time comes to, at the height."""
        return self.weights + self.state + max(self.batch, self.checkpoint)

    def fits(self, free: int) -> bool:
        """Whether it surely fits, even where what is let go of on the way leaves holes that nothing fills."""
        height = self.weights + self.state + max(self.batch + self.passed, self.checkpoint)
        return height + WORKSPACE <= free * MARGIN

    def words(self) -> str:
        """The largest parts, as a list."""
        parts = {
            "weights and gradients": self.weights,
            "the optimizer": self.state,
            "each batch": self.batch,
            "checkpoints": max(0, self.checkpoint - self.batch),
        }
        told = sorted(parts.items(), key=lambda part: -part[1])
        return ", ".join(f"{readable(size)} for {name}" for name, size in told if size * 50 >= self.total)


def need_of(analysis: Analysis, batch: int, state: OptimizerState | None) -> Need:
    """What training needs with so many samples in a batch."""
    memory = memory_of(analysis.layers, analysis.input, batch, state)
    total = memory.total
    flat = [layer for layer in analysis.every() if layer.layer != GROUP and layer.output is not None]
    weights = total.weights + total.gradients + total.buffers
    heaviest = max(memory.layers, key=lambda node: memory.layers[node].total, default=None)
    return Need(
        weights=weights,
        state=total.state,
        batch=total.activations + _passing(flat, batch),
        passed=sum(tensor_bytes(layer.output, batch) for layer in flat if layer.output is not None),
        checkpoint=3 * (total.weights + total.state),
        heaviest=heaviest,
    )


def fitting_batch(analysis: Analysis, batch: int, state: OptimizerState | None, free: int) -> int | None:
    """The largest power of two below `batch` that fits into what is free; None where none does."""
    size = batch
    while size > 1:
        size = 1 << (size - 1).bit_length() - 1
        if need_of(analysis, size, state).fits(free):
            return size
    return None


def readable(count: int) -> str:
    """Bytes in three digits."""
    size, unit = float(count), 0
    while size >= 1000 and unit < len(UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.3g} {UNITS[unit]}" if size < 1000 else f"{size:.0f} {UNITS[unit]}"


def _passing(layers: Iterable[LayerAnalysis], rows: int) -> int:
    """The most that comes into and out of one layer for so many samples: both are there at the same time."""
    return max(
        (
            sum(tensor_bytes(kind, rows) for kind in (layer.input, layer.output) if kind is not None)
            for layer in layers
        ),
        default=0,
    )
