"""The weights of the selected layer as the run has them now."""

from PySide6.QtWidgets import QWidget

from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.report.words import short
from nnbuilder.session.run import Run
from nnbuilder.ui.common.histogram import of_layer
from nnbuilder.ui.common.histogram_view import HistogramView
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.page import Section, wrapping


class WeightsSection(Section):
    """A histogram of one layer's weights, hidden while the run has none of it."""

    def __init__(self, run: Run, parent: QWidget | None = None) -> None:
        super().__init__("Weights now", "weights_section", parent)
        self._run = run
        self._view = HistogramView("weights_now")
        self._line = wrapping(quiet())
        self._line.setObjectName("weights_line")
        self.add(self._view)
        self.add(self._line)
        self.hide()

    def show_node(self, node: NodeId) -> None:
        """Shows the weights of a layer, as far as the run knows them."""
        row = self._run.histograms.latest("weight")
        known = row is not None and node in self._run.layers
        histogram = of_layer(row, self._run.layers.index(node)) if row is not None and known else None
        self.setVisible(histogram is not None)
        if histogram is None:
            return
        self._view.show_histogram(histogram)
        words = f"Step {histogram.step:,} · mean {short(histogram.mean)} · spread {short(histogram.spread)}"
        if histogram.nonfinite:
            words += f" · {histogram.nonfinite:,} NaN or infinite"
        self._line.set_token("error" if histogram.nonfinite else "muted")
        self._line.setText(words)
