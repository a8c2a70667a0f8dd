"""The chain as a panel: a heading, the list, and a line for what was refused."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnbuilder.graph.edits import RemoveNodes
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import INPUT, LOSS, Graph, NodeId
from nnbuilder.project.edits import Edit
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.diff import DocumentDiff
from nnbuilder.session.document import Document
from nnbuilder.ui.chain import edits
from nnbuilder.ui.chain.model import ChainModel
from nnbuilder.ui.chain.tree import ChainTree
from nnbuilder.ui.common.labels import TintedLabel, heading, quiet
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.common.titles import counted

_EMPTY = "Nothing is drawn yet. Press / to add the first layer."
_KEYS = "Enter edits, F2 renames, Alt+Up and Alt+Down move, Ctrl+D duplicates, Del removes, / adds."


class ChainPanel(QWidget):
    """The network as a list that can do all that the canvas can, by keyboard.

    `inspect_requested` asks for the keyboard to go to the arguments of the selected layers, `add_requested`
    for the quick-add box, `menu_requested` carries the point of the screen where a menu is wanted.
    """

    inspect_requested = Signal()
    add_requested = Signal()
    menu_requested = Signal(QPoint)

    def __init__(
        self,
        document: Document,
        analysis: AnalysisFollower,
        selection: Selection,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("chain")
        self.setAccessibleName("Chain")
        self._document = document
        self._analysis = analysis
        self._selection = selection
        self._stale = True
        self.model = ChainModel(document, analysis, self)
        self.tree = ChainTree(self.model)
        self._summary = quiet()
        self._summary.setObjectName("chain_summary")
        self._refusal = wrapping(TintedLabel("", "error"))
        self._refusal.setObjectName("chain_refusal")
        self._empty = wrapping(quiet(_EMPTY))
        self._empty.setObjectName("chain_empty")
        self._hint = wrapping(quiet(_KEYS, factor=0.86))
        self._lay_out()
        self._connect()

    def refresh(self) -> None:
        """Shows the document as it is; later, where the panel is not visible."""
        self._stale = not self.isVisible()
        if self._stale:
            return
        self.model.follow()
        self._show_around()

    def _show_around(self) -> None:
        """Shows what stands around the rows, and which of them are selected."""
        graph = self._document.project.graph
        layers = sum(node.type not in {INPUT, LOSS} for node in graph.nodes.values())
        parameters = self._analysis.analysis.parameters
        self._summary.setText(f"{counted(layers, 'layer')}, {counted(parameters, 'parameter')}")
        self._empty.setVisible(not graph.nodes)
        self.tree.setVisible(bool(graph.nodes))
        self.tree.show_nodes(self._selection.nodes)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(heading("Chain", factor=1.08))
        top.addStretch()
        top.addWidget(self._summary)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self._refusal)
        layout.addWidget(self._empty)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self._hint)
        layout.setAlignment(self._empty, Qt.AlignmentFlag.AlignTop)
        self._refusal.hide()
        self.setFocusProxy(self.tree)
        self.setMinimumWidth(150)

    def _connect(self) -> None:
        tree = self.tree
        self._document.changed.connect(self._changed)
        self._document.replaced.connect(self.refresh)
        self._analysis.updated.connect(self._answered)
        self._selection.changed.connect(self._follow_selection)
        self.model.refused.connect(self._refuse)
        tree.picked.connect(self._pick)
        tree.opened.connect(self.inspect_requested)
        tree.add_requested.connect(self.add_requested)
        tree.menu_requested.connect(self.menu_requested)
        tree.removed.connect(self._remove)
        tree.duplicated.connect(self._duplicate)
        tree.shifted.connect(lambda step: self._edit(lambda g, n: edits.moved(g, n, -1 if step < 0 else 1)))
        tree.moved_in.connect(lambda: self._edit(edits.moved_in))
        tree.moved_out.connect(lambda: self._edit(lambda g, n: edits.moved_out(g, n, "after")))

    def _changed(self, diff: DocumentDiff) -> None:
        if not diff.graph:
            return
        self._refusal.hide()
        if self._stale or not self.isVisible():
            self._stale = True
            return
        self.model.follow_change(diff.graph)
        self._show_around()

    def _answered(self) -> None:
        if self.isVisible() and not self._stale:
            self.model.say_again()
            self._show_around()

    def _follow_selection(self) -> None:
        if self.isVisible():
            self.tree.show_nodes(self._selection.nodes)

    def _pick(self, nodes: tuple[NodeId, ...]) -> None:
        """Makes what the list selects the selection of the window; notes stay out of it."""
        known = set(self.model.nodes)
        if set(nodes) != known.intersection(self._selection.nodes):
            self._selection.set(nodes)
        self._refusal.hide()

    def _remove(self) -> None:
        after = edits.neighbour_of(self._document.project.graph, self._chosen())
        if self._edit(lambda _, nodes: RemoveNodes(nodes)) and after is not None:
            self._selection.set([after])

    def _duplicate(self) -> None:
        before = self._document.project.graph.nodes
        if self._edit(edits.duplicated):
            new = [node for node in self._document.project.graph.nodes.values() if node.id not in before]
            inside = {node.id for node in new}
            self._selection.set(node.id for node in new if node.parent not in inside)

    def _chosen(self) -> tuple[NodeId, ...]:
        graph = self._document.project.graph
        return tuple(node for node in self._selection.nodes if node in graph.nodes)

    def _edit(self, make: Callable[[Graph, tuple[NodeId, ...]], Edit]) -> bool:
        """Applies an edit of the selected layers; whether it could be done."""
        try:
            self._document.apply(make(self._document.project.graph, self._chosen()))
        except EditRefused as refusal:
            self._refuse(str(refusal))
            return False
        return True

    def _refuse(self, why: str) -> None:
        self._refusal.setText(why)
        self._refusal.show()
