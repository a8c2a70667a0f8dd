"""Projects on disk."""

import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from nnbuilder.graph.graph import Graph, Node, NodeId
from nnbuilder.project.atomic import backup_of
from nnbuilder.project.file import (
    ProjectFileError,
    SaveError,
    dump_project,
    fingerprint,
    load_project,
    runs_folder,
    save_project,
)
from nnbuilder.project.project import Project
from tests.project.samples import everything, starter
from tests.strategies import projects


@given(projects())
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_saved_project_opens_as_it_was(tmp_path: Path, project: Project) -> None:
    sha256 = save_project(project, tmp_path / "a.nnb")
    loaded = load_project(tmp_path / "a.nnb")
    assert loaded.project == project
    assert loaded.sha256 == sha256 == fingerprint(tmp_path / "a.nnb")


def test_the_project_before_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.nnb"
    save_project(starter(), path)
    save_project(everything(), path)
    assert load_project(path).project == everything()
    assert load_project(backup_of(path)).project == starter()


@pytest.mark.parametrize(
    "bad",
    [
        Project(Graph({NodeId("a"): Node(NodeId("a"), "ReLU", x=float("nan"))})),
        Project(Graph({NodeId("a"): Node(NodeId("a"), "ReLU", x=float("inf"))})),
        Project(Graph({NodeId("a"): Node(NodeId("a"), "Dropout", {"p": 7.0})})),
        Project(Graph({NodeId("a"): Node(NodeId("a"), "X", {"p": float("nan")})})),
        Project(source="\ud800"),
        Project(source="x" * 300_000),
        Project(extra={"a": {1, 2}}),
    ],
    ids=["nan", "inf", "range", "nan argument", "surrogate", "source", "no json"],
)
def test_a_project_that_would_not_open_is_not_saved(tmp_path: Path, bad: Project) -> None:
    path = tmp_path / "a.nnb"
    save_project(starter(), path)
    with pytest.raises(SaveError, match=r"a\.nnb was not saved"):
        save_project(bad, path)
    assert load_project(path).project == starter()
    assert not backup_of(path).exists()


def refusal(path: Path) -> ProjectFileError:
    """The error that opening the file ends in."""
    with pytest.raises(ProjectFileError) as caught:
        load_project(path)
    return caught.value


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    gone = refusal(tmp_path / "gone.nnb")
    assert gone.problems[0].code == "file-missing"
    assert "gone.nnb cannot be read: No such file" in str(gone)
    os.mkfifo(tmp_path / "pipe.nnb")
    assert "it is no file" in str(refusal(tmp_path / "pipe.nnb"))
    assert refusal(tmp_path).problems[0].code == "file-unreadable"
    assert fingerprint(tmp_path / "gone.nnb") is None


def test_a_refused_file_stays_untouched(tmp_path: Path) -> None:
    path = tmp_path / "a.nnb"
    path.write_text(dump_project(starter()).replace('"nnbuilder": 1', '"nnbuilder": 99'))
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert refusal(path).problems[0].code == "file-newer"
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert list(tmp_path.iterdir()) == [path]


def test_every_cut_of_a_file_is_refused(tmp_path: Path) -> None:
    text = dump_project(starter()).encode()
    path = tmp_path / "a.nnb"
    for length in range(0, len(text) - 2, 7):
        path.write_bytes(text[:length])
        assert refusal(path).problems[0].code == "file-not-json"


def test_runs_lie_beside_the_file() -> None:
    assert runs_folder(Path("/x/iris.nnb")) == Path("/x/iris.runs")
    assert runs_folder(Path("/x/iris")) == Path("/x/iris.runs")


def test_another_programs_change_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.nnb"
    before = save_project(starter(), path)
    save_project(msgspec.structs.replace(starter(), source="x"), path)
    assert fingerprint(path) != before
