"""What a training tells of each step and each epoch."""

from typing import NamedTuple, Protocol

from nnbuilder.engine.scores import Tally


class EpochSummary(NamedTuple):
    """Means over an epoch: of its steps in train mode, of the validation part after it; NaN for none.

    `tally` is what the same pass over the validation part has left to be scored.
    """

    epoch: int
    step: int
    train_loss: float
    train_metric: float
    validation_loss: float
    validation_metric: float
    tally: Tally | None = None


class Metrics(Protocol):
    """Metrics of batches, worked out when they are asked for."""

    def __getitem__(self, place: int, /) -> float: ...


class StepResult(NamedTuple):
    """One optimizer step: `step` and `epoch` count from 1; `epoch_end` only on an epoch's last step.

    A loss that is not finite means that the network was left as it was before this step. `metrics` are those
    of the epoch's batches, this one's at `place`.
    """

    step: int
    epoch: int
    loss: float
    metrics: Metrics
    place: int
    epoch_end: EpochSummary | None

    @property
    def metric(self) -> float:
        """The metric of the batch; NaN where it is undefined."""
        return self.metrics[self.place]

    def __repr__(self) -> str:
        facts = f"step={self.step}, epoch={self.epoch}, loss={self.loss!r}, metric={self.metric!r}"
        return f"StepResult({facts}, epoch_end={self.epoch_end!r})"
