"""Each kind of wrong is told as what it is."""

import errno
import signal
from pathlib import Path

import pytest

from nnbuilder.data.errors import DataError, DataFault
from nnbuilder.data.load import load
from nnbuilder.data.spec import CsvData, DataSpec
from nnbuilder.engine.failure import FAULTS, data_problems, died, failed, run_failed
from nnbuilder.engine.setup import TrainingError
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import SetData
from nnbuilder.project.project import Project
from nnbuilder.runs.files import RunFolderError, cannot_write
from tests.engine.drawings import fixed
from tests.engine.samples import data_of, make_project


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (TrainingError("There is no loss.", NodeId("n1")), "problem", "There is no loss."),
        (RunFolderError("The run cannot be written.", Path("r")), "environment", "cannot be written"),
        (MemoryError(), "environment", "Memory ran out."),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "environment", "Memory"),
        (OSError(errno.ENOSPC, "No space left on device", "run.json"), "environment", "run.json"),
        (KeyError("x"), "internal", "KeyError"),
    ],
)
def test_whose_fault_it_is(error: Exception, kind: str, words: str) -> None:
    failure = failed(error, run_id="r")
    assert failure.kind == kind
    assert words in failure.message
    assert failure.run_id == "r"
    assert bool(failure.traceback) == (not isinstance(error, NNBuilderError))


def test_a_node_is_named() -> None:
    assert failed(TrainingError("No.", NodeId("n1"))).node_id == "n1"


def test_a_long_traceback_keeps_its_end() -> None:
    failure = failed(ValueError("x" * 100_000 + "the end"))
    assert len(failure.traceback) <= 16_000
    assert "the end" in failure.traceback


def test_faults_of_data_become_problems_with_line_and_place() -> None:
    faults = tuple(DataFault("data-cell", f"Row {row}.", line=row, field="source.path") for row in range(99))
    problems = data_problems(DataError(faults))
    assert len(problems) == FAULTS
    assert (problems[3].line, problems[3].path, problems[3].severity) == (3, "data.source.path", "error")
    assert failed(DataError(faults)).problems == problems


def test_columns_that_could_be_predicted_are_fixes() -> None:
    error = DataError((DataFault("data-target", "Choose."),), choices=("a", "b"))
    data = DataSpec(CsvData("t.csv", ""))
    [problem] = data_problems(error, data)
    assert [fix.title for fix in problem.fixes] == ["Predict a", "Predict b"]
    assert problem.fixes[1].edits == (SetData(DataSpec(CsvData("t.csv", "b"))),)
    assert data_problems(error)[0].fixes == ()


def test_columns_with_cells_that_cannot_be_read_can_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b,c,kind\n1,2,3,x\n1,oops,3,y\n1,2,inf,x\n4,5,6,y\n")
    data = DataSpec(CsvData("t.csv", "kind"))
    with pytest.raises(DataError) as caught:
        load(data, 0, tmp_path)
    first, second = data_problems(caught.value, data)
    assert first.fixes == second.fixes
    assert [fix.title for fix in first.fixes] == ["Leave out 2 columns"]
    changed = fixed(Project(data=data), first.fixes[0]).data
    assert load(changed, 0, tmp_path).profile.features == ("a",)


def test_a_broken_row_is_not_mended_by_leaving_out_a_column() -> None:
    faults = (
        DataFault("data-not-a-number", "No number.", 2, "a"),
        DataFault("data-cell-count", "Two cells.", 3, "b"),
    )
    data = DataSpec(CsvData("t.csv", "kind"))
    assert all(problem.fixes == () for problem in data_problems(DataError(faults), data))
    assert data_problems(DataError(faults[:1], total=2000), data)[0].fixes == ()
    goal = DataSpec(CsvData("t.csv", "a"))
    assert data_problems(DataError(faults[:1]), goal)[0].fixes == ()


def test_columns_that_are_all_left_out_can_be_taken_again(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b,kind\n1,2,x\n1,3,y\n1,2,x\n4,5,y\n")
    data = DataSpec(CsvData("t.csv", "kind", left_out=("a", "b")))
    with pytest.raises(DataError) as caught:
        load(data, 0, tmp_path)
    [problem] = data_problems(caught.value, data)
    [fix] = problem.fixes
    assert fix.title == "Take all columns again"
    assert load(fixed(Project(data=data), fix).data, 0, tmp_path).profile.features == ("a", "b")


@pytest.mark.parametrize(
    ("status", "words"),
    [(-signal.SIGKILL, "memory"), (-signal.SIGSEGV, "SIGSEGV"), (-63, "signal 63"), (3, "code 3")],
)
def test_how_a_run_died(status: int, words: str) -> None:
    subject = make_project()
    failure = died("r", status, subject, data_of(subject).profile)
    assert failure is not None
    assert words in failure.message


def test_a_good_end_is_no_failure() -> None:
    subject = make_project()
    assert died("r", 0, subject, data_of(subject).profile) is None


@pytest.mark.parametrize(
    ("free", "words"),
    [
        (None, "memory probably ran out. A smaller batch"),
        (10**9, "killed from outside: "),
        (1000, "memory probably ran out. Training needs about"),
    ],
)
def test_a_killed_run_is_held_against_what_is_free(
    free: int | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnbuilder.engine.faults.shortage.free_memory", lambda: free)
    subject = make_project()
    failure = died("r", -signal.SIGKILL, subject, data_of(subject).profile)
    assert failure is not None
    assert words in failure.message


def test_a_run_that_cannot_be_written_names_a_way_on(tmp_path: Path) -> None:
    error = cannot_write(tmp_path / "x.runs" / "r", PermissionError(13, "Permission denied"))
    told = run_failed(error, "r", Project(), None, None)
    assert told.message == (
        f"The run cannot be written to {tmp_path / 'x.runs' / 'r'}: Permission denied."
        " Save the project in another folder (Ctrl+Shift+S): its runs lie beside it."
    )
    assert (told.kind, told.run_id) == ("environment", "r")
    unreadable = run_failed(RunFolderError("It is no run.", tmp_path), "r", Project(), None, None)
    assert unreadable.message == "It is no run."
