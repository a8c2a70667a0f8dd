"""Projects as text: readable, stable, and read without trust."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given

from nnbuilder.data.spec import CsvData, DataSpec
from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import Graph, NodeId
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.project.text import ProjectFileError, dump_project, parse_project
from tests.golden import check_golden
from tests.project.samples import everything, starter
from tests.strategies import projects

GOLDEN = Path(__file__).parent / "golden"
VERSIONS = Path(__file__).parent / "versions"


def refusal(text: str | bytes) -> ProjectFileError:
    """The error that reading the text ends in."""
    with pytest.raises(ProjectFileError) as caught:
        parse_project(text)
    return caught.value


def changed(**values: Any) -> str:
    """The starter's text with some top keys replaced."""
    return json.dumps(json.loads(dump_project(starter())) | values)


@given(projects())
def test_a_project_comes_back_as_it_was(project: Project) -> None:
    text = dump_project(project)
    loaded = parse_project(text)
    assert loaded.project == project
    assert dump_project(loaded.project) == text


@pytest.mark.parametrize("name", ["starter", "everything"])
def test_the_text_is_the_golden_one(name: str) -> None:
    project = {"starter": starter, "everything": everything}[name]()
    check_golden(GOLDEN / f"{name}.nnb", dump_project(project))


@pytest.mark.parametrize(
    "file", sorted((Path(__file__).parent / "versions").glob("*.nnb")), ids=lambda file: file.name
)
def test_a_file_once_saved_opens_for_ever(file: Path) -> None:
    project = parse_project(file.read_bytes()).project
    assert project == (everything() if "everything" in file.name else starter())


def test_silenced_advice_stands_in_the_file_and_nothing_where_there_is_none() -> None:
    quiet = msgspec.structs.replace(starter(), silenced=("linear-after-linear", "x"))
    assert '"silenced": [\n    "linear-after-linear",\n    "x"\n  ]' in dump_project(quiet)
    assert parse_project(dump_project(quiet)) == msgspec.structs.replace(
        parse_project(dump_project(starter())), project=quiet
    )
    assert "silenced" not in dump_project(starter())


def test_left_out_columns_stand_in_the_file_and_nothing_where_there_are_none() -> None:
    plain = Project(graph=Graph({}, ()), data=DataSpec(CsvData("t.csv", "y")))
    assert "left_out" not in dump_project(plain)
    names = DataSpec(CsvData("t.csv", "y", left_out=("age", 'a "b"')))
    text = dump_project(msgspec.structs.replace(plain, data=names))
    assert parse_project(text).project.data == names


def test_what_is_set_of_training_stands_in_the_file_and_nothing_else_of_it() -> None:
    usual = set(json.loads(dump_project(starter()))["training"])
    training = TrainingConfig(
        lr_scheduler="MultiStepLR",
        lr_scheduler_args={"milestones": (2, 4)},
        class_weights=(1.0, 2.5),
        patience=3,
        minutes=1.5,
    )
    text = dump_project(msgspec.structs.replace(starter(), training=training))
    more = {"lr_scheduler", "lr_scheduler_args", "class_weights", "patience", "minutes"}
    assert set(json.loads(text)["training"]) - usual == more
    assert parse_project(text).project.training == training


def test_an_unknown_scheduler_is_an_error_and_kept() -> None:
    plain = json.loads(dump_project(starter()))
    for name, words in (("WarmupLR", "does not know the scheduler"), ("LambdaLR", "needs a function")):
        plain["training"] |= {"lr_scheduler": name, "lr_scheduler_args": {"warmup": 3}}
        loaded = parse_project(json.dumps(plain))
        (problem,) = loaded.problems
        assert (problem.code, problem.path) == ("unknown-scheduler", "training.lr_scheduler")
        assert words in problem.message
        assert json.loads(dump_project(loaded.project)) == plain
    plain["training"] |= {"lr_scheduler": "StepLR"}
    (problem,) = parse_project(json.dumps(plain)).problems
    assert (problem.severity, problem.path) == ("warning", "training.lr_scheduler_args.warmup")


