"""The window with its real engine: the event loop while a run trains, the first step, edits, memory."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer

from nnbuilder.app.window import make_application, make_window
from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.file import load_project
from nnbuilder.project.project import Project
from nnbuilder.project.resources import resources_folder
from nnbuilder.protocol.messages import Ready
from nnbuilder.session.session import Session
from tests.bench.figures import Figure, memory, private_memory
from tests.bench.networks import distinct

Numbers = NDArray[np.float64]

GROUP = "living"
OPEN_S = 5.0
WATCHED_S = 4.0
WATCHES = 4
TICK_MS = 5
REPEATS = 5
LIMIT_S = 60.0

BARE = """
import torch
from sklearn import datasets, model_selection
from tests.bench.figures import memory

torch.set_num_threads(1)
model = torch.nn.Linear(2, 2)
optimizer = torch.optim.Adam(model.parameters())
model(torch.zeros(2, 2)).sum().backward()
optimizer.step()
print(memory())
"""
"""What any process holds that is ready to train on one of scikit-learn's data sets."""


class Lateness(QObject):
    """How late each turn of a precise timer comes, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self._due = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    def watch(self, seconds: float) -> Numbers:
        """Lets the event loop run; answers how late each turn came."""
        self.late.clear()
        self._due = time.perf_counter() + TICK_MS / 1000
        self._timer.start()
        _wait(lambda: False, seconds)
        self._timer.stop()
        return np.array(self.late)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, now - self._due) * 1000)
        self._due = now + TICK_MS / 1000


def figures() -> Iterator[Figure]:
    """All on one window that stays open."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("CONFIG", "STATE", "DATA", "CACHE"):
            os.environ[f"XDG_{kind}_HOME"] = folder
        application = make_application()
        session, window = make_window(application)
        window.panels.late.complete()
        pids: list[int] = []
        session.engine.received.connect(
            lambda message, _arrays: pids.append(message.pid) if isinstance(message, Ready) else None
        )
        session.new(_endless(), "iris")
        window.resize(1440, 900)
        window.show()
        session.start()
        _wait(lambda: bool(pids) and session.analysis.profile is not None)
        _wait(lambda: False, OPEN_S)
        try:
            yield from _measure(session, pids[0])
        finally:
            session.shutdown()
            window.deleteLater()


def _measure(session: Session, pid: int) -> Iterator[Figure]:
    yield Figure(
        group=GROUP,
        name="An idle engine",
        unit="MB",
        ours=memory(pid),
        other=_bare(),
        than="a step of torch, scikit-learn imported",
        limit=300,
    )
    yield Figure(group=GROUP, name="Train pressed to first step", ours=_first_step(session), limit=300)
    yield from _while_training(session, pid)
    for layers, limit in ((100, 50.0), (1000, 150.0)):
        name = f"Edit to shapes shown, {layers:,} layers"
        yield Figure(group=GROUP, name=name, ours=_edit(session, layers), limit=limit)


def _bare() -> float:
    done = subprocess.run(
        [sys.executable, "-c", BARE], capture_output=True, text=True, check=True, timeout=60
    )
    return float(done.stdout)


def _first_step(session: Session) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        session.run.start()
        _wait(lambda: session.run.step > 0)
        times.append((time.perf_counter() - start) * 1000)
        session.run.stop()
        _wait(lambda: not session.run.active)
    return median(times)


def _while_training(session: Session, pid: int) -> Iterator[Figure]:
    """The event loop with all plots open, and what the run's process holds for itself.

    Others may be at work on the machine, and that only adds: the quietest of some watches counts.
    """
    session.run.start()
    _wait(lambda: session.run.step > 0)
    lateness = Lateness()
    watches = [lateness.watch(WATCHED_S) for _ in range(WATCHES)]
    children = _children(pid)
    held = [private_memory(child) for child in children]
    session.run.stop()
    _wait(lambda: not session.run.active)
    late = min(watches, key=lambda late: float(np.percentile(late, 99)))
    name = "Event loop late while training"
    yield Figure(group=GROUP, name=f"{name}, p99", ours=float(np.percentile(late, 99)), limit=16)
    yield Figure(group=GROUP, name=f"{name}, most", ours=float(late.max()), limit=100)
    if held:
        yield Figure(group=GROUP, name="What a run adds by fork", unit="MB", ours=max(held), limit=30)


def _edit(session: Session, layers: int) -> float:
    """From an edit in the middle to the engine's answer, followed by the scene."""
    session.new(distinct(layers), "large")
    times = []
    for turn in range(REPEATS + 1):
        _wait(lambda: not session.analysis.pending)
        start = time.perf_counter()
        session.document.apply(SetArg(NodeId(f"n{layers // 2 + 2 * turn}"), "out_features", 700 + turn))
        _wait(lambda: not session.analysis.pending)
        if turn:
            times.append((time.perf_counter() - start) * 1000)
    return median(times)


def _endless() -> Project:
    project = load_project(resources_folder() / "examples" / "iris.nnb").project
    training = msgspec.structs.replace(project.training, epochs=1_000_000)
    return msgspec.structs.replace(project, training=training)


def _children(pid: int) -> list[int]:
    found = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        found += [int(word) for word in (thread / "children").read_text().split()]
    return found


def _wait(done: Callable[[], bool], seconds: float = LIMIT_S) -> None:
    """Lets the event loop run until something is so or the time is over."""
    loop = QEventLoop()
    poll = QTimer()
    poll.setInterval(1)
    poll.timeout.connect(lambda: loop.quit() if done() else None)
    poll.start()
    QTimer.singleShot(int(seconds * 1000), loop, loop.quit)
    loop.exec()
    poll.stop()
