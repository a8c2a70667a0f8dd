"""Moments of a training."""

import math

import torch

from nnbuilder.engine.state import TrainerState
from nnbuilder.engine.trainer import Trainer
from tests.engine.samples import data_of, make_project


def after_a_step() -> Trainer:
    """A trainer one step from its start."""
    project = make_project()
    trainer = Trainer(project, data_of(project))
    next(trainer.steps())
    return trainer


def test_a_moment_names_model_optimizer_and_random_tensors() -> None:
    names = after_a_step().state().tensors

    assert {"model.0.weight", "model.1.running_mean", "optimizer.0.exp_avg", "random.torch"} <= set(names)


def test_a_copy_is_not_changed_by_training() -> None:
    trainer = after_a_step()
    living = trainer.state()
    copy = living.copy()
    list(trainer.steps())

    assert not torch.equal(living.tensors["model.0.weight"], copy.tensors["model.0.weight"])


def test_restoring_leaves_the_moment_as_it_was() -> None:
    trainer = after_a_step()
    moment = trainer.state().copy()
    for _ in range(2):
        trainer.restore(moment)
        list(trainer.steps())
    again = moment.copy()
    trainer.restore(moment)

    assert all(torch.equal(again.tensors[name], tensor) for name, tensor in trainer.state().tensors.items())


def test_nan_anywhere_is_seen() -> None:
    moment = after_a_step().state().copy()
    assert moment.is_finite()

    tensors = {**moment.tensors, "optimizer.0.exp_avg": torch.tensor([0.0, math.inf])}

    assert not TrainerState(moment.facts, tensors).is_finite()
