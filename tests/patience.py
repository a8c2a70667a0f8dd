"""How long tests wait for what comes by itself: a test that passes waits no longer than it takes."""

from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import SignalBlocker

PATIENCE_S = 60.0
"""Seconds at most for what takes one or two where nothing else is to be done."""

PATIENCE_MS = int(PATIENCE_S * 1000)

PROGRAM_S = 240.0
"""Seconds at most for a program that imports torch, works for a few of them and leaves."""


class PatientBot(QtBot):
    """Waits on a busy machine, too."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:
        """Lets the event loop run until something is so."""
        super().waitUntil(callback, timeout=max(timeout, PATIENCE_MS))

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **more: Any) -> SignalBlocker:
        """Lets the event loop run, in a block, until a signal came."""
        return super().waitSignal(signal, timeout=timeout, **more)
