"""Repeats the step in which a training went wrong: on its last batch, or from an earlier moment on."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from nnbuilder.engine.faults.witness import Sight, Witness, finite_weights, largest
from nnbuilder.engine.state import TrainerState
from nnbuilder.engine.trainer import Trainer
from nnbuilder.protocol.fault import Passed

PATIENCE_S = 2.0
"""How long steps are repeated in search of the first bad one."""

Moment = Callable[[int], TrainerState | None]
"""Gives the newest kept moment with at most so many steps done; None where none is kept."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The first tensor that was not finite, with the step in which it arose, and what was around it.

    `fed` entered the layer or loss that gave it, `target` is what the loss compared with; `entered` is the
    largest number of the batch, `growth` how many times larger the largest weight was than at the start.
    """

    step: int
    sight: Sight
    trail: tuple[Passed, ...]
    fed: torch.Tensor | None
    target: torch.Tensor | None
    entered: float
    growth: float


def investigate(trainer: Trainer, moment: Moment, patience: float = PATIENCE_S) -> Evidence | None:
    """What went wrong first; leaves the training as it is, random numbers included.

    None where nothing is found to be amiss: the step holds no batch, or its random numbers are lost.
    """
    devices = [trainer.setup.device] if trainer.setup.device.type == "cuda" else []
    with torch.random.fork_rng(devices):
        present = _present(trainer)
        if present is not None and present.sight.place not in ("weight", "buffer"):
            return present
        earlier = _earlier(trainer, moment, patience)
    if earlier is not None and earlier.sight.place == "weight" and earlier.step == 1:
        return earlier  # they were so from the start
    return earlier or present


def _present(trainer: Trainer) -> Evidence | None:
    """The last batch once more through the network as it is, in train mode; buffers stay as they were."""
    if trainer.batch is None:
        return None
    witness, model = Witness(trainer), trainer.model
    buffers = [(buffer, buffer.clone()) for buffer in model.buffers()]
    training = model.training
    witness.see_batch()
    witness.see_weights("weight")
    x, y = trainer.batch
    half = trainer.config.precision == "bfloat16"
    precision = torch.autocast(trainer.setup.device.type, torch.bfloat16, enabled=half)
    try:
        with torch.no_grad(), precision, witness.watching():
            trainer.loss(model.train()(x.clone()), y)
    except (RuntimeError, ValueError):
        pass  # a loss such as BCELoss refuses NaN: the witness has seen where it came from
    finally:
        model.train(training)
        with torch.no_grad():
            for buffer, before in buffers:
                buffer.copy_(before)
    return _evidence(trainer, witness, trainer.step, trainer)


def _earlier(trainer: Trainer, moment: Moment, patience: float) -> Evidence | None:
    """Trains a twin from an earlier moment up to the first bad step, and watches that one."""
    twin = trainer.twin()
    state = moment(max(0, trainer.step - 2))
    bad = _first_bad(twin, state, trainer.step, patience)
    if bad is None:
        return None
    _go_to(twin, state)
    if bad > twin.step + 1:
        next(result for result in twin.steps() if result.step == bad - 1)
    witness = Witness(twin)
    witness.see_weights("weight")
    if witness.first is None:
        try:
            with witness.watching():
                next(twin.steps())
        except (RuntimeError, ValueError):
            pass
        witness.see_weights("update")
    if witness.first is not None and witness.first.place in ("output", "loss"):
        witness = _batch_first(twin, witness)
    return _evidence(twin, witness, bad, trainer)


def _batch_first(twin: Trainer, seen: Witness) -> Witness:
    """The batch itself, where it was amiss before anything that was computed from it."""
    witness = Witness(twin)
    witness.see_batch()
    return witness if witness.first is not None else seen


def _first_bad(twin: Trainer, state: TrainerState | None, last: int, patience: float) -> int | None:
    """The number of the first step that leaves a loss or a weight that is not finite."""
    _go_to(twin, state)
    if not finite_weights(twin.model):
        return twin.step + 1
    end = time.perf_counter() + patience
    try:
        for result in twin.steps():
            if not torch.isfinite(torch.tensor(result.loss)) or not finite_weights(twin.model):
                return result.step
            if result.step >= last or time.perf_counter() >= end:
                return None
    except (RuntimeError, ValueError):
        return twin.step + 1
    return None


def _go_to(twin: Trainer, state: TrainerState | None) -> None:
    if state is None:
        twin.rewind()
    else:
        twin.restore(state)


def _evidence(seen: Trainer, witness: Witness, step: int, trainer: Trainer) -> Evidence | None:
    if witness.first is None:
        return None
    entered = largest(seen.batch[0]) if seen.batch is not None else 0.0
    return Evidence(
        step,
        witness.first,
        tuple(witness.trail),
        witness.fed,
        witness.target,
        entered,
        _growth(seen, trainer),
    )


def _growth(seen: Trainer, trainer: Trainer) -> float:
    """How many times as large as at the start the largest finite weight is."""
    start = trainer.twin().model
    before = max((largest(parameter) for parameter in start.parameters()), default=0.0)
    now = max((largest(parameter) for parameter in seen.model.parameters()), default=0.0)
    return now / before if before else 1.0
