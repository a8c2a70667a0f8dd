"""What a live report is: something computed from a training between two steps."""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from nnbuilder.engine.trainer import Trainer
from nnbuilder.protocol.messages import Event

Reported = tuple[Event, Sequence[NDArray[np.generic]]]
"""One message with its arrays, in the order that its docstring gives."""


class Report(Protocol):
    """Computes one report of a training as it stands; keeps what makes the next one cheaper."""

    def __call__(self, run_id: str) -> Reported | None:
        """The report of this moment, None where there is nothing to say yet.

        Leaves the training as it was: weights, buffers, modes, gradients and generators of random numbers.
        """


@runtime_checkable
class Sparing(Protocol):
    """A report that is watched for hours beside others, and so asks for less than they do.

    `every` is the least time in seconds from one to the next, `share` the largest share of a run's time.
    """

    every: float
    share: float


MakeReport = Callable[[Trainer], Report | None]
"""Makes a report for a training; None where it has no meaning there."""
