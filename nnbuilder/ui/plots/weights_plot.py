"""Weight histograms of the selected layer or of all layers, over time or now against the start."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QWidget

from nnbuilder.graph.graph import NodeId
from nnbuilder.session.run import Run
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.labels import heading, quiet
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.common.switch import switch
from nnbuilder.ui.common.titles import layer_title
from nnbuilder.ui.plots.layer_rows import LayerHistory, LayerRows
from nnbuilder.ui.plots.redraw import Redraw
from nnbuilder.ui.plots.ridge_view import Mode, RidgeView

_HISTOGRAM_MS = 200
_MOST_LAYERS = 64
_START_TIP = "Compare the weights now, filled, with those at the start of the run, as a line"
_ALL_TIP = "Show every layer with weights, not only the selected ones"


class WeightsPlot(QWidget):
    """Follows the run's histograms and the selection."""

    def __init__(self, run: Run, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("weights_plot")
        self._run = run
        self._selection = selection
        self.title = ElidedLabel("Weights over time", "text")
        self.title.setFont(heading("").font())
        self.start = switch("weights_start", "vs start", _START_TIP, self)
        self.all = switch("weights_all", "all layers", _ALL_TIP, self)
        self.view = RidgeView()
        self.view.setToolTip("Each ridge is the distribution at one moment; the newest is in front.")
        self.empty = quiet()
        self._scroll = QScrollArea()
        self._lay_out()
        self.redraw = Redraw(self, self.draw, _HISTOGRAM_MS)
        self.start.toggled.connect(self._chosen)
        self.all.toggled.connect(self._chosen)
        run.histograms_changed.connect(self._grown)
        run.progressed.connect(self._progressed)
        run.state_changed.connect(self._chosen)
        selection.changed.connect(self._chosen)

    def draw(self) -> None:
        """Shows the layers that are chosen, or a sentence on why there is nothing to see."""
        nodes = self._nodes()
        mode: Mode = "pair" if self.start.isChecked() else "time"
        layers = [history for node in nodes[:_MOST_LAYERS] if (history := self._history(node))]
        self._scroll.setVisible(bool(layers))
        self.empty.setVisible(not layers)
        if layers:
            self.view.show_layers(layers, mode)
        one = len(nodes) == 1 and bool(layers)
        rest = "now and at the start" if mode == "pair" else "over time"
        self.title.setText(f"Weights of {layers[0].title} {rest}" if one else f"Weights {rest}")
        self.title.setToolTip(self.title.text())
        self.empty.setText(self._why_empty())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(colors.current().color("border"))
        painter.setBrush(colors.current().color("canvas"))
        painter.drawRect(self._scroll.geometry().united(self.empty.geometry()).adjusted(-1, -1, 0, 0))
        painter.end()

    def _lay_out(self) -> None:
        self._scroll.setWidget(self.view)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.title, 1)
        top.addWidget(self.start)
        top.addWidget(self.all)
        grid = QGridLayout(self)
        grid.setContentsMargins(1, 0, 1, 1)
        grid.setSpacing(5)
        grid.addLayout(top, 0, 0)
        grid.addWidget(self._scroll, 1, 0)
        grid.addWidget(self.empty, 1, 0)
        grid.setRowStretch(1, 1)

    def _nodes(self) -> list[NodeId]:
        """Layers to show: the selected ones that have weights, or all."""
        layers = self._run.layers
        if self.all.isChecked() or not self._selection.nodes:
            return list(layers)
        chosen = set(self._selection.nodes)
        return [node for node in layers if node in chosen]

    def _history(self, node: NodeId) -> LayerHistory | None:
        place = self._run.layers.index(node)
        histograms = LayerRows(self._run.histograms.rows("weight"), place)
        if not histograms or self._run.project is None:
            return None
        return LayerHistory(layer_title(self._run.project.graph, node), histograms)

    def _why_empty(self) -> str:
        if not self._run.histograms.rows("weight"):
            return "Press Train to see the weights move."
        if not self._nodes():
            return "The selected layer has no weights in this run. Select another one, or show all layers."
        return ""

    def _grown(self, row: object) -> None:
        self.redraw.touch()

    def _progressed(self) -> None:
        """Only a rewind leaves fewer histograms than are shown."""
        latest = self._run.histograms.latest("weight")
        if latest is None or any(layer.histograms[-1].step > latest.step for layer in self.view.layers):
            self.redraw.touch()

    def _chosen(self, *_: object) -> None:
        self.redraw.now()
