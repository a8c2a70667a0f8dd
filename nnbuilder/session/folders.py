"""Where the runs of a document lie: beside its file, before the first save in the state folder."""

import os
import shutil
import time
from pathlib import Path
from secrets import token_hex

from nnbuilder.project.folders import state_folder
from nnbuilder.runs.sweep_record import SWEEPS
from nnbuilder.runs.weights import share_weights


def unsaved_runs() -> Path:
    """A fresh name for the runs folder of a document without a file; nothing is made yet."""
    return state_folder("unsaved") / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{token_hex(2)}.runs"


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
