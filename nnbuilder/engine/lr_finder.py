"""The learning-rate range test: a copy of the network trains while its rate rises from tiny to huge.

Where the loss falls fastest the rate is good; where it grows beyond bounds it is too large.
"""

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np

from nnbuilder.data.load import load
from nnbuilder.data.prepare import Prepared
from nnbuilder.engine.run_start import starting_weights
from nnbuilder.engine.trainer import Trainer
from nnbuilder.engine.weights import Weights
from nnbuilder.project.project import Project
from nnbuilder.protocol.tasks import FindRate, RateFound

SMOOTHING = 0.9
"""How much of the mean so far stays with each new loss."""

BEYOND = 4.0
"""A loss so many times as large as the least has grown beyond bounds."""

_LATE = round(SMOOTHING / (1 - SMOOTHING))
"""How many steps the mean is behind the losses."""

_BEGIN = 10
"""Steps that say little yet: the mean has seen too few losses."""

_FALL = 0.02
"""The share by which the loss must fall, and by more than it wavers, for a rate to be suggested."""

_NOTABLE = 0.1
"""The share of the whole fall from which on it is one."""

Said = Callable[[str], None]


def answer(request: FindRate, said: Said) -> RateFound:
    """Does the test that a process was asked for."""
    project = request.project
    prepared = load(project.data, project.training.seed, Path(request.base) if request.base else None)
    runs = Path(request.runs) if request.runs else Path()
    weights, _ = starting_weights(project, runs, None)
    return find_rate(project, prepared, weights, request.low, request.high, request.steps, said)


def find_rate(
    project: Project,
    prepared: Prepared,
    weights: Weights | None = None,
    low: float = 1e-6,
    high: float = 10.0,
    steps: int = 140,
    said: Said = lambda _: None,
) -> RateFound:
    """Does the test; raises what a training raises. The project's own rate and schedule do not matter."""
    rates: list[float] = []
    losses: list[float] = []
    smooth: list[float] = []
    diverged = None
    for rate, loss in _course(_plain(project, prepared, steps), prepared, weights, low, high, steps):
        if not math.isfinite(loss):
            diverged = rate
            break
        rates.append(rate)
        losses.append(loss)
        smooth.append(_smoothed(losses))
        if len(rates) % 10 == 0:
            said(f"Step {len(rates)} of {steps}, learning rate {rate:.1g}")
        if len(rates) > _BEGIN and smooth[-1] > BEYOND * max(min(smooth), 1e-12):
            diverged = rate
            break
    found = RateFound(tuple(rates), tuple(losses), tuple(smooth), diverged=diverged)
    return _judged(found)


def _course(
    project: Project, prepared: Prepared, weights: Weights | None, low: float, high: float, steps: int
) -> Iterator[tuple[float, float]]:
    """Each rate with the loss before the step that is done with it."""
    trainer = Trainer(project, prepared, weights)
    results = trainer.steps()
    for step in range(steps):
        rate = low * (high / low) ** (step / max(1, steps - 1))
        for group in trainer.optimizer.param_groups:
            group["lr"] = rate
        result = next(results, None)
        if result is None:
            return
        yield rate, result.loss


def _plain(project: Project, prepared: Prepared, steps: int) -> Project:
    """The project without anything else that changes the rate or ends the training early."""
    training = project.training
    per_epoch = max(1, math.ceil(len(prepared.train.y) / training.batch_size))
    plain = msgspec.structs.replace(
        training,
        epochs=math.ceil(steps / per_epoch),
        lr_scheduler=None,
        lr_scheduler_args={},
        lr_scheduler_every=None,
        patience=None,
        minutes=None,
    )
    return msgspec.structs.replace(project, training=plain)


def _smoothed(losses: list[float]) -> float:
    """The mean of all losses so far, older ones counting less."""
    weights = SMOOTHING ** np.arange(len(losses) - 1, -1, -1)
    return float(np.average(losses, weights=weights))


def _judged(found: RateFound) -> RateFound:
    """What the curve says: between its beginning and its least loss the steepest fall is wanted."""
    if len(found.rates) <= _BEGIN:
        return msgspec.structs.replace(
            found, why="The loss grew beyond bounds at once: lower the first rate."
        )
    smooth, rates = np.array(found.smooth), np.array(found.rates)
    least = _BEGIN + int(np.argmin(smooth[_BEGIN:]))
    told = msgspec.structs.replace(found, lowest=float(rates[least]))
    fall = smooth[: _BEGIN + 1].mean() - smooth[least]
    noise = float(np.std((np.array(found.losses) - smooth)[: least + 1]))
    if least - _BEGIN < 2 or fall < max(_FALL * abs(smooth[_BEGIN]), noise):
        why = "The loss does not fall at any of these rates: look for another cause first."
        return msgspec.structs.replace(told, why=why)
    high = np.flatnonzero(smooth[:least] > smooth[least] + (1 - _NOTABLE) * fall)
    begin = int(high[-1]) if len(high) else _BEGIN  # before that it only wavers
    slope = np.gradient(smooth[: least + 1], np.log10(rates[: least + 1]))
    place = begin + int(np.argmin(slope[begin:])) - _LATE
    steepest = float(rates[max(0, place)])
    return msgspec.structs.replace(told, steepest=steepest, suggested=float(f"{steepest:.2g}"))
