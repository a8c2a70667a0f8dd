"""The actions of the drawing: what each does, and when it can be used or why it cannot."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from nnbuilder.graph.graph import GROUP, INPUT, LOSS, Node
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.ui.canvas import CanvasView
from nnbuilder.ui.canvas.chosen import all_disabled, all_frozen, learning
from nnbuilder.ui.canvas.clipboard import Clipboard
from nnbuilder.ui.common.action_table import set_usable

_SELECT = "Select a layer first."
_EMPTY = "There is no layer yet."
_LEARNS = "Select a layer with parameters first."
_INSIDE = "Select a layer between Input and Loss first."


class DrawingActions(QObject):
    """Connects the rows of the table that edit the drawing to one canvas.

    Their keys work where the canvas has the keyboard, and its context menus show the same actions.
    """

    def __init__(self, canvas: CanvasView, analysis: AnalysisFollower, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._actions: Mapping[str, QAction] = {}
        self.clipboard = Clipboard(
            canvas.bench, canvas.chosen, analysis, canvas.paste_place, lambda: canvas.arranger.style
        )

    @property
    def handlers(self) -> dict[str, Callable[[], object]]:
        """What each action does."""
        canvas, chosen, clipboard = self._canvas, self._canvas.chosen, self.clipboard
        return {
            "edit.cut": clipboard.cut,
            "edit.copy": clipboard.copy,
            "edit.paste": clipboard.paste,
            "edit.duplicate": chosen.duplicate,
            "edit.delete": canvas.operations.delete_selected,
            "edit.select_all": canvas.operations.select_all,
            "edit.select_chain": chosen.select_chain,
            "network.arguments": canvas.operations.inspect,
            "network.rename": canvas.rename,
            "network.disable": chosen.toggle_disabled,
            "network.freeze": chosen.toggle_frozen,
            "network.back": lambda: chosen.shift(-1),
            "network.forth": lambda: chosen.shift(1),
            "network.group": chosen.group,
            "network.ungroup": chosen.ungroup,
            "network.into": chosen.move_in,
            "network.out": chosen.move_out,
            "network.connect": canvas.ports.start,
        }

    def adopt(self, actions: Mapping[str, QAction]) -> None:
        """Takes charge of when these actions can be used, and lets the canvas have their keys."""
        self._actions = actions
        self._canvas.addActions(list(actions.values()))
        self._canvas.actions_by_name.update(actions)
        bench = self._canvas.bench
        bench.selection.changed.connect(self.review)
        bench.document.changed.connect(self.review)
        bench.document.replaced.connect(self.review)
        self.review()

    def review(self) -> None:
        """Greys what cannot be done with the present selection."""
        for name, reason in self._reasons().items():
            if name in self._actions:
                set_usable(self._actions[name], reason)
        graph, nodes = self._canvas.bench.graph, self._canvas.bench.selection.nodes
        for name, word in (
            ("network.disable", "Enable" if all_disabled(graph, nodes) else "Disable"),
            ("network.freeze", "Unfreeze" if all_frozen(graph, nodes) else "Freeze"),
        ):
            if name in self._actions:
                self._actions[name].setText(word)

    def _reasons(self) -> dict[str, str]:
        """Why each action cannot be used now; empty where it can be."""
        bench = self._canvas.bench
        graph, chosen = bench.graph, bench.selection.nodes
        nodes = [graph.nodes[key] for key in chosen if key in graph.nodes]
        layers = [node for node in nodes if node.type not in {INPUT, LOSS}]
        nothing = "" if chosen else _SELECT
        return {
            "edit.cut": nothing,
            "edit.copy": nothing,
            "edit.duplicate": nothing,
            **dict.fromkeys(("edit.delete", "edit.select_all"), "" if graph.nodes else _EMPTY),
            "edit.select_chain": "" if nodes else _SELECT,
            "network.arguments": "" if nodes else _SELECT,
            "network.connect": "" if nodes else _SELECT,
            "network.rename": _one(nodes, layers),
            **dict.fromkeys(_FOR_LAYERS, "" if layers else _INSIDE),
            "network.freeze": "" if learning(graph, chosen) else _LEARNS,
            "network.ungroup": "" if _has_group(layers) else "Select a group first.",
            "network.out": "" if any(node.parent for node in layers) else "Select a layer in a group first.",
        }


_FOR_LAYERS = ("network.disable", "network.back", "network.forth", "network.group", "network.into")


def _has_group(nodes: list[Node]) -> bool:
    return any(node.type == GROUP for node in nodes)


def _one(nodes: list[Node], layers: list[Node]) -> str:
    if not layers:
        return _INSIDE
    return "" if len(nodes) == 1 else "Select one layer only."
