"""What differs between two runs."""

from pathlib import Path

import msgspec
import pytest

from nnbuilder.data.spec import ToyData
from nnbuilder.graph.edits import SetFrozen
from nnbuilder.graph.graph import ArgValue, NodeId
from nnbuilder.project.file import load_project
from nnbuilder.project.resources import resources_folder
from nnbuilder.runs.compare import Change, Comparison, Layer, LayerChange, compare, compare_layers, layers_of
from nnbuilder.runs.metrics import EpochRow
from nnbuilder.runs.overview import RunOverview
from nnbuilder.runs.record import RunRecord
from nnbuilder.runs.words import layer_line
from tests.runs.samples import sample_record


def _layer(name: str, kind: str, **args: ArgValue) -> Layer:
    return Layer(name, kind, args)


@pytest.fixture
def record() -> RunRecord:
    """The record of a run of the iris example."""
    project = load_project(resources_folder() / "examples" / "iris.nnb").project
    return msgspec.structs.replace(sample_record(), project=project)


def _compare(before: RunRecord, after: RunRecord) -> Comparison:
    return compare(RunOverview(Path("a"), before), RunOverview(Path("b"), after))


def _training(record: RunRecord, **changes: object) -> RunRecord:
    project = record.project
    training = msgspec.structs.replace(project.training, **changes)
    return msgspec.structs.replace(record, project=msgspec.structs.replace(project, training=training))


def test_a_run_does_not_differ_from_itself(record: RunRecord) -> None:
    assert _compare(record, record) == Comparison()


def test_layers_stand_in_the_order_in_which_they_compute(record: RunRecord) -> None:
    found = layers_of(record.project)

    assert [layer.type for layer in found] == ["Input", "Linear", "ReLU", "Linear", "Tanh", "Linear", "Loss"]
    assert [layer.name for layer in found[1:-1]] == ["0", "1", "2", "3", "4"]


def test_a_layer_that_was_frozen(record: RunRecord) -> None:
    frozen = SetFrozen((NodeId("n2"),), frozen=True).apply(record.project.graph)
    project = msgspec.structs.replace(record.project, graph=frozen)
    found = _compare(record, msgspec.structs.replace(record, project=project))
    (change,) = found.graph
    assert change.args == (Change("frozen", before=False, after=True),)
    assert layer_line(change) == "Linear 0: frozen False -> True"


def test_a_layer_that_came_and_a_size_that_changed() -> None:
    before = [
        _layer("0", "Linear", out_features=64),
        _layer("1", "ReLU"),
        _layer("2", "Linear", out_features=3),
    ]
    dropout = _layer("2", "Dropout", p=0.2)
    wider = _layer("0", "Linear", out_features=128)
    after = [wider, _layer("1", "ReLU"), dropout, _layer("3", "Linear", out_features=3)]

    size = LayerChange(before[0], wider, (Change("out_features", 64, 128),))
    assert compare_layers(before, after) == (size, LayerChange(None, dropout))
    assert compare_layers(after, before)[1] == LayerChange(dropout, None)


@pytest.mark.parametrize("place", [0, 150, 299])
def test_one_change_among_hundreds_of_equal_layers_is_one(place: int) -> None:
    before = [_layer(str(index), "Linear", out_features=64) for index in range(300)]
    wider = _layer(str(place), "Linear", out_features=65)
    after = [*before[:place], wider, *before[place + 1 :]]

    (found,) = compare_layers(before, after)
    assert (found.before, found.after) == (before[place], wider)
    assert [change.after for change in compare_layers(before, [*before[:place], *before[place + 1 :]])] == [
        None
    ]


def test_another_type_is_one_that_went_and_one_that_came() -> None:
    tanh, relu = _layer("0", "Tanh"), _layer("0", "ReLU")

    assert compare_layers([tanh], [relu]) == (LayerChange(tanh, None), LayerChange(None, relu))


