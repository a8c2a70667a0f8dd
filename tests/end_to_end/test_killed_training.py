"""A training on the command line that is killed at any moment goes on to the same weights."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from nnbuilder.project.file import load_project, runs_folder, save_project
from nnbuilder.project.resources import resources_folder
from nnbuilder.runs.store import list_runs, load_run
from tests.conftest import SOAK

EPOCHS = 1500
WAIT_S = 120.0


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter, with epochs for some seconds."""
    starter = load_project(resources_folder() / "examples" / "iris.nnb").project
    training = msgspec.structs.replace(starter.training, epochs=EPOCHS)
    path = tmp_path_factory.mktemp("killed") / "iris.nnb"
    save_project(msgspec.structs.replace(starter, training=training), path)
    return path


@pytest.fixture(scope="module")
def wanted(project: Path) -> str:
    """The hash of the weights that come of it where nothing is killed."""
    return str(train(project)["weights_sha256"])


def train(project: Path, *options: str) -> dict[str, object]:
    """What a training to its end answers."""
    done = subprocess.run([*_command(project), *options], check=True, capture_output=True)
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def _command(project: Path) -> list[str]:
    return [sys.executable, "-m", "nnbuilder", "train", str(project), "--json"]


def _kill_one(project: Path, chance: random.Random) -> Path:
    """Kills a training some time after its first checkpoint; the folder of its run."""
    known = set(list_runs(runs_folder(project)).folders)
    end = time.monotonic() + WAIT_S
    with subprocess.Popen(_command(project), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        while time.monotonic() < end:
            listing = list_runs(runs_folder(project))
            for record, folder in zip(listing.runs, listing.folders, strict=True):
                if folder not in known and record.checkpoints:
                    time.sleep(chance.random() * 0.5)
                    os.kill(child.pid, signal.SIGKILL)
                    return folder
            time.sleep(0.02)
        child.kill()
    raise AssertionError("The training wrote no checkpoint.")


@pytest.mark.timeout(3600 if SOAK else 300)
@pytest.mark.parametrize("seed", range(20 if SOAK else 1))
def test_a_killed_training_goes_on_to_the_same_weights(project: Path, wanted: str, seed: int) -> None:
    folder = _kill_one(project, random.Random(seed))  # noqa: S311  (moments, not secrets)
    killed = load_run(folder).record
    answer = train(project, "--resume", folder.name)

    assert killed.status in ("lost", "finished")
    assert answer["weights_sha256"] == wanted
    assert answer["steps"] == EPOCHS * killed.steps_per_epoch
