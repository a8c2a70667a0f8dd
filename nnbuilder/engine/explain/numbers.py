"""Writes numbers and sums as a person would, and holds each against PyTorch's."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch

from nnbuilder.protocol.worked import Line

DIGITS = 4
"""Significant digits that are shown."""

MOST = 8
"""The most products of a sum that are written out."""

Pair = tuple[float, float]


def shown(value: float) -> str:
    """A number with the digits that are shown."""
    return f"{value:.{DIGITS}g}"


def inner(value: float) -> str:
    """The same between other signs: a negative number in brackets."""
    return f"({shown(value)})" if value < 0 else shown(value)


@dataclass(frozen=True, slots=True)
class Amount:
    """What an expression gives, in double precision; `size` is how large its parts are, for rounding."""

    text: str
    value: float
    size: float = 0.0

    @classmethod
    def of(cls, value: float) -> "Amount":
        """A plain number."""
        return cls(inner(value), value, abs(value))


def products(pairs: Sequence[Pair], more: Sequence[float] = ()) -> Amount:
    """A sum of products, and of single numbers after them; a long one is cut in its middle, and says so."""
    terms = [one * other for one, other in pairs]
    written = [f"{inner(one)}·{inner(other)}" for one, other in pairs]
    return _sum([*written, *map(inner, more)], [*terms, *more])


def total(values: Sequence[float]) -> Amount:
    """A plain sum."""
    return _sum([inner(value) for value in values], values)


def _sum(written: list[str], terms: Iterable[float]) -> Amount:
    values = list(terms)
    if len(written) > MOST:
        left = len(written) - MOST + 1
        written = [*written[: MOST - 3], f"… {left:,} more …", *written[-2:]]
    return Amount(" + ".join(written) or "0", math.fsum(values), math.fsum(map(abs, values)))


def line(label: str, worked: Amount, torchs: float) -> Line:
    """`label = arithmetic = number`, with PyTorch's number to hold it against."""
    number = shown(worked.value)
    middle = f" = {worked.text}" if worked.text not in {number, f"({number})"} else ""
    return Line(f"{label}{middle} = {number}", shown(torchs), agree(worked.value, torchs, worked.size))


def agree(value: float, torchs: float, size: float = 0.0) -> bool:
    """Whether two numbers are the same within the shown digits, or within rounding of parts of this size."""
    if math.isnan(value) or math.isnan(torchs):
        return math.isnan(value) and math.isnan(torchs)
    if math.isinf(value) or math.isinf(torchs):
        return value == torchs or max(abs(value), abs(torchs)) > 3e38
    return abs(value - torchs) <= 2e-4 * max(abs(value), abs(torchs)) + 1e-5 * size + 1e-30


def number(tensor: torch.Tensor, place: Sequence[int] = ()) -> float:
    """One number of a tensor."""
    return float(tensor[tuple(place)].item())


def listed(tensor: torch.Tensor) -> list[float]:
    """All numbers of a tensor, flat."""
    values: list[float] = tensor.detach().double().flatten().tolist()
    return values


def at(name: str, place: Sequence[int]) -> str:
    """A place in a tensor as Python writes it."""
    return f"{name}[{', '.join(map(str, place))}]" if place else name
