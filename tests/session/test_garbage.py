"""Cycles are collected, on this thread and not by Python itself."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.session import garbage
from nnbuilder.session.garbage import YOUNG, GarbageCollector


class Knot:
    """An object that only a collector can free."""

    def __init__(self) -> None:
        self.self = self


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[GarbageCollector]:
    """A collector at work, every 20 ms."""
    monkeypatch.setattr(garbage, "INTERVAL_MS", 20)
    collector = GarbageCollector()
    collector.start()
    yield collector
    collector.stop()
    assert gc.isenabled()


@pytest.mark.usefixtures("collector")
def test_python_itself_collects_no_more(qtbot: QtBot) -> None:
    assert not gc.isenabled()
    knot = weakref.ref(Knot())
    keep = [[] for _ in range(YOUNG + 100)]  # type: list[list[int]]
    assert knot() is not None
    qtbot.waitUntil(lambda: knot() is None)
    assert len(keep) > YOUNG


def test_everything_is_collected_when_asked(collector: GarbageCollector) -> None:
    knot = weakref.ref(Knot())
    gc.collect(0)
    collector.collect_all()
    assert knot() is None
