"""An exception that nobody caught is told once and kept."""

import sys

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from nnbuilder.app.crash import SENTENCE, CrashHandler, crash_file


def _raised(text: str) -> tuple[type[BaseException], BaseException]:
    try:
        int(text)
    except ValueError as error:
        return type(error), error
    raise AssertionError


def test_it_is_told_and_written_down(qtbot: QtBot, capsys: pytest.CaptureFixture[str]) -> None:
    owner = QObject()
    told: list[tuple[str, str]] = []
    handler = CrashHandler(lambda sentence, details: told.append((sentence, details)), owner)
    kind, error = _raised("the wheel came off")
    for _ in range(3):
        handler.handle(kind, error, error.__traceback__)
    qtbot.waitUntil(lambda: bool(told))
    assert len(told) == 1
    assert told[0][0] == SENTENCE
    assert "the wheel came off" in told[0][1]
    assert crash_file().read_text().count("the wheel came off") >= 3
    assert "the wheel came off" in capsys.readouterr().err


def test_the_hook_is_given_back() -> None:
    before = sys.excepthook
    handler = CrashHandler(lambda *_: None)
    handler.install()
    assert sys.excepthook == handler.handle
    handler.remove()
    assert sys.excepthook is before
