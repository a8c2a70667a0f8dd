"""What a row of a table tells of a layer, and what can be concluded from it."""

from collections.abc import Mapping

import msgspec

from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.printed.tables import Shape

Words = dict[str, ArgValue]
"""Arguments by their names."""


class Facts(msgspec.Struct, frozen=True):
    """A layer's class, the sizes that come in and go out without the batch, its count of parameters.

    `kernel` is what a table shows of it, `answers` what was answered for arguments.
    """

    kind: str
    before: Shape | None
    out: Shape | None
    params: int
    kernel: Shape | None = None
    answers: Mapping[str, ArgValue] = {}

    @property
    def dims(self) -> int:
        """How many dimensions lie behind the channels, by the name of the class; 0 for other classes."""
        return int(self.kind[-2]) if self.kind[-2:] in {"1d", "2d", "3d"} else 0


class Conclusion(msgspec.Struct, frozen=True):
    """The arguments of a layer.

    `assumed` names those that the table does not show and that were taken from its sizes or from PyTorch's
    defaults, `asked` those that it leaves open, with a proposal. `flattened` says that the numbers must be
    laid out in a row in front of the layer; `fault` says why there is no layer.
    """

    words: Mapping[str, ArgValue] = {}
    assumed: tuple[str, ...] = ()
    asked: Mapping[str, ArgValue] = {}
    flattened: bool = False
    fault: str = ""


def known(size: int | None, fallback: int = 0) -> int:
    """A size of a table that must be known."""
    return fallback if size is None else size


def product(sizes: Shape) -> int:
    """How many numbers a shape holds; 0 where a size is not known."""
    total = 1
    for size in sizes:
        total *= known(size)
    return total


def complete(shape: Shape | None) -> bool:
    """Whether all sizes of a shape are known."""
    return shape is not None and all(size is not None for size in shape)
