"""Every schedule of the learning rate, against torch's own scheduler in a loop written by hand."""

import itertools
import json
import warnings
from typing import Any

import msgspec
import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler

from nnbuilder.catalog.registry import SCHEDULERS
from nnbuilder.engine.build import BuildError
from nnbuilder.engine.checkpoint import decode_state, encode_state
from nnbuilder.engine.schedule import MOVING
from nnbuilder.engine.trainer import Trainer
from nnbuilder.graph.graph import ArgValue
from nnbuilder.project.project import Project
from tests.engine.samples import data_of, make_project, same_weights

ARGS: dict[str, dict[str, Any]] = {
    "StepLR": {"step_size": 2, "gamma": 0.5},
    "MultiStepLR": {"milestones": (1, 3), "gamma": 0.2},
    "ConstantLR": {"factor": 0.25, "total_iters": 2},
    "LinearLR": {"start_factor": 0.1, "total_iters": 3},
    "ExponentialLR": {"gamma": 0.8},
    "CosineAnnealingLR": {"T_max": 3, "eta_min": 0.001},
    "ReduceLROnPlateau": {"factor": 0.5, "patience": 0, "threshold": 0.2},
    "CyclicLR": {"base_lr": 0.001, "max_lr": 0.02, "step_size_up": 3},
    "CosineAnnealingWarmRestarts": {"T_0": 2, "T_mult": 2},
    "OneCycleLR": {"max_lr": 0.03},
    "PolynomialLR": {"total_iters": 4, "power": 2.0},
}

EPOCHS = 5

WATCHING = "ReduceLROnPlateau step"
"""What no scheduler that watches the validation loss can do."""

schedulers = pytest.mark.parametrize(
    ("name", "every"),
    [(name, every) for name in ARGS for every in ("epoch", "step") if f"{name} {every}" != WATCHING],
)


def project_with(name: str, every: str | None, args: dict[str, ArgValue], epochs: int = EPOCHS) -> Project:
    """A project whose learning rate is scheduled."""
    project = make_project(epochs=epochs)
    training = msgspec.structs.replace(
        project.training, lr_scheduler=name, lr_scheduler_args=args, lr_scheduler_every=every
    )
    return msgspec.structs.replace(project, training=training)


def by_hand(project: Project, name: str, every: str, args: dict[str, Any]) -> tuple[list[float], list[float]]:
    """Losses of all steps and the rate of each, as one writes it with torch."""
    data = data_of(project)
    x, y = torch.from_numpy(data.train.x), torch.from_numpy(data.train.y)
    vx, vy = torch.from_numpy(data.validation.x), torch.from_numpy(data.validation.y)
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(p=0.3), nn.Linear(8, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, fused=True)
    if name == "OneCycleLR":
        args = {**args, "total_steps": EPOCHS * (5 if every == "step" else 1)}
    scheduler: Any = getattr(lr_scheduler, name)(optimizer, **args)
    shuffle = torch.Generator().manual_seed(0)
    losses, rates = [], []
    for _ in range(EPOCHS):
        model.train()
        for rows in torch.split(torch.randperm(len(x), generator=shuffle), 16):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            torch.autograd.backward(loss)
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if every == "step":
                scheduler.step()
            losses.append(loss.item())
        model.eval()
        with torch.no_grad():
            validation = nn.functional.cross_entropy(model(vx), vy).item()
        if name == "ReduceLROnPlateau":
            scheduler.step(validation)
        elif every == "epoch":
            scheduler.step()
    return losses, rates


def test_every_scheduler_is_tried() -> None:
    assert set(ARGS) == set(SCHEDULERS)


@schedulers
def test_losses_and_rates_are_those_of_a_loop_by_hand(name: str, every: str) -> None:
    project = project_with(name, every, ARGS[name])
    trainer = Trainer(project, data_of(project))
    steps, losses, rates = trainer.steps(), [], []
    while not trainer.finished:
        rates.append(trainer.learning_rate)
        losses.append(next(steps).loss)

    assert (losses, rates) == by_hand(project, name, every, ARGS[name])
    assert len(set(rates)) > 1


@schedulers
def test_going_on_from_every_step_is_bit_equal(name: str, every: str) -> None:
    project = project_with(name, every, ARGS[name])
    data = data_of(project)
    whole, first, second = (Trainer(project, data) for _ in range(3))
    whole.rewind()
    wanted = [repr(step) for step in whole.steps()]
    first.rewind()
    saved = [encode_state(first.state())]
    saved += [encode_state(first.state()) for _ in first.steps()]
    assert len(saved) == 26
    for done in range(0, 26, 3):
        second.restore(decode_state(saved[done]))
        assert [repr(step) for step in second.steps()] == wanted[done:]
        assert second.learning_rate == whole.learning_rate
        assert same_weights(second.model, whole.model)


