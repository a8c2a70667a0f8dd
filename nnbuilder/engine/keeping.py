"""What a run keeps while it trains: its columns, its checkpoints and its moments, in step with each other."""

import math

from nnbuilder.engine.checkpoint import Ring
from nnbuilder.engine.moments import Moments
from nnbuilder.engine.reporter import Reporter, Send
from nnbuilder.engine.results import StepResult
from nnbuilder.engine.state import TrainerState
from nnbuilder.engine.trainer import Trainer
from nnbuilder.protocol.messages import Checkpointed, MomentsKept
from nnbuilder.runs.record import RateChange
from nnbuilder.runs.store import RunStore


class Keeping:
    """Writes a run's folder and tells of it; all but moments raise `RunFolderError` where they fail."""

    def __init__(self, trainer: Trainer, store: RunStore, reporter: Reporter, send: Send) -> None:
        self._trainer = trainer
        self._store = store
        self._reporter = reporter
        self._send = send
        self._ring = Ring(store)
        self._moments = Moments(store)

    def tick(self, now: float) -> None:
        """Keeps what is due."""
        if self._moments.due(now):
            self.keep_moment()
        if self._ring.due(now):
            self.checkpoint()

    def keep_moment(self) -> None:
        """Keeps the present as a moment to go back to, and says which there are."""
        moments = self._moments
        if moments.keep(self._trainer.state()) or moments.trouble:
            self._send(MomentsKept(self._store.record.id, moments.steps, moments.trouble))
            moments.trouble = ""

    def keep_best(self, result: StepResult) -> None:
        """Remembers the moment of the least validation loss, or of the least training loss without one."""
        end = result.epoch_end
        if end is None:
            return
        loss = end.train_loss if math.isnan(end.validation_loss) else end.validation_loss
        if self._ring.is_best(loss):
            self._ring.keep_best(loss, self._trainer.state())

    def checkpoint(self, *, again: bool = False) -> None:
        """Writes a checkpoint, with `again` in place of one that was written after the same step."""
        if self._trainer.step == 0:
            return
        self._reporter.flush()  # what is known of the course must reach as far as the checkpoint
        entry = self._ring.write(self._trainer.state(), again=again)
        if entry is not None:
            path = str(self._store.checkpoints / entry.file)
            self._send(Checkpointed(self._store.record.id, entry.step, path, entry.sha256))

    def nearest(self, step: int) -> TrainerState | None:
        """The last good moment or checkpoint up to a step; None where only the start is left."""
        return self._moments.nearest(step)

    def cut(self) -> None:
        """Forgets what came after the trainer's present step."""
        step, epoch = self._trainer.step, self._trainer.epoch
        self._store.columns.cut(step, epoch)
        self._moments.cut(step)
        self._ring.cut(step, epoch)
        kept = tuple(change for change in self._store.record.rate_changes if change.step <= step)
        self._store.update(status="paused", rate_changes=kept)

    def clear(self) -> None:
        """Forgets all: the run begins anew."""
        self._store.columns.cut(0, 0)
        self._ring.clear()
        self._moments.clear()
        self._store.update(status="paused", notes=(), rate_changes=(), branched=None)

    def note_rate(self, factor: float) -> None:
        """Writes down that the learning rate was changed now, so that no checkpoint misses it."""
        change = RateChange(self._trainer.step, factor)
        self._store.update(rate_changes=(*self._store.record.rate_changes, change))
        self.keep_moment()
        self.checkpoint(again=True)
