"""Brings what a run has back into the document, each as one step to undo: its network, its weights."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec
from PySide6.QtCore import QObject, Signal

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.project.edits import Edit, SetCode, SetData, SetSource, SetTraining, SetWeights, Several
from nnbuilder.project.patch import make_patch
from nnbuilder.project.project import Project
from nnbuilder.protocol.tasks import FitWeights, WeightsFitted
from nnbuilder.runs.overview import RunOverview
from nnbuilder.runs.store import CHECKPOINTS
from nnbuilder.session.document import Document
from nnbuilder.session.task import Task

Which = Literal["best", "last"]


class Taking(QObject):
    """Takes weights by a process of its own, which `task.cancel` ends.

    `said` carries what became of it, `misfit` a run whose weights do not fit the drawing, which checkpoint
    was asked for, and why they do not.
    """

    said = Signal(str)
    misfit = Signal(object, str, str)

    def __init__(
        self, document: Document, runs_folder: Callable[[], Path], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._runs_folder = runs_folder
        self._wanted: tuple[RunOverview, Which, bool] | None = None
        self.task = Task(self)
        self.task.answered.connect(self._take)
        self.task.failed.connect(self.said)

    def network(self, run: RunOverview) -> None:
        """Makes drawing, data and training what they were in a run; one step to undo."""
        self._apply(
            bring_back(self._document.project, run.record.project, f"Bring back the network of {run.title}"),
            f"The drawing, its data and its training are those of {run.title}. Undo goes back.",
        )

    def weights(self, run: RunOverview, which: Which, *, with_network: bool = False) -> None:
        """Lets the project stand at a run's weights, where they fit; with its network they always do."""
        path = checkpoint_of(run, which)
        if path is None:
            self.said.emit(f"The run {run.title} has kept no weights.")
            return
        base = self._document.folder
        project = run.record.project if with_network else self._document.project
        self._wanted = (run, which, with_network)
        runs = str(self._runs_folder())
        self.task.start(FitWeights(project, str(path), str(base) if base else None, runs))
        self.said.emit(f"The weights of {run.title} are being taken…")

    def _take(self, fitted: WeightsFitted) -> None:
        if self._wanted is None:
            return
        run, which, with_network = self._wanted
        if not fitted.sha256:
            self.misfit.emit(run, which, misfit_text(fitted))
            return
        weights = SetWeights(fitted.sha256)
        edit: Edit = weights
        if with_network:
            back = bring_back(self._document.project, run.record.project, "")
            edit = Several(f"Use the network and weights of {run.title}", (*back.edits, weights))
        at = "best" if which == "best" else "last"
        self._apply(edit, f"The project stands at the {at} weights of {run.title}: Train goes on from them.")

    def _apply(self, edit: Edit, done: str) -> None:
        try:
            self._document.apply(edit)
        except NNBuilderError as error:
            self.said.emit(str(error))
        else:
            self.said.emit(done)


def bring_back(now: Project, then: Project, title: str) -> Several:
    """The edit that makes a project what it was in a run, but for what is no part of a training."""
    drawn = SetCode(then.source or "", make_patch(now, msgspec.structs.replace(now, graph=then.graph)))
    rest = (SetSource(then.source), SetData(then.data), SetTraining(then.training), SetWeights(then.weights))
    return Several(title, (drawn, *rest))


def checkpoint_of(run: RunOverview, which: Which) -> Path | None:
    """The file of a run's best or last checkpoint; the other one where there is only that."""
    entries = sorted(run.record.checkpoints, key=lambda entry: entry.step)
    best = [entry for entry in entries if entry.best]
    last = [entry for entry in entries if not entry.best]
    found = (best or last) if which == "best" else (last or best)
    return run.folder / CHECKPOINTS / found[-1].file if found else None


def misfit_text(fitted: WeightsFitted) -> str:
    """Why weights do not fit the drawing, in one sentence."""
    if fitted.fault:
        return fitted.fault
    row = next((row for row in fitted.rows if not row.fits), None)
    if row is None:
        return "They do not fit the drawing as it is now."
    own = "is missing in the drawing" if row.network is None else f"{_sizes(row.network)} in the drawing"
    file = "is missing in the run" if row.file is None else f"is {_sizes(row.file)} in the run"
    return f"They do not fit the drawing as it is now: {row.name} {file}, {own}."


def _sizes(shape: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, shape))})"
