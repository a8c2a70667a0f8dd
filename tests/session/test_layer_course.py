"""What is kept of each layer while a run goes on, and what is said to be wrong there."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from nnbuilder.graph.edits import SetFrozen
from nnbuilder.graph.graph import Edge, Graph, Node, NodeId
from nnbuilder.project.project import Project
from nnbuilder.protocol.layers import Activations, Updates
from nnbuilder.protocol.messages import Histograms
from nnbuilder.session.alarms import alarms
from nnbuilder.session.document import Document
from nnbuilder.session.layer_course import LayerCourse
from nnbuilder.session.live import Live
from nnbuilder.session.run import Run
from tests.fakes import FakeChannel, FakeEngine

pytestmark = pytest.mark.usefixtures("qapp")

A, B, C, IN = NodeId("a"), NodeId("b"), NodeId("c"), NodeId("in")
NODES = (Node(IN, "Input"), Node(A, "Linear"), Node(B, "Tanh"), Node(C, "Sigmoid"))
DRAWN = Graph({node.id: node for node in NODES}, (Edge(IN, A), Edge(A, B), Edge(B, C)))
NAN = float("nan")


class Stage:
    """A run of a Linear, a Tanh and a Sigmoid, and what its process says of them."""

    def __init__(self, folder: Path) -> None:
        self.engine = FakeEngine()
        self.run = Run(Document(Project(graph=DRAWN)), self.engine, lambda: folder)
        self.live = Live(self.run)
        self.course = LayerCourse(self.run, self.live)
        self.run.start()
        self.channel.start()

    @property
    def channel(self) -> FakeChannel:
        """The line to the newest run."""
        return self.engine.run

    def activations(self, step: int, dead: float = 0.0, flat: float = 0.0, nonfinite: int = 0) -> None:
        """Says what the layers give out; the shares are of the Tanh, the Sigmoid at the end is sure."""
        layers, bounded = (A, B, C), (False, True, True)
        message = Activations(self.run.run_id, step, layers, (0, nonfinite, 0), bounded, 100)
        shares = [NAN, dead, 1.0], [NAN, flat, 1.0]
        self.channel.say(message, np.full((3, 64), step), np.tile([-1.0, 1.0], (3, 1)), *shares)

    def freeze(self, node: NodeId) -> None:
        """Begins another run, of the same drawing with this layer frozen."""
        self.run.stop()
        self.channel.end()
        self.run.start(project=Project(graph=SetFrozen((node,), frozen=True).apply(DRAWN)))
        self.channel.start()

    def updates(self, step: int, change: float, weight: float = 2.0, gradient: float = 1.0) -> None:
        """Says how much a step changed the Linear."""
        self.channel.say(Updates(self.run.run_id, step, (A,)), [change], [weight], [gradient])

    def texts(self) -> dict[str, tuple[str, str]]:
        """What is wrong, by layer."""
        return {node: (alarm.severity, alarm.text) for node, alarm in alarms(self.course).items()}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A stage that is cleared up afterwards."""
    stage = Stage(tmp_path)
    yield stage
    stage.run.shutdown()


def steps(stage: Stage) -> tuple[Sequence[int], Sequence[int]]:
    """The steps that are kept of both kinds."""
    return [row.step for row in stage.course.activations.kept], [
        row.step for row in stage.course.updates.kept
    ]


def test_reports_come_back_as_sent(stage: Stage) -> None:
    stage.activations(3, 0.25, 0.5, 7)
    stage.updates(4, 0.5)
    row, update = stage.course.activations.latest, stage.course.updates.latest
    assert row is not None
    assert update is not None
    assert stage.course.computing == (A, B, C)
    assert (row.step, row.nonfinite, float(row.dead[1]), float(row.flat[1])) == (3, (0, 7, 0), 0.25, 0.5)
    assert update.step == 4
    assert update.ratios.tolist() == [0.25]


def test_weights_of_nothing_but_zeros_have_no_ratio(stage: Stage) -> None:
    stage.updates(1, 0.5, weight=0.0)
    update = stage.course.updates.latest
    assert update is not None
    assert np.isnan(update.ratios).all()


def test_going_back_forgets_what_came_later(stage: Stage) -> None:
    for step in (1, 2, 3):
        stage.channel.progress([0.5])
        stage.activations(step)
        stage.updates(step, 0.1)
    stage.activations(9)  # a report may run ahead of the progress that is told
    assert steps(stage) == ([1, 2, 3, 9], [1, 2, 3])
    stage.channel.state("rewound")
    assert steps(stage) == ([], [])


def test_another_run_forgets_all(stage: Stage) -> None:
    stage.channel.progress([0.5])
    stage.activations(1, dead=1.0)
    stage.channel.end()
    assert steps(stage) == ([1], [])
    stage.run.start()
    stage.channel.start()
    assert steps(stage) == ([], [])
    assert stage.texts() == {}


def test_a_sound_network_raises_no_alarm(stage: Stage) -> None:
    for step in range(5):
        stage.activations(step, dead=0.4, flat=0.8)
        stage.updates(step, 0.01)
    assert stage.texts() == {}


@pytest.mark.parametrize(("dead", "severity"), [(0.5, "warning"), (1.0, "error")])
def test_dead_units(stage: Stage, dead: float, severity: str) -> None:
    stage.activations(1, dead=dead)
    found = stage.texts()
    assert list(found) == [B]
    assert found[B][0] == severity
    assert found[B][1].startswith(f"{dead:.0%} of its units are dead: none of 100 samples")


def test_saturation(stage: Stage) -> None:
    stage.activations(1, flat=0.95)
    assert stage.texts()[B][1].startswith("It is saturated: 95% of its outputs")
    stage.activations(2, flat=0.2)
    assert stage.texts() == {}


def test_values_that_are_not_finite_come_first(stage: Stage) -> None:
    message = Histograms(stage.run.run_id, 1, "weight", (3,))
    stage.channel.say(message, np.full((1, 64), 2), [[-1.0, 1.0]])
    stage.activations(1, nonfinite=1, dead=0.6)
    found = stage.texts()
    assert found[A] == ("error", "3 of 131 weights are NaN or infinite.")
    assert found[B][0] == "error"
    assert found[B][1].splitlines()[0] == "1 of 65 outputs are NaN or infinite."
    assert "dead" in found[B][1].splitlines()[1]


def test_fast_changes_must_last(stage: Stage) -> None:
    for step, change in enumerate((0.9, 0.9, 0.01, 0.9, 0.9), start=1):
        stage.updates(step, change)
        assert stage.texts() == {}
    stage.updates(6, 0.8)
    assert stage.texts()[A] == (
        "warning",
        "Each step changes its weights by 40%. A smaller learning rate can help.",
    )


def test_weights_without_gradient(stage: Stage) -> None:
    for step in range(3):
        stage.updates(step, 0.0, gradient=0.0)
    assert stage.texts()[A][1] == "No gradient reaches its weights, so it does not learn."


def test_a_frozen_layer_needs_no_gradient(stage: Stage) -> None:
    stage.freeze(A)
    for step in range(3):
        stage.updates(step, 0.0, gradient=0.0)
    assert A not in stage.texts()
