"""What a training says of the first value that went wrong: NaN or infinity, where, in which step, and why."""

from typing import Literal

import msgspec

from nnbuilder.graph.graph import NodeId

Place = Literal["batch", "target", "weight", "buffer", "output", "loss", "gradient", "update"]
"""Kinds of tensors in the order in which a step comes by them; "update" is a weight after the step."""


SETTLED = frozenset(
    {
        "data",
        "target",
        "stored-weights",
        "initial-weights",
        "divided-by-zero",
        "root-of-negative",
        "optimizer-eps",
        "weighted-by-zero",
        "maximize",
    }
)
"""Causes that lie in the project itself: with steps of any size the training comes to the same end."""


class Passed(msgspec.Struct, frozen=True):
    """The largest finite number that left a layer in that step, and how many were not finite."""

    node: NodeId
    largest: float
    nonfinite: int = 0


class Fault(msgspec.Struct, frozen=True):
    """The first NaN or infinity of a training, and what probably led to it.

    `noticed` is the step at which it showed, `step` the one in which it arose. `place` and `tensor` say in
    what (`tensor` is a parameter's name, or empty), `node` in which layer. `nans` and `infinities` are
    counts among its `size` numbers. `code` is stable, `headline`, `where` and `cause` are sentences.
    `trail` follows the batch through the layers as far as numbers were finite, and one further. `rate` is
    the learning rate, None where the optimizer has none.
    """

    noticed: int
    step: int
    place: Place
    code: str
    headline: str
    where: str
    cause: str
    node: NodeId | None = None
    tensor: str = ""
    nans: int = 0
    infinities: int = 0
    size: int = 0
    rate: float | None = None
    trail: tuple[Passed, ...] = ()

    @property
    def curable(self) -> bool:
        """Whether smaller steps may keep it from coming again."""
        return self.code not in SETTLED
