"""Several processes train one network, as torchrun starts them; held against one process alone."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from nnbuilder.project.file import load_project, save_project
from nnbuilder.project.resources import resources_folder
from nnbuilder.runs.metrics import read_steps
from nnbuilder.runs.store import load_record
from tests.patience import PROGRAM_S

ADAM = ("--set", "training.optimizer=Adam", "--lr", "0.003")
SGD = ("--set", "training.optimizer=SGD", "--lr", "0.05")


@pytest.fixture
def iris(tmp_path: Path) -> Path:
    """A copy of the example."""
    project = load_project(resources_folder() / "examples" / "iris.nnb").project
    save_project(project, tmp_path / "iris.nnb")
    return tmp_path / "iris.nnb"


def torchrun(file: Path, *words: str, restarts: int = 0) -> subprocess.Popen[str]:
    """Two processes that train a file."""
    line = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    line += ["--max-restarts", str(restarts), "-m", "nnbuilder", "train", str(file), *words]
    return subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )


def trained(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The answer of processes that trained to their end."""
    out, err = process.communicate(timeout=PROGRAM_S)
    assert process.returncode == 0, err
    answer: dict[str, Any] = json.loads(out)
    return answer


def alone(file: Path, *words: str) -> dict[str, Any]:
    """The same by one process."""
    line = [sys.executable, "-m", "nnbuilder", "train", str(file), *words]
    done = subprocess.run(line, capture_output=True, text=True, timeout=PROGRAM_S, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def weights_of(run: str) -> dict[str, torch.Tensor]:
    """The last weights of a run."""
    record = load_record(Path(run))
    newest = max((entry for entry in record.checkpoints if not entry.best), key=lambda entry: entry.step)
    tensors = load_file(Path(run) / "checkpoints" / newest.file)
    return {name: tensor for name, tensor in tensors.items() if name.startswith("model.")}


@pytest.mark.parametrize("optimizer", [ADAM, SGD], ids=["Adam", "SGD"])
def test_two_processes_end_where_one_does(iris: Path, optimizer: tuple[str, ...]) -> None:
    words = ("--epochs", "7", "--batch-size", "17", "--json", *optimizer)  # shares of 9 and 8, at last of 1
    both, one = trained(torchrun(iris, *words)), alone(iris, *words)
    assert both["steps"] == one["steps"] >= 50
    theirs, ours = weights_of(both["run"]), weights_of(one["run"])
    assert theirs.keys() == ours.keys()
    assert theirs
    for name, tensor in ours.items():
        assert torch.allclose(theirs[name], tensor, rtol=0, atol=1e-6), name
    theirs_lost, ours_lost = (read_steps(Path(answer["run"]))[0] for answer in (both, one))
    assert np.allclose(theirs_lost, ours_lost, rtol=1e-4)
    assert both["validation"]["loss"] == pytest.approx(one["validation"]["loss"], rel=0.01)
    assert "2 processes trained this together." in both["notes"]


def test_one_run_is_kept_and_only_the_leader_speaks(iris: Path) -> None:
    process = torchrun(iris, "--epochs", "2")
    out, err = process.communicate(timeout=PROGRAM_S)
    assert process.returncode == 0, err
    assert err.count("epoch 1/2") == 1
    assert out.count("weights ") == 1
    assert len([path for path in iris.with_suffix(".runs").iterdir() if path.is_dir()]) == 1


def test_a_project_that_cannot_be_trained_is_told_once(iris: Path) -> None:
    process = torchrun(iris, "--epochs", "2", "--set", "graph.nodes.n4.args.in_features=5")
    out, err = process.communicate(timeout=PROGRAM_S)
    assert process.returncode != 0
    assert err.count("mat1 and mat2 shapes cannot be multiplied") == 1
    assert not out


def test_a_killed_worker_is_started_again_and_the_run_goes_on(iris: Path) -> None:
    process = torchrun(iris, "--epochs", "400", "--json", restarts=3)
    runs = iris.with_suffix(".runs")
    end = time.monotonic() + 100
    while not list(runs.glob("*/checkpoints/step-*")):
        assert time.monotonic() < end
        assert process.poll() is None
        time.sleep(0.05)
    workers = [int(pid) for pid in children(process.pid)]
    assert len(workers) == 2
    os.kill(max(workers), signal.SIGKILL)
    answer = trained(process)
    record = load_record(Path(answer["run"]))
    assert record.status == "finished"
    assert record.parent is not None
    assert record.epoch == 400
    before = load_record(runs / record.parent)
    assert 0 < before.step < record.step
    assert len(read_steps(Path(answer["run"]))[0]) == record.step


def children(pid: int) -> list[str]:
    """The processes that a process has started."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
