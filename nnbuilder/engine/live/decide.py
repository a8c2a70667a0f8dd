"""Which class a network decides for, and how sure it is."""

import numpy as np
import torch

from nnbuilder.catalog.losses import LOSSES
from nnbuilder.engine.live.forward import Floats
from nnbuilder.engine.metrics import numbers
from nnbuilder.engine.trainer import Trainer


def decided(trainer: Trainer, output: torch.Tensor) -> tuple[Floats, Floats]:
    """Index and probability of the class that each row (n,) is taken for; 1 where there are no probabilities.

    As accuracy has it: the largest output, or of a single one the side of one half.
    """
    kind = LOSSES[trainer.setup.loss_name].output
    output = output.double()
    if kind in ("score", "probability"):
        share = (output.sigmoid() if kind == "score" else output).reshape(-1)
        chosen, sure = (share > 0.5).double(), torch.maximum(share, 1 - share).clamp(0, 1)
    else:
        shares = {"scores": output.softmax(1), "log-probabilities": output.exp()}.get(kind)
        chosen = output.argmax(1).double()
        sure = torch.ones_like(chosen) if shares is None else shares.amax(1).clamp(0, 1)
    return numbers(chosen), np.nan_to_num(numbers(sure))
