"""Trainings that go wrong for a known reason: step, place, layer and cause must be those."""

import dataclasses
import itertools
import math
from collections.abc import Callable

import msgspec
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from nnbuilder.data.prepare import Part, Prepared
from nnbuilder.data.spec import BuiltinData
from nnbuilder.engine.diagnose import explain_loss
from nnbuilder.engine.trainer import Trainer
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project
from nnbuilder.protocol.fault import Fault
from tests.engine.drawings import fixed
from tests.engine.samples import Layer, chain, data_of, make_project, regression

CLASSES: tuple[Layer, ...] = (("Linear", {"out_features": 4}), ("ReLU", {}), ("Linear", {"out_features": 2}))

Samples = NDArray[np.float32]


def told(trainer: Trainer) -> tuple[Problem, Fault]:
    """What is said of the first loss that is not finite."""
    result = next(result for result in trainer.steps() if not math.isfinite(result.loss))
    return explain_loss(trainer, result)


def titles(problem: Problem) -> list[str]:
    """The titles of a problem's fixes."""
    return [fix.title for fix in problem.fixes]


def classifier(optimizer: str = "SGD", *layers: Layer, lr: float = 0.01, eps: float | None = None) -> Project:
    """A small network on moons."""
    project = make_project(chain(*(layers or CLASSES)), optimizer=optimizer, epochs=400, lr=lr)
    args = {**project.training.optimizer_args, **({} if eps is None else {"eps": eps})}
    training = msgspec.structs.replace(project.training, optimizer_args=args)
    return msgspec.structs.replace(project, training=training)


def with_samples(project: Project, change: Callable[[Samples], Samples]) -> Prepared:
    """The project's data with other samples in the training part."""
    data = data_of(project)
    return dataclasses.replace(data, train=Part(change(data.train.x.copy()), data.train.y))


def spoiled(column: int, value: float) -> Callable[[Samples], Samples]:
    """Samples with one column replaced."""

    def change(x: Samples) -> Samples:
        x[:, column] = value
        return x

    return change


def trained(project: Project) -> Trainer:
    """A trainer on the project's own data."""
    return Trainer(project, data_of(project))


def test_data_that_are_not_finite() -> None:
    layers: tuple[Layer, ...] = (("Linear", {"out_features": 3}),)
    project = make_project(chain(*layers), BuiltinData("iris"))
    problem, fault = told(Trainer(project, with_samples(project, spoiled(1, math.nan))))

    assert (fault.code, fault.place, fault.step, fault.node) == ("data", "batch", 1, None)
    assert fault.cause == "The data themselves are not finite, in sepal width (cm)."
    assert (fault.nans, fault.size) == (16, 64)
    assert problem.fixes == ()


def test_values_to_predict_that_are_not_finite() -> None:
    project = regression()
    data = data_of(project)
    y = np.full_like(data.train.y, math.inf)
    _, fault = told(Trainer(project, dataclasses.replace(data, train=Part(data.train.x, y))))

    assert (fault.code, fault.place) == ("target", "target")
    assert "disease progression" in fault.cause


def test_weights_that_were_stored_with_nan() -> None:
    project = msgspec.structs.replace(classifier(), weights="0" * 64)
    weights = {NodeId("n3"): {"bias": torch.tensor([0.0, math.nan])}}
    problem, fault = told(Trainer(project, data_of(project), weights))

    assert (fault.code, fault.place, fault.node, fault.tensor) == ("stored-weights", "weight", "n3", "bias")
    assert titles(problem) == ["Start from seed 0 instead"]
    assert fixed(project, problem.fixes[0]).weights is None


@pytest.mark.parametrize(
    ("optimizer", "rate", "depth"), [("SGD", 1e9, 1), ("SGD", 1e6, 1), ("SGD", 300.0, 1), ("Adam", 1e9, 8)]
)
def test_a_learning_rate_that_is_far_too_large(optimizer: str, rate: float, depth: int) -> None:
    hidden: tuple[Layer, ...] = (("Linear", {"out_features": 8}), ("ReLU", {}))
    graph = chain(*hidden * depth, ("Linear", {"out_features": 1}), loss="MSELoss")
    project = make_project(graph, BuiltinData("diabetes"), optimizer, epochs=400, lr=rate)
    problem, fault = told(trained(project))

    assert fault.code == "learning-rate"
    assert f"learning rate {rate:g} is too large" in fault.cause
    assert fault.rate == rate
    assert titles(problem)[0] == f"Set lr to {rate / 10:g}"
    assert fixed(project, problem.fixes[0]).training.optimizer_args["lr"] == pytest.approx(rate / 10)


