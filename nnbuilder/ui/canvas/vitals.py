"""How layers fare while they train, on their cards: bars of activations, and headers that warm."""

from PySide6.QtCore import QEvent, QObject, QTimer

from nnbuilder.graph.graph import NodeId
from nnbuilder.session.alarms import Alarm, Severity, alarms
from nnbuilder.session.document import Document
from nnbuilder.session.layer_course import LayerCourse
from nnbuilder.ui.canvas.follow import bar_heights
from nnbuilder.ui.canvas.view import CanvasView
from nnbuilder.ui.common.titles import layer_title

_SHOW_MS = 200


class Vitals(QObject):
    """Has the reports on layers come while the canvas is visible, and shows the newest on the cards.

    Layers with weights have bars of these; the others get bars of what they give out. A group warms with
    any layer in it.
    """

    def __init__(
        self, canvas: CanvasView, document: Document, course: LayerCourse, parent: QObject | None = None
    ) -> None:
        super().__init__(parent or canvas)
        self._canvas = canvas
        self._document = document
        self._course = course
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SHOW_MS)
        self._soon.timeout.connect(self.show_latest)
        canvas.installEventFilter(self)
        course.changed.connect(self._later)
        course.run.histograms_changed.connect(self._later)
        course.run.state_changed.connect(self._later)
        document.changed.connect(self._later)
        document.replaced.connect(self._later)
        canvas.level.changed.connect(self._later)
        if canvas.isVisible():
            course.look(self)

    def show_latest(self) -> None:
        """Brings all cards up to date."""
        cards = self._canvas.canvas.cards
        found = self._alarms()
        for node, card in cards.items():
            card.set_alarm(found.get(node))
        row = self._course.activations.latest
        if row is None:
            return
        weighted = set(self._course.run.layers)
        for node, bars in zip(self._course.computing, bar_heights(row.counts), strict=False):
            if node in cards and node not in weighted:
                cards[node].set_bars(bars)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self._course.look(self)
        elif event.type() == QEvent.Type.Hide:
            self._course.look_away(self)
        return False

    def _alarms(self) -> dict[NodeId, Alarm]:
        """What is wrong, by node; groups tell it of the layers in them."""
        graph = self._document.project.graph
        found: dict[NodeId, Alarm] = {}
        for node, alarm in alarms(self._course).items():
            if node not in graph.nodes:
                continue
            found[node] = alarm
            named = Alarm(alarm.severity, f"{layer_title(graph, node)}: {alarm.text}")
            for group in graph.groups_of(node):
                before = found.get(group)
                found[group] = named if before is None else _worse(before, named)
        return found

    def _later(self, _change: object = None) -> None:
        if not self._soon.isActive():
            self._soon.start()


def _worse(first: Alarm, second: Alarm) -> Alarm:
    severity: Severity = "error" if "error" in (first.severity, second.severity) else "warning"
    return Alarm(severity, f"{first.text}\n{second.text}")
