"""What each command imports: never Qt, and torch only where torch is asked."""

from pathlib import Path

import pytest

from tests.cli.conftest import Call

_SCRIPT = (
    "import sys\n"
    "from nnbuilder.cli.main import run\n"
    "code = run(sys.argv[1:])\n"
    "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)\n"
    "sys.exit(code)\n"
)
QT = {"PySide6", "pyqtgraph", "shiboken6"}
HEAVY = {"torch", "pandas", "sklearn"}


def _loaded(program: Call, *words: str | Path) -> set[str]:
    done = program(*words, python=("-c", _SCRIPT))
    assert done.code == 0, done.err
    return set(done.err.splitlines()[-1].split())


@pytest.mark.parametrize("words", [("check", "{iris}"), ("train", "{iris}", "--epochs", "1"), ("info",)])
def test_commands_that_ask_torch_leave_qt_alone(program: Call, iris: Path, words: tuple[str, ...]) -> None:
    loaded = _loaded(program, *(word.format(iris=iris) for word in words))
    assert "torch" in loaded
    assert not loaded & QT


@pytest.mark.parametrize(
    "words", [("examples",), ("examples", "iris"), ("train", "--help"), ("runs", "{iris}")]
)
def test_the_rest_is_light(program: Call, iris: Path, words: tuple[str, ...]) -> None:
    assert not _loaded(program, *(word.format(iris=iris) for word in words)) & (QT | HEAVY)


def test_a_file_that_cannot_be_read_needs_no_torch(program: Call) -> None:
    done = program("check", "none.nnb", python=("-c", _SCRIPT))
    assert done.code == 3
    assert not set(done.err.splitlines()[-1].split()) & (QT | HEAVY)
