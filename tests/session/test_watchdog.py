"""Silence is noticed, words end it, and ticks are what counts."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.session import watchdog as module
from nnbuilder.session.watchdog import LIMIT_S, TICK_MS, Watchdog


@pytest.fixture
def watchdog() -> Iterator[Watchdog]:
    """A watchdog that is stopped afterwards."""
    watchdog = Watchdog()
    yield watchdog
    watchdog.stop()


def test_silence_and_words(watchdog: Watchdog) -> None:
    changes: list[bool] = []
    silences: list[float] = []
    watchdog.responding_changed.connect(changes.append)
    watchdog.ticked.connect(silences.append)
    ticks = int(LIMIT_S * 1000 / TICK_MS)
    for _ in range(ticks - 1):
        watchdog._tick()
    assert changes == []
    watchdog._tick()
    watchdog._tick()
    assert (changes, watchdog.responding) == ([False], False)
    assert silences[-1] == LIMIT_S + TICK_MS / 1000
    watchdog.feed()
    assert (changes, watchdog.responding) == ([False, True], True)


def test_it_ticks_by_itself(watchdog: Watchdog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIMIT_S", 0.5)
    with qtbot.waitSignal(watchdog.responding_changed):
        watchdog.start()
    with qtbot.waitSignal(watchdog.responding_changed):
        watchdog.stop()
    assert watchdog.responding
