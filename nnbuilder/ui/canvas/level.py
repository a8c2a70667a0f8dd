"""Which part of the drawing the canvas shows: the top, or the inside of one group."""

from PySide6.QtCore import QObject, QRectF, Signal

from nnbuilder.graph.graph import GROUP, Graph, NodeId, Note
from nnbuilder.session.document import Document
from nnbuilder.ui.canvas.scene import bounds_of


class Level(QObject):
    """The group that is entered, None at the top; where that group goes, the level above is shown."""

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._path: tuple[NodeId, ...] = ()
        self._of: Graph | None = None
        self._inside: NodeId | None = None
        self._drawing = Graph()
        document.changed.connect(self._review)
        document.replaced.connect(self._replaced)

    @property
    def group(self) -> NodeId | None:
        """The group that is shown, None at the top; what is added goes there."""
        return self._path[-1] if self._path else None

    @property
    def path(self) -> tuple[NodeId, ...]:
        """The groups around what is shown, the outermost first."""
        return self._path

    @property
    def graph(self) -> Graph:
        """What is shown, as a drawing of its own without notes; its nodes still name their parent."""
        graph = self._document.project.graph
        if graph is not self._of or self.group != self._inside:
            self._of, self._inside = graph, self.group
            self._drawing = graph.level(self.group)
        return self._drawing

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes and frames that are shown."""
        notes = self._document.project.graph.notes
        return tuple(note for note in notes.values() if note.parent == self.group)

    @property
    def bounds(self) -> QRectF:
        """The rectangle around all that is shown; that of one card where nothing is."""
        return bounds_of(self.graph, self.notes)

    def go(self, group: NodeId | None) -> bool:
        """Shows the inside of a group, or the top; False where there is no such group."""
        graph = self._document.project.graph
        if group is not None and not _is_group(graph, group):
            return False
        around = () if group is None else (*reversed(graph.groups_of(group)), group)
        if around != self._path:
            self._path = around
            self.changed.emit()
        return True

    def leave(self) -> bool:
        """Goes one level up; False at the top."""
        if not self._path:
            return False
        return self.go(self._path[-2] if len(self._path) > 1 else None)

    def show_level_of(self, key: NodeId) -> bool:
        """Goes to where a node or note lies; False where there is none of this id."""
        graph = self._document.project.graph
        found = graph.nodes.get(key) or graph.notes.get(key)
        return found is not None and self.go(found.parent)

    def _review(self) -> None:
        """Leaves groups that are gone; follows one that lies elsewhere now."""
        graph = self._document.project.graph
        left = [key for key in self._path if _is_group(graph, key)]
        self.go(left[-1] if left else None)

    def _replaced(self) -> None:
        if self._path:
            self._path = ()
            self.changed.emit()


def _is_group(graph: Graph, key: NodeId) -> bool:
    return key in graph.nodes and graph.nodes[key].type == GROUP
