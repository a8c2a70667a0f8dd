"""Switching what a network is trained to do: what changes, and that torch takes what comes of it."""

import itertools

import pytest

from nnbuilder.data.load import load
from nnbuilder.data.spec import BuiltinData, DataSpec, ToyData
from nnbuilder.graph.graph import LOSS, NodeId
from nnbuilder.project.project import Project
from nnbuilder.templates.fit import Fit, known_fit
from nnbuilder.templates.registry import TEMPLATES, start
from nnbuilder.templates.tasks import KINDS, Task, plan, shipped, suits, task_of
from tests.doctor.patients import ANALYZER
from tests.engine.drawings import answer, fixed
from tests.engine.samples import chain, make_project

MLP = make_project(
    chain(
        ("Linear", {"out_features": 8}),
        ("ReLU", {}),
        ("Linear", {"out_features": 3}),
        ("Softmax", {"dim": -1}),
    ),
    BuiltinData("iris"),
)
TABLES = [
    one.name for one in TEMPLATES if one.name in {"logistic_regression", "mlp", "mlp_regression", "deep_mlp"}
]


def switched(project: Project, task: Task, data: DataSpec) -> Project:
    """The project after all edits of a switch."""
    fit = known_fit(data)
    assert fit is not None
    return fixed(project, plan(project, task, data, fit, ("now", "then")).fix(task))


def test_from_classes_to_a_number() -> None:
    data = shipped("diabetes", MLP.data)
    fit = known_fit(data)
    assert fit is not None
    found = plan(MLP, "values", data, fit, ("Iris", "Diabetes"))
    assert [(one.what, one.now, one.then) for one in found.changes] == [
        ("Data", "Iris", "Diabetes"),
        ("At the end", "Softmax", "leave out: values are free"),
        ("Last layer", "Linear: out_features = 3", "out_features = 1"),
        ("Loss", "CrossEntropyLoss", "MSELoss"),
    ]
    after = switched(MLP, "values", data)
    assert after.data.source == BuiltinData("diabetes")
    assert after.graph.nodes[NodeId("n3")].args["out_features"] == 1
    assert NodeId("n4") not in after.graph.nodes
    assert after.graph.of_type(LOSS)[0].args["loss"] == "MSELoss"
    assert task_of(after) == "values"


@pytest.mark.parametrize(("name", "task"), list(itertools.product(TABLES, KINDS)))
def test_every_table_can_be_switched_without_a_problem(name: str, task: Task) -> None:
    template = next(one for one in TEMPLATES if one.name == name)
    data = shipped(KINDS[task].data[0], template.data)
    after = switched(start(template), task, data)
    found = answer(after, load(after.data, 0, None).profile, ANALYZER)
    assert [one.message for one in found.problems if one.severity == "error"] == []
    assert found.analysis.output is not None
    fit = known_fit(data)
    assert fit is not None
    assert found.analysis.output.shape[-1] == (1 if task == "binary" else fit.outputs)
    assert plan(after, task, data, fit).edits == ()


def test_sizes_that_were_typed_follow_other_data() -> None:
    pinned = make_project(chain(("Linear", {"in_features": 4, "out_features": 3})), BuiltinData("iris"))
    after = switched(pinned, "binary", shipped("moons", pinned.data))
    assert "in_features" not in after.graph.nodes[NodeId("n1")].args
    kept = switched(pinned, "classes", pinned.data)
    assert kept == pinned


def test_which_data_suit_a_task() -> None:
    two, three, number = Fit((2,), 2), Fit((4,), 3), Fit((1,))
    assert [suits(task, two) for task in KINDS] == [True, True, False]
    assert [suits(task, three) for task in KINDS] == [False, True, False]
    assert [suits(task, number) for task in KINDS] == [False, False, True]
    for task, kind in KINDS.items():
        for name in kind.data:
            fit = known_fit(shipped(name, DataSpec(ToyData("moons"))))
            assert fit is not None
            assert suits(task, fit), name


def test_no_task_without_a_loss() -> None:
    assert task_of(Project()) is None
    assert plan(Project(), "values", Project().data, Fit((4,))).edits == ()
