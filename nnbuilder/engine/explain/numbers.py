"""Writes numbers and sums as a person would, and holds each against PyTorch's."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from nnbuilder.protocol.worked import Line

DIGITS = 4
"""Significant digits that are shown."""

MOST = 8
"""The most products of a sum that are written out."""

Pair = tuple[float, float]


def shown(value: float) -> str:
    """A number with the digits that are shown; a zero has no sign."""
    return f"{value + 0.0:.{DIGITS}g}"


def inner(value: float) -> str:
    """The same between other signs: a negative number in brackets."""
    return f"({shown(value)})" if value < 0 else shown(value)


def over(value: float, below: float) -> float:
    """A quotient as PyTorch has it, which divides by zero, too."""
    return float(torch.tensor(value, dtype=torch.float64) / below)


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

    def written(at_: int) -> str:
        if at_ >= len(pairs):
            return inner(more[at_ - len(pairs)])
        one, other = pairs[at_]
        return f"{inner(one)}·{inner(other)}"

    return _sum_of(written, [*(one * other for one, other in pairs), *more])


def total(values: Sequence[float]) -> Amount:
    """A plain sum."""
    return _sum_of(lambda at_: inner(values[at_]), values)


def total_of(values: torch.Tensor) -> Amount:
    """The sum of all numbers of a tensor, of which there may be very many."""
    flat = values.detach().double().flatten()
    text = _written(lambda at_: inner(float(flat[at_])), len(flat))
    return Amount(text, float(flat.sum()), float(flat.abs().sum()))


def _sum_of(written: Callable[[int], str], terms: Sequence[float]) -> Amount:
    return Amount(_written(written, len(terms)), summed(terms), summed(list(map(abs, terms))))


def _written(written: Callable[[int], str], count: int) -> str:
    """Writes out what is shown of a sum of so many terms, and no more of it."""
    if count > MOST:
        ends = [*range(MOST - 3), count - 2, count - 1]
        words = [written(at_) for at_ in ends]
        words.insert(MOST - 3, f"… {count - MOST + 1:,} more …")
    else:
        words = [written(at_) for at_ in range(count)]
    return " + ".join(words) or "0"


def summed(terms: Sequence[float]) -> float:
    """A sum without rounding on its way; among infinite numbers as PyTorch has it."""
    try:
        return math.fsum(terms)
    except (OverflowError, ValueError):
        return float(sum(terms))


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
