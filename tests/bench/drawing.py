"""A thousand nodes: opening them, a frame of them, an edit among them."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtWidgets import QApplication, QGraphicsView

from nnbuilder.graph.edits import MoveNodes, SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.file import load_project, save_project
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from nnbuilder.session.run import Run
from nnbuilder.ui.canvas import CanvasView
from nnbuilder.ui.canvas.arrange import Glide
from nnbuilder.ui.common.selection import Selection
from tests.bench.figures import Figure, timed
from tests.bench.floor import FloorView
from tests.bench.networks import mixed
from tests.bench.node_graph import open_peer, peer_installed
from tests.fakes import FakeEngine

if TYPE_CHECKING:
    from nnbuilder.project.project import Project

GROUP = "drawing"
NODES = 1000
SIZE = (1280, 800)
FRAMES = 30
PEER = "NodeGraphQt"
MISSING = "NodeGraphQt is not installed"
FASTER = 20.0
"""Times that we are to be faster than it."""


class Desk:
    """A canvas on a document, with an engine that answers once."""

    def __init__(self, project: "Project") -> None:
        self.document = Document(project)
        self.engine = FakeEngine()
        self.analysis = AnalysisFollower(self.document, self.engine)
        run = Run(self.document, self.engine, Path)
        self.view = CanvasView(self.document, self.analysis, Selection(), run)
        self.engine.start()

    def show(self) -> None:
        """Shows the canvas with everything in view, shapes and counts known; the engine is silent then."""
        self.view.resize(*SIZE)
        self.view.show()
        _settle()
        self.engine.answer = None


def figures() -> Iterator[Figure]:
    """Open, frames at three zooms, pan, edit and undo."""
    app = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.nnb"
        save_project(mixed(NODES), path)
        yield from _open(path)
        project = load_project(path).project
    desk, floor = Desk(project), FloorView(project.graph)
    desk.show()
    floor.resize(*SIZE)
    floor.show()
    floor.fit()
    _settle()
    yield from _frames(desk, floor)
    yield _edit(desk)
    yield _glide(desk)
    yield from _beside_peer(desk, project)
    for view in (desk.view, floor):
        view.close()
    app.processEvents()


def _open(path: Path) -> Iterator[Figure]:
    """From the file to the first frame."""

    def ours() -> None:
        _shown(load_project(path).project)

    graph = load_project(path).project.graph

    def floor() -> None:
        view = FloorView(graph)
        view.resize(*SIZE)
        view.show()
        view.fit()
        QApplication.processEvents()
        view.viewport().repaint()
        view.close()

    yield Figure(
        group=GROUP,
        name="Open 1,000 nodes: parse, draw, first frame",
        ours=timed(ours, 5),
        other=timed(floor, 5),
        than="plain QGraphicsView, no file",
        limit=300,
    )


def _beside_peer(desk: Desk, project: "Project") -> Iterator[Figure]:
    """The same nodes and edges in NodeGraphQt: how much faster we show them, and paint a frame."""
    show = Figure(group=GROUP, name="Show 1,000 nodes", than=PEER, limit=FASTER, least=True)
    frame = Figure(group=GROUP, name="Frame, 1,000 nodes in view", than=PEER, least=True)
    if not peer_installed():
        yield from (msgspec.structs.replace(figure, skipped=MISSING) for figure in (show, frame))
        return
    start = time.perf_counter()
    window, viewer = open_peer(project.graph, SIZE)
    other = (time.perf_counter() - start) * 1000
    desk.view.operations.fit()
    ours = timed(lambda: _shown(project), 3)
    yield msgspec.structs.replace(show, ours=ours, other=other, ratio=other / ours)
    ours, other = _frame(desk.view), timed(viewer.viewport().repaint, 5)
    yield msgspec.structs.replace(frame, ours=ours, other=other, ratio=other / ours)
    viewer.close()
    del window


def _shown(project: "Project") -> None:
    desk = Desk(project)
    desk.view.resize(*SIZE)
    desk.view.show()
    QApplication.processEvents()
    desk.view.viewport().repaint()
    desk.view.close()


def _frames(desk: Desk, floor: FloorView) -> Iterator[Figure]:
    view = desk.view
    fitted, floored = _frame(view), _frame(floor)
    yield Figure(
        group=GROUP,
        name="Frame, 1,000 nodes in view",
        ours=fitted,
        other=floored,
        than="plain QGraphicsView",
        limit=16,
    )
    middle = view.viewport().rect().center().toPointF()
    for factor, name in ((3.0, "Frame, zoomed in three times"), (3.0, "Frame, nine times")):
        view.camera.zoom(factor, middle)
        floor.scale(factor, factor)
        yield Figure(
            group=GROUP,
            name=name,
            ours=_frame(view),
            other=_frame(floor),
            than="plain QGraphicsView",
            limit=16,
        )
    view.operations.fit()
    yield Figure(group=GROUP, name="Pan by 7 pixels, 1,000 nodes in view", ours=_pan(view), limit=16)


def _frame(view: QGraphicsView) -> float:
    return timed(view.viewport().repaint, FRAMES, warm=3)


def _pan(view: QGraphicsView) -> float:
    bar = view.horizontalScrollBar()

    def step() -> None:
        bar.setValue(bar.value() + 7)
        view.viewport().repaint()

    return timed(step, FRAMES, warm=3)


def _edit(desk: Desk) -> Figure:
    """Sets one argument and paints, undoes it and paints: the mean of both."""
    turn = 0

    def both() -> None:
        nonlocal turn
        turn += 1
        desk.document.apply(SetArg(NodeId("n500"), "out_features", 100 + turn))
        QApplication.processEvents()
        desk.document.undo_stack.undo()
        QApplication.processEvents()

    return Figure(group=GROUP, name="One edit at 1,000 nodes, painted", ours=timed(both, FRAMES) / 2, limit=8)


def _glide(desk: Desk) -> Figure:
    """Tidies cards that lie anywhere: a frame on their way, cards moved and painted."""
    graph, view = desk.document.project.graph, desk.view
    rows = {
        key: (number * 37 % 100 * 90.0, number * 53 % 77 * 70.0) for number, key in enumerate(graph.nodes)
    }
    desk.document.apply(MoveNodes(rows))
    tidied = {key: (node.x, node.y) for key, node in graph.nodes.items()}
    view.operations.fit()
    _settle()
    glide, turn = Glide(view.canvas, view.level, view), 0

    def step() -> None:
        nonlocal turn
        turn += 1
        glide.show(turn / (FRAMES + 4))
        QApplication.processEvents()

    glide.start(rows, tidied)
    figure = Figure(
        group=GROUP, name="Frame of a tidy glide, 1,000 cards", ours=timed(step, FRAMES, warm=3), limit=16
    )
    glide.settle()
    desk.document.undo_stack.undo()
    _settle()
    return figure


def _settle() -> None:
    for _ in range(5):
        QApplication.processEvents()
