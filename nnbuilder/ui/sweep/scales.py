"""Where values stand on an axis from 0 (foot) to 1 (head), and which of them are written beside it."""

import math
from collections.abc import Sequence
from typing import Any

import msgspec

from nnbuilder.runs.sweep import value_text

_DECADE = 10.0
_LETTERS = 6
_WRITTEN = 6
"""So many different numbers are all written; of more, the ends alone."""


class Scale(msgspec.Struct, frozen=True):
    """Places of values by the value, words for some of them, and whether it is divided by ratio."""

    places: tuple[float | None, ...]
    marks: tuple[tuple[float, str], ...]
    ratio: bool = False


def scale_of(values: Sequence[Any]) -> Scale:
    """The scale of a column; what is no finite number among numbers, and None, has no place."""
    known = [value for value in values if _is_known(value)]
    if not known:
        return Scale((None,) * len(values), ())
    if all(_is_number(value) for value in known):
        return _numbers(values, [float(value) for value in known])
    words = sorted({value_text(value) for value in known})
    where = {word: _share(place, len(words)) for place, word in enumerate(words)}
    places = tuple(where[value_text(value)] if _is_known(value) else None for value in values)
    return Scale(places, tuple((place, word) for word, place in where.items()))


def _numbers(values: Sequence[Any], known: list[float]) -> Scale:
    low, high = min(known), max(known)
    ratio = low > 0 and high / low >= _DECADE

    def place(value: float) -> float:
        if low == high:
            return 0.5
        if ratio:
            return math.log(value / low) / math.log(high / low)
        return (value - low) / (high - low)

    different = sorted(set(known))
    written = different if len(different) <= _WRITTEN else [low, high]
    places = tuple(place(float(value)) if _is_known(value) else None for value in values)
    return Scale(places, tuple((place(value), _short(value)) for value in written), ratio)


def _share(place: int, count: int) -> float:
    return 0.5 if count == 1 else place / (count - 1)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_known(value: Any) -> bool:
    return value is not None and (not isinstance(value, float) or math.isfinite(value))


def _short(value: float) -> str:
    """A number in few letters."""
    text = f"{value:.3g}"
    return text if len(text) <= _LETTERS else f"{value:.2g}"
