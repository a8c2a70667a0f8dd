"""Each template arrives tidy and without a problem, on its own data and on anybody else's, and trains."""

from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnbuilder.data.load import load
from nnbuilder.data.spec import BuiltinData, CsvData, DataProfile, DataSpec, Split, ToyData
from nnbuilder.engine.analyze import Analyzer
from nnbuilder.engine.controls import Unattended
from nnbuilder.engine.run_loop import train_run
from nnbuilder.graph.analysis import Analysis
from nnbuilder.graph.geometry import CARD_HEIGHT, CARD_WIDTH
from nnbuilder.graph.graph import INPUT
from nnbuilder.graph.layout import STYLES
from nnbuilder.graph.order import order_of
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.python_writer import module_source
from nnbuilder.project.file import dump_project, parse_project
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.templates.fit import fit_of
from nnbuilder.templates.registry import BY_NAME, TEMPLATES, Template, promise, start
from tests.conftest import SOAK

templates = pytest.mark.parametrize("template", TEMPLATES, ids=BY_NAME)

REACHED = {
    "logistic_regression": 0.96,
    "mlp": 0.96,
    "mlp_regression": 0.28,
    "deep_mlp": 0.95,
    "autoencoder": 0.75,
    "small_cnn": 0.96,
    "lenet_5": 0.95,
    "all_convolutional": 0.94,
    "cnn_1d": 0.8,
    "text_classifier": 0.6,
}
"""Accuracy, or R2, on the validation part after a whole training."""


def analyzed(project: Project, profile: DataProfile | None) -> tuple[Analysis, tuple[Problem, ...]]:
    """Torch's whole answer."""
    *_, last = Analyzer().analyze(project, profile)
    return last.analysis, last.problems


@st.composite
def profiles(draw: st.DrawFn) -> DataProfile:
    """Data of any shape, for classes or for numbers."""
    shape = tuple(draw(st.lists(st.integers(1, 40), min_size=1, max_size=3)))
    classes = tuple(map(str, range(draw(st.sampled_from([0, 2, 3, 12])))))
    rows = draw(st.integers(1, 2000))
    return DataProfile(
        title="Anything",
        task="classification" if classes else "regression",
        shape=shape,
        rows=rows,
        training=rows,
        validation=0,
        test=0,
        sha256="",
        classes=classes,
        values=1 if classes else draw(st.sampled_from([1, 5])),
    )


@templates
def test_a_new_project_has_no_problem(template: Template) -> None:
    project = start(template)
    assert project.data == template.data
    profile = load(project.data, project.training.seed, None).profile
    analysis, problems = analyzed(project, profile)
    assert problems == ()
    assert analysis.output is not None
    assert analysis.trainable


@templates
@settings(max_examples=200 if SOAK else 8)
@given(profile=profiles())
def test_it_fits_itself_to_any_data(template: Template, profile: DataProfile) -> None:
    other = Project(data=DataSpec(CsvData("table.csv", "target")))
    project = start(template, other, profile)
    if project.data.reconstruct:
        profile = msgspec.structs.replace(
            profile, task="regression", classes=(), values=fit_of(profile).features
        )
    _, problems = analyzed(project, profile)
    assert [problem for problem in problems if problem.severity == "error"] == []


@templates
def test_chosen_data_are_kept_with_seed_and_device(template: Template) -> None:
    source = CsvData("table.csv", "species")
    training = TrainingConfig(seed=7, device="cuda", threads=2, epochs=3)
    project = start(template, Project(data=DataSpec(source, Split(0.3)), training=training))
    assert (project.data.source, project.data.split) == (source, Split(0.3))
    assert (project.training.seed, project.training.device, project.training.threads) == (7, "cuda", 2)
    assert project.training.epochs == template.training.epochs


