"""How an engine ends: with its window, with its input, with what it cannot read; and the spare process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec

from nnbuilder.engine.process import NICENESS
from nnbuilder.project.file import load_project
from nnbuilder.project.project import TrainingConfig
from nnbuilder.project.resources import resources_folder
from nnbuilder.protocol.messages import Control, Progress, Ready, RunEnded, StartRun
from tests.engine.engine_process import THREADS, EngineProcess, wait_until_gone
from tests.patience import PATIENCE_S

IRIS = load_project(resources_folder() / "examples" / "iris.nnb").project


def test_garbage_ends_it_with_an_error() -> None:
    with EngineProcess() as engine:
        os.write(engine.input, b"GET / HTTP/1.1\r\n\r\n" * 10)
        assert engine.ends() == 2
        assert engine.process.stderr is not None
        assert b"not of this protocol" in engine.process.stderr.read()


def test_a_request_of_the_wrong_shape_ends_it_with_an_error() -> None:
    header = b'{"message":{"type":"Analyze","request_id":"x"},"arrays":[]}'
    with EngineProcess() as engine:
        os.write(engine.input, len(header).to_bytes(4) * 2 + header)
        assert engine.ends() == 2


def test_the_end_of_its_input_ends_it() -> None:
    with EngineProcess() as engine:
        engine.ear.wait_for(Ready)
        assert engine.process.stdin is not None
        engine.process.stdin.close()
        assert engine.ends() == 0
        engine.process.stdin = None


def test_it_dies_with_its_parent_even_while_it_is_frozen() -> None:
    code = (
        "import os, subprocess, sys, time;"
        "engine = subprocess.Popen([sys.executable, '-m', 'nnbuilder.engine', '--parent', str(os.getpid())],"
        " stdin=subprocess.PIPE, stdout=subprocess.PIPE);"
        "print(engine.pid, flush=True); engine.stdout.read(20); print(flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env=os.environ | THREADS
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.stdout.readline()
        os.kill(pid, signal.SIGSTOP)
        parent.kill()
        wait_until_gone(pid)


def test_with_another_parent_than_it_was_told_it_leaves_at_once() -> None:
    with EngineProcess("--parent", "1") as engine:
        assert engine.ends() == 0
        assert engine.ear.heard == []


def test_a_spare_process_trains_over_its_own_pipes(tmp_path: Path) -> None:
    project = msgspec.structs.replace(IRIS, training=TrainingConfig(epochs=100_000))
    with EngineProcess("--run") as spare:
        spare.ear.wait_for(Ready)
        spare.send(StartRun("r", project, str(tmp_path / "r")))
        spare.ear.wait_for(Progress)
        spare.send(Control("r", "stop"))
        assert spare.ear.wait_for(RunEnded).reason == "stopped"
        assert spare.ends() == 0


def test_prints_go_to_standard_error_and_never_between_messages(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import atexit, sys\n"
        "import nnbuilder.engine.process as p\n"
        "take = p.take_output\n"
        "def loud():\n"
        "    fd = take()\n"
        "    print('a print', flush=True)\n"
        "    return fd\n"
        "p.take_output = loud\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "nnbuilder.engine", "--parent", str(os.getpid())],
        input=b"",
        capture_output=True,
        check=True,
        env=os.environ | THREADS | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{Path.cwd()}"},
    )
    assert b"a print" not in done.stdout
    assert b"a print" in done.stderr


def test_it_makes_way_for_others_only_when_it_is_warm() -> None:
    with EngineProcess() as engine:
        early = os.getpriority(os.PRIO_PROCESS, engine.process.pid)
        engine.ear.wait_for(Ready)
        assert early == os.getpriority(os.PRIO_PROCESS, 0)
        gentle = min(19, early + NICENESS)
        deadline = time.monotonic() + PATIENCE_S
        while os.getpriority(os.PRIO_PROCESS, engine.process.pid) != gentle:
            assert time.monotonic() < deadline
            engine.ear.listen(0.1)
