"""A canvas on a small classifier, and hands to use it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnbuilder.graph.graph import Graph, NodeId
from nnbuilder.project.project import Project
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from nnbuilder.session.run import Run
from nnbuilder.ui.actions import ACTIONS
from nnbuilder.ui.canvas import CanvasView
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.common.action_table import build_actions
from nnbuilder.ui.common.mime import layer_data
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.drawing_actions import DrawingActions
from tests.fakes import FakeEngine
from tests.ui.canvas.drawings import chain

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


@dataclass
class Desk:
    """A canvas with what it works on, and a mouse whose points are of the scene."""

    document: Document
    engine: FakeEngine
    analysis: AnalysisFollower
    selection: Selection
    run: Run
    view: CanvasView

    @property
    def graph(self) -> Graph:
        """The drawing as it is now."""
        return self.document.project.graph

    def selected(self) -> list[NodeId]:
        """The selected nodes."""
        return list(self.selection.nodes)

    def at(self, point: QPointF) -> QPoint:
        """A point of the scene in the viewport."""
        return self.view.mapFromScene(point)

    def middle(self, node: NodeId) -> QPointF:
        """The middle of a card."""
        return self.view.canvas.cards[node].pos() + QPointF(geo.CARD_WIDTH / 2, geo.CARD_HEIGHT / 2)

    def out_port(self, node: NodeId) -> QPointF:
        """Where edges start at a node."""
        return self.view.canvas.cards[node].pos() + QPointF(geo.CARD_WIDTH, geo.PORT_Y)

    def in_port(self, node: NodeId) -> QPointF:
        """Where edges end at a node."""
        return self.view.canvas.cards[node].pos() + QPointF(0.0, geo.PORT_Y)

    def press(self, point: QPointF, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Presses the left button."""
        QTest.mousePress(self.view.viewport(), LEFT, modifiers, self.at(point))

    def release(self, point: QPointF, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Lets the left button go."""
        QTest.mouseRelease(self.view.viewport(), LEFT, modifiers, self.at(point))

    def move(
        self,
        point: QPointF,
        modifiers: Qt.KeyboardModifier = PLAIN,
        buttons: Qt.MouseButton = Qt.MouseButton.NoButton,
    ) -> None:
        """Moves the mouse; QTest's own moves know no modifiers."""
        viewport, at = self.view.viewport(), QPointF(self.at(point))
        there = viewport.mapToGlobal(at)
        none = Qt.MouseButton.NoButton
        event = QMouseEvent(QMouseEvent.Type.MouseMove, at, there, none, buttons, modifiers)
        QApplication.sendEvent(viewport, event)

    def carry(self, start: QPointF, end: QPointF, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Presses and moves."""
        self.press(start, modifiers)
        for share in (0.2, 0.6, 1.0):
            self.move(start + (end - start) * share, modifiers, LEFT)

    def drag(self, start: QPointF, end: QPointF, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Presses, moves and lets go."""
        self.carry(start, end, modifiers)
        self.release(end, modifiers)

    def double_click(self, point: QPointF) -> None:
        """Clicks twice."""
        self.click(point)
        QTest.mouseDClick(self.view.viewport(), LEFT, PLAIN, self.at(point))

    def hover(self, point: QPointF) -> None:
        """Brings the mouse over a point with no button down."""
        self.move(point)

    def gap(self, source: NodeId, target: NodeId) -> QPointF:
        """The middle between two cards of a row."""
        return (self.out_port(source) + self.in_port(target)) / 2

    @property
    def hint(self) -> str:
        """What stands at the mouse while something is dragged."""
        return self.view.drag_hint.text() if self.view.drag_hint.isVisible() else ""

    @property
    def lit(self) -> bool:
        """Whether a port, an edge or a line at the mouse still shows what a release would do."""
        marks, edges = self.view.bench.marks, self.view.canvas.edges
        return bool(marks.offered or marks.aimed or edges.target or edges.ghosted or self.hint)

    @property
    def said(self) -> str:
        """The quiet sentence at the mouse."""
        return self.view.sentence.text() if self.view.sentence.isVisible() else ""

    @property
    def steps(self) -> list[str]:
        """The names of the undo steps."""
        stack = self.document.undo_stack
        return [stack.text(index) for index in range(stack.index())]

    def undo(self) -> None:
        """Takes back the last step."""
        self.document.undo_stack.undo()

    def click(self, point: QPointF, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Presses and lets go."""
        QTest.mouseClick(self.view.viewport(), LEFT, modifiers, self.at(point))

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Types one key into the canvas."""
        QTest.keyClick(self.view, key, modifiers)

    def drag_over(self, point: QPointF, mime: QMimeData) -> bool:
        """Brings dragged data over a point; whether the canvas would take it."""
        at, copy = self.at(point), Qt.DropAction.CopyAction
        enter = QDragEnterEvent(at, copy, mime, LEFT, PLAIN)
        QApplication.sendEvent(self.view.viewport(), enter)
        move = QDragMoveEvent(at, copy, mime, LEFT, PLAIN)
        QApplication.sendEvent(self.view.viewport(), move)
        return enter.isAccepted() and move.isAccepted()

    def leave_drag(self) -> None:
        """Takes dragged data away again."""
        QApplication.sendEvent(self.view.viewport(), QDragLeaveEvent())

    def drop(self, point: QPointF, mime: QMimeData) -> None:
        """Lets dragged data go."""
        event = QDropEvent(QPointF(self.at(point)), Qt.DropAction.CopyAction, mime, LEFT, PLAIN)
        QApplication.sendEvent(self.view.viewport(), event)

    def drop_layer(self, name: str, point: QPointF) -> None:
        """Drags a layer over a point and lets it go."""
        mime = layer_data(name)
        assert self.drag_over(point, mime)
        self.drop(point, mime)

    def answered(self) -> None:
        """Lets the engine answer."""
        for _ in range(4):
            QApplication.processEvents()


def adopt_actions(view: CanvasView, analysis: AnalysisFollower) -> None:
    """Gives a canvas the actions that it has in the window, with their keys."""
    drawing = DrawingActions(view, analysis, view)
    handlers = {
        **drawing.handlers,
        "view.fit": view.operations.fit,
        "view.actual": view.camera.actual_size,
        "view.zoom_in": view.camera.zoom_in,
        "view.zoom_out": view.camera.zoom_out,
    }
    drawing.adopt(build_actions([row for row in ACTIONS if row.name in handlers], handlers, view))


@pytest.fixture
def open_desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[Graph], Desk]]:
    """Opens a canvas on any drawing."""

    def make(graph: Graph) -> Desk:
        document = Document(Project(graph=graph))
        engine = FakeEngine(document)
        analysis = AnalysisFollower(document, engine, document)
        selection, run = Selection(document), Run(document, engine, lambda: tmp_path, document)
        view = CanvasView(document, analysis, selection, run)
        qtbot.addWidget(view)
        view.resize(980, 560)
        view.show()
        view.activateWindow()
        assert QTest.qWaitForWindowActive(view)
        view.setFocus()
        adopt_actions(view, analysis)
        engine.start()
        desk = Desk(document, engine, analysis, selection, run, view)
        desk.answered()
        kept.append(desk)
        return desk

    kept: list[Desk] = []
    yield make
    for desk in kept:
        desk.run.shutdown()


@pytest.fixture
def desk(open_desk: Callable[[Graph], Desk]) -> Desk:
    """A canvas on Input, Linear, ReLU, Linear, Loss: n1 to n5."""
    return open_desk(chain())
