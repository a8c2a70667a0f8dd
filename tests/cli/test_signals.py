"""Ctrl+C and the system's request to end, on the real program in the middle of a training."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nnbuilder.cli.failure import Terminated
from nnbuilder.cli.signals import Signals
from nnbuilder.runs.store import load_run
from tests.cli.conftest import Call
from tests.patience import PROGRAM_S
from tests.structure.sources import ROOT

EPOCHS = "200000"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals as on Unix")


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Ctrl+C is heard here and in what is started, also where the tests run in a shell's background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def _interrupt(file: Path, number: int) -> tuple[int, str, str]:
    """Starts a training without an end, sends the signal once an epoch is done, and waits."""
    line = [sys.executable, "-m", "nnbuilder", "train", str(file), "--epochs", EPOCHS, "--json"]
    with subprocess.Popen(
        line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        process.send_signal(number)
        out, rest = process.communicate(timeout=PROGRAM_S)
    return process.returncode, out, first + rest


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
def test_signal_leaves_a_checkpoint(call: Call, iris: Path, number: int, code: int, word: str) -> None:
    status, out, err = _interrupt(iris, number)
    assert status == code, err
    answer = json.loads(out)
    assert answer["ok"] is False
    assert answer["problems"][0]["code"] == word
    assert f"--resume {answer['run']}" in err
    stored = load_run(Path(answer["run"]))
    assert stored.record.status == "stopped"
    assert stored.record.step == answer["steps"] > 0
    assert any(entry.step == answer["steps"] for entry in stored.record.checkpoints)
    epochs = str(stored.record.epoch + 2)
    rest = call("train", iris, "--resume", answer["run"], "--epochs", epochs, "--json").json
    whole = call("train", iris, "--epochs", epochs, "--json").json
    assert rest["weights_sha256"] == whole["weights_sha256"]


def test_signal_before_the_training(program: Call) -> None:
    script = (
        "import os, signal, sys\n"
        "from nnbuilder.project import resources\n"
        "resources.examples = lambda: os.kill(os.getpid(), signal.SIGTERM)\n"
        "from nnbuilder.cli.main import run\n"
        "sys.exit(run(['examples', '--json']))\n"
    )
    done = program(python=("-c", script))
    assert done.code == 143
    assert done.json["problems"][0]["code"] == "terminated"


@pytest.mark.parametrize(
    ("number", "error"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, Terminated)]
)
def test_second_signal_interrupts_at_once(number: int, error: type[BaseException]) -> None:
    before = signal.getsignal(number)
    with Signals() as signals:
        assert signals.poll(0.0) is None
        os.kill(os.getpid(), number)
        control = signals.poll(0.0)
        assert control is not None
        assert control.do == "stop"
        with pytest.raises(error):
            os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before


def test_a_pause_that_nobody_would_end_is_a_stop() -> None:
    control = Signals().poll(0.5)
    assert control is not None
    assert control.do == "stop"


def test_a_signal_that_the_shell_had_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Signals() as signals:
            os.kill(os.getpid(), signal.SIGINT)
            assert signals.received is None
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
