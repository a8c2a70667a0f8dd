"""Earlier moments of a run to repeat its steps from: its checkpoints, the newest good one before a step."""

from nnbuilder.engine.checkpoint import CheckpointError, read_checkpoint
from nnbuilder.engine.faults.replay import Moment
from nnbuilder.engine.state import TrainerState
from nnbuilder.runs.store import RunStore


def kept_in(store: RunStore) -> Moment:
    """What gives the moments that a run has on disk."""

    def moment(step: int) -> TrainerState | None:
        entries = [entry for entry in store.record.checkpoints if entry.step <= step]
        for entry in sorted(entries, key=lambda entry: entry.step, reverse=True):
            try:
                return read_checkpoint(store.checkpoints / entry.file, entry.sha256)
            except CheckpointError:
                continue
        return None

    return moment
