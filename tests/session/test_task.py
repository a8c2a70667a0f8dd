"""Tasks in real processes: an answer, a failure, an end by force, a cancel."""

import os
import signal
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.data.spec import DataSpec, ToyData
from nnbuilder.project.project import Project
from nnbuilder.protocol.messages import LoadData
from nnbuilder.protocol.tasks import FitWeights, WeightsFitted
from nnbuilder.session.task import Task

pytestmark = pytest.mark.usefixtures("qapp")

WAIT_MS = 60_000


def test_an_answer_comes_once(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    path.write_bytes(b"\x02\0\0\0\0\0\0\0{}")
    task = Task()
    with qtbot.waitSignal(task.answered, timeout=WAIT_MS) as caught:
        task.start(FitWeights(Project(), str(path)))
        assert task.active
    assert isinstance(caught.args[0], WeightsFitted)
    assert not task.active


def test_what_goes_wrong_is_one_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    task = Task()
    with qtbot.waitSignal(task.failed, timeout=WAIT_MS) as caught:
        task.start(FitWeights(Project(), str(tmp_path / "missing.safetensors")))
    assert "missing.safetensors" in caught.args[0]
    with qtbot.waitSignal(task.failed, timeout=WAIT_MS) as caught:
        task.start(LoadData(1, DataSpec(ToyData("moons"))))
    assert "LoadData" in caught.args[0]


def test_a_process_that_dies_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    task = Task()
    with qtbot.waitSignal(task.failed, timeout=WAIT_MS) as caught:
        task.start(FitWeights(Project(), str(tmp_path / "w.safetensors")))
        qtbot.waitUntil(lambda: task.pid > 0, timeout=WAIT_MS)
        os.kill(task.pid, signal.SIGTERM)
    assert "before it was done" in caught.args[0]
    assert not task.active


def test_after_a_cancel_nothing_comes(qtbot: QtBot, tmp_path: Path) -> None:
    task = Task()
    task.start(FitWeights(Project(), str(tmp_path / "w.safetensors")))
    with qtbot.assertNotEmitted(task.failed, wait=300), qtbot.assertNotEmitted(task.answered):
        task.cancel()
    assert not task.active
