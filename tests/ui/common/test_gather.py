"""Text that takes a while to make."""

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from nnbuilder.ui.common.gather import SLICE_S, gather


@pytest.mark.usefixtures("qtbot")
def test_what_is_quick_is_there_at_once() -> None:
    owner, found = QObject(), list[str]()
    assert gather(["a\n", "b\n"], found.append, owner) is None
    assert found == ["a\nb\n"]


def test_what_is_slow_lets_the_window_live(qtbot: QtBot) -> None:
    def slow() -> Iterator[str]:
        for number in range(5):
            time.sleep(2 * SLICE_S)
            yield str(number)

    owner, found, seen = QObject(), list[str](), list[int]()
    beat = QTimer(owner)
    beat.timeout.connect(lambda: seen.append(len(found)))
    beat.start(0)
    assert gather(slow(), found.append, owner) is not None
    assert found == []
    qtbot.waitUntil(lambda: found == ["01234"])
    beat.stop()
    assert seen.count(0) >= 3
