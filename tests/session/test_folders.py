"""Runs move beside their file and never onto each other."""

from pathlib import Path

import pytest

from nnbuilder.project.edits import SetWeights
from nnbuilder.project.file import runs_folder, save_project
from nnbuilder.project.folders import state_folder
from nnbuilder.project.project import Project
from nnbuilder.project.recovery import RecoveryLog
from nnbuilder.session.folders import (
    UNSAVED,
    clear_beside,
    clear_unsaved,
    move_runs,
    unsaved_runs,
    unsaved_with,
)
from tests.runs.test_weights import OLD, left, stored


def make_run(folder: Path, name: str, text: str) -> None:
    """A run's folder with a record."""
    (folder / name).mkdir(parents=True)
    (folder / name / "run.json").write_text(text)


def test_names_for_unsaved_runs_are_fresh() -> None:
    assert unsaved_runs() != unsaved_runs()
    assert not unsaved_runs().exists()


def test_runs_join_those_that_are_there(tmp_path: Path) -> None:
    source, target = tmp_path / "source.runs", tmp_path / "target.runs"
    make_run(source, "one", "new")
    make_run(source, "two", "new")
    make_run(target, "two", "old")
    move_runs(source, target)
    assert (target / "one" / "run.json").read_text() == "new"
    assert (target / "two" / "run.json").read_text() == "old"


def test_no_runs_are_no_folder(tmp_path: Path) -> None:
    move_runs(tmp_path / "missing", tmp_path / "target.runs")
    assert not (tmp_path / "target.runs").exists()


def test_weights_that_a_project_may_come_back_to_stay(tmp_path: Path) -> None:
    path = tmp_path / "net.nnb"
    runs = runs_folder(path)
    before, now, copy, unsaved, none = (stored(runs, bytes([at]), OLD) for at in range(5))
    for name in (before, now):
        save_project(Project(weights=name), path)  # the first one is in the backup then
    save_project(Project(weights=copy), tmp_path / "net of monday.nnb")
    log = RecoveryLog()
    log.start(Project(weights=now), path)
    log.append(SetWeights(unsaved), Project(weights=unsaved))
    clear_beside(path)
    assert left(runs, before, now, copy, unsaved, none) == [True] * 4 + [False]
    log.close()
    clear_beside(path)
    assert left(runs, before, now, copy, unsaved) == [True] * 3 + [False]


def test_weights_of_documents_without_a_file_go_with_their_window(monkeypatch: pytest.MonkeyPatch) -> None:
    own = unsaved_runs()
    gone = state_folder(UNSAVED) / f"20200101-000000-{2**31}-abcd.runs"
    mine, theirs = stored(own, b"mine", OLD), stored(gone, b"theirs", OLD)
    assert unsaved_with(theirs) == gone
    monkeypatch.setattr("nnbuilder.session.folders._logs", _unreadable)
    clear_unsaved()
    assert unsaved_with(theirs) == gone
    monkeypatch.undo()
    clear_unsaved()
    assert unsaved_with(theirs) is None
    assert unsaved_with(mine) == own


def _unreadable() -> tuple[Path, ...]:
    raise PermissionError
