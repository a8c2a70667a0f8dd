"""Passes played from a recording train as steps done one by one; a processor plays the recorder's part."""

import math

import msgspec
import pytest
import torch
from torch import nn

from nnbuilder.engine.build import build_optimizer
from nnbuilder.engine.captured import WARM, CapturedStep, Play
from nnbuilder.engine.objective import change
from nnbuilder.project.project import TrainingConfig

PLAIN = TrainingConfig("Adam", {"lr": 0.02}, 8)


class Player:
    """Plays by doing all again, after a warm-up as a GPU's; counts how often it did."""

    def __init__(self) -> None:
        self.played = 0

    def record(self, run: Play) -> Play:
        for _ in range(WARM + 1):
            run()

        def play() -> None:
            self.played += 1
            run()

        return play


class Silent:
    """Cannot record."""

    def record(self, run: Play) -> Play:
        run()
        raise RuntimeError("operation not permitted when stream is capturing\nmore")


def network() -> nn.Sequential:
    """A network with buffers and chance in it."""
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(3, 6), nn.BatchNorm1d(6), nn.Dropout(0.3), nn.ReLU(), nn.Linear(6, 2))


def batches() -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Two epochs of two whole batches and a smaller one."""
    generator = torch.Generator().manual_seed(2)
    x, y = torch.randn(20, 3, generator=generator), torch.randint(2, (20,), generator=generator)
    return [*zip(torch.split(x, 8), torch.split(y, 8), strict=True)] * 2


def precise() -> torch.autocast:
    """No shorter numbers."""
    return torch.autocast("cpu", torch.bfloat16, enabled=False)


def by_hand(config: TrainingConfig) -> tuple[list[float], nn.Sequential]:
    """Losses and network of ordinary steps."""
    model, loss_of, losses = network(), nn.CrossEntropyLoss(), []
    parameters = list(model.parameters())
    optimizer = build_optimizer(config, parameters)
    torch.manual_seed(5)
    for x, y in batches():
        optimizer.zero_grad()
        loss = loss_of(model(x), y)
        losses.append(loss.item())
        change(config, parameters, optimizer, loss)
    return losses, model


def captured(
    config: TrainingConfig, tape: Player | Silent
) -> tuple[list[float], nn.Sequential, CapturedStep]:
    """The same with passes from a recording."""
    model, losses = network(), []
    optimizer = build_optimizer(config, list(model.parameters()))
    step = CapturedStep(config, model, nn.CrossEntropyLoss(), optimizer, precise, tape)
    torch.manual_seed(5)
    for x, y in batches():
        for parameter in model.parameters():
            parameter.grad = None
        output, loss, value = step.forward(x, y)
        assert output.shape == (len(x), 2)
        losses.append(value)
        step.learn(loss)
    return losses, model, step


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"l1": 0.01},
        {"clip_norm": 0.05, "clip_value": 0.02},
        {"optimizer": "SGD", "optimizer_args": {"lr": 0.1, "momentum": 0.9}},
    ],
    ids=str,
)
def test_it_trains_as_steps_done_one_by_one(changes: dict[str, object]) -> None:
    config = msgspec.structs.replace(PLAIN, **changes)
    losses, model = by_hand(config)
    player = Player()
    ours, network_of_ours, _ = captured(config, player)
    assert ours == losses
    assert player.played == 4  # whole batches only
    pairs = zip(network_of_ours.state_dict().items(), model.state_dict().items(), strict=True)
    for (name, tensor), (_, wanted) in pairs:
        assert torch.equal(tensor, wanted), name


def test_what_cannot_be_recorded_goes_on_as_usual_and_says_so() -> None:
    losses, _ = by_hand(PLAIN)
    ours, _, step = captured(PLAIN, Silent())
    assert ours == losses
    (told,) = step.news
    assert told.endswith("one by one: operation not permitted when stream is capturing")


def test_a_loss_that_is_not_finite_leaves_the_weights() -> None:
    model = network()
    optimizer = build_optimizer(PLAIN, list(model.parameters()))
    step = CapturedStep(PLAIN, model, nn.CrossEntropyLoss(), optimizer, precise, Player())
    x, y = batches()[0]
    before = [parameter.clone() for parameter in model.parameters()]
    _, _, value = step.forward(torch.full_like(x, torch.nan), y)
    assert math.isnan(value)
    assert all(map(torch.equal, before, model.parameters()))
