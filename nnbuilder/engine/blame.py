"""Names the layer at which a training step failed, in the user's words and in PyTorch's."""

import torch
from torch import nn

from nnbuilder.engine.setup import Setup, TrainingError
from nnbuilder.graph.graph import NodeId

STEP_ERRORS = (RuntimeError, ValueError, IndexError, TypeError)
"""What torch raises for values and shapes that it cannot use."""


class NotFinite(TrainingError):  # noqa: N818
    """A loss refused NaN or infinity; nothing of this step was done."""


def is_out_of_memory(error: Exception) -> bool:
    """Whether torch says in its own way that memory ran out."""
    text = str(error)
    return "out of memory" in text or "can't allocate memory" in text


def blame(setup: Setup, model: nn.Sequential, x: torch.Tensor | None, error: Exception) -> TrainingError:
    """The failed step as something to mend; runs the batch again, layer by layer, to find where it fails."""
    text = str(error).strip().partition("\n")[0].rstrip(".")
    if x is not None and len(x) == 1 and "more than 1 value per channel" in text:
        words = "A batch of a single row reached BatchNorm, which needs two: choose another batch size"
        return TrainingError(f"{words} (PyTorch: {text}).", _passed(setup, model, x)[0])
    node, output = (None, None) if x is None else _passed(setup, model, x)
    if node is None and output is not None and not bool(torch.isfinite(output).all()):
        return NotFinite(
            f"{setup.loss_name} was given NaN or infinite numbers. PyTorch: {text}.", setup.loss.id
        )
    where = f"{setup.loss_name}" if node is None else f"Layer {node}"
    return TrainingError(f"{where} cannot compute this batch. PyTorch: {text}.", node or setup.loss.id)


def _passed(setup: Setup, model: nn.Sequential, x: torch.Tensor) -> tuple[NodeId | None, torch.Tensor | None]:
    """The layer that cannot compute a batch, or what all of them make of it."""
    with torch.no_grad():
        for node, layer in setup.modules(model):
            try:
                x = layer(x)
            except STEP_ERRORS:
                return node, None
    return None, x
