"""Optimizer arguments that do not go together, and networks that no memory holds."""

from collections.abc import Mapping

import msgspec
import pytest

from nnbuilder.engine import means
from nnbuilder.engine.build import build_sequential
from nnbuilder.engine.means import memory_problems, optimizer_problems, physical_memory
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import ArgValue
from nnbuilder.project.edits import SetTraining
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project, TrainingConfig
from tests.engine.drawings import IRIS, answer, codes, found, project


def training(name: str, **args: ArgValue) -> TrainingConfig:
    """A training configuration with these optimizer arguments."""
    return TrainingConfig(name, args)


def after(problem: Problem, number: int) -> TrainingConfig:
    """The training configuration that a fix makes."""
    (edit,) = problem.fixes[number].edits
    assert isinstance(edit, SetTraining)
    return edit.training


def test_nesterov_without_momentum_is_told_in_torchs_words_and_mended() -> None:
    (problem,) = optimizer_problems(training("SGD", lr=0.1, nesterov=True))

    assert problem.code == "optimizer-refused"
    assert problem.torch == "Nesterov momentum requires a momentum and zero dampening"
    assert problem.path == "training.optimizer_args"
    assert [fix.title for fix in problem.fixes] == [
        "Set momentum to 0.9, without dampening",
        "Reset nesterov to False",
    ]
    for number in range(len(problem.fixes)):
        assert not [*optimizer_problems(after(problem, number))]
    assert after(problem, 0).optimizer_args == {
        "lr": 0.1,
        "nesterov": True,
        "momentum": 0.9,
        "dampening": 0.0,
    }


def test_nesterov_with_dampening_is_mended_by_leaving_it_out() -> None:
    (problem,) = optimizer_problems(training("SGD", nesterov=True, momentum=0.9, dampening=0.5))

    assert "Reset dampening to 0.0" in [fix.title for fix in problem.fixes]


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("SGD", {"nesterov": True, "momentum": 0.9}),
        ("Adam", {"amsgrad": True, "maximize": True, "decoupled_weight_decay": True}),
        ("AdamW", {"betas": (0.0, 0.5), "eps": 0.0}),
        ("RMSprop", {"centered": True, "momentum": 0.5}),
        ("Adagrad", {"initial_accumulator_value": 1.0}),
    ],
)
def test_arguments_that_go_together_are_no_problem(name: str, args: Mapping[str, ArgValue]) -> None:
    assert not [*optimizer_problems(training(name, **args))]


def test_what_the_check_of_the_drawing_tells_is_not_told_twice() -> None:
    assert not [*optimizer_problems(training("SGD", nesterov=True, momentum=-1.0))]
    assert not [*optimizer_problems(training("Lion", nesterov=True))]


def test_the_analysis_tells_it() -> None:
    subject = msgspec.structs.replace(
        project(("Linear", {"out_features": 3})), training=training("SGD", nesterov=True)
    )

    assert codes(subject) == ["optimizer-refused"]


def test_a_network_of_exabytes_is_told_on_its_largest_layer() -> None:
    subject = project("ReLU", ("Linear", {"out_features": 10**9}), "ReLU", shape=(10**9,))
    problem = found(subject, "memory", None)

    assert problem.node == "n2"
    assert problem.severity == "error"
    assert problem.message.startswith("Training needs at least 8 EB of memory, and this computer has ")
    assert problem.fixes == ()


def memory_of(monkeypatch: pytest.MonkeyPatch, size: int | None) -> None:
    """Makes this computer have so many bytes of memory."""
    monkeypatch.setattr(means, "physical_memory", lambda: size)


def problems_of(subject: Project) -> list[Problem]:
    """What is said of the memory that a project needs."""
    return [*memory_problems(subject, answer(subject).analysis)]


def test_weights_gradients_and_outputs_are_what_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    subject = project(("Linear", {"out_features": 5}), "Tanh")
    network = build_sequential(subject.graph, TensorType((None, *IRIS.shape)))
    weights = sum(weight.nbytes for weight in network.parameters())
    needed = 2 * weights + 16 * (5 + 5) * 4

    memory_of(monkeypatch, needed)
    assert problems_of(subject) == []
    memory_of(monkeypatch, needed - 1)
    (problem,) = problems_of(subject)
    assert problem.message == (
        "Training needs at least 840 bytes of memory, and this computer has 839 bytes; "
        "most of it is for Linear."
    )


def test_a_batch_that_is_too_large_is_mended_by_the_next_that_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    subject = project(("Linear", {"out_features": 5}))
    memory_of(monkeypatch, 8 * 25 + 5 * 20)

    (problem,) = problems_of(subject)

    assert [fix.title for fix in problem.fixes] == ["Set the batch size to 4"]
    assert problems_of(msgspec.structs.replace(subject, training=after(problem, 0))) == []


def test_where_the_system_does_not_say_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    memory_of(monkeypatch, None)

    assert problems_of(project(("Linear", {"out_features": 5}))) == []


def test_this_computer_has_some_memory() -> None:
    assert (physical_memory() or 2**40) > 2**28
