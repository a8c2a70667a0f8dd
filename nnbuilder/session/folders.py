"""Where the runs of a document lie: beside its file, before the first save in the state folder.

The weights that it stands at lie there too; what nothing names any more is cleared.
"""

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from nnbuilder.project.atomic import backup_of
from nnbuilder.project.file import SUFFIX, runs_folder
from nnbuilder.project.folders import state_folder
from nnbuilder.project.owner import alive
from nnbuilder.runs.sweep_record import SWEEPS
from nnbuilder.runs.weights import clear_weights, share_weights, weights_path

UNSAVED = "unsaved"
"""The state folder's part for documents without a file."""


def unsaved_runs() -> Path:
    """A fresh name for the runs folder of a document without a file; nothing is made yet."""
    return state_folder(UNSAVED) / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{token_hex(2)}.runs"


def move_runs(source: Path, target: Path) -> None:
    """Moves all runs into another runs folder, keeping those that are there."""
    if not source.is_dir():
        return
    target.mkdir(parents=True, exist_ok=True)
    share_weights(source, target)
    for run in source.iterdir():
        if not (target / run.name).exists():
            shutil.move(run, target / run.name)
    for sweep in source.glob(f"{SWEEPS}/*.json"):  # where there are others already
        shutil.move(sweep, target / SWEEPS / sweep.name)
    shutil.rmtree(source, ignore_errors=True)


def unsaved_with(weights: str) -> Path | None:
    """The runs folder of a document without a file in which these weights lie, of whatever window."""
    found = state_folder(UNSAVED).glob(f"*.runs/{weights_path(Path(), weights)}")
    return next((path.parent.parent for path in found), None)


def clear_beside(path: Path) -> None:
    """Clears stored weights of a project that is open in this window alone and has no undo."""
    with suppress(OSError):  # where something cannot be read, everything stays
        beside = (path, backup_of(path), *path.parent.glob(f"*{SUFFIX}*"))
        clear_weights(runs_folder(path), (*(one for one in beside if one.is_file()), *_logs()))


def clear_unsaved() -> None:
    """Clears stored weights that documents without a file left behind, of windows that are gone."""
    with suppress(OSError):
        for runs in state_folder(UNSAVED).glob("*.runs"):
            pid = runs.stem.split("-")[2:3]
            if pid and pid[0].isdecimal() and not alive(int(pid[0])):
                clear_weights(runs, _logs())


def _logs() -> tuple[Path, ...]:
    """Everything that keeps unsaved work."""
    return tuple(path for path in state_folder("recovery").iterdir() if path.is_file())
