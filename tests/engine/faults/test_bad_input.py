"""Settings with which nothing can be trained, or nothing is learned: each has its sentence and a way on."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from nnbuilder.data.load import load
from nnbuilder.data.spec import CsvData, DataSpec
from nnbuilder.engine.analyze import Analyzer
from nnbuilder.engine.checkpoint import CheckpointError
from nnbuilder.engine.controls import Unattended
from nnbuilder.engine.doctor import Doctor
from nnbuilder.engine.memory.fitting import CODE
from nnbuilder.engine.run_loop import Start, train_run
from nnbuilder.graph.errors import EditRefused
from nnbuilder.project.edits import SetTraining, apply_edit
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project
from nnbuilder.runs.store import load_record
from tests.engine.drawings import fixed
from tests.engine.samples import chain, data_of, make_project


def told(project: Project) -> tuple[Problem, ...]:
    """All that the analysis and the doctor say of a project."""
    data, analyzer = data_of(project), Analyzer()
    *_, last = analyzer.analyze(project, data.profile)
    return (*last.problems, *Doctor(analyzer).advise(project, last, data.profile))


def trained(changes: Mapping[str, object]) -> Project:
    """A project with BatchNorm on 90 moons, with a training that is changed."""
    project = make_project()
    training = msgspec.structs.replace(project.training, **changes)
    return msgspec.structs.replace(project, training=training)


@pytest.mark.parametrize(
    ("changes", "code", "words", "fix"),
    [
        (
            {"optimizer_args": {"lr": 0.0}},
            "learning-rate",
            "nothing is learned",
            "Set the learning rate to 0.001",
        ),
        ({"optimizer_args": {"lr": -0.1}}, "bad-argument", "lr takes a number at least 0", "Reset lr"),
        ({"optimizer_args": {"lr": 1e9}}, "bad-argument", "at most 1000000, not 1000000000.0", "Reset lr"),
        ({"batch_size": 1}, "lonely-sample", "BatchNorm1d needs more than one", "Set the batch size to 2"),
        (
            {"batch_size": 5000},
            "batch-larger-than-data",
            "larger than the 72 rows",
            "Set the batch size to 18",
        ),
        ({"epochs": 0}, "bad-value", "epochs takes a whole number at least 1", "Set epochs to 100"),
        ({"device": "cuda:77"}, "no-device", "There is no device cuda:77 here.", "Train on cpu"),
        ({"device": "tpu"}, "no-device", "There is no device tpu here.", "Train on cpu"),
    ],
)
def test_a_setting_is_told_and_mended(changes: Mapping[str, object], code: str, words: str, fix: str) -> None:
    project = trained(changes)
    [problem] = [problem for problem in told(project) if problem.code == code]

    assert words in problem.message
    assert problem.fixes[0].title == fix
    assert code not in [other.code for other in told(fixed(project, problem.fixes[0]))]


@pytest.mark.parametrize("changes", [{"optimizer_args": {"lr": 1e9}}, {"epochs": 0}, {"batch_size": 0}])
def test_what_is_out_of_bounds_cannot_be_typed(changes: Mapping[str, object]) -> None:
    with pytest.raises(EditRefused):
        apply_edit(make_project(), SetTraining(trained(changes).training))


def test_a_need_above_what_is_free_now_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnbuilder.engine.means.free_memory", lambda: 120_000_000)
    project = make_project(chain(("Linear", {"out_features": 4_000_000}), ("Linear", {"out_features": 2})))
    [problem] = [problem for problem in told(project) if problem.code == CODE]

    assert problem.severity == "warning"
    assert "120 MB are free" in problem.message
    assert [problem for problem in told(make_project()) if problem.code == CODE] == []


def test_a_gpu_is_not_asked_by_the_process_that_runs_are_forked_from(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object) -> int:
        raise AssertionError("this would start CUDA")

    monkeypatch.setattr("torch.cuda.mem_get_info", asked)
    monkeypatch.setattr("nnbuilder.engine.means.devices", lambda: ("cpu", "cuda:0"))
    assert CODE not in [problem.code for problem in told(trained({"device": "cuda:0"}))]


def test_data_that_changed_since_the_run_are_told_when_it_is_to_go_on(tmp_path: Path) -> None:
    rows = [f"{number},{number % 7},{'ab'[number % 2]}" for number in range(40)]
    table = tmp_path / "t.csv"
    table.write_text("x,z,kind\n" + "\n".join(rows))
    data = DataSpec(CsvData("t.csv", "kind"))
    project = make_project(chain(("Linear", {"out_features": 2})))
    project = msgspec.structs.replace(project, data=data)
    ended = train_run(
        project, load(data, 0, tmp_path), tmp_path / "one", lambda *_: None, Unattended(), run_id="one"
    )
    [*_, entry] = load_record(tmp_path / "one").checkpoints
    assert ended.step > 0
    table.write_text("x,z,kind\n" + "\n".join([*rows, "99,1,a"]))
    start = Start(tmp_path / "one" / "checkpoints" / entry.file)

    with pytest.raises(CheckpointError, match=r"data have changed since the run one.*train the project anew"):
        train_run(project, load(data, 0, tmp_path), tmp_path / "two", lambda *_: None, Unattended(), start)
    assert load_record(tmp_path / "one").status == "finished"
