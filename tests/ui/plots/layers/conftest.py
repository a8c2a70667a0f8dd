"""The page of layers on a run of Linear, ReLU and Linear, n2 to n4, that says what a test wants."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.layers import Activations, Updates
from nnbuilder.session.layer_course import LayerCourse
from nnbuilder.session.live import Live
from nnbuilder.ui.plots.layers.page import LayersPage
from tests.ui.workbench import Workbench, bench, open_bench

__all__ = ["bench", "open_bench"]

LAYERS = (NodeId("n2"), NodeId("n3"), NodeId("n4"))
NAN = float("nan")


@dataclass
class Desk:
    """The page with what its run says."""

    bench: Workbench
    course: LayerCourse
    page: LayersPage

    def activations(self, step: int, dead: float = 0.0, flat: float = 0.5, nonfinite: int = 0) -> None:
        """Says what the layers give out; the shares are of the ReLU."""
        channel = self.bench.engine.run
        message = Activations(channel.request.run_id, step, LAYERS, (0, nonfinite, 0), (False,) * 3, 100)
        counts = np.tile(np.hanning(66)[1:-1] * 100, (3, 1))
        edges = np.tile([-1.0, 1.0 + step], (3, 1))
        channel.say(message, counts, edges, [NAN, dead, NAN], [NAN, flat, NAN])

    def updates(self, step: int, changes: Sequence[float] = (0.001, 0.002)) -> None:
        """Says how much a step changed the weights of both Linear, whose length is 1."""
        channel = self.bench.engine.run
        channel.say(
            Updates(channel.request.run_id, step, (LAYERS[0], LAYERS[2])), changes, [1.0, 1.0], [1.0, 1.0]
        )

    def run(self, steps: Sequence[int] = range(0, 40, 4)) -> None:
        """Starts a run that says everything at these steps."""
        self.bench.start_run()
        for step in steps:
            self.bench.say_weights(step, 1.0 + step)
            self.activations(step, dead=step / 100)
            self.updates(step)
        self.settle()

    def settle(self) -> None:
        """Waits until the page has caught up."""
        self.bench.qtbot.waitUntil(lambda: not self.page.redraw.dirty)

    def press(self, name: str) -> None:
        """Presses a switch of the page by its name."""
        self.page.window().setFocus()
        [button] = [
            one
            for one in (*self.page.shows.buttons(), *self.page.modes.buttons(), self.page.log, self.page.all)
            if one.objectName() == name
        ]
        button.click()
        self.settle()


@pytest.fixture
def desk(bench: Workbench) -> Desk:
    """The page, shown."""
    course = LayerCourse(bench.run, Live(bench.run, bench.document), bench.document)
    return Desk(bench, course, bench.show(LayersPage(course, bench.selection), 800, 300))
