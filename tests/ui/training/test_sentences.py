"""What the training panel says."""

import msgspec
import pytest

from nnbuilder.graph.edits import Connect, Disconnect, MoveNodes, Rename
from nnbuilder.graph.graph import Edge, NodeId
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.ui.moments.words import when
from nnbuilder.ui.training.sentences import same_training, state_line
from tests.ui.canvas.drawings import chain
from tests.ui.workbench import Workbench

PROJECT = Project(graph=chain())


def test_places_and_code_do_not_count_for_training() -> None:
    moved = MoveNodes({NodeId("n2"): (1.0, 2.0)}).apply(PROJECT.graph)
    assert same_training(PROJECT, msgspec.structs.replace(PROJECT, graph=moved, source="x = 1"))


def test_edges_in_another_order_are_the_same_edges() -> None:
    edge = Edge(NodeId("n1"), NodeId("n2"))
    again = Connect(edge).apply(Disconnect((edge,)).apply(PROJECT.graph))
    assert again.edges != PROJECT.graph.edges
    assert same_training(PROJECT, msgspec.structs.replace(PROJECT, graph=again))


@pytest.mark.parametrize(
    "other",
    [
        msgspec.structs.replace(PROJECT, training=TrainingConfig(seed=1)),
        msgspec.structs.replace(PROJECT, weights="a" * 64),
        msgspec.structs.replace(PROJECT, graph=Rename(NodeId("n2"), "x").apply(PROJECT.graph)),
    ],
)
def test_settings_weights_and_names_count(other: Project) -> None:
    assert not same_training(PROJECT, other)


def test_states(bench: Workbench) -> None:
    assert state_line(bench.run) == "Not trained yet"
    bench.run.start(paused=True)
    bench.engine.run.start(steps_per_epoch=2)
    assert state_line(bench.run) == "Ready at the start"
    bench.engine.run.progress([0.5])
    assert state_line(bench.run) == "Paused in epoch 1 of 100"
    bench.engine.run.progress([0.4])
    assert state_line(bench.run) == "Paused in epoch 1 of 100"
    bench.engine.run.progress([0.4])
    assert state_line(bench.run) == "Paused in epoch 2 of 100"
    bench.engine.run.end()
    assert state_line(bench.run) == "Finished after 100 epochs"


def test_every_place_names_the_same_epoch(bench: Workbench) -> None:
    bench.run.start(paused=True)
    bench.engine.run.start(steps_per_epoch=3)
    for step in range(1, 8):
        bench.engine.run.progress([0.5])
        epoch = (step + 2) // 3
        assert state_line(bench.run) == f"Paused in epoch {epoch} of 100"
        assert when(bench.run, step) == f"Step {step} · epoch {epoch}"


def test_what_ends_before_the_first_step_names_no_epoch(bench: Workbench) -> None:
    bench.run.start()
    bench.engine.run.die("It was ended by a signal.")
    assert state_line(bench.run) == "Lost before the first step"
    bench.run.start()
    bench.engine.run.end(stopped=True)
    assert state_line(bench.run) == "Stopped before the first step"
