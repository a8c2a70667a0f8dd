"""Trains a stored run once more, from its frozen project and seed, and says whether it came out the same."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.label import Label, write_label
from nnbuilder.runs.overview import RunOverview
from nnbuilder.runs.reproduction import Verdict, no_repeat, verdict
from nnbuilder.runs.store import load_run
from nnbuilder.session.run import Run


class Repeat(QObject):
    """Repeats runs, one at a time; `said` carries the verdict once the repetition is over.

    That a run repeats another one is written beside its record, so the verdict can be given again later.
    """

    said = Signal(str)

    def __init__(self, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._before: RunOverview | None = None
        self._id = ""
        self._noted = False
        run.state_changed.connect(self._follow)

    def refusal(self, run: RunOverview) -> str:
        """Why a run cannot be repeated now; empty where it can."""
        if self._run.active:
            return "A training is going on: stop it first."
        return no_repeat(run.record) if run.record.over else "It is still being trained."

    def start(self, run: RunOverview) -> str:
        """Begins; answers why not, where that cannot be."""
        if why := self.refusal(run):
            return why
        self._before, self._noted = run, False
        self._run.start(project=run.record.project)
        self._id = self._run.run_id
        return ""

    def _follow(self, state: str) -> None:
        before, folder = self._before, self._run.folder
        if before is None or folder is None or self._run.run_id != self._id or not self._id:
            return
        if not self._noted and state != "starting":
            self._noted = self._note(folder, before)
        if self._run.active:
            return
        self._before = None
        if state == "idle":
            return
        try:
            self.said.emit(judge(before.folder, folder).sentence)
        except (RunFolderError, OSError) as error:
            self.said.emit(f"The two runs cannot be held against each other: {error}")

    def _note(self, folder: Path, before: RunOverview) -> bool:
        try:
            write_label(folder, Label(repeats=before.record.id))
        except RunFolderError:
            return False
        return True


def judge(before: Path, after: Path) -> Verdict:
    """Holds the run in one folder against that in another; raises `RunFolderError` or OSError."""
    return verdict(load_run(before), load_run(after))
