"""`--set`: which fields it reaches and what it refuses."""

from typing import Any

import pytest

from nnbuilder.cli.failure import CommandError, Exit
from nnbuilder.cli.overrides import override, read_setting
from nnbuilder.data.spec import CsvData, ToyData
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.file import load_project
from nnbuilder.project.project import Project
from nnbuilder.project.resources import resources_folder


def _project(name: str = "iris") -> Project:
    return load_project(resources_folder() / "examples" / f"{name}.nnb").project


def _set(*texts: str, name: str = "iris") -> Project:
    return override(_project(name), [read_setting(text) for text in texts])


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("training.epochs=7", "epochs", 7),
        ("training.epochs=10*2", "epochs", 20),
        ("training.batch_size = 4", "batch_size", 4),
        ("epochs=7", "epochs", 7),
        ("lr=1e-3", "optimizer_args", {"lr": 0.001}),
        ("training.clip_norm=1", "clip_norm", 1.0),
        ("training.clip_value=None", "clip_value", None),
        ("training.device=cuda:1", "device", "cuda:1"),
        ("training.lr_scheduler=OneCycleLR", "lr_scheduler", "OneCycleLR"),
        ("training.lr_scheduler=null", "lr_scheduler", None),
        ("training.lr_scheduler_every=step", "lr_scheduler_every", "step"),
        ("training.class_weights=balanced", "class_weights", "balanced"),
        ("training.class_weights=1, 2.5, 1", "class_weights", (1.0, 2.5, 1.0)),
        ("training.class_weights=None", "class_weights", None),
        ("training.l1=1e-3", "l1", 0.001),
        ("training.patience=5", "patience", 5),
        ("training.min_delta=0.01", "min_delta", 0.01),
        ("training.restore_best=False", "restore_best", False),
        ("training.minutes=2.5", "minutes", 2.5),
        ("training.optimizer=SGD", "optimizer", "SGD"),
        ("training.optimizer.lr=1e-3", "optimizer_args", {"lr": 0.001}),
        ("training.optimizer_args.lr=1", "optimizer_args", {"lr": 1.0}),
        ("training.optimizer.betas=(0.5, 0.9)", "optimizer_args", {"lr": 0.005, "betas": (0.5, 0.9)}),
    ],
)
def test_training(text: str, field: str, value: Any) -> None:
    assert getattr(_set(text).training, field) == value


def test_arguments_of_layers() -> None:
    graph = _set("graph.nodes.n2.args.out_features=2**5", "graph.nodes.n3.args.inplace=True").graph
    assert graph.nodes[NodeId("n2")].args == {"out_features": 32}
    assert graph.nodes[NodeId("n3")].args == {"inplace": True}
    assert _set("n2.out_features=7").graph.nodes[NodeId("n2")].args == {"out_features": 7}


def test_layers_themselves() -> None:
    node = _set("graph.nodes.n5.type=ReLU", "graph.nodes.n5.name=last").graph.nodes[NodeId("n5")]
    assert (node.type, node.name) == ("ReLU", "last")


def test_later_settings_know_of_earlier_ones() -> None:
    training = _set("training.optimizer=SGD", "training.optimizer.momentum=0.9").training
    assert training.optimizer_args["momentum"] == 0.9
    training = _set("training.lr_scheduler=StepLR", "training.lr_scheduler.step_size=5").training
    assert training.lr_scheduler_args == {"step_size": 5}
    again = ("training.lr_scheduler=MultiStepLR", "training.lr_scheduler.milestones=2, 4")
    training = _set("training.lr_scheduler=StepLR", "training.lr_scheduler.step_size=5", *again).training
    assert training.lr_scheduler_args == {"milestones": (2, 4)}


def test_data() -> None:
    data = _set("data.source.name=circles", "data.source.noise=0.5", "data.split.test=0.1", name="moons").data
    assert data.source == ToyData("circles", 500, 0.5)
    assert data.split.test == 0.1
    assert not _set("data.standardize=false").data.standardize
    assert _set("data.reconstruct=true").data.reconstruct


def test_another_kind_of_data() -> None:
    data = _set("data.source.kind=csv", "data.source.path=t.csv", "data.source.target=kind").data
    assert data.source == CsvData("t.csv", "kind")
    assert _set("data.source.kind=toy", "data.source.points=50").data.source == ToyData(points=50)


def test_columns_that_are_left_out() -> None:
    table = ("data.source.kind=csv", "data.source.path=t.csv", "data.source.target=kind")
    left = _set(*table, "data.source.left_out=age, city").data.source
    assert left == CsvData("t.csv", "kind", left_out=("age", "city"))
    quoted = _set(*table, 'data.source.left_out=["a,b"]').data.source
    assert quoted == CsvData("t.csv", "kind", left_out=("a,b",))
    assert _set(*table, "data.source.left_out=").data.source == CsvData("t.csv", "kind")


def test_nothing_set_changes_nothing() -> None:
    assert _set() == _project()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("training.epochs", "PATH=VALUE"),
        ("=3", "PATH=VALUE"),
        ("training.epochs=0", "at least 1"),
        ("training.epochs=many", "a whole number"),
        ("training.epoch=3", "Did you mean epochs?"),
        ("training.optimizer.momentum=0.9", "no momentum"),
        ("training.optimizer.lr=-1", "at least 0"),
        ("training=3", "several values"),
        ("epoch=3", "Did you mean epochs?"),
        ("training.lr=3", "Did you mean training.optimizer.lr?"),
        ("training.optimizer=adamw", "Did you mean AdamW?"),
        ("training.optimizer=Foo", "There are SGD, Adam"),
        ("training.lr_scheduler=stepLR", "Did you mean StepLR?"),
        ("training.lr_scheduler=Foo", "There are StepLR, MultiStepLR"),
        ("training.lr_scheduler.gamma=0.5", "no gamma"),
        ("training.lr_scheduler_every=day", "There are epoch, step"),
        ("training.class_weights=0, 1", "numbers like (0.9, 0.999) above 0 or balanced or None"),
        ("training.patience=0", "at least 1"),
        ("training.minutes=0", "above 0"),
        ("n2.outfeatures=3", "Did you mean out_features?"),
        ("graph.nodes.n2.type=linaer", "Did you mean Linear?"),
        ("data.source.path=t.csv", "There are kind, name"),
        ("graph.edges=[]", "several values"),
        ("data.source.left_out=age", "There are kind, name"),
        ("graph.nodes.n99.args.p=1", "no n99"),
        ("graph.nodes.n2.args.outfeatures=3", "Did you mean out_features?"),
        ("graph.nodes.n2.args.out_features=0", "at least 1"),
        ("graph.nodes.n2.colour=red", "no colour"),
        ("nnbuilder=2", "no nnbuilder"),
        ("data.source.name=roses", "takes one of iris"),
        ("data.split.validation=1", "below 1"),
        ("data.standardize=perhaps", "true or false"),
        ("training.device=../x", "cpu or cuda:0"),
    ],
)
def test_refused(text: str, words: str) -> None:
    with pytest.raises(CommandError) as caught:
        _set(text)
    assert caught.value.code is Exit.USAGE
    assert any(words in problem.message for problem in caught.value.problems), caught.value.problems
