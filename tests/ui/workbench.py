"""A session without a window: what every panel is tested against."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from nnbuilder.graph.graph import ArgValue, NodeId
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.protocol.messages import Histograms
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from nnbuilder.session.run import Run
from nnbuilder.ui.common.selection import Selection
from tests.fakes import FakeChannel, FakeEngine
from tests.ui.canvas.drawings import chain

W = TypeVar("W", bound=QWidget)


@dataclass
class Workbench:
    """A document with its engine, analysis, selection and run; `show` puts a panel on the screen."""

    qtbot: QtBot
    document: Document
    engine: FakeEngine
    analysis: AnalysisFollower
    selection: Selection
    run: Run
    folder: Path
    shown: list[QWidget] = field(default_factory=list)

    @classmethod
    def make(cls, qtbot: QtBot, project: Project, folder: Path) -> "Workbench":
        """A workbench on a project, with the engine's first answer."""
        document = Document(project)
        engine = FakeEngine(document)
        analysis = AnalysisFollower(document, engine, document)
        run = Run(document, engine, lambda: folder, document)
        bench = cls(qtbot, document, engine, analysis, Selection(document), run, folder)
        engine.start()
        bench.settle()
        return bench

    def runs(self) -> Path:
        """The folder of all runs."""
        return self.folder

    def show(self, panel: W, width: int = 290, height: int = 700) -> W:
        """Shows a panel and gives it the keyboard."""
        panel.resize(width, height)
        show_active(self.qtbot, panel)
        self.settle()
        assert panel.isActiveWindow(), "a part of the panel was a window of its own for a moment"
        self.shown.append(panel)
        return panel

    def settle(self) -> None:
        """Lets the engine answer and views follow."""
        for _ in range(6):
            QApplication.processEvents()

    def select(self, *nodes: str) -> None:
        """Selects nodes."""
        self.selection.set(NodeId(node) for node in nodes)
        self.settle()

    def args(self, node: str) -> dict[str, ArgValue]:
        """The explicit arguments of a node."""
        return dict(self.document.project.graph.nodes[NodeId(node)].args)

    @property
    def undo_steps(self) -> int:
        """How many steps can be undone."""
        return self.document.undo_stack.index()

    def start_run(self, steps_per_epoch: int = 4) -> FakeChannel:
        """Starts a run that then says what a test wants."""
        self.run.start()
        self.engine.run.start(steps_per_epoch)
        return self.engine.run

    def say_weights(self, step: int, spread: float = 1.0, nonfinite: int = 0) -> None:
        """Sends bell-shaped histograms of every layer's weights."""
        channel, count = self.engine.run, len(self.run.layers)
        message = Histograms(channel.request.run_id, step, "weight", (nonfinite,) * count)
        counts = np.tile(np.hanning(66)[1:-1] * 100, (count, 1))
        channel.say(message, counts, np.tile([-spread, spread], (count, 1)))


Open = Callable[[Project], Workbench]


@pytest.fixture
def open_bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Open]:
    """Makes workbenches on any project."""
    made: list[Workbench] = []

    def make(project: Project) -> Workbench:
        made.append(Workbench.make(qtbot, project, tmp_path / "runs"))
        return made[-1]

    yield make
    for bench in made:
        bench.run.shutdown()


@pytest.fixture
def bench(open_bench: Open) -> Workbench:
    """A workbench on Input, Linear, ReLU, Linear, Loss: n1 to n5."""
    return open_bench(Project(graph=chain(), training=TrainingConfig(seed=7)))


def show_active(qtbot: QtBot, window: QWidget) -> None:
    """Shows a window that is closed after the test, and gives it the keyboard."""
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def find(panel: QWidget, kind: type[W], name: str) -> W:
    """The one child with this name."""
    [found] = [child for child in panel.findChildren(kind) if child.objectName() == name]
    return found


def field_of(panel: QWidget, arg: str) -> QAbstractSpinBox:
    """The field of an argument that is typed."""
    return find(panel, QAbstractSpinBox, f"arg_{arg}")


def help_of(panel: QWidget, arg: str) -> str:
    """The line below an argument's editor."""
    return find(panel, QLabel, f"help_{arg}").text()


def retype(field: QWidget, text: str, end: Qt.Key | None = Qt.Key.Key_Return) -> None:
    """Replaces what stands in a field, key by key, and ends with a key."""
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)
    if end is not None:
        QTest.keyClick(field, end)