def test_a_learning_rate_that_lets_weights_run_away_little_by_little() -> None:
    layers: tuple[Layer, ...] = (("Linear", {"out_features": 1}),)
    project = make_project(chain(*layers, loss="MSELoss"), BuiltinData("diabetes"), "SGD", 400, lr=0.9)
    _, fault = told(trained(project))

    assert fault.code == "learning-rate"
    assert fault.step > 20
    assert "times what it was at the start" in fault.cause


def test_a_weight_decay_that_turns_weights_around() -> None:
    layers: tuple[Layer, ...] = (("Linear", {"out_features": 1}),)
    project = make_project(
        chain(*layers, loss="MSELoss"), BuiltinData("diabetes"), "SGD", 50, lr=0.1, weight_decay=25.0
    )
    problem, fault = told(trained(project))

    assert fault.code == "weight-decay"
    assert "each step takes 2.5 times each weight away" in fault.cause
    assert titles(problem)[0] == "Reset weight_decay"
    mended = trained(fixed(project, problem.fixes[0]))
    assert all(math.isfinite(result.loss) for result in mended.steps())


def test_a_mean_over_classes_that_weigh_nothing() -> None:
    project = classifier("SGD")
    training = msgspec.structs.replace(project.training, batch_size=1, class_weights=(0.0, 1.0))
    project = msgspec.structs.replace(project, training=training)
    problem, fault = told(trained(project))

    assert (fault.code, fault.place, fault.node) == ("weighted-by-zero", "loss", "loss")
    assert "0 / 0" in fault.cause
    assert titles(problem) == ["Weigh all classes the same"]


def test_the_logarithm_of_zero() -> None:
    project = msgspec.structs.replace(classifier("SGD", ("Linear", {"out_features": 2})), weights="0" * 64)
    weights = {NodeId("n1"): {"weight": torch.zeros(2, 2), "bias": torch.tensor([3e38, -3e38])}}
    problem, fault = told(Trainer(project, data_of(project), weights))

    assert (fault.code, fault.place, fault.node) == ("log-of-zero", "loss", "loss")
    assert "the right class has probability 0" in fault.cause
    assert "Start from seed 0 instead" in titles(problem)


def test_a_division_by_zero_in_a_normalization() -> None:
    project = classifier("SGD", ("RMSNorm", {"normalized_shape": 2, "eps": 0.0}), *CLASSES)
    problem, fault = told(Trainer(project, with_samples(project, lambda x: x * 0)))

    assert (fault.code, fault.place, fault.node) == ("divided-by-zero", "output", "n1")
    assert "RMSNorm divides by the spread" in fault.cause
    assert fixed(project, problem.fixes[0]).graph.nodes[NodeId("n1")].args["eps"] == 1e-5


def test_a_division_by_zero_in_the_optimizer() -> None:
    project = classifier("Adam", *CLASSES, eps=0.0)
    trainer = Trainer(project, with_samples(project, spoiled(0, 0.0)))
    problem, fault = told(trainer)

    assert (fault.code, fault.place, fault.node, fault.tensor) == ("optimizer-eps", "update", "n1", "weight")
    assert fault.step < fault.noticed
    assert titles(problem) == ["Reset eps of the optimizer"]
    mended = fixed(project, problem.fixes[0])
    again = Trainer(mended, trainer.prepared)
    assert all(math.isfinite(result.loss) for result in again.steps())


def test_an_optimizer_that_makes_the_loss_larger() -> None:
    layers: tuple[Layer, ...] = (("Linear", {"out_features": 1}),)
    graph = chain(*layers, loss="MSELoss")
    project = make_project(graph, BuiltinData("diabetes"), "SGD", 400, lr=0.1, maximize=True)
    problem, fault = told(trained(project))

    assert fault.code == "maximize"
    assert titles(problem) == ["Turn maximize off"]
    assert all(math.isfinite(result.loss) for result in trained(fixed(project, problem.fixes[0])).steps())


