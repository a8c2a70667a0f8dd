"""What an operation teaches beside its result: which dimensions were stretched, how a product is formed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from nnbuilder.engine.bench.errors import sized

MAX_SHOWN = 4096
"""The most numbers of an operand that is shown beside its product."""


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """A product ("product") or an element-wise operation on two shapes ("broadcast"), in one sentence.

    `left`, `right` are the operands, kept for a product of two small matrices only. `stretched` are the
    dimensions of the result, from 0, along which the left and the right one were repeated.
    """

    kind: str
    sentence: str
    left_shape: tuple[int, ...]
    right_shape: tuple[int, ...]
    shape: tuple[int, ...]
    stretched: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
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
        f"{sized(shapes[0])} @ {sized(shapes[1])} gives {sized(shapes[2])}: each number is a row of the left "
        f"times a column of the right, {left.shape[-1]} product{'s' if left.shape[-1] != 1 else ''} added up."
    )
    small = left.dim() == right.dim() == 2 and max(left.numel(), right.numel()) <= MAX_SHOWN
    kept = (left.detach().clone(), right.detach().clone()) if small else (None, None)
    return Lesson("product", sentence, *shapes, left=kept[0], right=kept[1])


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
