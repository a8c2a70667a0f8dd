"""Ways to call the command line: within this process, or as the program that users start."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nnbuilder.cli.main import run
from nnbuilder.project.resources import resources_folder
from tests.patience import PROGRAM_S
from tests.structure.sources import ROOT


@dataclass(frozen=True, slots=True)
class Called:
    """How a call ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


Call = Callable[..., Called]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Calls the command line in this process."""

    def do(*words: str | Path) -> Called:
        capsys.readouterr()
        code = run([str(word) for word in words])
        written = capsys.readouterr()
        return Called(code, written.out, written.err)

    return do


@pytest.fixture
def program() -> Call:
    """Starts the program as a process of its own."""

    def do(*words: str | Path, python: tuple[str, ...] = ("-m", "nnbuilder")) -> Called:
        line = [sys.executable, *python, *map(str, words)]
        done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PROGRAM_S)
        return Called(done.returncode, done.stdout, done.stderr)

    return do


@pytest.fixture
def iris(tmp_path: Path) -> Path:
    """The iris example in a folder of its own."""
    return Path(shutil.copy(resources_folder() / "examples" / "iris.nnb", tmp_path))


@pytest.fixture
def edited(iris: Path) -> Callable[..., Path]:
    """The iris example with one piece of its text replaced."""

    def do(old: str, new: str) -> Path:
        text = iris.read_text(encoding="utf-8")
        assert old in text
        iris.write_text(text.replace(old, new), encoding="utf-8")
        return iris

    return do
