"""A window on a project with stored runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QApplication

from nnbuilder.project.edits import SetTraining
from nnbuilder.project.project import Project
from nnbuilder.runs.label import Label, write_label
from nnbuilder.runs.metrics import EpochRow
from nnbuilder.runs.overview import RunOverview
from nnbuilder.runs.record import CheckpointEntry
from nnbuilder.runs.store import create_run
from nnbuilder.ui.runs.panel import RunsPanel
from tests.runs.samples import sample_record
from tests.ui.conftest import Stage


@dataclass
class Runs:
    """The panel in its window, with what it says."""

    stage: Stage
    said: list[str]

    @property
    def panel(self) -> RunsPanel:
        """The panel."""
        return self.stage.window.panels.runs

    @property
    def listed(self) -> list[str]:
        """The names of the runs that are shown, from top to bottom."""
        return [run.record.id for run in self.panel.model.rows]

    def choose(self, *names: str) -> tuple[RunOverview, ...]:
        """Chooses runs by their names."""
        folder = self.stage.session.runs_folder()
        self.panel.table.choose([folder / name for name in names])
        self.stage.settle()
        return self.panel.table.runs

    def read(self) -> None:
        """Reads what is on disk now."""
        self.stage.session.run_list.refresh()
        self.stage.session.run_list.settle()
        self.stage.settle()

    def confirm(self) -> Callable[[], object]:
        """What the last question asks for."""
        return self._asked[-1]

    def __post_init__(self) -> None:
        self._asked: list[Callable[[], object]] = []
        self.panel.said.connect(self.said.append)
        self.panel.confirm_wanted.connect(lambda *parts: self._asked.append(parts[-1]))


def store(
    stage: Stage, name: str, losses: tuple[float, ...] = (1.0, 0.5), label: Label | None = None, **more: Any
) -> None:
    """Puts a run of the drawn project on disk."""
    created = f"2026-01-{len(name):02}T0{ord(name[0]) - ord('a')}:00:00+00:00"
    facts: dict[str, Any] = {
        "created": created,
        "status": "finished",
        "project": stage.session.document.project,
        "checkpoints": (CheckpointEntry("step-1.safetensors", "", 10, 2),),
    }
    record = msgspec.structs.replace(sample_record(name), **(facts | more))
    run = create_run(stage.session.runs_folder() / name, record)
    run.columns.add_epochs(
        [EpochRow(epoch, 5 * epoch, loss, 0.5, loss / 2, 0.75) for epoch, loss in enumerate(losses, start=1)]
    )
    run.close()
    if label is not None:
        write_label(run.folder, label)


def trained_with(stage: Stage, **training: Any) -> Project:
    """The drawn project with another training."""
    project = stage.session.document.project
    return msgspec.structs.replace(project, training=msgspec.structs.replace(project.training, **training))


def change_training(stage: Stage, **training: Any) -> None:
    """Edits the document."""
    stage.session.document.apply(SetTraining(trained_with(stage, **training).training))


@pytest.fixture
def runs(stage: Stage) -> Runs:
    """Three runs: a is the oldest, c the newest and the best."""
    store(stage, "a", (1.0, 0.5), Label("Wide", ("good", "wide"), "First try."))
    store(stage, "b", (2.0, 0.25), project=trained_with(stage, batch_size=64))
    store(stage, "c", (1.0, 0.125), status="stopped")
    stage.trigger("view.runs")
    found = Runs(stage, [])
    found.read()
    QApplication.processEvents()
    return found
