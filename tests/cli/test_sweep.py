"""`nnbuilder sweep`: the same runs as `train` gives, ranked, and what cannot be swept."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from nnbuilder.runs.label import read_label
from nnbuilder.runs.store import load_record
from tests.cli.conftest import Call
from tests.patience import PROGRAM_S
from tests.structure.sources import ROOT


def test_a_sweep_of_four_gives_the_weights_that_train_gives(call: Call, program: Call, iris: Path) -> None:
    words = ("--over", "lr=0.1,0.01", "--over", "n2.out_features=8,16", "--set", "training.epochs=3")
    done = program("sweep", iris, *words, "--at-once", "2", "--json")
    answer = done.json
    assert (done.code, answer["ok"], answer["over"]) == (
        0,
        True,
        ["training.optimizer.lr", "n2.out_features"],
    )
    runs = {tuple(run["values"].values()): run for run in answer["runs"]}
    assert set(runs) == {(0.1, 8), (0.1, 16), (0.01, 8), (0.01, 16)}
    assert {run["status"] for run in answer["runs"]} == {"finished"}
    metrics = [run["best"]["validation_metric"] for run in answer["runs"]]
    assert metrics == sorted(metrics, reverse=True)
    size = "graph.nodes.n2.args.out_features=16"
    alone = call("train", iris, "--epochs", "3", "--lr", "0.01", "--set", size, "--json").json
    assert runs[0.01, 16]["weights_sha256"] == alone["weights_sha256"]
    folder = Path(runs[0.01, 16]["run"])
    assert load_record(folder).project.training.optimizer_args["lr"] == 0.01
    assert read_label(folder).name == "lr 0.01, n2 Linear out_features 16"
    assert len(call("runs", iris, "--tag", "sweep", "--json").json["runs"]) == 4


def test_a_folder_that_cannot_be_written(call: Call, iris: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = call("sweep", iris, "--over", "lr=0.1,0.01", "--run-dir", tmp_path / "file" / "below")
    assert done.code == 1
    assert "--run-dir" in done.err


def test_a_trial_that_fails_does_not_end_the_others(program: Call, iris: Path) -> None:
    words = ("--over", "n7.loss=CrossEntropyLoss,BCEWithLogitsLoss", "--set", "training.epochs=2")
    done = program("sweep", iris, *words)
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0].split()[:2] == ["rank", "n7"]
    assert "finished" in lines[1]
    assert "failed" in lines[2]
    assert "2/2" in done.err


def test_an_interrupt_stops_all_runs_with_checkpoints(iris: Path) -> None:
    words = ("--over", "lr=0.1,0.01,0.001", "--set", "training.epochs=1000000", "--at-once", "2")
    line = [sys.executable, "-m", "nnbuilder", "sweep", str(iris), *words]
    with subprocess.Popen(
        line, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        runs = iris.with_suffix(".runs")
        while process.poll() is None and len(list(runs.glob("*/run.json"))) < 2:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PROGRAM_S)
    assert process.returncode == 130
    assert "Stopped after 0 of 3 runs" in said
    records = [load_record(path.parent) for path in runs.glob("*/run.json")]
    assert [record.status for record in records] == ["stopped", "stopped"]
    assert all(record.checkpoints for record in records)


def test_what_cannot_be_swept_is_told_before_anything_is_trained(call: Call, iris: Path) -> None:
    for words, why in (
        ((), "for example --over lr=0.1,0.01"),
        (("--over", "lr"), "PATH=VALUES"),
        (("--over", "speed=1,2"), "no speed"),
        (("--over", "lr=0.1..1"), "how many values"),
        (("--over", "lr=0.1", "--over", "training.optimizer.lr=1"), "varied twice"),
    ):
        done = call("sweep", iris, *words)
        assert done.code == 2
        assert why in done.err
    assert not iris.with_suffix(".runs").exists()
