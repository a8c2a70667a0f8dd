"""A run on the workbench with moments to look at."""

from pathlib import Path

import numpy as np

from nnbuilder.protocol.messages import MomentsKept, Visit, Visited
from nnbuilder.runs.moments import MOMENTS, moment_name
from nnbuilder.session.live import Live
from nnbuilder.session.time_machine import TimeMachine
from tests.fakes import FakeChannel
from tests.ui.workbench import Workbench


class Times:
    """A running training of 12 steps, 4 an epoch, with moments after 0, 4 and 8 of them."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.machine = TimeMachine(bench.document, bench.engine, bench.run, Live(bench.run, bench.run))
        self.line = bench.start_run()
        self.line.progress([0.5] * 12, epoch=2)
        assert bench.run.folder is not None
        keep_moments(bench.run.folder, (0, 4, 8))
        self.line.say(MomentsKept(bench.run.run_id, (0, 4, 8)))

    @property
    def visitor(self) -> FakeChannel:
        """The line to the process that shows moments."""
        return self.bench.engine.run

    def show(self) -> None:
        """The answer to what was asked last."""
        say_moment(self.visitor, self.bench)


def keep_moments(folder: Path, steps: tuple[int, ...]) -> None:
    """Puts files of moments into a run's folder."""
    (folder / MOMENTS).mkdir(parents=True)
    for step in steps:
        (folder / MOMENTS / moment_name(step, "a" * 64)).write_bytes(b"moment")


def say_moment(visitor: FakeChannel, bench: Workbench, rate: float = 0.01) -> None:
    """Says what is to be seen at the moment that was asked for last."""
    asked = visitor.sent[-1]
    assert isinstance(asked, Visit)
    step, layers = int(Path(asked.path).name.split("-")[1]), bench.run.layers
    values = {"loss": 0.25, "accuracy": 0.75}
    message = Visited("v", asked.path, step, step // 4, layers, values, values | {"loss": 0.375}, rate)
    counts = np.tile(np.hanning(66)[1:-1] * 100, (len(layers), 1))
    visitor.say(message, counts, np.tile([-1.0, 1.0], (len(layers), 1)), np.full((len(layers), 3), 0.5))
