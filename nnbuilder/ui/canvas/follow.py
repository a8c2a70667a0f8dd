"""Keeps the scene like the document: the one place where cards and edges come, change and go."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer

from nnbuilder.graph.diff import GraphDiff
from nnbuilder.graph.graph import GROUP, LOSS, Edge, Graph, NodeId
from nnbuilder.graph.report.heavy import heavy_layers
from nnbuilder.interop.looks import CardLook, EdgeLook, card_look, edge_look, source_name
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.diff import DocumentDiff
from nnbuilder.session.document import Document
from nnbuilder.session.history import HistogramRow
from nnbuilder.session.run import Run
from nnbuilder.ui.canvas.card import BARS
from nnbuilder.ui.canvas.level import Level
from nnbuilder.ui.canvas.scene import CanvasScene
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.selection import Selection

if TYPE_CHECKING:
    from nnbuilder.graph.report.rows import Shares
    from nnbuilder.project.problem import Problem

_LOSS_MS = 100


class SceneFollower(QObject):
    """Follows document, analysis, selection, run and theme with the scene; never changes any of them."""

    def __init__(
        self,
        scene: CanvasScene,
        document: Document,
        analysis: AnalysisFollower,
        selection: Selection,
        run: Run,
        level: Level,
    ) -> None:
        super().__init__(scene)
        self._scene = scene
        self._level = level
        self._document = document
        self._analysis = analysis
        self._selection = selection
        self._run = run
        self._problems: dict[NodeId, list[Problem]] = {}
        self._heavy: dict[NodeId, Shares] = {}
        self._loss_due = QTimer(self)
        self._loss_due.setSingleShot(True)
        self._loss_due.setInterval(_LOSS_MS)
        self._loss_due.timeout.connect(self._show_loss)
        document.changed.connect(self._changed)
        document.replaced.connect(self.rebuild)
        level.changed.connect(self.rebuild)
        analysis.updated.connect(self._analyzed)
        selection.changed.connect(self._selected)
        run.progressed.connect(self._progressed)
        run.histograms_changed.connect(self._show_bars)
        colors.changed.connect(scene.restyle)
        self.rebuild()

    def rebuild(self) -> None:
        """Draws the level that is shown anew."""
        scene, graph = self._scene, self._level.graph
        scene.empty()
        scene.fit_rect(graph, self._level.notes)
        self._sort_problems()
        for key, node in graph.nodes.items():
            scene.add_node(key, self._card(key), (node.x, node.y))
        for edge in graph.edges:
            scene.add_edge(edge, self._edge(edge))
        for note in self._level.notes:
            scene.add_note(note)
        self._selected()
        self._show_latest_bars()

    def _changed(self, diff: DocumentDiff) -> None:
        if diff.graph:
            self._apply(diff.graph, self._level.graph)
            self._apply_notes(diff.graph)

    def _apply(self, diff: GraphDiff, graph: Graph) -> None:
        """Brings the level up to date with a diff of the whole drawing; it may have been drawn anew since."""
        scene, there = self._scene, set(self._scene.cards)
        gone = [key for key in (*diff.removed, *diff.changed) if key in there and key not in graph.nodes]
        come = [key for key in (*diff.added, *diff.changed) if key in graph.nodes and key not in there]
        stayed = [key for key in diff.changed if key in there and key in graph.nodes]
        rewired = bool(gone or come or diff.edges_added or diff.edges_removed)
        if rewired:
            self._drop_edges(graph)
        for key in gone:
            scene.remove_node(key)
        for key in come:
            scene.add_node(key, self._card(key), (graph.nodes[key].x, graph.nodes[key].y))
        for key in (*stayed, *self._groups_shown(diff)):
            scene.cards[key].set_look(self._card(key))
        scene.move({key: (graph.nodes[key].x, graph.nodes[key].y) for key in stayed})
        if rewired:
            self._add_edges(graph)
        if stayed or come:
            scene.fit_rect(graph, self._level.notes)
        if gone or come:
            self._selected()
            self._show_latest_bars()

    def _apply_notes(self, diff: GraphDiff) -> None:
        scene = self._scene
        touched = {*diff.notes_added, *diff.notes_removed, *diff.notes_changed}
        if not touched:
            return
        shown = {note.id: note for note in self._level.notes}
        for key in touched:
            if key in shown and key in scene.notes:
                scene.notes[key].set_note(shown[key])
                scene.altered.emit()
            elif key in shown:
                scene.add_note(shown[key])
            elif key in scene.notes:
                scene.remove_note(key)
        scene.fit_rect(self._level.graph, self._level.notes)
        self._selected()

    def _drop_edges(self, graph: Graph) -> None:
        for edge in set(self._scene.edges.edges).difference(graph.edges):
            self._scene.edges.remove(edge)

    def _add_edges(self, graph: Graph) -> None:
        known = set(self._scene.edges.edges)
        for edge in graph.edges:
            if edge not in known:
                self._scene.add_edge(edge, self._edge(edge))

    def _groups_shown(self, diff: GraphDiff) -> list[NodeId]:
        """The groups on this level, if layers may have come into one of them or left it."""
        if not (diff.added or diff.removed or diff.changed):
            return []
        return [key for key, card in self._scene.cards.items() if card.look.group]

    def _analyzed(self) -> None:
        nodes = self._document.project.graph.nodes
        self._sort_problems()
        for key, card in self._scene.cards.items():
            if key in nodes:  # another project may be on its way
                card.set_look(self._card(key))
        for edge in self._scene.edges.edges:
            self._scene.show_edge(edge, self._edge(edge))

    def _card(self, key: NodeId) -> CardLook:
        graph = self._document.project.graph
        node = graph.nodes[key]
        layer, problems = self._analysis.layer_of(key), self._problems.get(key, ())
        loss = self._last_loss() if node.type == LOSS else None
        inside = len(graph.children(key)) if node.type == GROUP else 0
        data = source_name(self._document.project.data.source)
        return card_look(
            node, layer, problems, self._analysis.profile, data, loss, inside, self._heavy.get(key)
        )

    def _edge(self, edge: Edge) -> EdgeLook:
        flowing = self._analysis.output_type(edge.source)
        problems = self._problems.get(edge.target, ())
        return edge_look(flowing, self._analysis.input_type(edge.target), problems)

    def _sort_problems(self) -> None:
        """By the node that they are on, a group has those of what lies in it too; and weighs the layers."""
        self._problems = {}
        self._heavy = heavy_layers(self._analysis.report)
        graph = self._document.project.graph
        for problem in self._analysis.problems:
            if problem.node is None:
                continue
            around = graph.groups_of(problem.node) if problem.node in graph.nodes else ()
            for key in (problem.node, *around):
                self._problems.setdefault(key, []).append(problem)

    def _selected(self) -> None:
        chosen = set(self._selection.nodes)
        for key, card in self._scene.cards.items():
            card.set_selected(key in chosen)
        for key, note in self._scene.notes.items():
            note.set_selected(key in chosen)

    def _last_loss(self) -> float | None:
        values = self._run.losses.values
        return float(values[-1]) if len(values) else None

    def _progressed(self) -> None:
        if not self._loss_due.isActive():
            self._loss_due.start()

    def _show_loss(self) -> None:
        for node in self._level.graph.of_type(LOSS):
            self._scene.cards[node.id].set_look(self._card(node.id))

    def _show_latest_bars(self) -> None:
        latest = self._run.histograms.latest("weight")
        if latest is not None:
            self._show_bars(latest)

    def _show_bars(self, row: HistogramRow) -> None:
        if row is not self._run.histograms.latest("weight"):
            return
        heights = bar_heights(row.counts)
        for key, bars in zip(self._run.layers, heights, strict=False):
            if key in self._scene.cards:
                self._scene.cards[key].set_bars(bars)


def bar_heights(counts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Histogram counts (layers, bins) as heights from 0 to 1 (layers, BARS), the highest bar of each 1.

    A layer of few weights gets half as many bars, each of double width: more would be spikes.
    """
    bins = counts.shape[1]
    starts = np.linspace(0, bins, BARS, endpoint=False).astype(int)
    grouped = np.add.reduceat(counts, starts, axis=1)
    few = counts.sum(axis=1) < BARS**2
    grouped[few] = np.repeat(grouped[few].reshape(-1, BARS // 2, 2).sum(axis=2), 2, axis=1)
    top = np.maximum(grouped.max(axis=1, keepdims=True), 1e-9)
    return np.asarray(grouped / top, np.float32)