@templates
@pytest.mark.parametrize("source", [BuiltinData("wine"), BuiltinData("diabetes"), ToyData("sine")])
def test_data_that_ship_fit_before_they_are_loaded(template: Template, source: BuiltinData | ToyData) -> None:
    project = start(template, Project(data=DataSpec(source, split=Split(0.25))))
    profile = load(project.data, 0, None).profile
    _, problems = analyzed(project, profile)
    assert [problem for problem in problems if problem.severity == "error"] == []


def test_words_of_data_that_ship_are_known_with_a_profile_too() -> None:
    digits = Project(data=DataSpec(BuiltinData("digits")))
    profile = load(digits.data, 0, None).profile
    for known in (profile, None):
        [embedding] = start(BY_NAME["text_classifier"], digits, known).graph.of_type("Embedding")
        assert embedding.args["num_embeddings"] == 17


def test_what_it_does_with_the_data_is_promised() -> None:
    assert promise(None).startswith("Each comes with data to try it on.")
    table = Project(data=DataSpec(CsvData("table.csv", "kind")))
    assert promise(table) == "Each keeps the data of this project."
    wine = Project(data=DataSpec(BuiltinData("wine")))
    loaded = load(wine.data, 0, None).profile
    assert (
        promise(wine) == "Each keeps the data of this project and fits itself: 13 numbers in, 3 classes out."
    )
    assert promise(wine, loaded) == "Each keeps Wines and fits itself: 13 numbers in, 3 classes out."
    sine = Project(data=DataSpec(ToyData("sine")))
    assert promise(sine).endswith("1 number in, 1 number out.")
    photo = msgspec.structs.replace(loaded, shape=(3, 8, 8), classes=("a",))
    assert promise(wine, photo).endswith("3×8×8 in, 1 class out.")


@templates
@pytest.mark.parametrize("style", STYLES)
def test_its_cards_lie_in_order_and_apart(template: Template, style: str) -> None:
    graph = start(template, style=next(one for one in STYLES if one == style)).graph
    for group in {node.parent for node in graph.nodes.values()}:
        order = order_of(graph, group)
        assert order.complete or group is not None
        places = [(graph.nodes[key].x, graph.nodes[key].y) for key in order.chain]
        for (x, y), (right, below) in pairwise(places):
            assert right - x > CARD_WIDTH or below - y > CARD_HEIGHT
    assert len({(node.parent, node.x, node.y) for node in graph.nodes.values()}) == len(graph.nodes)


@templates
def test_it_is_saved_and_written_like_any_project(template: Template) -> None:
    project = start(template)
    assert parse_project(dump_project(project)).project == project
    analysis, _ = analyzed(project, load(project.data, 0, None).profile)
    reading = read_source(module_source(project.graph, analysis))
    assert reading.problems == ()
    assert len(reading.layers) == len(project.graph.children(None)) - 2


@templates
def test_it_trains(template: Template, tmp_path: Path) -> None:
    project = start(template)
    epochs = project.training.epochs if SOAK else 2
    project = msgspec.structs.replace(
        project, training=msgspec.structs.replace(project.training, epochs=epochs)
    )
    ended = train_run(project, load(project.data, 0, None), tmp_path / "run", lambda *_: None, Unattended())
    assert ended.reason == "finished"
    metric = ended.validation.get("accuracy", ended.validation.get("r2"))
    assert metric is not None
    assert metric > (REACHED[template.name] if SOAK else 0.0)


def test_the_table_reads_well() -> None:
    assert list(REACHED) == list(BY_NAME)
    assert len({template.title for template in TEMPLATES}) == len(TEMPLATES)
    assert all(template.summary.endswith(".") and len(template.summary) <= 80 for template in TEMPLATES)


def test_what_is_typed_follows_the_data_where_it_can() -> None:
    image = DataProfile("Photos", "classification", (3, 32, 32), 9, 9, 0, 0, "", classes=("a", "b", "c"))
    data = Project(data=DataSpec(CsvData("photos.csv", "kind")))
    for name in ("small_cnn", "all_convolutional", "lenet_5"):
        graph = start(BY_NAME[name], data, image).graph
        assert graph.of_type(INPUT)[0].args == {}
        assert not graph.of_type("Upsample")
