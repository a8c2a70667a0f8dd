"""From the start of the process to the first paint of its window, and what the process then holds."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from statistics import median

import msgspec

from tests.bench.figures import Figure

GROUP = "starting"
REPEATS = 9
SETTLED_S = 5.0

WATCH = """
import json, os, sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

PAINTS = (QEvent.Type.Expose, QEvent.Type.Paint, QEvent.Type.UpdateRequest)

class FirstPaint(QObject):
    seen = False

    def eventFilter(self, watched, event):
        if not self.seen and event.type() in PAINTS:
            self.seen = True
            QTimer.singleShot(0, self.note)
        return False

    def note(self):
        self.painted = time.time()
        QTimer.singleShot({wait}, self.leave)

    def leave(self):
        from tests.bench.figures import memory
        heavy = sorted({{"torch", "pandas", "sklearn"}} & set(sys.modules))
        print(json.dumps({{"painted": self.painted, "memory": memory(), "heavy": heavy}}), flush=True)
        os._exit(0)

def watch(*_):
    first = FirstPaint()
    window = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMainWindow))
    window.installEventFilter(first)
    window.windowHandle().installEventFilter(first)
    QApplication.exec_before()

QApplication.exec_before = QApplication.exec
QApplication.exec = watch
"""
"""Tells when a QMainWindow and what it holds was first painted, then leaves without a farewell."""

OURS = "from nnbuilder.__main__ import main\nmain([])\n"
FLOOR = """
import pyqtgraph
app = QApplication([])
window = QMainWindow()
window.setCentralWidget(pyqtgraph.PlotWidget())
window.resize(1280, 800)
window.show()
QApplication.exec()
"""


class Told(msgspec.Struct, frozen=True):
    """What a process said when it left: when it painted, what it held in MB, heavy packages imported."""

    painted: float
    memory: float
    heavy: tuple[str, ...]


def figures() -> Iterator[Figure]:
    """Start-up and memory, in turns with an empty window of PySide6 and pyqtgraph."""
    ours: list[float] = []
    floor: list[float] = []
    heavy: set[str] = set()
    for turn in range(REPEATS + 1):
        for script, times in ((OURS, ours), (FLOOR, floor)):
            milliseconds, told = _start(script, 0)
            if turn:
                times.append(milliseconds)
            heavy |= set(told.heavy) if script is OURS else set()
    name = "Process start to first paint" + (f", imports {', '.join(heavy)}" if heavy else "")
    yield Figure(
        group=GROUP,
        name=name,
        ours=median(ours),
        other=median(floor),
        than="empty PySide6 + pyqtgraph window",
        ratio=median(ours) / median(floor),
        limit=1.5,
    )
    wait = int(SETTLED_S * 1000)
    yield Figure(
        group=GROUP,
        name="Memory of the window's process",
        unit="MB",
        ours=_start(OURS, wait)[1].memory,
        other=_start(FLOOR, wait)[1].memory,
        than="empty window",
        limit=220,
    )


def _start(script: str, wait: int) -> tuple[float, Told]:
    """Milliseconds to the first paint, and what the process said when it left."""
    line = [sys.executable, "-c", WATCH.format(wait=wait) + script]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        homes = {f"XDG_{kind}_HOME": folder for kind in ("CONFIG", "STATE", "DATA", "CACHE")}
        start = time.time()
        done = subprocess.run(
            line, env={**os.environ, **homes}, capture_output=True, text=True, check=True, timeout=60
        )
    told = msgspec.json.decode(done.stdout.splitlines()[-1], type=Told)
    return (told.painted - start) * 1000, told
