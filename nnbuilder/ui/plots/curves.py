"""The curves of a run side by side: loss, metric, weights; below each other where there is little width."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from nnbuilder.protocol.messages import EpochEnded
from nnbuilder.session.document import Document
from nnbuilder.session.run import Run
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.plots.curve import Curve
from nnbuilder.ui.plots.curve_plot import CurvePlot
from nnbuilder.ui.plots.epochs import EpochSeries
from nnbuilder.ui.plots.smooth import Smoothed
from nnbuilder.ui.plots.weights_plot import WeightsPlot

if TYPE_CHECKING:
    from nnbuilder.session.series import Series

_NARROW = 560
_METRICS = {"accuracy": "Accuracy", "r2": "R²"}


class CurvesPage(QWidget):
    """Follows a run with three plots; none of them draws while it is hidden."""

    def __init__(
        self, run: Run, selection: Selection, document: Document, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("curves")
        self.setAccessibleName("Curves")
        self._run = run
        self._source: Series | None = None
        self._shape: tuple[int, str] = (0, "")
        self.loss_plot = CurvePlot("loss_plot", "Loss", "Press Train to see the loss fall.", log=True)
        self.metric_plot = CurvePlot("metric_plot", "Accuracy", "Press Train to see it learn.", log=False)
        self.weights_plot = WeightsPlot(run, selection)
        self._smooth: tuple[Smoothed, ...] = ()
        self._epochs = EpochSeries(run)
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
        run.state_changed.connect(self._run_changed)
        run.progressed.connect(self._progressed)
        run.epoch_ended.connect(self._epoch_ended)
        document.replaced.connect(self._progressed)
        self._adopt()

    def prepare(self) -> None:
        """Makes what the first curve will need, while nobody waits for it."""
        for plot in (self.loss_plot, self.metric_plot):
            plot.area.ensurePolished()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW and event.size().height() > event.size().width() // 2
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._layout.setDirection(direction)

    def _run_changed(self, state: str) -> None:
        self._progressed()

    def _epoch_ended(self, row: EpochEnded) -> None:
        self._progressed()

    def _progressed(self) -> None:
        run = self._run
        if self._source is not run.losses or self._shape != (run.steps_per_epoch, run.metric):
            self._adopt()
        for smooth in self._smooth:
            smooth.series.truncate(len(smooth.source))
        self._epochs.cut()
        for plot in (self.loss_plot, self.metric_plot):
            plot.redraw.touch()

    def _adopt(self) -> None:
        """Takes over the series of a new run, or of one that now says how long its epochs are."""
        run = self._run
        self._source, self._shape = run.losses, (run.steps_per_epoch, run.metric)
        self._smooth = tuple(Smoothed(series, run.steps_per_epoch) for series in (run.losses, run.metrics))
        self._epochs = EpochSeries(run)
        self.metric_plot.set_title(_METRICS.get(run.metric, "Accuracy"))
        for plot, smooth, validation in (
            (self.loss_plot, self._smooth[0], self._epochs.loss),
            (self.metric_plot, self._smooth[1], self._epochs.metric),
        ):
            curves = (
                Curve("", "", smooth.source, "train", alpha=0.32, width=1.0),
                Curve("train", "train", smooth.series, "train"),
                self._epochs.curve(validation),
            )
            plot.set_curves(curves, self._follow)

    def _follow(self) -> None:
        """Brings means and epochs up to date, just before they are drawn."""
        for smooth in self._smooth:
            smooth.follow()
        self._epochs.follow()
