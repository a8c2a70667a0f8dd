"""Going back to an earlier step of a training, and changing its learning rate on the way."""

from collections.abc import Callable, Sequence

from nnbuilder.engine.state import TrainerState
from nnbuilder.engine.trainer import Trainer
from nnbuilder.runs.record import RateChange

RATES = ("lr", "initial_lr", "max_lr", "min_lr")
"""What is scaled in an optimizer's parameter groups: the rate, and what schedulers keep there beside it."""

BASES = ("base_lrs", "max_lrs", "_last_lr")
"""What schedulers keep of rates themselves."""


def scale_rate(trainer: Trainer, factor: float) -> None:
    """Multiplies the learning rate from the next step on, with all that a scheduler derives it from."""
    for group in trainer.optimizer.param_groups:
        for name in RATES:
            if name in group:
                group[name] = group[name] * factor
    if trainer.scheduler is not None:
        kept = trainer.scheduler.state_dict()
        scaled = {name: [rate * factor for rate in kept[name]] for name in BASES if name in kept}
        trainer.scheduler.load_state_dict({**kept, **scaled})


def go_back(
    trainer: Trainer,
    step: int,
    start: TrainerState | None,
    changes: Sequence[RateChange],
    may_go_on: Callable[[], bool],
) -> None:
    """Brings a training to where it was after a step: from an earlier moment, repeating what came after it.

    Without a `start` it begins with the initial weights. `changes` are those of the learning rate on the way.
    Ends earlier once `may_go_on` says no.
    """
    if start is None:
        trainer.rewind()
    else:
        trainer.restore(start)
    known = -1 if start is None else start.facts.step
    waiting = [change for change in changes if known < change.step <= step]

    def catch_up() -> None:
        while waiting and waiting[0].step <= trainer.step:
            scale_rate(trainer, waiting.pop(0).factor)

    catch_up()
    steps = trainer.steps()
    while trainer.step < step and may_go_on():
        next(steps)
        catch_up()
