"""From the start of the process to the first paint of its window, and what the process then holds.

Time is the process's own processor time: it has one thread and waits for nothing, and others may be at work.
"""

import os
import subprocess
import sys
import tempfile
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
        self.painted = time.process_time() * 1000
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
    """What a process said: milliseconds of work to its paint, MB that it held, heavy packages imported."""

    painted: float
    memory: float
    heavy: tuple[str, ...]


def figures() -> Iterator[Figure]:
    """Start-up and memory, in turns with an empty window of PySide6 and pyqtgraph."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as compiled:
        yield _first_paint(compiled)
        wait = int(SETTLED_S * 1000)
        yield Figure(
            group=GROUP,
            name="Memory of the window's process",
            unit="MB",
            ours=_start(OURS, compiled, wait).memory,
            other=_start(FLOOR, compiled, wait).memory,
            than="empty window",
            limit=220,
        )


def _first_paint(compiled: str) -> Figure:
    """The median work of some starts; the first of each, in which modules are compiled, does not count."""
    ours: list[float] = []
    floor: list[float] = []
    heavy: set[str] = set()
    for turn in range(REPEATS + 1):
        for script, times in ((OURS, ours), (FLOOR, floor)):
            told = _start(script, compiled)
            if turn:
                times.append(told.painted)
            heavy |= set(told.heavy) if script is OURS else set()
    name = "Process start to first paint, work" + (f", imports {', '.join(heavy)}" if heavy else "")
    return Figure(
        group=GROUP,
        name=name,
        ours=median(ours),
        other=median(floor),
        than="empty PySide6 + pyqtgraph window",
        ratio=median(ours) / median(floor),
        limit=1.5,
    )


def _start(script: str, compiled: str, wait: int = 0) -> Told:
    """What a process said that left so many milliseconds after its first paint.

    `compiled` keeps compiled modules, as an installation has them, whatever the environment says.
    """
    line = [sys.executable, "-c", WATCH.format(wait=wait) + script]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        homes = {f"XDG_{kind}_HOME": folder for kind in ("CONFIG", "STATE", "DATA", "CACHE")}
        environment = {**os.environ, **homes, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        done = subprocess.run(line, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Told)