def test_an_overflow_of_half_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    project = classifier("SGD", lr=1e-3)
    trainer = Trainer(project, with_samples(project, lambda x: x * 1e6))
    forward: Callable[[torch.Tensor], torch.Tensor] = trainer.model.forward

    def half(x: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", torch.float16):
            return forward(x)

    monkeypatch.setattr(trainer.model, "forward", half)
    _, fault = told(trainer)

    assert (fault.code, fault.place, fault.node, fault.step) == ("half-overflow", "output", "n1", 1)
    assert "A float16 number ends at 65,504" in fault.cause


def test_weights_that_are_too_large_from_the_start() -> None:
    layers: tuple[Layer, ...] = (*(("Linear", {"out_features": 8}) for _ in range(30)), CLASSES[-1])
    project = msgspec.structs.replace(classifier("SGD", *layers), weights="0" * 64)
    nodes = [NodeId(f"n{number}") for number in range(2, 31)]
    weights = {node: {"weight": torch.full((8, 8), 40.0)} for node in nodes}
    problem, fault = told(Trainer(project, data_of(project), weights))

    assert (fault.code, fault.place, fault.step) == ("exploding-start", "output", 1)
    largest = [passed.largest for passed in fault.trail]
    assert fault.trail[-1].node == fault.node
    assert all(a < b for a, b in itertools.pairwise(largest[1:-1]))
    assert "times as large in each layer" in fault.cause
    assert titles(problem)[0] == "Start from seed 0 instead"


def test_data_that_are_not_scaled() -> None:
    project = msgspec.structs.replace(regression(), training=classifier("SGD").training)
    layers: tuple[Layer, ...] = (("Linear", {"out_features": 1}),)
    project = msgspec.structs.replace(
        project,
        graph=chain(*layers, loss="MSELoss"),
        data=msgspec.structs.replace(project.data, standardize=False),
    )
    problem, fault = told(Trainer(project, with_samples(project, lambda x: x * np.float32(1e25))))

    assert (fault.code, fault.place, fault.step) == ("huge-data", "loss", 1)
    assert titles(problem) == ["Standardize the data"]


def test_the_root_of_a_negative_number() -> None:
    layers: tuple[Layer, ...] = (
        ("Linear", {"out_features": 16}),
        ("Unflatten", {"dim": 1, "unflattened_size": (1, 16)}),
        ("LPPool1d", {"norm_type": 3.0, "kernel_size": 2}),
        ("Flatten", {}),
        ("Linear", {"out_features": 2}),
    )
    project = classifier("SGD", *layers)
    problem, fault = told(trained(project))

    assert (fault.code, fault.place, fault.step, fault.node) == ("root-of-negative", "output", 1, "n3")
    assert titles(problem) == ["Set norm_type of LPPool1d to 2.0", "Insert ReLU before LPPool1d"]
    for fix in problem.fixes:
        mended = trained(fixed(project, fix))
        assert all(math.isfinite(result.loss) for result in itertools.islice(mended.steps(), 50))


def test_a_gradient_that_explodes_on_its_way_back() -> None:
    """Weights with rows that cancel each other: small numbers go forward, huge slopes come back."""
    layers: tuple[Layer, ...] = (*(("Linear", {"out_features": 8}) for _ in range(30)), CLASSES[-1])
    project = msgspec.structs.replace(classifier("SGD", *layers), weights="0" * 64)
    nodes = [NodeId(f"n{number}") for number in range(2, 31)]
    weights = {node: {"weight": torch.full((8, 8), 40.0), "bias": torch.zeros(8)} for node in nodes}
    weights[NodeId("n1")] = {"weight": torch.zeros(8, 2), "bias": torch.zeros(8)}
    weights[NodeId("n31")] = {"weight": torch.tensor([[1.0], [-1.0]]).repeat(1, 8), "bias": torch.zeros(2)}
    problem, fault = told(Trainer(project, data_of(project), weights))

    assert (fault.code, fault.place, fault.step, fault.noticed) == ("exploding-gradient", "gradient", 1, 2)
    assert titles(problem)[0] == "Start from seed 0 instead"


def test_infinite_class_scores_are_laid_to_the_layer_that_made_them() -> None:
    project = classifier("SGD", lr=1e6)
    problem, fault = told(trained(project))

    assert fault.place in ("output", "gradient", "update", "loss")
    assert fault.code == "learning-rate"
    assert problem.node == fault.node
    assert problem.message.startswith(fault.headline)
