"""What is said of a value that is not finite."""

import dataclasses
import math
from collections.abc import Callable

import pytest
import torch

from nnbuilder.data.prepare import Part
from nnbuilder.engine.diagnose import explain_loss, explain_weights
from nnbuilder.engine.results import StepResult
from nnbuilder.engine.trainer import Trainer
from nnbuilder.graph.graph import Graph
from nnbuilder.project.edits import apply_edit
from tests.engine.samples import CLASSIFIER, chain, data_of, make_project

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


def nan_bias(trainer: Trainer) -> None:
    """Spoils one number of the last layer."""
    with torch.no_grad():
        trainer.layers[-1][1].get_parameter("bias")[0] = math.nan


def huge_weights(trainer: Trainer) -> None:
    """Makes weights so large that what is computed with them overflows."""
    with torch.no_grad():
        for _, layer in trainer.layers:
            layer.get_parameter("weight").fill_(3e38)


def test_a_weight_that_is_nan_is_named_with_its_layer() -> None:
    problem, fault = explain_loss(*failing(nan_bias))

    assert (fault.node, fault.tensor, fault.place) == ("n3", "bias", "weight")
    assert "First, bias of Linear (2) went wrong: 1 NaN of 2 numbers." in problem.message


def test_an_output_that_overflows_is_named_with_its_layer() -> None:
    problem, fault = explain_loss(*failing(huge_weights))

    assert fault.node in ("n1", "n3")
    assert fault.place == "output"
    assert "the output of Linear" in problem.message


def test_a_loss_of_finite_outputs_is_blamed_itself() -> None:
    def spoil(trainer: Trainer) -> None:
        with torch.no_grad():
            trainer.layers[0][1].get_parameter("weight").fill_(0)
            trainer.layers[0][1].get_parameter("bias").fill_(-3e38)

    problem, fault = explain_loss(*failing(spoil, chain(("Linear", {"out_features": 2}), loss="NLLLoss")))

    assert (fault.node, fault.place) == ("loss", "loss")
    assert "the NLLLoss of finite outputs went wrong: it is infinite" in problem.message


@pytest.mark.parametrize("spoil", [nan_bias, huge_weights])
def test_looking_for_the_cause_changes_nothing(spoil: Callable[[Trainer], None]) -> None:
    trainer, result = failing(spoil, chain(*CLASSIFIER))
    before, generator = trainer.state().copy(), torch.get_rng_state()
    explain_loss(trainer, result)
    after = trainer.state()

    assert before.facts == after.facts
    assert torch.equal(generator, torch.get_rng_state())
    assert all(
        torch.equal(tensor.nan_to_num(), after.tensors[name].nan_to_num())
        for name, tensor in before.tensors.items()
    )


def test_the_problem_names_step_epoch_and_offers_a_smaller_learning_rate() -> None:
    trainer, result = failing(lr=1e6, optimizer="SGD")
    problem, fault = explain_loss(trainer, result)

    assert problem.code == "loss-not-finite"
    assert f"at step {result.step:,} (epoch {result.epoch})" in problem.message
    assert problem.message.endswith(fault.cause)
    mended = apply_edit(trainer.project, problem.fixes[0].edits[0])
    assert problem.fixes[0].title == "Set lr to 100000"
    assert mended.training.optimizer_args["lr"] == pytest.approx(1e5)


def test_weights_that_are_found_later_are_traced_to_the_step_that_spoiled_them() -> None:
    """With eps 0, Adam divides 0 by 0 for the weights of a unit that never answers."""
    project = make_project(NET, epochs=20, eps=0.0)
    data = data_of(project)
    x = data.train.x.copy()
    x[:, 0] = 0.0
    trainer = Trainer(project, dataclasses.replace(data, train=Part(x, data.train.y)))
    with torch.no_grad():
        trainer.layers[0][1].get_parameter("weight").fill_(1.0)
    steps = trainer.steps()
    next(steps)

    problem, fault = explain_weights(trainer, "weights")

    assert problem.code == "weights-not-finite"
    assert (fault.noticed, fault.step, fault.place) == (1, 1, "update")
    assert fault.headline == "Some weights were found to be NaN or infinite after step 1."


def test_before_any_step_there_is_nothing_to_find() -> None:
    project = make_project(NET)
    trainer = Trainer(project, data_of(project))
    _, fault = explain_weights(trainer, "weights")

    assert fault.code == "unseen"