def test_a_default_that_is_written_out_and_a_name_are_no_difference() -> None:
    plain = _layer("0", "Linear", out_features=4)
    written = _layer("first", "Linear", out_features=4, bias=True, in_features="auto")

    assert compare_layers([plain], [written]) == ()


def test_a_layer_of_no_known_type_is_compared_by_its_arguments() -> None:
    one, other = _layer("0", "Frobnicate", a=1), _layer("0", "Frobnicate", a=2)

    assert compare_layers([one], [other]) == (LayerChange(one, other, (Change("a", 1, 2),)),)


def test_places_do_not_matter(record: RunRecord) -> None:
    project = record.project
    nodes = {key: msgspec.structs.replace(node, x=node.x + 7) for key, node in project.graph.nodes.items()}
    moved = msgspec.structs.replace(
        project, graph=msgspec.structs.replace(project.graph, nodes=nodes), source="# typed"
    )

    assert _compare(record, msgspec.structs.replace(record, project=moved)) == Comparison()


def test_data(record: RunRecord) -> None:
    project = record.project
    data = msgspec.structs.replace(project.data, source=ToyData("moons"), standardize=False)
    profile = msgspec.structs.replace(record.data, sha256="00", training=7)
    other = msgspec.structs.replace(record, project=msgspec.structs.replace(project, data=data), data=profile)

    fields = {change.field: (change.before, change.after) for change in _compare(record, other).data}

    assert fields["source.kind"] == ("builtin", "toy")
    assert fields["source.name"] == ("iris", "moons")
    assert fields["source.noise"][0] is None
    assert fields["standardize"] == (True, False)
    assert fields["training samples"] == (8, 7)
    assert fields["sha256"] == ("ff", "00")


def test_training(record: RunRecord) -> None:
    before = _training(record, optimizer_args={})
    after = _training(record, optimizer_args={"lr": 0.01}, batch_size=8, seed=5)

    assert _compare(before, after).training == (
        Change("batch_size", record.project.training.batch_size, 8),
        Change("seed", 0, 5),
        Change("optimizer.lr", 0.001, 0.01),
    )
    assert _compare(before, _training(record, optimizer_args={"lr": 0.001})).training == ()


def test_of_another_optimizer_only_what_was_set_is_told(record: RunRecord) -> None:
    before = _training(record, optimizer_args={"lr": 0.005})
    after = _training(record, optimizer="SGD", optimizer_args={"momentum": 0.9})

    assert _compare(before, after).training == (
        Change("optimizer", "Adam", "SGD"),
        Change("optimizer.lr", 0.005, 0.001),
        Change("optimizer.momentum", None, 0.9),
    )


def test_the_arguments_of_a_schedule_count_with_their_defaults(record: RunRecord) -> None:
    before = _training(record, lr_scheduler="StepLR", lr_scheduler_args={"step_size": 3})
    after = _training(record, lr_scheduler="StepLR", lr_scheduler_args={"step_size": 3, "gamma": 0.5})

    assert _compare(before, after).training == (Change("lr_scheduler.gamma", 0.1, 0.5),)
    same = _training(record, lr_scheduler="StepLR", lr_scheduler_args={"step_size": 3, "gamma": 0.1})
    assert _compare(before, same).training == ()


def test_result_and_versions(record: RunRecord) -> None:
    done = msgspec.structs.replace(
        record,
        status="finished",
        validation={"loss": 0.5, "accuracy": 0.9},
        weights_sha256="aa",
        versions={"torch": "3"},
    )
    best = EpochRow(4, 20, 0.7, 0.8, 0.5, 0.9)

    found = compare(RunOverview(Path("a"), record), RunOverview(Path("b"), done, best, best))

    fields = {change.field: (change.before, change.after) for change in found.result}
    assert fields["status"] == ("running", "finished")
    assert fields["epochs"] == (0, 4)
    assert fields["best validation accuracy"] == (None, 0.9)
    assert fields["validation loss"] == (None, 0.5)
    assert fields["weights_sha256"] == (None, "aa")
    assert found.versions == (Change("torch", "2.13.0", "3"),)
