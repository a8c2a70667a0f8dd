"""Training with mistakes beside the right loop: what a process is asked, and what it answers meanwhile."""

from typing import Literal, get_args

import msgspec

from nnbuilder.project.project import Project

Mistake = Literal["zero_grad", "eval", "shuffle", "standardize", "softmax", "lr"]
"""What can be done wrong, each by the word of the loop that it concerns."""

MISTAKES: tuple[Mistake, ...] = get_args(Mistake)

MOST_STEPS = 3_000
"""Steps that each of the two loops is trained for at most."""

Numbers = tuple[float | None, ...]
"""Values in their order; None stands for what is not finite."""


class TrainWrong(msgspec.Struct, frozen=True, tag=True):
    """Train the project as it is and, in turns, with mistakes; answered by `LoopsAdvanced`, `LoopsTrained`.

    `base` is the project file's folder for relative data paths, `runs` its runs folder with stored weights.
    Both begin from the same weights, and end after the project's epochs, `steps` or `seconds`. Nothing is
    kept of them.
    """

    project: Project
    mistakes: tuple[Mistake, ...] = ()
    base: str | None = None
    runs: str | None = None
    steps: int = MOST_STEPS
    seconds: float = 60.0


class LoopsAdvanced(msgspec.Struct, frozen=True, tag=True):
    """What has come since the message before: losses of steps, then losses after epochs, of each loop.

    `right` and `wrong` are of the training batches, the others of the validation part, where there is one.
    """

    right: Numbers = ()
    wrong: Numbers = ()
    right_validation: Numbers = ()
    wrong_validation: Numbers = ()


class LoopEnd(msgspec.Struct, frozen=True):
    """Where a loop has come to: mean losses of its last epoch, and its metric on the validation part.

    `broke` is the step, counted from 1, whose loss was the first that was not finite.
    """

    loss: float | None = None
    validation: float | None = None
    metric: float | None = None
    broke: int | None = None


class LoopsTrained(msgspec.Struct, frozen=True, tag=True):
    """Both loops have come to their end after so many epochs; `why` says it where they were cut off.

    `per_epoch` counts the steps of an epoch, `metric` names what is measured beside the loss. `notes` are
    sentences on what a mistake met in these data.
    """

    epochs: int
    per_epoch: int
    metric: str
    right: LoopEnd
    wrong: LoopEnd
    why: str = ""
    notes: tuple[str, ...] = ()
