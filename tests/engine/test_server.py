"""The engine as a process: what it answers, and how it ends."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from nnbuilder.data.spec import BuiltinData, CsvData, DataSpec, ToyData
from nnbuilder.graph.edits import SetArg, SetType
from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.report.memory import OptimizerState
from nnbuilder.project.edits import SetData, apply_edit
from nnbuilder.project.file import load_project
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.project.resources import resources_folder
from nnbuilder.protocol.messages import (
    Analyze,
    Analyzed,
    Control,
    DataLoaded,
    Examined,
    Failed,
    Heartbeat,
    LoadData,
    MeasureOptimizer,
    OptimizerMeasured,
    Progress,
    Ready,
    RunEnded,
    RunStarted,
    RunState,
    Shutdown,
    StartRun,
)
from tests.engine.engine_process import EngineProcess, RunLine, wait_until_gone

IRIS = load_project(resources_folder() / "examples" / "iris.nnb").project
SLOW = msgspec.structs.replace(
    IRIS, training=msgspec.structs.replace(IRIS.training, epochs=100_000, batch_size=8)
)


@pytest.fixture(scope="module")
def engine() -> Iterator[EngineProcess]:
    """One warm engine for the tests that leave it as it is."""
    with EngineProcess() as engine:
        engine.ear.wait_for(Ready)
        yield engine
        engine.send(Shutdown())
        assert engine.ends() == 0


@pytest.fixture
def line(engine: EngineProcess) -> Iterator[RunLine]:
    """The line of one run, hung up at the end."""
    line = engine.open_line()
    yield line
    pids = [event.pid for event in line.ear.heard if isinstance(event, Ready)]
    line.close()
    for pid in pids:
        wait_until_gone(pid)


def test_it_says_what_it_is(engine: EngineProcess) -> None:
    ready = next(event for event in engine.ear.heard if isinstance(event, Ready))
    assert ready.pid == engine.process.pid
    assert "cpu" in ready.devices
    assert {"torch", "python", "numpy", "nnbuilder"} <= set(ready.versions)


def test_it_has_one_thread_so_that_it_can_fork(engine: EngineProcess) -> None:
    engine.send(LoadData(90, DataSpec(BuiltinData("digits"))))
    engine.ear.wait_for(DataLoaded)
    assert len(list(Path(f"/proc/{engine.process.pid}/task").iterdir())) == 1


def test_its_heart_beats_while_it_waits(engine: EngineProcess) -> None:
    for _ in range(2):
        engine.ear.wait_for(Heartbeat)


def test_it_analyzes(engine: EngineProcess) -> None:
    engine.send(Analyze(1, 1, IRIS))
    answer = engine.ear.wait_for(Analyzed, lambda answer: answer.final)
    assert (answer.request_id, answer.revision, answer.problems) == (1, 1, ())
    assert answer.profile is not None
    assert answer.analysis.output is not None
    assert answer.analysis.output.label() == "N×3"


def test_it_looks_again_with_a_real_batch_after_a_pause(engine: EngineProcess) -> None:
    dead = apply_edit(IRIS, SetType(NodeId("n3"), "Threshold", {"threshold": 50.0, "value": 0.0}))
    engine.send(Analyze(7, 7, dead))
    answer = engine.ear.wait_for(Analyzed, lambda answer: answer.final and answer.revision == 7)
    assert (answer.problems, answer.examining) == ((), True)
    examined = engine.ear.wait_for(Examined, lambda examined: examined.revision == 7)
    assert [problem.code for problem in examined.problems] == ["dying-relu"]
    engine.send(Analyze(8, 8, dead))
    again = engine.ear.wait_for(Analyzed, lambda answer: answer.final and answer.revision == 8)
    assert (again.problems, again.examining) == (examined.problems, False)
    engine.send(Analyze(9, 9, apply_edit(dead, SetArg(NodeId("n2"), "out_features", 5)), examine=False))
    assert not engine.ear.wait_for(Analyzed, lambda answer: answer.final and answer.revision == 9).examining
    assert len(list(Path(f"/proc/{engine.process.pid}/task").iterdir())) == 1


def test_only_the_newest_of_waiting_drawings_is_answered_in_full(engine: EngineProcess) -> None:
    first = next(key for key, node in IRIS.graph.nodes.items() if node.type == "Linear")
    widths = [apply_edit(IRIS, SetArg(NodeId(first), "out_features", 100 + width)) for width in range(20)]
    engine.send(*(Analyze(100 + index, 100 + index, project) for index, project in enumerate(widths)))
    engine.ear.wait_for(Analyzed, lambda answer: answer.final and answer.revision == 119)
    answered = [event.revision for event in engine.ear.heard if isinstance(event, Analyzed) and event.final]
    assert len([revision for revision in answered if revision >= 100]) == 1


def test_data_that_cannot_be_loaded_are_problems(engine: EngineProcess, tmp_path: Path) -> None:
    missing = DataSpec(CsvData("missing.csv", "y"))
    engine.send(LoadData(2, missing, folder=str(tmp_path)))
    loaded = engine.ear.wait_for(DataLoaded, lambda loaded: loaded.request_id == 2)
    assert loaded.profile is None
    assert loaded.problems[0].path.startswith("data.")
    engine.send(Analyze(3, 3, apply_edit(IRIS, SetData(missing)), folder=str(tmp_path)))
    answer = engine.ear.wait_for(Analyzed, lambda answer: answer.final and answer.revision == 3)
    assert loaded.problems[0] in answer.problems
    assert answer.profile is None


def test_data_are_described(engine: EngineProcess) -> None:
    engine.send(LoadData(4, DataSpec(ToyData("moons", points=100))))
    loaded = engine.ear.wait_for(DataLoaded, lambda loaded: loaded.request_id == 4)
    assert loaded.profile is not None
    assert loaded.profile.rows == 100


def test_an_optimizer_is_measured(engine: EngineProcess) -> None:
    engine.send(MeasureOptimizer(5, TrainingConfig("Adam")))
    answer = engine.ear.wait_for(OptimizerMeasured)
    assert (answer.request_id, answer.state) == (5, OptimizerState(per_scalar=8, per_tensor=4))


def test_a_run_trains_to_its_end(engine: EngineProcess, line: RunLine, tmp_path: Path) -> None:
    short = msgspec.structs.replace(IRIS, training=TrainingConfig(epochs=3))
    engine.send(StartRun("r1", short, str(tmp_path / "r1")))
    started = line.ear.wait_for(RunStarted)
    ended = line.ear.wait_for(RunEnded)
    assert ended.reason == "finished"
    assert ended.step == 3 * started.steps_per_epoch
    steps = sum(
        len(arrays[0])
        for event, arrays in zip(line.ear.heard, line.ear.arrays, strict=True)
        if isinstance(event, Progress)
    )
    assert steps == ended.step
    assert (tmp_path / "r1" / "run.json").exists()


def test_a_run_obeys(engine: EngineProcess, line: RunLine, tmp_path: Path) -> None:
    engine.send(StartRun("r2", SLOW, str(tmp_path / "r2"), paused=True))
    engine.ear.wait_for(Heartbeat, lambda beat: beat.working)  # it may load data for long
    line.ear.wait_for(RunState, lambda news: news.state == "paused")
    line.send(Control("r2", "step"))
    assert line.ear.wait_for(RunState, lambda news: news.state == "paused").step == 1
    line.send(Control("r2", "resume"))
    line.ear.wait_for(RunState, lambda news: news.state == "running")
    engine.send(Analyze(5, 5, IRIS))
    engine.ear.wait_for(Analyzed, lambda answer: answer.final and answer.revision == 5)
    line.send(Control("r2", "rewind"))
    line.ear.wait_for(RunState, lambda news: news.state == "rewound")
    line.ear.wait_for(Heartbeat)
    line.send(Control("r2", "stop"))
    assert line.ear.wait_for(RunEnded).reason == "stopped"


def test_termination_ends_a_run_in_good_order(engine: EngineProcess, line: RunLine, tmp_path: Path) -> None:
    engine.send(StartRun("r3", SLOW, str(tmp_path / "r3")))
    pid = line.ear.wait_for(Ready).pid
    line.ear.wait_for(Progress)
    os.kill(pid, signal.SIGTERM)
    assert line.ear.wait_for(RunEnded).reason == "stopped"


def test_the_engine_tells_how_a_run_died(engine: EngineProcess, line: RunLine, tmp_path: Path) -> None:
    engine.send(StartRun("r4", SLOW, str(tmp_path / "r4")))
    pid = line.ear.wait_for(Ready).pid
    line.ear.wait_for(Progress)
    os.kill(pid, signal.SIGKILL)
    failure = engine.ear.wait_for(Failed, lambda failure: failure.run_id == "r4")
    assert (failure.kind, "memory" in failure.message) == ("environment", True)


def test_a_run_that_cannot_be_built_says_why(engine: EngineProcess, line: RunLine, tmp_path: Path) -> None:
    engine.send(StartRun("r5", Project(), str(tmp_path / "r5")))
    assert line.ear.wait_for(Failed).kind == "problem"


def test_a_run_without_its_data_fails_before_it_starts(
    engine: EngineProcess, line: RunLine, tmp_path: Path
) -> None:
    project = apply_edit(IRIS, SetData(DataSpec(CsvData("missing.csv", "y"))))
    engine.send(StartRun("r6", project, str(tmp_path / "r6"), base=str(tmp_path)))
    failure = engine.ear.wait_for(Failed, lambda failure: failure.run_id == "r6")
    assert failure.problems
    line.ear.hear_out()


def test_hanging_up_ends_a_run(engine: EngineProcess, tmp_path: Path) -> None:
    line = engine.open_line()
    engine.send(StartRun("r7", SLOW, str(tmp_path / "r7")))
    pid = line.ear.wait_for(Ready).pid
    line.ear.wait_for(Progress)
    line.close()
    wait_until_gone(pid)