def test_one_edit_changes_one_line() -> None:
    before = dump_project(starter()).splitlines()
    after = dump_project(apply_edit(starter(), SetArg(NodeId("n1"), "out_features", 64))).splitlines()
    assert len(before) == len(after)
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def test_what_is_unknown_opens_is_named_and_kept() -> None:
    loaded = parse_project(dump_project(everything()))
    assert loaded.project == everything()
    assert [(problem.severity, problem.code, problem.path) for problem in loaded.problems] == [
        ("error", "unknown-layer", "graph.nodes.n4.type"),
        ("note", "unknown-key", "graph.nodes.n4.color"),
        ("note", "unknown-key", "title"),
        ("note", "unknown-key", "notes"),
        ("note", "unknown-key", "graph.zoom"),
        ("note", "unknown-key", "data.cache"),
        ("note", "unknown-key", "data.split.groups"),
        ("note", "unknown-key", "training.scheduler"),
    ]


def test_an_unknown_argument_is_a_warning_and_kept() -> None:
    plain = json.loads(dump_project(starter()))
    plain["graph"]["nodes"]["n1"]["args"] |= {"sparsity": 0.5, "shape": {"deep": 1}}
    loaded = parse_project(json.dumps(plain))
    named = [(problem.severity, problem.node, problem.arg) for problem in loaded.problems]
    assert named == [("warning", "n1", "sparsity"), ("warning", "n1", "shape")]
    assert json.loads(dump_project(loaded.project)) == plain


@pytest.mark.parametrize(
    ("values", "path", "why"),
    [
        ({"nnbuilder": 2}, "nnbuilder", "newer NNBuilder"),
        ({"nnbuilder": 0}, "nnbuilder", "whole number from 1"),
        ({"nnbuilder": True}, "nnbuilder", "not true"),
        ({"nnbuilder": "1"}, "nnbuilder", 'not "1"'),
        ({"graph": None}, "graph", "takes an object, not null"),
        ({"data": 5}, "data", "takes an object, not 5"),
        ({"data": {"standardize": 1}}, "data.standardize", "takes true or false, not 1"),
        ({"data": {"source": {}}}, "data.source.kind", "one of builtin, toy, csv, arrays, not null"),
        ({"data": {"source": {"kind": "web"}}}, "data.source.kind", 'not "web"'),
        ({"data": {"source": {"kind": "builtin", "name": "mnist"}}}, "data.source.name", "one of iris"),
        ({"data": {"source": {"kind": "csv", "path": "a.csv"}}}, "data.source.target", "is missing"),
        ({"data": {"source": {"kind": "csv", "path": "a\0", "target": ""}}}, "data.source.path", "no path"),
        (
            {"data": {"source": {"kind": "csv", "path": "a", "target": "", "left_out": "b"}}},
            "data.source.left_out",
            'a list of text, not "b"',
        ),
        (
            {"data": {"source": {"kind": "csv", "path": "a", "target": "", "left_out": ["b" * 70_000]}}},
            "data.source.left_out[0]",
            "",
        ),
        ({"data": {"source": {"kind": "toy", "points": 3}}}, "data.source.points", "at least 10"),
        ({"data": {"source": {"kind": "toy", "noise": -0.1}}}, "data.source.noise", "at least 0"),
        ({"data": {"split": {"validation": 1}}}, "data.split.validation", "below 1"),
        ({"data": {"split": {"validation": 0.6, "test": 0.4}}}, "data.split.test", "less than 1"),
        ({"training": []}, "training", "takes an object"),
        ({"training": {"optimizer": 3}}, "training.optimizer", "takes text, not 3"),
        ({"training": {"batch_size": 0}}, "training.batch_size", "at least 1"),
        ({"training": {"lr_scheduler": 3}}, "training.lr_scheduler", "takes text or null, not 3"),
        ({"training": {"lr_scheduler_every": "day"}}, "training.lr_scheduler_every", "one of epoch, step"),
        (
            {"training": {"lr_scheduler": "StepLR", "lr_scheduler_args": {"step_size": 0}}},
            "training.lr_scheduler_args.step_size",
            "at least 1",
        ),
        (
            {"training": {"lr_scheduler": "ReduceLROnPlateau", "lr_scheduler_every": "step"}},
            "training.lr_scheduler_every",
            "can count epochs only",
        ),
        (
            {"training": {"class_weights": "fair"}},
            "training.class_weights",
            'takes one of balanced or a list of numbers or null, not "fair"',
        ),
        ({"training": {"class_weights": [1, -1]}}, "training.class_weights", "above 0"),
        ({"training": {"l1": -0.1}}, "training.l1", "at least 0"),
        ({"training": {"patience": 0}}, "training.patience", "at least 1"),
        ({"training": {"minutes": 0}}, "training.minutes", "above 0"),
        ({"training": {"restore_best": 1}}, "training.restore_best", "takes true or false"),
        ({"training": {"epochs": 1.5}}, "training.epochs", "takes a whole number, not 1.5"),
        ({"training": {"threads": 0}}, "training.threads", "at least 1"),
        ({"training": {"seed": -1}}, "training.seed", "at least 0"),
        ({"training": {"device": "a b"}}, "training.device", "like cpu or cuda:0"),
        ({"training": {"optimizer_args": {"lr": "fast"}}}, "training.optimizer_args.lr", "a number"),
        ({"weights": "abc"}, "weights", "64 hexadecimal digits"),
        ({"weights": 1}, "weights", "takes text or null, not 1"),
        ({"source": []}, "source", "takes text or null"),
        ({"silenced": "x"}, "silenced", "a list of codes"),
        ({"silenced": ["two words"]}, "silenced.0", "small letters, digits and -"),
    ],
)
def test_what_must_not_be_is_refused_with_its_place(values: dict[str, Any], path: str, why: str) -> None:
    problem = next(problem for problem in refusal(changed(**values)).problems if problem.path == path)
    assert why in problem.message
    assert problem.code.startswith("file-")


