"""Where somebody stands in the drawing: selection, group and view, kept with each undo step."""

import weakref

import msgspec
from PySide6.QtCore import QObject, QPointF
from shiboken6 import Shiboken

from nnbuilder.graph.graph import NodeId
from nnbuilder.ui.canvas.gestures.base import Bench


class Standpoint(msgspec.Struct, frozen=True):
    """What is selected, which group is shown, and what of it is in view."""

    nodes: tuple[NodeId, ...]
    group: NodeId | None
    centre: tuple[float, float]
    scale: float


class Standpoints(QObject):
    """Lets the document keep standpoints with its steps, and brings the canvas back to them."""

    def __init__(self, bench: Bench, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = bench
        seen = weakref.ref(self)

        def stand() -> Standpoint | None:
            there = seen()
            return there.current() if there is not None and Shiboken.isValid(there) else None

        bench.document.standpoint = stand
        bench.document.returned.connect(self.go_to)

    def current(self) -> Standpoint:
        """Where the user stands now."""
        bench = self._bench
        centre = bench.camera.visible().center()
        return Standpoint(bench.selection.nodes, bench.group, (centre.x(), centre.y()), bench.camera.scale)

    def go_to(self, there: Standpoint) -> None:
        """Brings selection and view back."""
        bench = self._bench
        bench.level.go(there.group)
        known = {**bench.graph.nodes, **bench.graph.notes}
        bench.selection.set(key for key in there.nodes if key in known)
        bench.camera.look_at(QPointF(*there.centre), there.scale)
