"""Exit codes and how failures are told, whatever the command."""

import errno
from pathlib import Path

import pytest

from nnbuilder import __version__
from nnbuilder.cli import COMMANDS
from nnbuilder.cli.main import commands
from nnbuilder.project import resources
from tests.cli.conftest import Call


def test_commands_are_named_once() -> None:
    assert tuple(commands.commands) == COMMANDS


def test_version(call: Call) -> None:
    done = call("--version")
    assert done.code == 0
    assert __version__ in done.out


@pytest.mark.parametrize("words", [("--help",), *((name, "--help") for name in COMMANDS)])
def test_help(call: Call, words: tuple[str, ...]) -> None:
    done = call(*words)
    assert done.code == 0
    assert done.out.startswith("Usage: nnbuilder")


@pytest.mark.parametrize(
    "words",
    [("frobnicate",), ("check",), ("check", "x.nnb", "--frobnicate"), ("train", "x.nnb", "--epochs")],
)
def test_usage_is_2(call: Call, words: tuple[str, ...]) -> None:
    done = call(*words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: ")
    assert "--help" in done.err
    assert "Traceback" not in done.err


def test_usage_as_json(call: Call) -> None:
    done = call("check", "--json")
    assert done.code == 2
    assert done.json["ok"] is False
    assert done.json["problems"][0]["code"] == "usage"


def test_our_own_fault_is_1(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise LookupError("something odd")

    monkeypatch.setattr(resources, "examples", broken)
    done = call("examples", "--json")
    assert done.code == 1
    assert done.json["problems"][0]["code"] == "internal"
    assert "something odd" in done.json["problems"][0]["message"]
    assert "Traceback" not in done.err
    assert "Traceback" in call("examples", "--debug").err


@pytest.mark.parametrize(
    ("error", "code", "word"),
    [
        (MemoryError(), 1, "memory"),
        (OSError(errno.ENOSPC, "No space left on device", "run.json"), 1, "environment"),
        (ModuleNotFoundError("No module named 'torch'", name="torch"), 1, "missing-package"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_failures_of_the_system(
    call: Call, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, word: str
) -> None:
    def broken() -> None:
        raise error

    monkeypatch.setattr(resources, "examples", broken)
    done = call("examples", "--json")
    assert done.code == code
    assert done.json["problems"][0]["code"] == word
    assert len(done.err.strip().splitlines()) == 1


def test_the_program_ends_with_the_code(program: Call, tmp_path: Path) -> None:
    assert program("check", tmp_path / "none.nnb").code == 3
    assert program("examples").code == 0


def test_main_py_is_the_same_program(program: Call) -> None:
    done = program("examples", "--json", python=("main.py",))
    assert done.code == 0
    assert len(done.json["examples"]) == 10


def test_reader_that_leaves_early_is_no_crash(program: Call) -> None:
    script = (
        "import os, sys; read, write = os.pipe(); os.close(read); os.dup2(write, 1);"
        "from nnbuilder.__main__ import main; sys.exit(main(['examples']))"
    )
    done = program(python=("-c", script))
    assert (done.code, done.err) == (1, "")


def test_full_disk_is_told(program: Call) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    script = (
        "import sys; sys.stdout = open('/dev/full', 'w');"
        "from nnbuilder.__main__ import main; sys.exit(main(['examples']))"
    )
    done = program(python=("-W", "ignore", "-c", script))
    assert done.code == 1
    assert "space" in done.err
    assert "Traceback" not in done.err


def test_streams_may_be_closed_from_the_start(program: Call) -> None:
    script = (
        "import sys; sys.stdout = sys.stderr = None;"
        "from nnbuilder.__main__ import main; sys.exit(main(['examples']))"
    )
    assert program(python=("-c", script)).code == 0
