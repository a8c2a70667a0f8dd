"""Which problem bubble is shown and where: at the selected node, if it has a problem."""

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtWidgets import QGraphicsView

from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.bubble import Bubble
from nnbuilder.ui.canvas.gestures.base import Bench
from nnbuilder.ui.canvas.scene import CanvasScene


class ProblemBubbles(QObject):
    """Opens the bubble for one node at a time and keeps it at its card."""

    def __init__(
        self, view: QGraphicsView, scene: CanvasScene, analysis: AnalysisFollower, bench: Bench
    ) -> None:
        super().__init__(view)
        self._view = view
        self._scene = scene
        self._analysis = analysis
        self._bench = bench
        self._asked: NodeId | None = None
        self._aside = False
        self._quiet = False
        self.bubble = Bubble(view)
        self.bubble.chosen.connect(self.mend)
        self.bubble.left.connect(self._leave)
        analysis.updated.connect(self._analyzed)

    def follow(self, nodes: tuple[NodeId, ...]) -> None:
        """Opens the bubble of a single selected node, closes it otherwise."""
        if nodes != (self._asked,):
            self._asked = None
        if len(nodes) == 1 and (not self._quiet or nodes[0] == self._asked):
            self.open(nodes[0])
        else:
            self.bubble.dismiss()

    def keep_quiet(self, *, quiet: bool) -> None:
        """Lets no bubble cover what else is shown at the selected card, unless somebody asks for it."""
        if quiet != self._quiet:
            self._quiet = quiet
            self.follow(self._bench.selection.nodes)

    def ask(self, node: NodeId) -> None:
        """Opens the bubble of a node whose badge was pressed: advice that is only a note shows as well."""
        self._asked = node
        self.open(node)

    def problems(self, node: NodeId) -> tuple[Problem, ...]:
        """The problems of a node that its bubble shows: notes only where somebody asked for them."""
        asked = node == self._asked
        found = self._analysis.problems_of(node)
        return tuple(item for item in found if item.severity != "note" or (asked and item.why))

    def open(self, node: NodeId) -> None:
        """Shows the problems of a node, if there are any but notes."""
        problems = self.problems(node)
        if not problems or node not in self._scene.cards:
            self.bubble.dismiss()
            return
        self.bubble.show_problems(node, problems)
        self.step_aside(aside=self._aside)

    def step_aside(self, *, aside: bool) -> None:
        """Hides the bubble while something is dragged below it, or shows it again."""
        self._aside = aside
        self.bubble.setVisible(not aside and self.bubble.node is not None)
        self.place()

    def place(self) -> None:
        """Keeps the bubble below its card."""
        node = self.bubble.node
        if node is None or node not in self._scene.cards:
            return
        card = self._scene.cards[node]
        below = card.pos() + QPointF(geo.CARD_WIDTH / 2, geo.CARD_HEIGHT + 14.0)
        self.bubble.place(self._view.mapFromScene(below), self._view)

    def focus_fix(self) -> bool:
        """Puts the keyboard on the first Fix of the bubble."""
        nodes = self._bench.selection.nodes
        if self._quiet and len(nodes) == 1:
            self.ask(nodes[0])
        return self.bubble.focus_fix()

    def dismiss(self) -> bool:
        """Closes the bubble; whether it was open."""
        was = self.bubble.node is not None
        self.bubble.dismiss()
        return was

    def _analyzed(self) -> None:
        self.follow(self._bench.selection.nodes)

    def mend(self, fix: Fix) -> None:
        """Applies a Fix; a refusal is said at the mouse."""
        try:
            self._bench.document.apply_fix(fix)
        except EditRefused as refusal:
            self._bench.say(str(refusal))
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave(self) -> None:
        self.bubble.dismiss()
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)
