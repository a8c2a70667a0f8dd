"""Order in the picture: tidies what is shown in the way the user prefers, and lets the cards glide there."""

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation, Signal

from nnbuilder.graph import layout
from nnbuilder.graph.edits import MoveNodes
from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.layout import STYLES, Place, Style
from nnbuilder.graph.placing import columns_for
from nnbuilder.project.edits import Several
from nnbuilder.ui.canvas.card import Detail
from nnbuilder.ui.canvas.gestures.base import Bench
from nnbuilder.ui.canvas.level import Level
from nnbuilder.ui.canvas.scene import CanvasScene

GLIDE_MS = 180
Places = dict[NodeId, Place]


class Arranger(QObject):
    """Lays out the part of the drawing that is shown; `style_changed` tells of another preference."""

    style_changed = Signal()

    def __init__(self, bench: Bench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self._style: Style = "wrapped"
        self.glide = Glide(bench.scene, bench.level, self)
        bench.document.changed.connect(self.glide.settle)
        bench.level.changed.connect(self.glide.settle)

    @property
    def style(self) -> Style:
        """Rows that wrap like text, one row, or one column."""
        return self._style

    def prefer(self, style: str) -> None:
        """Takes another preference; an unknown one is left aside."""
        known = next((name for name in STYLES if name == style), self._style)
        if known != self._style:
            self._style = known
            self.style_changed.emit()

    def arrange(self, style: str) -> None:
        """Takes another preference and tidies by it."""
        self.prefer(style)
        self.tidy()

    def tidy(self) -> None:
        """Lays out what is shown and brings all of it into view; says so where it is tidy already."""
        bench = self._bench
        level = bench.level.graph
        moves = layout.tidy(bench.graph, self._style, bench.group, columns_for(len(level.nodes)))
        before = {key: (level.nodes[key].x, level.nodes[key].y) for key in moves}
        if not moves:
            bench.say("Everything is in its place already." if level.nodes else "There is nothing to tidy.")
        elif bench.apply(Several("Tidy the drawing", (MoveNodes(moves),))):
            self.glide.start(before, moves)
            bench.camera.fit(bench.level.bounds)


class Glide(QObject):
    """Lets cards move to where they lie in the document by now, in a moment."""

    def __init__(self, scene: CanvasScene, level: Level, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scene = scene
        self._level = level
        self._ways: list[tuple[NodeId, Place, Place]] = []
        self._motion = QVariantAnimation(self)
        self._motion.setDuration(GLIDE_MS)
        self._motion.setStartValue(0.0)
        self._motion.setEndValue(1.0)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.valueChanged.connect(self.show)
        self._motion.finished.connect(self.settle)

    @property
    def moving(self) -> bool:
        """Whether cards are on their way."""
        return bool(self._ways)

    def start(self, before: Places, after: Places) -> None:
        """Shows cards where they were and moves them to where they are now."""
        self.settle()
        self._ways = [(key, before[key], after[key]) for key in after]
        self.show(0.0)
        self._motion.start()

    def settle(self) -> None:
        """Puts every card that is on its way where it belongs."""
        if not self._ways:
            return
        ways, self._ways = self._ways, []
        self._motion.stop()
        nodes = self._level.graph.nodes
        self._scene.move({key: (nodes[key].x, nodes[key].y) for key, _, _ in ways if key in nodes})

    def show(self, share: float) -> None:
        """Shows the cards part of their way; labels come along where they can be read."""
        places = {key: (x + (u - x) * share, y + (v - y) * share) for key, (x, y), (u, v) in self._ways}
        if self._scene.shared.detail == Detail.FULL:
            self._scene.move(places)
        else:
            self._scene.glide(places)
