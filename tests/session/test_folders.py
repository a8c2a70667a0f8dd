"""Runs move beside their file and never onto each other."""

from pathlib import Path

from nnbuilder.session.folders import move_runs, unsaved_runs


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
