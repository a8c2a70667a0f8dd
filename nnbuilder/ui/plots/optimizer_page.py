"""The page of what drives the steps: learning rate and length of the gradient."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnbuilder.ui.plots.curve_plot import CurvePlot
from nnbuilder.ui.plots.curve_tools import CurveTools
from nnbuilder.ui.plots.run_curves import RunCurves

_RATE = "How far the optimizer goes with each step, as its schedule has it."
_NORM = "The length of the gradient of all weights, after clipping: near 0, nothing is learned."


class OptimizerPage(QWidget):
    """Shows learning rate and gradient norm over the course of the training."""

    def __init__(self, curves: RunCurves, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("optimizer_page")
        self.setAccessibleName("Learning rate and gradients")
        self._curves = curves
        self.tools = CurveTools("optimizer_tools", curves.settings, smooths=False, parent=self)
        self.tools.hide()
        empty = "Press Train to see how the steps are made."
        self.rate_plot = CurvePlot("rate_plot", "Learning rate", _RATE, empty, log=True)
        self.norm_plot = CurvePlot("norm_plot", "Gradient norm", _NORM, empty, log=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 10)
        row.setSpacing(14)
        for plot in (self.rate_plot, self.norm_plot):
            plot.setMinimumSize(120, 90)
            row.addWidget(plot, 1)
            curves.began.connect(plot.show_all)
        self.rate_plot.pointed.connect(self.norm_plot.show_point)
        self.norm_plot.pointed.connect(self.rate_plot.show_point)
        curves.changed.connect(self._take)
        curves.grown.connect(self._touch)
        self._take()

    def _take(self) -> None:
        unit = self._curves.settings.unit
        self.rate_plot.set_curves(self._curves.rates(), self._curves.follow, unit)
        self.norm_plot.set_curves(self._curves.norms(), self._curves.follow, unit)

    def _touch(self) -> None:
        for plot in (self.rate_plot, self.norm_plot):
            plot.redraw.touch()
