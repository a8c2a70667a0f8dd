"""Finds what a test leaves behind: processes, threads, windows and running timers."""

import gc
import os
import signal
import sys
import threading
import time
import weakref
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import Shiboken

GRACE_S = 3.0
"""How long something that was told to end may take to do so."""

_timers: "weakref.WeakSet[QTimer]" = weakref.WeakSet()


def record_timers() -> None:
    """Makes every `QTimer.start` of this process remember its timer."""
    start = QTimer.start

    def recorded(self: QTimer, *args: int) -> None:
        _timers.add(self)
        start(self, *args)

    QTimer.start = recorded  # type: ignore[method-assign]


@dataclass(frozen=True)
class Before:
    """What there was when a test began, so that only what is new counts."""

    processes: frozenset[int] = field(default_factory=lambda: frozenset(_children()))
    threads: frozenset[threading.Thread] = field(default_factory=lambda: frozenset(threading.enumerate()))
    windows: frozenset[int] = field(default_factory=lambda: frozenset(map(_address, _windows())))
    timers: frozenset[int] = field(default_factory=lambda: frozenset(map(_address, _running_timers())))

    def leaks(self) -> list[str]:
        """Names everything that is new and still there after a moment of grace, and ends what it can."""
        _let_go()
        if not self._new():
            return []
        gc.collect()
        deadline = time.monotonic() + GRACE_S
        while (left := self._new()) and time.monotonic() < deadline:
            _let_go()
            time.sleep(0.02)
        self._end()
        return left

    def _new(self) -> list[str]:
        """One line for each new thing that is alive."""
        windows = [f"window {window!r}" for window in self._new_windows()]
        timers = [f"running timer {timer!r} of {timer.parent()!r}" for timer in self._new_timers()]
        processes = [f"process {pid}: {_command(pid)}" for pid in self._new_processes()]
        threads = [f"thread {thread!r}" for thread in self._new_threads()]
        return windows + timers + processes + threads

    def _new_windows(self) -> list[QWidget]:
        return [window for window in _windows() if _address(window) not in self.windows]

    def _new_timers(self) -> list[QTimer]:
        """Running timers, but for those of a window that outlives the test on purpose."""
        return [
            timer
            for timer in _running_timers()
            if _address(timer) not in self.timers and _address(_owner(timer)) not in self.windows
        ]

    def _new_processes(self) -> list[int]:
        return [pid for pid in _children() if pid not in self.processes]

    def _new_threads(self) -> list[threading.Thread]:
        return [
            thread
            for thread in threading.enumerate()
            if thread not in self.threads and not isinstance(thread, threading._DummyThread)
        ]

    def _end(self) -> None:
        """Ends what is left, so that the next test is not blamed for it."""
        for timer in self._new_timers():
            timer.stop()
        for window in self._new_windows():
            window.hide()
            window.deleteLater()
        for pid in self._new_processes():
            os.kill(pid, signal.SIGKILL)
        _let_go()


def _let_go() -> None:
    """Gives Qt the chance to do what it put off: deferred deletes and the ends of processes."""
    if (application := QCoreApplication.instance()) is not None:
        application.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _address(thing: QObject) -> int:
    """Where the C++ object lives: the same for every Python wrapper of it."""
    return int(Shiboken.getCppPointer(thing)[0])


def _owner(thing: QObject) -> QObject:
    """The outermost parent."""
    while (parent := thing.parent()) is not None:
        thing = parent
    return thing


def _windows() -> list[QWidget]:
    """Top-level widgets without a parent, except for Qt's own tool tip."""
    if not isinstance(QApplication.instance(), QApplication):
        return []
    tops = [widget for widget in QApplication.topLevelWidgets() if Shiboken.isValid(widget)]
    return [top for top in tops if top.parent() is None and top.metaObject().className() != "QTipLabel"]


def _running_timers() -> list[QTimer]:
    """Timers that were started and neither stopped nor fired for good."""
    return [timer for timer in _timers if Shiboken.isValid(timer) and timer.isActive()]


def _children() -> list[int]:
    """Living child processes; none where there is no /proc."""
    if sys.platform != "linux":
        return []
    pids: list[int] = []
    for children in Path("/proc/self/task").glob("*/children"):
        try:
            pids += map(int, children.read_text().split())
        except OSError:
            continue  # the thread ended meanwhile
    return [pid for pid in pids if (command := _command(pid)) and "resource_tracker" not in command]


def _command(pid: int) -> str:
    """The command line of a living process; empty for a zombie or a dead one."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ").strip()
    except OSError:
        return ""
