"""What an operation teaches beside its result: which dimensions were stretched, how a product is formed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from nnbuilder.engine.bench.errors import sized

MAX_SHOWN = 4096
"""The most numbers of an operand that is shown beside its product."""

MAX_RESULT = 65_536
"""The most numbers of a product that is shown with its operands."""


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """A product ("product") or an element-wise operation on two shapes ("broadcast"), in one sentence.

    `made` is the result, `left` and `right` are the operands of a product that is small enough to be shown.
    `stretched` are the dimensions of the result, from 0, along which the left and the right were repeated.
    """

    kind: str
    sentence: str
    left_shape: tuple[int, ...]
    right_shape: tuple[int, ...]
    shape: tuple[int, ...]
    stretched: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    made: torch.Tensor | None = None
    left: torch.Tensor | None = None
    right: torch.Tensor | None = None


def lesson_of(sign: str, operands: Sequence[Any], made: Any) -> Lesson | None:
    """What there is to say; None where both operands have the shape of the result, or are no tensors."""
    if len(operands) != 2 or not all(isinstance(one, torch.Tensor) for one in (*operands, made)):
        return None
    left, right = operands
    if sign == "@":
        return _product(left, right, made)
    return _broadcast(left, right, made)


def _product(left: torch.Tensor, right: torch.Tensor, made: torch.Tensor) -> Lesson:
    shapes = tuple(left.shape), tuple(right.shape), tuple(made.shape)
    sentence = (
        f"{sized(shapes[0])} @ {sized(shapes[1])} gives {sized(shapes[2])}: {_met(left, right)}, "
        f"{left.shape[-1]} product{'s' if left.shape[-1] != 1 else ''} added up.{_batched(left, right, made)}"
    )
    shown = max(left.numel(), right.numel()) <= MAX_SHOWN and 0 < made.numel() <= MAX_RESULT
    operands = (left, right) if shown else (None, None)
    return Lesson("product", sentence, *shapes, ((), ()), made, *operands)


def _met(left: torch.Tensor, right: torch.Tensor) -> str:
    """What meets in a number of a product; a tensor of one dimension is one row, or one column."""
    if left.dim() == right.dim() == 1:
        return "numbers at the same place are multiplied"
    row = "the left as one row" if left.dim() == 1 else "a row of the left"
    column = "the right as one column" if right.dim() == 1 else "a column of the right"
    return f"each number is {row} times {column}"


def _batched(left: torch.Tensor, right: torch.Tensor, made: torch.Tensor) -> str:
    """Which matrices meet, where there are several."""
    own, other = left.shape[:-2], right.shape[:-2]
    if not (own or other):
        return ""
    count = sized(tuple(made.shape[: max(len(own), len(other))]))
    if own and other:
        return f" Matrix by matrix, {count}: those at the same place meet, a single one meets all."
    return f" Matrix by matrix, {count}: {'the right' if own else 'the left'} is the same for all."


def _broadcast(left: torch.Tensor, right: torch.Tensor, made: torch.Tensor) -> Lesson | None:
    shapes = tuple(left.shape), tuple(right.shape), tuple(made.shape)
    if shapes[0] == shapes[1]:
        return None
    stretched = _stretched(shapes[0], shapes[2]), _stretched(shapes[1], shapes[2])
    parts = [
        f"the {side} ({sized(shape)}) was repeated along {_dimensions(found)}"
        for side, shape, found in zip(("left", "right"), shapes, stretched, strict=False)
        if found
    ]
    sentence = f"Broadcast to {sized(shapes[2])}: {' and '.join(parts)}."
    return Lesson("broadcast", sentence, *shapes, stretched=stretched)


def _stretched(shape: tuple[int, ...], whole: tuple[int, ...]) -> tuple[int, ...]:
    padded = (*(None for _ in range(len(whole) - len(shape))), *shape)
    return tuple(place for place, size in enumerate(padded) if size != whole[place])


def _dimensions(places: tuple[int, ...]) -> str:
    return ("dimension " if len(places) == 1 else "dimensions ") + " and ".join(map(str, places))
