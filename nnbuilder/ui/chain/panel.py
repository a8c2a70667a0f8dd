"""The chain as a panel: a heading, the list, and a line for what was refused."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnbuilder.graph.edits import RemoveNodes
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import INPUT, LOSS, Graph, NodeId
from nnbuilder.project import reorder
from nnbuilder.project.edits import Edit
from nnbuilder.project.reorder import Put
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.diff import DocumentDiff
from nnbuilder.session.document import Document
from nnbuilder.ui.chain import edits
from nnbuilder.ui.chain.dragging import Target
from nnbuilder.ui.chain.model import ChainModel
from nnbuilder.ui.chain.tree import ChainTree
from nnbuilder.ui.common.action_table import key_text, reason_against
from nnbuilder.ui.common.labels import TintedLabel, heading, quiet
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.common.titles import counted

_EMPTY = "Nothing is drawn yet."
_VERTICAL = ("+Up", "+Down")

_KEYS = (
    "edit.cut",
    "edit.copy",
    "edit.paste",
    "edit.duplicate",
    "edit.delete",
    "edit.select_all",
    "edit.select_chain",
    "network.arguments",
    "network.rename",
    "network.disable",
    "network.back",
    "network.forth",
    "network.group",
    "network.ungroup",
    "network.into",
    "network.out",
)
"""The actions of the drawing that make sense for rows."""

_HINTS = (
    ("edits", ("network.arguments",)),
    ("renames", ("network.rename",)),
    ("move", ("network.back", "network.forth")),
    ("duplicates", ("edit.duplicate",)),
    ("removes", ("edit.delete",)),
    ("adds", ("network.add",)),
)
"""What the line below the list says of which keys."""


class ChainPanel(QWidget):
    """The network as a list that can do all that the canvas can, by keyboard.

    `inspect_requested` asks for the keyboard to go to the arguments of the selected layers, `paste_requested`
    for what is on the clipboard behind the selected layers, `menu_requested` carries the point of the screen
    where a menu is wanted.
    """

    inspect_requested = Signal()
    paste_requested = Signal()
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
        self._summary = wrapping(quiet())
        self._summary.setObjectName("chain_summary")
        self._refusal = wrapping(TintedLabel("", "error"))
        self._refusal.setObjectName("chain_refusal")
        self._empty = wrapping(quiet(_EMPTY))
        self._empty.setObjectName("chain_empty")
        self._hint = wrapping(quiet(factor=0.86))
        self._hint.setObjectName("chain_keys")
        self._actions: Mapping[str, QAction] = {}
        self._own: Mapping[str, Callable[[], object]] = {
            "edit.cut": self._cut,
            "edit.paste": self.paste_requested.emit,
            "edit.duplicate": self._duplicate,
            "edit.delete": self._remove,
            "edit.select_all": self.tree.selectAll,
            "network.arguments": self.inspect_requested.emit,
            "network.rename": self.tree.rename,
            "network.back": lambda: self._edit(lambda graph, nodes: edits.moved(graph, nodes, -1)),
            "network.forth": lambda: self._edit(lambda graph, nodes: edits.moved(graph, nodes, 1)),
            "network.into": partial(self._edit, reorder.moved_in),
            "network.out": partial(self._edit, reorder.moved_out),
        }
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
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(heading("Chain", factor=1.08))
        layout.addWidget(self._summary)
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
        tree.menu_requested.connect(self.menu_requested)
        tree.wanted.connect(self._act)
        tree.dropped.connect(self._drop)
        tree.drag.refusal_of = self._refusal_of

    def _act(self, name: str) -> None:
        """Does what an action of the table does, in the list's own way where it has one."""
        if reason := reason_against(self._actions[name]):
            self._refuse(reason)
        else:
            self._refusal.hide()
            self._own.get(name, self._actions[name].trigger)()

    def _refusal_of(self, target: Target) -> str:
        """Why the selected layers cannot go to a target; empty where they can."""
        graph = self._document.project.graph
        try:
            reorder.put(graph, self._chosen(), target.node, target.side)
        except EditRefused as refusal:
            return str(refusal)
        return ""

    def _drop(self, node: NodeId, side: Put) -> None:
        self._edit(lambda graph, nodes: reorder.put(graph, nodes, node, side))

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

    def adopt(self, actions: Mapping[str, QAction]) -> None:
        """Takes the actions of the drawing: their keys work in the list too."""
        self._actions = actions
        self.tree.adopt({name: actions[name] for name in _KEYS})
        for name in {name for _, names in _HINTS for name in names}:
            actions[name].changed.connect(self._say_keys)
        self._say_keys()

    def hear(self, sentence: str) -> None:
        """Shows what was said about an action that was started here."""
        if self.tree.hasFocus():
            self._refuse(sentence)

    def _say_keys(self) -> None:
        """Says in the hint which keys do what, as they are now."""
        said = []
        for verb, names in _HINTS:
            keys = [key for name in names if (key := _row_key(self._actions[name]))]
            if keys:
                said.append(f"{' and '.join(keys)} {verb}")
        self._hint.setText(f"{', '.join(said)}." if said else "")
        self.tree.setAccessibleDescription(self._hint.text())
        add = key_text(self._actions["network.add"])
        self._empty.setText(f"{_EMPTY} Press {add} to add the first layer." if add else _EMPTY)

    def _cut(self) -> None:
        after = edits.neighbour_of(self._document.project.graph, self._chosen())
        self._actions["edit.cut"].trigger()
        if not self._chosen() and after is not None:
            self._selection.set([after])

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


def _row_key(action: QAction) -> str:
    """The shortcut to tell of beside rows: one that goes up or down, if there is one, else the first."""
    found = [keys for keys in action.shortcuts() if keys.toString().endswith(_VERTICAL)]
    return found[0].toString(QKeySequence.SequenceFormat.NativeText) if found else key_text(action)
