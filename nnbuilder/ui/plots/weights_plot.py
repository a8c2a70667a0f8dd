"""Weight histograms of the selected layer or of all layers, over time or now against the start."""

from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QStackedWidget, QWidget

from nnbuilder.graph.graph import NodeId
from nnbuilder.session.run import Run
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.plot_frame import PlotFrame
from nnbuilder.ui.common.plot_picture import PlotPicture
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.common.switch import switch
from nnbuilder.ui.common.titles import layer_title
from nnbuilder.ui.plots.layer_rows import LayerHistory, LayerRows, histogram_table
from nnbuilder.ui.plots.redraw import Redraw
from nnbuilder.ui.plots.ridge_view import Mode, RidgeView

_HISTOGRAM_MS = 200
_MOST_LAYERS = 64
_SENTENCES: dict[Mode, str] = {
    "time": "How the weights spread: the newest in front.",
    "pair": "Filled: the weights now. The line: the weights at the start.",
}
_START_TIP = "Compare the weights now, filled, with those at the start of the run, as a line"
_ALL_TIP = "Show every layer with weights, not only the selected ones"


class WeightsPlot(PlotFrame):
    """Follows the run's histograms and the selection."""

    def __init__(self, run: Run, selection: Selection, parent: QWidget | None = None) -> None:
        self._run = run
        self._selection = selection
        self.view = RidgeView()
        self.empty = quiet()
        self._scroll = QScrollArea()
        self._body = QStackedWidget()
        super().__init__(
            "weights_plot",
            "Weights",
            _SENTENCES["time"],
            self._body,
            table=self._rows,
            paint=self._paint_view,
            parent=parent,
        )
        self.start = switch("weights_start", "vs start", _START_TIP, self)
        self.all = switch("weights_all", "all layers", _ALL_TIP, self)
        self._fill()
        self.redraw = Redraw(self, self.draw, _HISTOGRAM_MS)
        self.start.toggled.connect(self._chosen)
        self.all.toggled.connect(self._chosen)
        run.histograms_changed.connect(self._grown)
        run.progressed.connect(self._progressed)
        run.state_changed.connect(self._chosen)
        selection.changed.connect(self._chosen)

    def draw(self) -> None:
        """Shows the layers that are chosen, or a sentence on why there is nothing to see."""
        mode: Mode = "pair" if self.start.isChecked() else "time"
        layers = self._histories()
        if layers:
            self.view.show_layers(layers, mode)
        self._body.setCurrentWidget(self._scroll if layers else self.empty)
        self.set_sentence(_SENTENCES[mode])
        self.empty.setText(self._why_empty())

    def picture(self) -> PlotPicture:
        """All layers that are shown, also those that are scrolled out of sight."""
        size = QSizeF(max(self.view.width(), self.body.width()), self.body.height())
        return PlotPicture(self.title.text(), self._told, self.captions, size, self._paint)

    def _rows(self) -> Iterable[str]:
        """The histograms that are shown, of each step, as comma-separated text."""
        return histogram_table(self._histories())

    def _paint_view(self, painter: QPainter, area: QRectF) -> None:
        if self._body.currentWidget() is self._scroll:
            self.view.paint_into(painter, area)

    def _histories(self) -> list[LayerHistory]:
        return [history for node in self._nodes()[:_MOST_LAYERS] if (history := self._history(node))]

    def _fill(self) -> None:
        self._scroll.setWidget(self.view)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.tools.addStretch()
        self.tools.addWidget(self.start)
        self.tools.addWidget(self.all)
        for page in (self._scroll, self.empty):
            self._body.addWidget(page)

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
