"""What a training shows while it works."""

import contextlib
import os

import numpy as np
import pytest

from nnbuilder.cli.progress import Listener, number
from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.messages import EpochEnded, Failed, Progress, RunStarted

STARTED = RunStarted("r", "f", 4, 10, "accuracy", (NodeId("n2"),))
LOSSES = np.array([0.5, 0.25], np.float32)


def test_a_line_for_each_epoch(capsys: pytest.CaptureFixture[str]) -> None:
    listener = Listener(bar=False)
    listener(STARTED)
    listener(Progress("r", 2, 1, 100.0), (LOSSES, LOSSES))
    listener(EpochEnded("r", 3, 12, 0.5, 0.75, None, None))
    listener.close()
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["epoch  3/10  loss 0.5000  accuracy 0.7500  validation loss -  accuracy -"]


def test_a_bar_on_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    listener = Listener(bar=True)
    listener(STARTED)
    listener(Progress("r", 20, 5, 1234.0), (LOSSES, LOSSES))
    first = capsys.readouterr().err
    assert first.startswith("\repoch  5/10 [##########          ] 1,234 steps/s  loss 0.2500")
    listener(EpochEnded("r", 5, 20, 0.5, 0.75, 0.4, 0.8))
    listener(Progress("r", 40, 10, 1234.0), (LOSSES, LOSSES))
    listener.close()
    second = capsys.readouterr().err
    assert second.startswith("\repoch 10/10 [####################]")
    assert len(second.rstrip("\n").removesuffix("\x1b[K")) <= 70
    assert second.endswith("\n")


def test_keeps_a_failure() -> None:
    listener = Listener(bar=False)
    failure = Failed("problem", "The loss became nan.")
    listener(failure)
    assert listener.failure is failure


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (float("nan"), "-"), (0.5, "0.5000"), (-12.0, "-12.0000"), (123456.7, "1.235e+05")],
)
def test_numbers_stay_short(value: float | None, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize("bar", [False, True])
def test_a_training_outlives_its_listener(monkeypatch: pytest.MonkeyPatch, bar: bool) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w", buffering=1) as gone:
        monkeypatch.setattr("sys.stderr", gone)
        listener = Listener(bar=bar)
        listener(STARTED)
        listener(Progress("r", 2, 1, 100.0), (LOSSES, LOSSES))
        listener(EpochEnded("r", 3, 12, 0.5, 0.75, None, None))
        listener.close()
        monkeypatch.undo()
        with contextlib.suppress(BrokenPipeError):
            gone.close()


def test_notices_of_a_run_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    Listener(bar=False)(RunStarted("r", "f", 4, 10, "accuracy", (), notices=("It starts from the seed.",)))
    assert capsys.readouterr().err == "note: It starts from the seed.\n"
