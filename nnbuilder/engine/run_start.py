"""What a run begins with: its record, its weights, the moment and the course of the run it goes on from."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np

from nnbuilder.engine.checkpoint import CheckpointError
from nnbuilder.engine.moments import share_moments
from nnbuilder.engine.retune import retuned
from nnbuilder.engine.scores import score_names
from nnbuilder.engine.state import TrainerState
from nnbuilder.engine.trainer import Trainer
from nnbuilder.engine.warm import versions
from nnbuilder.engine.weights import Weights, WeightsError, read_weights
from nnbuilder.project.owner import this_process
from nnbuilder.project.project import Project
from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.metrics import read_epochs, read_readings, read_scores, read_steps
from nnbuilder.runs.record import RunRecord
from nnbuilder.runs.store import RunStore, load_record


def new_record(
    trainer: Trainer, run_id: str, before: RunRecord | None, notices: tuple[str, ...]
) -> RunRecord:
    """The record of a run that is about to begin, or to go on from where `before` was."""
    config = trainer.config
    changes = before.rate_changes if before is not None else ()
    return RunRecord(
        id=run_id,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        project=trainer.project,
        seed=config.seed,
        device=config.device,
        threads=config.threads,
        versions=versions(),
        data=trainer.prepared.profile,
        metric=trainer.metric.name,
        scores=score_names(len(trainer.prepared.profile.classes)),
        steps_per_epoch=trainer.steps_per_epoch,
        parameters=sum(parameter.numel() for parameter in trainer.model.parameters()),
        step=trainer.step,
        epoch=trainer.epoch,
        parent=before.id if before is not None else None,
        branched=_branched(trainer, before),
        rate_changes=tuple(change for change in changes if change.step <= trainer.step),
        owner=this_process(),
        notes=notices,
    )


def _branched(trainer: Trainer, before: RunRecord | None) -> int | None:
    """The step up to which it was trained in another way than it will be from here on; None for nowhere."""
    if before is None:
        return None
    same = msgspec.structs.replace(
        before.project.training, epochs=trainer.config.epochs, device=trainer.config.device
    )
    if same != trainer.config or before.project.graph != trainer.project.graph:
        return trainer.step
    return before.branched


def record_beside(checkpoint: Path) -> RunRecord | None:
    """The record of the run that a checkpoint belongs to."""
    try:
        return load_record(checkpoint.parent.parent)
    except RunFolderError:
        return None


def starting_weights(
    project: Project, runs: Path, checkpoint: Path | None
) -> tuple[Weights | None, tuple[str, ...]]:
    """What training starts from, and what is to be said: a run that goes on needs it to rewind only."""
    if project.weights is None:
        return None, ()
    try:
        return read_weights(runs, project.weights), ()
    except WeightsError as error:
        if checkpoint is None:
            raise
        return None, (f"Rewinding would start from the seed. {error}",)


def restore(trainer: Trainer, state: TrainerState, checkpoint: Path) -> tuple[str, ...]:
    """Goes to a checkpoint's moment, and says what is otherwise than it was then.

    Raises `CheckpointError` where data or network are not those of then.
    """
    record = record_beside(checkpoint)
    if record is not None and record.data.sha256 != trainer.prepared.profile.sha256:
        text = f"The data have changed since the run {record.id}, so it cannot go on: train the project anew."
        raise CheckpointError(text)
    notices: tuple[str, ...] = ()
    if record is not None:
        state, notices = retuned(trainer, state, record.project)
    try:
        trainer.restore(state)
    except (RuntimeError, LookupError, TypeError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        text = f"{checkpoint.name} does not fit the network: {reason} Train the project anew."
        raise CheckpointError(text) from error
    return notices


def copy_course(checkpoint: Path, store: RunStore, state: TrainerState) -> None:
    """Lets the new run's columns begin with the steps that led to its checkpoint, NaN where one is lost."""
    parent = checkpoint.parent.parent
    known = np.stack(read_steps(parent))[:, : state.facts.step]
    steps = np.full((2, state.facts.step), np.nan, np.float32)
    steps[:, : known.shape[1]] = known
    store.columns.add_steps(steps[0], steps[1])
    readings = read_readings(parent)
    store.columns.add_readings(readings[readings[:, 0] <= state.facts.step])
    epochs = [row for row in read_epochs(parent) if row.epoch <= state.facts.epoch]
    store.columns.add_epochs(epochs)
    record, names = record_beside(checkpoint), store.columns.scores
    scores = np.full((len(epochs), len(names)), np.nan)
    if record is not None and record.scores == names:
        scores[:] = read_scores(parent, len(names), len(epochs))
    store.columns.add_scores(scores)
    share_moments(parent, store.folder, state.facts.step)
