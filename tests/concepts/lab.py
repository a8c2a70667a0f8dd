"""Hands and eyes for the real window: what a learner does, and what there is to be read afterwards."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
import torch
from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from torch import nn

from nnbuilder.data.load import load
from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import INPUT, LOSS, Edge, Graph, NodeId
from nnbuilder.project.project import Project
from nnbuilder.protocol.bench import BenchAnswer
from nnbuilder.protocol.microscope import Looked, Place, Stage
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.facts import Facts
from nnbuilder.ui.common.fix_button import FixButton
from nnbuilder.ui.main_window import MainWindow
from nnbuilder.ui.microscope.panel import MicroscopePanel
from nnbuilder.ui.microscope.tensor_view import TensorView
from nnbuilder.ui.weights_editor import WeightsEditor
from tests.engine.samples import chain, make_project

W = TypeVar("W", bound=QWidget)

LIMIT_S = 120.0
"""After so long something does not come any more."""

PICTURES = os.environ.get("NNB_PICTURES", "")
"""The folder for pictures of what each test ends with; none are made where it is empty."""

SMALL = make_project(
    chain(("Linear", {"out_features": 3}), ("Tanh", {}), ("Linear", {"out_features": 2})), optimizer="SGD"
)
"""Two features of the moons, three neurons, two classes."""


class Lab:
    """The window with what is needed to use it; methods wait until what they did has come to an end."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.session = window.session
        self.heard: list[BenchAnswer] = []
        self.session.bench.answered.connect(lambda answer, _arrays: self.heard.append(answer))

    # Coming and going

    def warm_up(self) -> None:
        """Starts every process, and has everything made that is made when it is first seen."""
        self.open(SMALL)
        self.show(self.window.panels.plots)
        self.train()
        self.bench("0")
        self.trigger("view.microscope")
        self.until(lambda: not self.session.microscope.waiting)
        self.trigger("view.runs")
        self.trigger("view.parameters")
        self.until(lambda: self.window.panels.parameters.model.rows)
        self.session.document.apply(SetArg(NodeId("n1"), "out_features", 4))
        self.until(lambda: any(thread.name.startswith("storage") for thread in threading.enumerate()))
        self.leave()

    def begin(self) -> None:
        """Clears the bench as its button does not: the process stays."""
        for name in [value.name for value in self.session.bench.names]:
            self.bench(f"del {name}")
        self.session.bench.lines.clear()

    def leave(self) -> None:
        """Ends what a test has begun, and lets go of its project."""
        if self.session.run.active:
            self.session.run.stop()
            self.until(lambda: not self.session.run.active)
        self.window.selection.set(())
        self.show(self.window.panels.problems)  # which asks nobody for anything
        self.open(SMALL)

    def open(self, project: Project) -> None:
        """Shows a project, and waits for the engine's answer about it."""
        self.session.new(project, "concept")
        self.window.show_canvas()
        self.analyzed()

    def analyzed(self) -> None:
        """Waits for the engine's answer to the last edit."""
        self.settle()
        self.until(lambda: not self.session.analysis.pending and self.session.analysis.profile is not None)

    # Hands

    def action(self, name: str) -> QAction:
        """An action of the table."""
        return self.window.actions_by_name[name]

    def trigger(self, name: str) -> None:
        """Triggers an action, which must be usable."""
        assert self.action(name).isEnabled(), f"{name}: {self.action(name).toolTip()}"
        self.action(name).trigger()
        self.settle()

    def find(self, kind: type[W], name: str, inside: QWidget | None = None) -> W:
        """The one widget of this name."""
        found = (inside or self.window).findChildren(kind, name)
        assert len(found) == 1, f"{len(found)} are called {name}"
        return found[0]

    def press(self, name: str, inside: QWidget | None = None) -> None:
        """Presses a button that can be seen and used."""
        button = self.find(QAbstractButton, name, inside)
        assert button.isVisible()
        assert button.isEnabled()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def select(self, *nodes: str) -> None:
        """Selects layers of the drawing."""
        self.window.selection.set(NodeId(node) for node in nodes)
        self.settle()

    # Waiting

    def settle(self) -> None:
        """Lets everything that waits happen."""
        for _ in range(5):
            QApplication.processEvents()

    def until(self, done: Callable[[], object], seconds: float = LIMIT_S) -> None:
        """Lets the event loop run until something is so; fails where it takes too long."""
        loop = QEventLoop()
        poll, limit = QTimer(loop), QTimer(loop)

        def look() -> None:
            if done():
                loop.quit()

        poll.timeout.connect(look)
        limit.setSingleShot(True)
        limit.timeout.connect(loop.quit)
        poll.start(2)
        limit.start(int(seconds * 1000))
        if not done():
            loop.exec()
        poll.stop()
        limit.stop()
        assert done(), "it did not come"
        self.settle()

    # What the panels show

    @property
    def graph(self) -> Graph:
        """The drawing."""
        return self.session.document.project.graph

    @property
    def errors(self) -> list[str]:
        """What keeps the network from being trained."""
        return [one.message for one in self.session.analysis.problems if one.severity == "error"]

    def show(self, panel: QWidget) -> None:
        """Brings a panel to the front."""
        self.window.show_panel(panel)
        self.settle()

    def label(self, name: str) -> str:
        """What a label says."""
        return self.find(QLabel, name).text()

    def overview(self) -> tuple[tuple[str, str], ...]:
        """What the inspector says of the whole network."""
        self.select()
        return self.find(Facts, "project_facts").shown

    def edge_tip(self, edge: Edge) -> str:
        """What stands beside the mouse over an edge."""
        canvas = self.window.panels.canvas
        at = canvas.mapFromScene(canvas.canvas.edges.place_of_label(edge))
        QTest.mouseMove(canvas.viewport(), QPoint(at.x(), at.y() - 200))
        QTest.mouseMove(canvas.viewport(), at)
        self.settle()
        return canvas.viewport().toolTip()

    def choose(self, box: ChoiceBox, value: object) -> None:
        """Chooses in a box."""
        box.show_value(value)
        box.activated.emit(box.currentIndex())
        self.settle()

    def fix(self, title: str) -> None:
        """Presses the button that mends a problem, and waits for the engine's answer."""
        while True:
            self.until(lambda: self._fixes(title))
            if found := self._fixes(title):  # problems may have been told anew meanwhile
                QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)
                break
        self.analyzed()

    def _fixes(self, title: str) -> list[FixButton]:
        buttons = [one for one in self.window.findChildren(FixButton) if one.isVisible()]
        return [one for one in buttons if one.accessibleName() == f"Fix: {title}"]

    @property
    def source(self) -> str:
        """The network as text, in the code panel."""
        return self.window.panels.code.editor.text

    def write_source(self, text: str) -> None:
        """Types another text in place of it."""
        editor = self.window.panels.code.editor
        editor.setFocus()
        editor.selectAll()
        QGuiApplication.clipboard().setText(text)
        editor.paste()
        self.settle()

    def train(self) -> None:
        """Trains to the end."""
        self.trigger("train.start")
        self.until(lambda: self.session.run.state in {"finished", "failed", "lost"})

    # The bench

    def bench(self, line: str) -> BenchAnswer:
        """Types a line on the tensor bench and answers with what became of it."""
        self.trigger("view.bench")
        panel = self.window.panels.bench
        count = len(self.heard)
        panel.prompt.clear()
        QTest.keyClicks(panel.prompt, line)
        panel.prompt.popup.hide()
        QTest.keyClick(panel.prompt, Qt.Key.Key_Return)
        self.until(lambda: len(self.heard) > count)
        return self.heard[-1]

    def numbers(self, line: str) -> torch.Tensor:
        """Types a line on the bench and reads the table that it shows, as PyTorch prints tensors."""
        answer = self.bench(line)
        assert not answer.refused, answer.message
        model = self.window.panels.bench.view.model
        rows = [
            [float(str(model.index(row, column).data())) for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]
        assert answer.value is not None
        shape = answer.value.shape
        assert shape is not None
        return torch.tensor(rows).reshape(shape)

    # The microscope

    @property
    def scope(self) -> MicroscopePanel:
        """The panel that walks through a step."""
        return self.window.panels.microscope

    @property
    def looked(self) -> Looked:
        """What the microscope shows."""
        view = self.session.microscope.view
        assert view is not None, self.session.microscope.trouble
        return view.looked

    @property
    def worked(self) -> str:
        """The arithmetic as it can be read."""
        return self.scope.worked.toPlainText()

    def looks(self, rows: str = "", targets: str = "") -> None:
        """Opens the microscope on rows and targets that are typed."""
        self.trigger("view.microscope")
        for line, text in ((self.scope.rows, rows), (self.scope.targets, targets)):
            if text:
                self.retype(line, text)
        self.seen()

    def seen(self) -> None:
        """Waits for what was asked of the microscope last."""
        self.until(lambda: not self.session.microscope.waiting)

    def retype(self, line: QLineEdit, text: str) -> None:
        """Types into a line in place of what stands there, and leaves it by Enter."""
        line.setFocus()
        line.selectAll()
        QTest.keyClick(line, Qt.Key.Key_Delete)
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)
        self.settle()

    def click_number(self, view: TensorView, row: int, column: int) -> None:
        """Clicks a number of a tensor, as somebody does who wants to see how it comes about."""
        place = view.table.visualRect(view.model.index(row, column)).center()
        QTest.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self.seen()

    def next(self, times: int = 1) -> None:
        """Presses Next."""
        for _ in range(times):
            self.press("microscope_next")
            self.seen()

    def go_to(self, stage: Stage, node: str = "") -> None:
        """Walks to a place by the button, as somebody does who looks at each stop."""
        for _ in self.session.microscope.walk:
            if self._at(self.looked.place, stage, node):
                return
            self.next()
        assert self._at(self.looked.place, stage, node), f"no such stop: {stage} {node}"

    def _at(self, place: Place, stage: Stage, node: str) -> bool:
        return place.stage == stage and (not node or place.node == NodeId(node))

    def tensor(self, title: str) -> torch.Tensor:
        """The numbers of a tensor that the microscope shows at this place."""
        view = self.session.microscope.view
        assert view is not None
        titles = [one.title for one in view.looked.tensors]
        return torch.from_numpy(view.arrays[titles.index(title)].copy())

    def gradient(self) -> torch.Tensor:
        """What torch finds as the gradient of the last Linear's weight for the rows that are looked at."""
        view, wish = self.session.microscope.view, self.session.microscope.wish
        assert view is not None
        node = view.looked.place.node
        self.session.microscope.visit(self._stop("forward"))
        self.seen()
        x = self.tensor("Input")
        self.session.microscope.visit(self._stop("loss"))
        self.seen()
        y = self.tensor("Target")
        model = twin(self.session.document.project)
        torch.autograd.backward(nn.functional.cross_entropy(model(x), y))
        self.session.microscope.ask(place=msgspec.structs.replace(wish.place, node=node))
        self.seen()
        last = list(model.parameters())[-2].grad
        assert last is not None
        return last

    def _stop(self, stage: Stage) -> Place:
        return next(place for place in self.session.microscope.walk if place.stage == stage)

    # Weights

    @property
    def editor(self) -> WeightsEditor:
        """The numbers of the chosen parameter."""
        return self.window.panels.weights_editor

    # Pictures

    def picture(self, name: str, box: QWidget | None = None) -> None:
        """Keeps a picture of the window, or of a box over it, as it is now, where that is asked for."""
        if PICTURES:
            self.settle()
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            (box or self.window).grab().save(f"{PICTURES}/{name}.png")


def twin(project: Project) -> nn.Sequential:
    """The network of Linear and activations as a script would write it, from the same seed."""
    torch.manual_seed(project.training.seed)
    size = data_of(project)[0].shape[-1]
    layers: list[nn.Module] = []
    for node in project.graph.nodes.values():
        if node.type == "Linear":
            width = node.args["out_features"]
            assert isinstance(width, int)
            layers.append(nn.Linear(size, width))
            size = width
        elif node.type not in {INPUT, LOSS}:
            layers.append(getattr(nn, node.type)())
    return nn.Sequential(*layers)


def data_of(project: Project) -> tuple[torch.Tensor, torch.Tensor]:
    """The rows for training with their targets."""
    prepared = load(project.data, project.training.seed, None)
    return torch.from_numpy(prepared.train.x), torch.from_numpy(prepared.train.y)
