"""Why a loss is not finite."""

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pytest
import torch

from nnbuilder.data.prepare import Part
from nnbuilder.engine.diagnose import explain_loss, find_cause
from nnbuilder.engine.trainer import StepResult, Trainer
from nnbuilder.graph.graph import Graph
from nnbuilder.project.edits import apply_edit
from tests.engine.samples import chain, data_of, make_project

NET = chain(("Linear", {"out_features": 4}), ("ReLU", {}), ("Linear", {"out_features": 2}))


def failing(
    spoil: Callable[[Trainer], None] | None = None,
    graph: Graph = NET,
    optimizer: str = "Adam",
    lr: float = 0.01,
) -> tuple[Trainer, StepResult]:
    """A trainer at its first loss that is not finite."""
    project = make_project(graph, optimizer=optimizer, epochs=200, lr=lr)
    trainer = Trainer(project, data_of(project))
    if spoil is not None:
        spoil(trainer)
    return trainer, next(result for result in trainer.steps() if not math.isfinite(result.loss))


def _nan_bias(trainer: Trainer) -> None:
    with torch.no_grad():
        trainer.layers[1][1].get_parameter("bias")[0] = math.nan


def _huge_weights(trainer: Trainer) -> None:
    with torch.no_grad():
        for _, layer in trainer.layers:
            layer.get_parameter("weight").fill_(3e38)


def test_a_weight_that_is_nan_is_named_with_its_layer() -> None:
    cause = find_cause(failing(_nan_bias)[0])

    assert cause.node == "n3"
    assert "bias of Linear n3" in cause.words


def test_an_output_that_overflows_is_named_with_its_layer() -> None:
    cause = find_cause(failing(_huge_weights)[0])

    assert cause.node in ("n1", "n3")
    assert "output of Linear" in cause.words


def test_data_that_are_not_finite_are_named() -> None:
    project = make_project(NET)
    data = data_of(project)
    bad = Part(np.full_like(data.train.x, np.nan), data.train.y)
    trainer = Trainer(project, dataclasses.replace(data, train=bad))
    next(trainer.steps())

    assert find_cause(trainer).words == "the batch holds NaN or infinite values"


def test_a_loss_of_finite_outputs_is_blamed_itself() -> None:
    graph = chain(("Linear", {"out_features": 2}), loss="NLLLoss")

    def spoil(trainer: Trainer) -> None:
        with torch.no_grad():
            trainer.layers[0][1].get_parameter("weight").fill_(0)
            trainer.layers[0][1].get_parameter("bias").fill_(-3e38)

    cause = find_cause(failing(spoil, graph)[0])

    assert cause.node == "loss"
    assert "outputs are finite (up to 3e+38)" in cause.words


def test_nothing_seen_is_said() -> None:
    project = make_project(NET)

    assert "no batch" in find_cause(Trainer(project, data_of(project))).words


def test_looking_for_the_cause_changes_nothing() -> None:
    trainer, result = failing(_nan_bias)
    before = trainer.state().copy()
    explain_loss(trainer, result)
    after = trainer.state()

    assert all(
        torch.equal(tensor.nan_to_num(), after.tensors[name].nan_to_num())
        for name, tensor in before.tensors.items()
    )


def test_the_problem_names_step_epoch_and_offers_a_smaller_learning_rate() -> None:
    trainer, result = failing(lr=1e6, optimizer="SGD")
    problem = explain_loss(trainer, result)

    assert problem.code == "loss-not-finite"
    assert f"at step {result.step:,} (epoch {result.epoch})" in problem.message
    [fix] = problem.fixes
    mended = apply_edit(trainer.project, fix.edits[0])
    assert fix.title == "Set lr to 100000"
    assert mended.training.optimizer_args["lr"] == pytest.approx(1e5)
