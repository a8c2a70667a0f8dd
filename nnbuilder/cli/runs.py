"""Finds the run that a command names, and the checkpoint to go on from."""

from contextlib import suppress
from pathlib import Path

from nnbuilder.cli.failure import CommandError, Exit, stop
from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.record import RunRecord
from nnbuilder.runs.store import CHECKPOINTS, RECORD_FILE, list_runs, load_record


def find_run(word: str, runs_folder: Path) -> tuple[Path, RunRecord]:
    """A run by its folder or by its name in the project's runs; raises `CommandError`."""
    for folder in (Path(word), runs_folder / word):
        if (folder / RECORD_FILE).is_file():
            try:
                return folder, load_record(folder)
            except RunFolderError as error:
                raise stop(Exit.TRAINING, "run-unreadable", str(error)) from error
    known = [record.id for record in list_runs(runs_folder).runs]
    hint = f"The last one there is {known[-1]}." if known else "There is no run there yet."
    text = f"There is no run {word}, neither as a folder nor in {runs_folder}. {hint}"
    raise stop(Exit.USAGE, "unknown-run", text)


def last_checkpoint(folder: Path, record: RunRecord) -> Path:
    """The newest checkpoint of a run; raises `CommandError` where it has none."""
    newest = max(
        (entry for entry in record.checkpoints if not entry.best), key=lambda entry: entry.step, default=None
    )
    if newest is None:
        text = f"The run {record.id} has no checkpoint to go on from: train the project anew."
        raise stop(Exit.TRAINING, "no-checkpoint", text)
    return folder / CHECKPOINTS / newest.file


def unwritable(error: RunFolderError) -> CommandError:
    """The failure of a command that cannot write where its runs belong."""
    way = "Another folder for runs can be named with --run-dir."
    for folder in error.path.parents:
        with suppress(RunFolderError):
            if load_record(folder).checkpoints:
                way = f"Once it can be, go on from its last checkpoint with --resume {folder.name}."
    return stop(Exit.ENVIRONMENT, "run-folder", f"{error} {way}")
