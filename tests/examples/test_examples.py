"""Each starter project opens without a problem, trains, and reaches its stated result."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import mean

import msgspec
import pytest

from nnbuilder.data.load import load
from nnbuilder.engine.analyze import Analyzer
from nnbuilder.engine.controls import Unattended
from nnbuilder.engine.run_loop import train_run
from nnbuilder.graph.order import order_of
from nnbuilder.project.file import dump_project, load_project
from nnbuilder.project.project import Project
from nnbuilder.project.resources import examples, resources_folder
from nnbuilder.templates.design import Design, drawing, layer
from tests.conftest import SOAK

CARD = (128, 92)
"""Width and height of a node on the canvas."""


@dataclass(frozen=True, slots=True)
class Result:
    """What validation reaches after the last epoch: with seed 0, and on average over seeds 0 to 4."""

    metric: str
    seed_0: float
    mean: float
    parameters: int


RESULTS = {
    "iris": Result("accuracy", 0.93, 0.93, 243),
    "wine": Result("accuracy", 0.96, 0.96, 275),
    "xor": Result("accuracy", 0.97, 0.98, 33),
    "moons": Result("accuracy", 0.94, 0.94, 354),
    "circles": Result("accuracy", 0.97, 0.98, 202),
    "spiral": Result("accuracy", 0.97, 0.97, 1218),
    "digits": Result("accuracy", 0.96, 0.97, 2410),
    "breast_cancer": Result("accuracy", 0.96, 0.96, 31),
    "diabetes": Result("r2", 0.3, 0.38, 193),
    "sine": Result("r2", 0.9, 0.9, 321),
}


def _file(name: str) -> Path:
    return resources_folder() / "examples" / f"{name}.nnb"


def _project(name: str) -> Project:
    return load_project(_file(name)).project


def _reached(name: str, seed: int, folder: Path, project: Project | None = None) -> float:
    """The validation metric after the last epoch, trained as the window and the command line do."""
    project = project or _project(name)
    project = msgspec.structs.replace(project, training=msgspec.structs.replace(project.training, seed=seed))
    prepared = load(project.data, seed, None)
    ended = train_run(project, prepared, folder / f"{name}-{seed}", lambda *_: None, Unattended())
    assert ended.reason == "finished"
    value = ended.validation[RESULTS[name].metric]
    assert value is not None
    return value


def test_index_names_every_file() -> None:
    names = [example.name for example in examples()]
    assert sorted(names) == sorted(path.stem for path in (resources_folder() / "examples").glob("*.nnb"))
    assert names == list(RESULTS)
    assert all(example.summary.endswith(".") and example.title for example in examples())


@pytest.mark.parametrize("name", RESULTS)
def test_opens_without_a_problem(name: str) -> None:
    loaded = load_project(_file(name))
    assert loaded.problems == ()
    profile = load(loaded.project.data, loaded.project.training.seed, None).profile
    *_, last = Analyzer().analyze(loaded.project, profile)
    assert last.problems == ()
    assert last.analysis.parameters == RESULTS[name].parameters


@pytest.mark.parametrize("name", RESULTS)
def test_is_written_as_the_program_writes_it(name: str) -> None:
    assert dump_project(_project(name)) == _file(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", RESULTS)
def test_stands_in_rows_that_read_like_text(name: str) -> None:
    graph = _project(name).graph
    places = [(graph.nodes[key].y, graph.nodes[key].x) for key in order_of(graph).chain]
    assert places == sorted(places)
    for (y, x), (below, right) in pairwise(places):
        assert right - x > CARD[0] or below - y > CARD[1]


@pytest.mark.parametrize("name", RESULTS)
def test_reaches_its_result(name: str, tmp_path: Path) -> None:
    assert _reached(name, 0, tmp_path) >= RESULTS[name].seed_0


@pytest.mark.soak
@pytest.mark.parametrize("name", RESULTS)
def test_reaches_its_result_on_average(name: str, tmp_path: Path) -> None:
    reached = [_reached(name, seed, tmp_path) for seed in range(5)]
    assert mean(reached) >= RESULTS[name].mean, reached


@pytest.mark.parametrize("name", ["circles", "xor", "spiral"])
def test_one_layer_cannot_learn_what_no_line_divides(name: str, tmp_path: Path) -> None:
    flat = drawing(Design((layer("Linear", out_features=2),), "CrossEntropyLoss"))
    project = msgspec.structs.replace(_project(name), graph=flat)
    reached = [_reached(name, seed, tmp_path, project) for seed in range(5 if SOAK else 2)]
    assert mean(reached) < 0.65, reached
