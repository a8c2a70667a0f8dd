"""What a sweep varies: knobs by their names, grids, ranges, picks by chance, and what is kept of it."""

from itertools import product
from pathlib import Path

import pytest

from nnbuilder.graph.graph import NodeId
from nnbuilder.project.file import load_project
from nnbuilder.project.project import Project
from nnbuilder.project.resources import resources_folder
from nnbuilder.runs.knobs import KnobError, find_knob, knobs, set_knob
from nnbuilder.runs.sweep import grid, picked, read_axes, read_axis
from nnbuilder.runs.sweep_record import list_sweeps, new_sweep, row_of, write_sweep


@pytest.fixture
def iris() -> Project:
    """The iris example: Linear, ReLU, Linear, Tanh, Linear with Adam."""
    return load_project(resources_folder() / "examples" / "iris.nnb").project


def test_every_knob_takes_the_value_it_has(iris: Project) -> None:
    for knob in knobs(iris):
        after = set_knob(iris, knob, knob.value)
        again = next(one for one in knobs(after) if one.path == knob.path)
        assert again.value == knob.value


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("lr", "training.optimizer.lr"),
        ("training.optimizer_args.lr", "training.optimizer.lr"),
        ("graph.nodes.n2.args.out_features", "n2.out_features"),
        ("batch_size", "training.batch_size"),
        ("validation", "data.split.validation"),
    ],
)
def test_a_knob_is_found_by_what_people_type(iris: Project, typed: str, path: str) -> None:
    assert find_knob(iris, typed).path == path


def test_what_is_no_knob_gets_a_guess(iris: Project) -> None:
    with pytest.raises(KnobError, match=r"Did you mean training\.optimizer\.lr\?"):
        find_knob(iris, "training.optimizer.lrr")
    with pytest.raises(KnobError, match=r"n2\.out_features or n4\.out_features"):
        find_knob(iris, "out_features")


def test_a_grid_has_every_combination_once(iris: Project) -> None:
    axes = read_axes(iris, [("lr", "0.1, 0.01"), ("n2.out_features", "8, 2**4, 16, 32")])
    trials = grid(iris, axes)
    assert [trial.values for trial in trials] == list(product((0.1, 0.01), (8, 16, 32)))
    assert [trial.number for trial in trials] == [1, 2, 3, 4, 5, 6]
    for trial in trials:
        assert trial.project.training.optimizer_args["lr"] == trial.values[0]
        assert trial.project.graph.nodes[NodeId("n2")].args["out_features"] == trial.values[1]
    assert iris.training.optimizer_args["lr"] == 0.005


def test_an_optimizer_is_chosen_before_its_arguments(iris: Project) -> None:
    [trial] = grid(iris, read_axes(iris, [("lr", "0.3"), ("optimizer", "SGD")]))
    assert (trial.project.training.optimizer, dict(trial.project.training.optimizer_args)) == (
        "SGD",
        {"lr": 0.3},
    )


def test_a_wide_range_is_divided_by_ratio_and_a_narrow_one_by_distance(iris: Project) -> None:
    wide = grid(iris, [read_axis(iris, "lr", "0.0001..0.1:4")])
    assert [trial.values[0] for trial in wide] == pytest.approx([0.0001, 0.001, 0.01, 0.1])
    narrow = grid(iris, [read_axis(iris, "n2.out_features", "8..32:4")])
    assert [trial.values[0] for trial in narrow] == [8, 16, 24, 32]


def test_picks_are_within_the_range_differ_and_repeat(iris: Project) -> None:
    axes = read_axes(iris, [("lr", "1e-4..0.1"), ("n2.out_features", "8,16")])
    first, again, other = (picked(iris, axes, 12, seed) for seed in (1, 1, 2))
    assert len({trial.values for trial in first}) == 12
    assert all(1e-4 <= float(str(trial.values[0])) <= 0.1 for trial in first)
    assert [trial.values for trial in first] == [trial.values for trial in again]
    assert [trial.values for trial in first] != [trial.values for trial in other]


def test_picks_are_fewer_where_there_are_not_so_many(iris: Project) -> None:
    assert len(picked(iris, [read_axis(iris, "n2.out_features", "8,16,32")], 12, 0)) == 3


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        ("lr", "", "takes values with commas"),
        ("lr", "0.1,fast", "lr"),
        ("lr", "-1", "at least 0"),
        ("lr", "0.1..0.01", "first number is the smaller"),
        ("lr", "0.1..1:x", "behind the colon"),
        ("data.standardize", "0..1", "has no range"),
    ],
)
def test_values_that_make_no_sense_are_told(iris: Project, path: str, text: str, why: str) -> None:
    with pytest.raises(KnobError, match=why):
        read_axis(iris, path, text)


def test_a_grid_needs_to_know_how_many_of_a_range(iris: Project) -> None:
    with pytest.raises(KnobError, match="how many values"):
        grid(iris, [read_axis(iris, "lr", "0.001..0.1")])
    with pytest.raises(KnobError, match="Pick some at random"):
        grid(iris, read_axes(iris, [("lr", "0.001..0.1:100"), ("n2.out_features", "1..100:100")]))


def test_a_sweep_is_kept_and_read_back(iris: Project, tmp_path: Path) -> None:
    axes = read_axes(iris, [("lr", "0.1,0.01"), ("optimizer", "SGD,Adam")])
    sweep = new_sweep(axes, grid(iris, axes), picked=False)
    write_sweep(tmp_path, sweep)
    (tmp_path / "sweeps" / "broken.json").write_text("{")
    assert list_sweeps(tmp_path) == (sweep,)
    assert len({trial.run for trial in sweep.trials}) == 4
    assert sweep.trials[3].title == "lr 0.01, optimizer Adam"
    assert [row_of(tmp_path, trial).status for trial in sweep.trials] == ["waiting"] * 4
