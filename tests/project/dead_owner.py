"""Processes for tests that take something and die with it."""

import subprocess
import sys
from pathlib import Path

HEADER = """
import os, sys, time
from pathlib import Path
from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.lock import FileHeld, take_lock
from nnbuilder.project.recovery import RecoveryLog
from tests.project.samples import starter
path = Path(sys.argv[1])
"""


def start(code: str, path: Path) -> "subprocess.Popen[str]":
    """Runs code that knows `path` in a process of its own, with pipes to both ends."""
    return subprocess.Popen(
        [sys.executable, "-c", HEADER + code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def line_of(process: "subprocess.Popen[str]") -> str:
    """The next line that the process says."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: "subprocess.Popen[str]") -> None:
    """Kills a process and closes its pipes."""
    process.kill()
    process.communicate()