@schedulers
def test_nothing_else_of_a_scheduler_changes_while_it_works(name: str, every: str) -> None:
    project = project_with(name, every, ARGS[name])
    trainer = Trainer(project, data_of(project))
    assert trainer.scheduler is not None
    before = {key: repr(value) for key, value in trainer.scheduler.state_dict().items()}
    list(trainer.steps())
    after = {key: repr(value) for key, value in trainer.scheduler.state_dict().items()}

    assert {key for key in after if before[key] != after[key]} <= MOVING
    assert after.keys() == before.keys()
    json.dumps(trainer.state().facts.schedule, allow_nan=False)


def test_arguments_that_torch_has_no_default_for_take_ours() -> None:
    project = project_with("StepLR", None, {})
    scheduler: Any = Trainer(project, data_of(project)).scheduler
    assert (scheduler.step_size, scheduler.gamma) == (30, 0.1)


def test_one_cycle_goes_over_all_epochs_however_many() -> None:
    for epochs, every, wanted in ((3, "step", 15), (4, "step", 20), (4, "epoch", 4), (4, None, 20)):
        project = project_with("OneCycleLR", every, {"max_lr": 0.1}, epochs)
        scheduler: Any = Trainer(project, data_of(project)).scheduler
        assert scheduler.total_steps == wanted


def test_more_epochs_than_planned_go_on_without_an_error() -> None:
    short, longer = (project_with("OneCycleLR", None, {"max_lr": 0.1}, epochs) for epochs in (2, 4))
    data = data_of(short)
    first = Trainer(short, data)
    list(first.steps())
    second = Trainer(longer, data)
    second.restore(decode_state(encode_state(first.state())))

    assert len(list(second.steps())) == 10
    assert second.finished


@pytest.mark.parametrize("name", SCHEDULERS)
def test_every_bound_is_one_that_torch_trains_with(name: str) -> None:
    for arg in SCHEDULERS[name].args:
        bounds = [bound for bound in (arg.minimum, arg.maximum) if bound is not None]
        values: list[Any] = [bound for bound in bounds if arg.fault(bound) is None]
        values += arg.choices or ((True, False) if arg.kind == "bool" else ())
        for value in [(one,) for one in values] if arg.kind == "ints" else values:
            project = project_with(name, None, {arg.name: value}, 2)
            trainer = Trainer(project, data_of(project))
            for _ in itertools.islice(trainer.steps(), 10):
                pass
            assert trainer.learning_rate is not None


def test_what_torch_refuses_is_told_with_its_name() -> None:
    project = make_project(optimizer="Adagrad")
    training = msgspec.structs.replace(project.training, lr_scheduler="CyclicLR")
    with pytest.raises(BuildError, match="CyclicLR: optimizer must support momentum"):
        Trainer(msgspec.structs.replace(project, training=training), data_of(project))
    training = msgspec.structs.replace(project.training, lr_scheduler="Nonsense")
    with pytest.raises(BuildError, match="Nonsense is not a scheduler"):
        Trainer(msgspec.structs.replace(project, training=training), data_of(project))


@pytest.mark.parametrize(("epochs", "pct_start", "three"), [(2, 0.1, False), (1, 0.2, True), (1, 0.6, True)])
def test_a_phase_without_a_step_is_refused_before_torch_divides_by_zero(
    epochs: int, pct_start: float, three: bool
) -> None:
    args: dict[str, Any] = {"max_lr": 0.1, "pct_start": pct_start, "three_phase": three}
    project = project_with("OneCycleLR", "step", args, epochs)
    weight = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=0.1, momentum=0.9)

    def by_torch() -> None:
        made: Any = lr_scheduler.OneCycleLR(optimizer, total_steps=5 * epochs, **args)
        for _ in range(5 * epochs):
            optimizer.step()
            made.step()

    with pytest.raises(ZeroDivisionError):
        by_torch()
    with pytest.raises(BuildError, match="choose another pct_start"):
        Trainer(project, data_of(project))


def test_torch_warns_of_nothing() -> None:
    project = project_with("StepLR", "step", {"step_size": 2})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer = Trainer(project, data_of(project))
        middle = [encode_state(trainer.state()) for _ in itertools.islice(trainer.steps(), 3)][-1]
        trainer.restore(decode_state(middle))
        assert len(list(trainer.steps())) == 22