@pytest.mark.parametrize(
    ("node", "path", "why"),
    [
        ({"type": "Dropout", "args": {"p": 2}}, "n1.args.p", "not 2"),
        ({"type": "Linear", "args": {"out_features": 0}}, "n1.args.out_features", "not 0"),
        ({"type": "Linear", "args": {"bias": "yes"}}, "n1.args.bias", "True or False"),
        ({"type": "Linear", "args": {"bias": {"a": 1}}}, "n1.args.bias", "not an object"),
        ({"type": "ReLU", "name": "a.b"}, "n1.name", "dot"),
        ({"type": ""}, "n1.type", "empty"),
        ({"type": "ReLU", "x": 1e8}, "n1.x", "within 1e+07"),
        ({"type": "Loss", "args": {"loss": 3}}, "n1.args.loss", "one of"),
    ],
)
def test_nodes_that_must_not_be_are_refused(node: dict[str, Any], path: str, why: str) -> None:
    error = refusal(changed(graph={"nodes": {"n1": node}, "edges": []}))
    assert [problem.path for problem in error.problems] == [f"graph.nodes.{path}"]
    assert why in error.problems[0].message


def test_all_faults_are_named_at_once() -> None:
    text = changed(weights=1, training={"epochs": 0, "seed": "x"}, data={"split": {"test": -1}})
    paths = {problem.path for problem in refusal(text).problems}
    assert paths == {"weights", "training.epochs", "training.seed", "data.split.test"}
    assert "(and 3 more)" in str(refusal(text))


@pytest.mark.parametrize("text", ["", "null", "[]", "3", '"x"', "{}", '{"graph": {}}', "\0", "{'a': 1}"])
def test_other_texts_are_no_project(text: str) -> None:
    assert len(refusal(text).problems) == 1


def test_a_losses_name_of_another_version_opens() -> None:
    nodes = {"loss": {"type": "Loss", "args": {"loss": "CTCLoss", "blank": 0}}}
    loaded = parse_project(changed(graph={"nodes": nodes, "edges": []}))
    assert [(problem.code, problem.node, problem.arg) for problem in loaded.problems] == [
        ("unknown-loss", "loss", "loss")
    ]


def test_an_optimizer_of_another_version_opens() -> None:
    loaded = parse_project(changed(training={"optimizer": "Lion", "optimizer_args": {"lr": 1}}))
    assert [problem.code for problem in loaded.problems] == ["unknown-optimizer"]
    loaded = parse_project(changed(training={"optimizer": "SGD", "optimizer_args": {"spin": 1}}))
    assert [(problem.code, problem.arg) for problem in loaded.problems] == [("unknown-argument", "spin")]


def test_a_byte_order_mark_is_let_pass() -> None:
    assert parse_project(b"\xef\xbb\xbf" + dump_project(starter()).encode()).project == starter()


def test_limits_of_gradients_stand_in_the_files_that_set_them() -> None:
    training = TrainingConfig(clip_value=2.0)
    text = dump_project(Project(training=training))

    assert '"clip_value": 2.0' in text
    assert "clip" not in text.replace('"clip_value": 2.0', "")
    assert parse_project(text).project.training == training
