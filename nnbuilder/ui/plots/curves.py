"""The curves of a run side by side: loss, metric, weights; below each other where there is little width."""

from functools import partial

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QMenu, QWidget

from nnbuilder.session.run import Run
from nnbuilder.ui.common.menu_button import MenuButton, add_entry
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.plots.curve_plot import CurvePlot
from nnbuilder.ui.plots.curve_tools import CurveTools
from nnbuilder.ui.plots.metric_words import metric_sentence, metric_title
from nnbuilder.ui.plots.run_curves import RunCurves
from nnbuilder.ui.plots.weights_plot import WeightsPlot

_NARROW = 560
_LOSS = "How wrong the network is: lower is better."
_METRICS_TIP = "Choose the metric to show"


class CurvesPage(QWidget):
    """Shows the curves with the weights beside them; nothing is drawn while it is hidden."""

    def __init__(
        self, curves: RunCurves, run: Run, selection: Selection, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("curves")
        self.setAccessibleName("Curves")
        self._curves = curves
        self._chosen = ""
        self.tools = CurveTools("curves_tools", curves.settings, smooths=True, parent=self)
        self.tools.hide()
        self.loss_plot = CurvePlot("loss_plot", "Loss", _LOSS, "Press Train to see the loss fall.", log=True)
        self.metric_plot = CurvePlot("metric_plot", "Accuracy", "", "Press Train to see it learn.", log=False)
        self.metric_choice = MenuButton("metric_choice", "Metric", _METRICS_TIP, self._fill_metrics)
        self.metric_plot.replace_title(self.metric_choice)
        self.weights_plot = WeightsPlot(run, selection)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(12, 6, 12, 10)
        self._layout.setSpacing(14)
        plots: tuple[tuple[QWidget, int], ...] = (
            (self.loss_plot, 5),
            (self.metric_plot, 4),
            (self.weights_plot, 4),
        )
        for plot, stretch in plots:
            plot.setMinimumSize(120, 90)
            self._layout.addWidget(plot, stretch)
        for plot in (self.loss_plot, self.metric_plot):
            curves.began.connect(plot.show_all)
        self.loss_plot.pointed.connect(self.metric_plot.show_point)
        self.metric_plot.pointed.connect(self.loss_plot.show_point)
        curves.changed.connect(self._take)
        curves.grown.connect(self._touch)
        self._take()

    @property
    def shown_metric(self) -> str:
        """The metric that is shown: the one that was chosen, or the task's own."""
        own = self._curves.metric
        return self._chosen if self._chosen in {own, *self._curves.scores} else own

    def show_metric(self, name: str) -> None:
        """Shows another metric."""
        self._chosen = name
        self._take()

    def prepare(self) -> None:
        """Makes what the first curve will need, while nobody waits for it."""
        for plot in (self.loss_plot, self.metric_plot):
            plot.area.ensurePolished()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW and event.size().height() > event.size().width() // 2
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._layout.setDirection(direction)

    def _take(self) -> None:
        """Takes over other curves."""
        curves, metric, unit = self._curves, self.shown_metric, self._curves.settings.unit
        self.loss_plot.set_curves(curves.losses(), curves.follow, unit)
        shown = curves.of_score(metric) if metric in curves.scores else curves.metrics()
        self.metric_plot.set_curves(shown, curves.follow, unit)
        self.metric_plot.set_title(metric_title(metric or "accuracy"))
        self.metric_choice.setText(f"{self.metric_plot.title.text()} ▾")
        self.metric_plot.set_sentence(metric_sentence(metric or "accuracy"))
        self.metric_choice.setEnabled(bool(curves.metric))

    def _touch(self) -> None:
        for plot in (self.loss_plot, self.metric_plot):
            plot.redraw.touch()

    def _fill_metrics(self, menu: QMenu) -> None:
        for name in filter(None, (self._curves.metric, *self._curves.scores)):
            entry = add_entry(menu, f"metric_{name}", metric_title(name), partial(self.show_metric, name))
            entry.setCheckable(True)
            entry.setChecked(name == self.shown_metric)
            entry.setToolTip(metric_sentence(name))
