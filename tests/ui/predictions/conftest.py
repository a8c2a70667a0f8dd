"""The workbench for this page's tests, and reports that a run could send."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.live import LiveReport, Watch
from nnbuilder.protocol.predictions import Boundary, Confusion, Fit, Neurons, Targets
from nnbuilder.session.live import Live
from nnbuilder.ui.predictions.page import PredictionsPage
from tests.ui.workbench import Workbench, bench, open_bench

__all__ = ["bench", "open_bench"]

PLANE = (-2.0, -1.0, 2.0, 1.0)
ROWS = COLUMNS = 8


class Stand:
    """A page on a workbench, and a run that says what a test wants."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.live = Live(bench.run, bench.document)
        self.page = bench.show(PredictionsPage(self.live, bench.run, bench.selection), 900, 260)

    def say(self, message: LiveReport, *arrays: NDArray[np.generic]) -> None:
        """Sends a report."""
        self.bench.engine.run.received.emit(message, arrays)
        self.bench.settle()

    @property
    def shown(self) -> set[str]:
        """The names of the views that can be seen."""
        page = self.page
        views = (page.plane, page.neurons, page.fit, page.targets, page.confusion)
        return {view.objectName() for view in views if view.isVisible()}

    def boundary(self, *classes: str) -> None:
        """The right half is class 1 for sure, the left half class 0 with 60 %; or values of -3 and 3."""
        right = np.tile(np.arange(COLUMNS) >= COLUMNS // 2, (ROWS, 1))
        values = right.astype(np.float32) if classes else np.where(right, 3, -3).astype(np.float32)
        sure = np.where(right, 1.0, 0.6).astype(np.float32)
        points = np.array([(-1, -0.5), (1, 0.5), (1.5, 0)], np.float32)
        targets = np.array([0, 1, 1] if classes else [-3, 3, 3], np.float32)
        held_out = np.array([0, 0, 1], np.int32)
        self.say(
            Boundary(self.run_id, 5, ("a", "b"), PLANE, classes, "kind"),
            values,
            sure,
            points,
            targets,
            held_out,
        )

    def neurons(self, *layers: str, count: int = 3, size: int | None = None) -> None:
        """Every neuron is above zero at the top and below at the bottom."""
        picture = np.repeat(np.linspace(1, 255, ROWS).astype(np.uint8), COLUMNS).reshape(ROWS, COLUMNS)
        nodes = tuple(NodeId(layer) for layer in layers)
        message = Neurons(self.run_id, 5, ("a", "b"), PLANE, nodes, (size or count,) * len(nodes))
        pictures = [np.tile(picture, (count, 1, 1)) for _ in nodes]
        peaks = [np.arange(1, count + 1, dtype=np.float32) for _ in nodes]
        self.say(message, *pictures, *peaks)

    def confusion(self) -> None:
        """Three classes; in the validation part 2 of 10 b are taken for c."""
        train = np.diag([40, 40, 40]).astype(np.float32)
        validation = np.array([[10, 0, 0], [0, 8, 2], [0, 0, 10]], np.float32)
        message = Confusion(self.run_id, 5, ("a", "b", "c"), ("train", "validation"), (120, 30), (120, 30))
        self.say(message, train, validation)

    def fit(self) -> None:
        """A straight line of slope 2."""
        x = np.linspace(0, 4, 9, dtype=np.float32)
        points = np.array([(1, 2), (3, 7)], np.float32)
        self.say(Fit(self.run_id, 5, "x", "y"), x, 2 * x, points, np.array([0, 1], np.int32))

    def targets(self, *predictions: float) -> None:
        """Predictions for the targets 10, 20, 30, the last one held out."""
        right, held_out = np.array([10, 20, 30], np.float32), np.array([0, 0, 1], np.int32)
        self.say(Targets(self.run_id, 5, "price"), right, np.array(predictions, np.float32), held_out)

    @property
    def run_id(self) -> str:
        """The run that sends."""
        return self.bench.run.run_id

    def watched(self) -> set[str]:
        """What the run was last told to send."""
        watches = [one for one in self.bench.engine.run.sent if isinstance(one, Watch)]
        return set(watches[-1].reports) if watches else set()


@pytest.fixture
def stand(bench: Workbench) -> Stand:
    """A page while a run goes on."""
    stand = Stand(bench)
    bench.start_run()
    bench.engine.run.progress([0.5])
    bench.settle()
    return stand
