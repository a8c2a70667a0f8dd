"""The right loop is the trainer's; each mistake is that of a loop written by hand with the same mistake."""

import math
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from torch import nn

from nnbuilder.data.load import load, load_raw
from nnbuilder.data.prepare import split_rows
from nnbuilder.data.spec import BuiltinData, DataSpec, Split, ToyData
from nnbuilder.engine.microscope.beside import answer
from nnbuilder.engine.microscope.mistakes import Loop, file_order, load_beside, neighbours_alike
from nnbuilder.engine.trainer import Trainer
from nnbuilder.project.project import Project
from nnbuilder.protocol.mistakes import LoopsAdvanced, Mistake, TrainWrong
from tests.engine.samples import CLASSIFIER, chain, data_of, make_project, regression

UNSCALED: tuple[Mistake, ...] = ("standardize",)

PLAIN = chain(("Linear", {"out_features": 5}), ("Tanh", {}), ("Linear", {"out_features": 2}))


def run(project: Project, *mistakes: Mistake) -> Loop:
    """A loop that has come to its end."""
    _, data = load_beside(project, mistakes, None)
    loop = Loop(project, data, mistakes, None, file_order(project, None))
    for _ in range(project.training.epochs):
        for _ in loop.epoch():
            pass
    return loop


def plain_model() -> nn.Sequential:
    """The network as a script would write it."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 2))


Wrong = Callable[[nn.Sequential, torch.optim.Optimizer, torch.Tensor, torch.Tensor], torch.Tensor]


def textbook(project: Project, model: nn.Sequential, step: Wrong, lr: float, *, shuffled: bool = True) -> Any:
    """The losses of a loop written by hand, whose step is given."""
    data = data_of(project).train
    x, y = torch.from_numpy(data.x), torch.from_numpy(data.y)
    raw = load_raw(project.data.source, None)
    rows = split_rows(raw, project.data.split, 0)[0]
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    shuffle, losses = torch.Generator().manual_seed(0), []
    for _ in range(project.training.epochs):
        order = torch.from_numpy(np.argsort(rows))
        if shuffled:
            order = torch.randperm(len(x), generator=shuffle)
        for start in range(0, len(x), project.training.batch_size):
            chosen = order[start : start + project.training.batch_size]
            losses.append(step(model, optimizer, x[chosen], y[chosen]).item())
    return losses


def right(model: nn.Sequential, optimizer: torch.optim.Optimizer, x: Any, y: Any) -> torch.Tensor:
    """A step as it should be."""
    optimizer.zero_grad()
    return forgetful(model, optimizer, x, y)


def forgetful(model: nn.Sequential, optimizer: torch.optim.Optimizer, x: Any, y: Any) -> torch.Tensor:
    """A step without `zero_grad()`."""
    loss = nn.functional.cross_entropy(model(x), y)
    torch.autograd.backward(loss)
    optimizer.step()
    return loss


def twice(model: nn.Sequential, optimizer: torch.optim.Optimizer, x: Any, y: Any) -> torch.Tensor:
    """A step with a softmax before the loss that has one in it."""
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x).softmax(dim=1), y)
    torch.autograd.backward(loss)
    optimizer.step()
    return loss


@pytest.mark.parametrize("optimizer", ["Adam", "SGD", "LBFGS"])
def test_the_right_loop_is_the_trainers(optimizer: str) -> None:
    project = make_project(chain(*CLASSIFIER), optimizer=optimizer)
    training = msgspec.structs.replace(project.training, lr_scheduler="ExponentialLR", clip_norm=1.0)
    training = msgspec.structs.replace(training, lr_scheduler_args={"gamma": 0.9})
    project = msgspec.structs.replace(project, training=training)
    loop = run(project)
    trainer = Trainer(project, data_of(project))
    results = list(trainer.steps())
    assert loop.losses == [one.loss for one in results]
    ends = [one.epoch_end for one in results if one.epoch_end]
    assert loop.validation == [one.validation_loss for one in ends]
    assert loop.metrics == [one.validation_metric for one in ends]
    assert loop.end().broke is None


@pytest.mark.parametrize(
    ("mistake", "step", "lr", "shuffled"),
    [
        ("zero_grad", forgetful, 0.05, True),
        ("softmax", twice, 0.05, True),
        ("lr", right, 5.0, True),
        ("shuffle", right, 0.05, False),
    ],
)
def test_mistakes_are_those_by_hand(mistake: Mistake, step: Wrong, lr: float, shuffled: bool) -> None:
    project = make_project(PLAIN, optimizer="SGD", lr=0.05)
    loop = run(project, mistake)
    model = plain_model()
    assert loop.losses == textbook(project, model, step, lr, shuffled=shuffled)
    assert torch.equal(loop.model[0].get_parameter("weight"), model[0].get_parameter("weight"))
    assert loop.losses != run(project).losses


def test_without_standardizing_the_numbers_go_in_raw() -> None:
    project = make_project(PLAIN, BuiltinData("wine"), optimizer="SGD", lr=0.001)
    _, wrong = load_beside(project, UNSCALED, None)
    raw = load_raw(project.data.source, None)
    rows = split_rows(raw, project.data.split, 0)[0]
    assert np.array_equal(wrong.train.x, raw.x[rows].astype(np.float32))
    targets = regression()
    own, other = load_beside(targets, UNSCALED, None)
    assert np.array_equal(own.train.y, other.train.y)
    assert not np.array_equal(own.train.x, other.train.x)
    bare = msgspec.structs.replace(project, data=DataSpec(project.data.source, standardize=False))
    assert load_beside(bare, UNSCALED, None)[1] is load(bare.data, 0, None)


def test_without_eval_dropout_and_batches_have_their_say_in_the_validation() -> None:
    project = make_project(chain(*CLASSIFIER), epochs=1)
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, fused=True)
    data = data_of(project)
    x, y = torch.from_numpy(data.train.x), torch.from_numpy(data.train.y)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    for start in range(0, len(x), 16):
        rows = order[start : start + 16]
        right(model, optimizer, x[rows], y[rows])
    with torch.no_grad():
        forgotten = nn.functional.cross_entropy(
            model(torch.from_numpy(data.validation.x)), torch.from_numpy(data.validation.y)
        )
    loop = run(project, "eval")
    assert loop.validation == [forgotten.item()]
    assert loop.losses == run(project).losses
    assert loop.validation != run(project).validation


def test_both_are_told_of_to_the_last_step() -> None:
    project = make_project(chain(*CLASSIFIER))
    heard: list[LoopsAdvanced] = []
    end = answer(TrainWrong(project, ("lr", "shuffle")), heard.append)
    alone, wrong = run(project), run(project, "lr", "shuffle")
    assert [value for one in heard for value in one.right] == alone.losses
    assert [value for one in heard for value in one.wrong] == wrong.losses
    assert [value for one in heard for value in one.right_validation] == alone.validation
    assert [value for one in heard for value in one.wrong_validation] == wrong.validation
    assert (end.right, end.wrong) == (alone.end(), wrong.end())
    assert (end.epochs, end.per_epoch, end.metric, end.why) == (3, 5, "accuracy", "")
    assert "no order" in end.notes[0]


def test_it_ends_where_it_must() -> None:
    project = make_project(PLAIN, epochs=50)
    assert answer(TrainWrong(project, ("lr",), steps=7), lambda _: None).why == (
        "Ended after 7 steps, in epoch 2 of 50."
    )
    assert "in epoch" in answer(TrainWrong(project, ("lr",), seconds=0.0), lambda _: None).why


def test_a_loss_that_is_no_number_ends_its_loop_alone() -> None:
    project = make_project(PLAIN, optimizer="SGD", lr=1e37)
    project = msgspec.structs.replace(project, data=DataSpec(project.data.source, Split(0.0)))
    heard: list[LoopsAdvanced] = []
    end = answer(TrainWrong(project, ("lr",)), heard.append)
    assert end.wrong.broke is not None
    assert end.wrong.loss is None
    last = [value for one in heard for value in one.wrong]
    assert len(last) == end.wrong.broke
    assert last[-1] is None
    assert msgspec.json.decode(msgspec.json.encode(heard[-1]), type=LoopsAdvanced) == heard[-1]


def test_sorted_rows_are_told_from_mixed_ones() -> None:
    alike, chance = neighbours_alike(torch.arange(3).repeat_interleave(50))
    assert math.isclose(alike, 147 / 149)
    assert math.isclose(chance, 1 / 3)
    iris = make_project(chain(("Linear", {"out_features": 3})), BuiltinData("iris"))
    end = answer(TrainWrong(iris, ("shuffle",), steps=1), lambda _: None)
    assert "sorted by class" in end.notes[0]


def test_few_rows_and_a_single_batch_are_told() -> None:
    few = make_project(PLAIN, ToyData("moons", points=8), epochs=2)
    end = answer(TrainWrong(few, ("shuffle",)), lambda _: None)
    assert end.per_epoch == 1
    assert end.notes == (
        "One batch holds all 6 rows here, so their order makes no difference.",
        "Only 2 rows are held out to measure both loops: their numbers are chance.",
    )
    assert math.isclose(end.right.loss or 0.0, end.wrong.loss or 1.0, rel_tol=1e-5)
