"""Which nodes are selected: one object that the canvas sets and every panel follows."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from nnbuilder.graph.graph import NodeId


class Selection(QObject):
    """The selected nodes, in the order in which they were selected; the last one is the current one."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._nodes: tuple[NodeId, ...] = ()

    @property
    def nodes(self) -> tuple[NodeId, ...]:
        """All selected nodes."""
        return self._nodes

    @property
    def current(self) -> NodeId | None:
        """The node selected last, or None."""
        return self._nodes[-1] if self._nodes else None

    def set(self, nodes: Iterable[NodeId]) -> None:
        """Selects exactly these nodes; says so only where that differs."""
        wanted = tuple(dict.fromkeys(nodes))
        if wanted != self._nodes:
            self._nodes = wanted
            self.changed.emit()

    def keep(self, known: Iterable[NodeId]) -> None:
        """Drops what is not among the known nodes, for example after they were deleted."""
        there = set(known)
        self.set(node for node in self._nodes if node in there)
