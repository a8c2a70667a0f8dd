"""What has happened in each layer of the run so far: activations, dead units, changes of weights."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.layers import Activations, Updates
from nnbuilder.protocol.live import LiveReport
from nnbuilder.session.history import HistogramRow, Rows
from nnbuilder.session.live import Live
from nnbuilder.session.run import Run

if TYPE_CHECKING:
    from nnbuilder.graph.graph import NodeId

KINDS: tuple[type[LiveReport], ...] = (Activations, Updates)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class ActivationRow(HistogramRow):
    """The histograms of activations at one step, and what the functions among the layers let through.

    `dead` and `flat` are float32 (layers,), NaN for layers that are no activation functions; `bounded` says
    which functions are flat on both sides.
    """

    dead: Floats
    flat: Floats
    bounded: tuple[bool, ...]
    samples: int


@dataclass(frozen=True, slots=True, eq=False)
class UpdateRow:
    """How one step changed the weights: lengths float32 (layers,)."""

    step: int
    changes: Floats
    weights: Floats
    gradients: Floats

    @property
    def nbytes(self) -> int:
        """How much memory it takes, about."""
        return 3 * self.changes.nbytes

    @property
    def ratios(self) -> Floats:
        """Changes as shares of the weights; NaN where all weights were 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.weights > 0, self.changes / self.weights, np.nan).astype(np.float32)


class LayerCourse(QObject):
    """Keeps the reports on layers that come while somebody looks; `changed` after each of them.

    `computing` are the layers of `activations` in their order, those of `updates` are the run's `layers`.
    """

    changed = Signal()

    def __init__(self, run: Run, live: Live, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._live = live
        self._forget()
        run.reported.connect(self._take)
        run.progressed.connect(self._follow)

    @property
    def run(self) -> Run:
        """The run that is followed."""
        return self._run

    def look(self, viewer: object) -> None:
        """Has the reports come for this viewer."""
        for kind in KINDS:
            self._live.look(kind, viewer)

    def look_away(self, viewer: object) -> None:
        """Notes that this viewer shows none of them any more."""
        for kind in KINDS:
            self._live.look_away(kind, viewer)

    def _forget(self) -> None:
        self._source = self._run.losses
        self._seen = 0
        self.computing: tuple[NodeId, ...] = ()
        self.activations: Rows[ActivationRow] = Rows()
        self.updates: Rows[UpdateRow] = Rows()

    def _take(self, report: LiveReport, arrays: Arrays) -> None:
        if self._source is not self._run.losses:
            self._forget()
        if isinstance(report, Activations):
            counts, edges, dead, flat = (np.asarray(array, np.float32) for array in arrays)
            if report.layers != self.computing:
                self.computing, self.activations = report.layers, Rows()
            self.activations.add(
                ActivationRow(
                    report.step, counts, edges, report.nonfinite, dead, flat, report.bounded, report.samples
                )
            )
        elif isinstance(report, Updates):
            changes, weights, gradients = (np.asarray(array, np.float32) for array in arrays)
            self.updates.add(UpdateRow(report.step, changes, weights, gradients))
        else:
            return
        self.changed.emit()

    def _follow(self) -> None:
        """Another run forgets everything, one that went back what came later."""
        if self._source is not self._run.losses:
            self._forget()
            self.changed.emit()
        elif self._run.step < self._seen:
            self.activations.truncate(self._run.step)
            self.updates.truncate(self._run.step)
            self.changed.emit()
        self._seen = self._run.step
