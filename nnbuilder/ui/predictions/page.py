"""The page of predictions: the pictures that fit the data, while the network learns."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QWidget

from nnbuilder.protocol.live import LiveReport
from nnbuilder.protocol.predictions import Boundary, Confusion, Fit, Neurons, Targets
from nnbuilder.session.live import Live
from nnbuilder.session.run import Run
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.scrollbar import ThinScrollBar
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.common.switch import switch
from nnbuilder.ui.common.titles import layer_title
from nnbuilder.ui.predictions.confusion_view import ConfusionView
from nnbuilder.ui.predictions.framing import ViewFrame
from nnbuilder.ui.predictions.neurons_view import LayerResponses, NeuronsView
from nnbuilder.ui.predictions.plane_view import PlaneView, Response
from nnbuilder.ui.predictions.value_view import FitView, TargetsView

KINDS: tuple[type[LiveReport], ...] = (Boundary, Neurons, Fit, Targets, Confusion)

_PLANE = "What is predicted where: paler where the network is less sure."
_VALUES = "What is predicted where: orange is high, blue is low, as on the points."
_NEURONS = "How each neuron responds over the plane, from edges to shapes."
_FIT = "The line is what is predicted along the feature: it should follow the points, not their noise."
_TARGETS = "Each sample's prediction over its target: perfect ones lie on the dashed line."
_CONFUSION = "Rows are right classes, columns predictions."

_IDLE = "Press Train to see what the network predicts."
_SOON = "The first predictions are on their way."
_NONE = (
    "There is no picture of what this network predicts: its classes are too many, or its inputs no numbers."
)
_UNSEEN = "This run has ended without predictions. Train again to see them."


class PredictionsPage(QWidget):
    """Watches all reports of predictions while it is shown, and shows those that the run can give."""

    def __init__(self, live: Live, run: Run, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("predictions")
        self.setAccessibleName("Predictions")
        self._live = live
        self._run = run
        self._selection = selection
        self.plane, self.neurons = PlaneView(), NeuronsView()
        self.fit, self.targets, self.confusion = FitView(), TargetsView(), ConfusionView()
        self.plane_frame = ViewFrame(self.plane, "Decision boundary", _PLANE, self.plane.table)
        self.scroller = _scrolling(self.neurons)
        self.neurons_frame = ViewFrame(self.neurons, "Neurons", _NEURONS, self.neurons.table, self.scroller)
        self.fit_frame = ViewFrame(self.fit, "Fitted curve", _FIT, self.fit.table)
        self.targets_frame = ViewFrame(self.targets, "Predicted against target", _TARGETS, self.targets.table)
        self.confusion_frame = ViewFrame(self.confusion, "Confusion", _CONFUSION, self.confusion.table)
        self.empty = quiet(_IDLE)
        self._lay_out()
        self._connect()
        self._show_all()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        for kind in KINDS:
            self._live.look(kind, self)
        self._show_all()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        for kind in KINDS:
            self._live.look_away(kind, self)

    def _lay_out(self) -> None:
        self.training = switch(
            "confusion_training", "train", "Count the training part, not the validation part", self
        )
        self.shares = switch("confusion_shares", "%", "Show shares of each right class, not counts", self)
        self.shares.setAccessibleName("shares")
        for button in (self.training, self.shares):
            self.confusion_frame.tools.addWidget(button)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 12, 10)
        row.setSpacing(14)
        for frame, stretch in (
            (self.plane_frame, 6),
            (self.neurons_frame, 7),
            (self.fit_frame, 10),
            (self.targets_frame, 10),
            (self.confusion_frame, 6),
        ):
            frame.setMinimumSize(150, 90)
            row.addWidget(frame, stretch)
        row.addWidget(self.empty, 1)

    def _connect(self) -> None:
        self._live.arrived.connect(self._arrived)
        self._run.state_changed.connect(self._run_changed)
        self._selection.changed.connect(self._show_neurons)
        self.neurons.pointed.connect(self._point)
        self.neurons.walked.connect(lambda spot: self.scroller.ensureVisible(spot.x(), spot.y(), 0, 30))
        self.training.toggled.connect(lambda on: self.confusion.show_part("train" if on else "validation"))
        self.shares.toggled.connect(self.confusion.show_shares)
        for frame, view in (
            (self.plane_frame, self.plane),
            (self.fit_frame, self.fit),
            (self.targets_frame, self.targets),
            (self.confusion_frame, self.confusion),
        ):
            view.told.connect(frame.tell)

    def _arrived(self, kind: type[LiveReport]) -> None:
        if self.isVisible() and kind in KINDS:
            self._show(kind)
            self._arrange()

    def _run_changed(self, _state: str) -> None:
        if self.isVisible():
            self._show_all()

    def _show_all(self) -> None:
        for kind in KINDS:
            self._show(kind)
        self._arrange()

    def _show(self, kind: type[LiveReport]) -> None:
        """Brings one view up to date."""
        if kind is Neurons:
            self._show_neurons()
        elif kind is Boundary and (boundary := self._live.latest(Boundary)):
            self.plane.show_report(*boundary)
            self._name_plane()
        elif kind is Fit and (fit := self._live.latest(Fit)):
            self.fit.show_report(*fit)
        elif kind is Targets and (targets := self._live.latest(Targets)):
            self.targets.show_report(*targets)
        elif kind is Confusion and (confusion := self._live.latest(Confusion)):
            self.confusion.show_report(*confusion)
            self.training.setEnabled(len(confusion[0].parts) > 1)

    def _arrange(self) -> None:
        """Shows the frames that have something to show, or a sentence."""
        frames: tuple[tuple[type[LiveReport], QWidget], ...] = (
            (Boundary, self.plane_frame),
            (Neurons, self.neurons_frame),
            (Fit, self.fit_frame),
            (Targets, self.targets_frame),
            (Confusion, self.confusion_frame),
        )
        some = False
        for kind, frame in frames:
            there = self._live.latest(kind) is not None
            some = some or there
            frame.setVisible(there)
        self.empty.setVisible(not some)
        self.empty.setText(self._why_empty())

    def _why_empty(self) -> str:
        run = self._run
        if run.state == "idle":
            return _IDLE
        if run.active:
            return _SOON if run.step == 0 else _NONE
        return _UNSEEN

    def _show_neurons(self) -> None:
        latest = self._live.latest(Neurons)
        project = self._run.project
        if latest is None or project is None or not self.isVisible():
            return
        report, arrays = latest
        chosen = set(self._selection.nodes) & set(report.layers)
        count, shown = len(report.layers), []
        for place, (node, size) in enumerate(zip(report.layers, report.sizes, strict=True)):
            if node in chosen or not chosen:
                pictures, peaks = arrays[place], arrays[count + place]
                title = layer_title(project.graph, node)
                shown.append(LayerResponses(title, np.asarray(pictures, np.uint8), peaks.tolist(), size))
        self.neurons.show_layers(shown)
        self.neurons_frame.set_title(_titled(shown, len(chosen)))

    def _point(self, response: Response | None) -> None:
        self.plane.show_response(response)
        self._name_plane()

    def _name_plane(self) -> None:
        """Says what the plane shows: a neuron that is pointed at, or the predictions."""
        latest, response = self._live.latest(Boundary), self.plane.response
        classes = latest is not None and bool(latest[0].classes)
        predictions = "Decision boundary" if classes else "Predictions"
        self.plane_frame.set_title(predictions if response is None else response.title)
        self.plane_frame.set_sentence(_PLANE if classes else _VALUES)


def _titled(shown: list[LayerResponses], chosen: int) -> str:
    return f"Neurons of {shown[0].title}" if chosen == 1 and shown else "Neurons"


def _scrolling(view: QWidget) -> QScrollArea:
    """A place in which a view that is too high can be scrolled."""
    area = QScrollArea()
    area.setObjectName(f"{view.objectName()}_scroll")
    area.setWidget(view)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setVerticalScrollBar(ThinScrollBar(area))
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
