"""A sweep: one project trained again and again with other values, on a grid or picked at random."""

import math
from collections.abc import Iterable, Sequence
from itertools import product

import msgspec
import numpy as np

from nnbuilder.catalog.parse import parse_arg
from nnbuilder.catalog.spec import ArgError
from nnbuilder.graph.graph import ArgValue
from nnbuilder.project.project import Project
from nnbuilder.runs.knobs import Knob, KnobError, find_knob, set_knob

MOST = 1000
"""How many runs one sweep may have."""

_RANGE = ".."
_DECADE = 10.0
"""A range whose ends are so far apart is divided by ratio and not by distance."""

_TRIES = 50


class Span(msgspec.Struct, frozen=True):
    """All numbers between two; `count` of them for a grid, 0 where they are only picked at random."""

    low: float
    high: float
    count: int = 0

    @property
    def ratio(self) -> bool:
        """Whether it is divided by ratio."""
        return self.low > 0 and self.high / self.low >= _DECADE


class Axis(msgspec.Struct, frozen=True):
    """What is varied, and over which values: those that are listed, or those of a span."""

    knob: Knob
    values: tuple[ArgValue, ...] = ()
    span: Span | None = None


class Trial(msgspec.Struct, frozen=True):
    """One run of a sweep: its place from 1, its values in the order of the axes, its project."""

    number: int
    values: tuple[ArgValue, ...]
    project: Project


def read_axis(project: Project, path: str, text: str) -> Axis:
    """An axis as typed: `0.1, 0.01`, `(3, 3), (5, 5)`, `1e-4..0.1:4` or, to pick from, `1e-4..0.1`.

    Raises `KnobError` with one sentence.
    """
    knob = find_knob(project, path)
    if _RANGE in text:
        return _read_span(knob, text)
    words = [word.strip() for word in _split(text)]
    if not all(words):
        raise KnobError(f"{knob.path} takes values with commas between them, like 0.1, 0.01.")
    try:
        values = tuple(dict.fromkeys(parse_arg(knob.spec, word) for word in words))
    except ArgError as error:
        raise KnobError(f"{knob.path}: {error}") from error
    return Axis(knob, values)


def read_axes(project: Project, typed: Sequence[tuple[str, str]]) -> tuple[Axis, ...]:
    """All axes of a sweep, each of another knob; raises `KnobError`."""
    axes = tuple(read_axis(project, path, text) for path, text in typed)
    paths = [axis.knob.path for axis in axes]
    for path in paths:
        if paths.count(path) > 1:
            raise KnobError(f"{path} is varied twice: list all its values in one place.")
    return axes


def grid_size(axes: Sequence[Axis]) -> int:
    """How many runs the whole grid has; raises `KnobError` where a span says no number of values."""
    return math.prod(len(_listed(axis)) for axis in axes)


def grid(project: Project, axes: Sequence[Axis]) -> tuple[Trial, ...]:
    """Every combination, the last axis changing fastest; raises `KnobError`."""
    size = grid_size(axes)
    if size > MOST:
        raise KnobError(f"This grid has {size:,} runs; a sweep has {MOST:,} at most. Pick some at random.")
    return _trials(project, axes, product(*map(_listed, axes)))


def picked(project: Project, axes: Sequence[Axis], count: int, seed: int) -> tuple[Trial, ...]:
    """So many combinations by chance, no two alike: fewer where there are not so many."""
    if not 1 <= count <= MOST:
        raise KnobError(f"A sweep has 1 to {MOST:,} runs.")
    chance = np.random.default_rng(seed)
    found: dict[tuple[ArgValue, ...], None] = {}
    for _ in range(count * _TRIES):
        found.setdefault(tuple(_pick(axis, chance) for axis in axes))
        if len(found) == count:
            break
    return _trials(project, axes, found)


def title_of(axes: Sequence[Axis] | Sequence[Knob], values: Sequence[ArgValue]) -> str:
    """A trial in words: `lr 0.01, n2 Linear out_features 16`."""
    knobs = [axis.knob if isinstance(axis, Axis) else axis for axis in axes]
    return ", ".join(f"{knob.title} {value_text(value)}" for knob, value in zip(knobs, values, strict=True))


def value_text(value: ArgValue) -> str:
    """A value as a person writes it."""
    if isinstance(value, float):
        return f"{value:.4g}"
    return value if isinstance(value, str) else repr(value)


def _trials(
    project: Project,
    axes: Sequence[Axis],
    rows: Iterable[tuple[ArgValue, ...]],
) -> tuple[Trial, ...]:
    return tuple(Trial(number, row, _with(project, axes, row)) for number, row in enumerate(rows, 1))


def _with(project: Project, axes: Sequence[Axis], row: Sequence[ArgValue]) -> Project:
    """The project with these values; the name of an optimizer goes before its arguments."""
    pairs = sorted(zip(axes, row, strict=True), key=lambda pair: pair[0].knob.path.count("."))
    pairs.sort(key=lambda pair: pair[0].knob.path not in {"training.optimizer", "training.lr_scheduler"})
    for axis, value in pairs:
        project = set_knob(project, axis.knob, value)
    return project


def _split(text: str) -> list[str]:
    """The parts between commas that stand outside of brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _read_span(knob: Knob, text: str) -> Axis:
    low, _, rest = text.partition(_RANGE)
    high, colon, count = rest.partition(":")
    if knob.spec.kind not in {"int", "float"}:
        raise KnobError(f"{knob.path} has no range: list its values with commas between them.")
    try:
        ends = [parse_arg(knob.spec, end) for end in (low, high)]
    except ArgError as error:
        raise KnobError(f"{knob.path}: {error}") from error
    numbers = [end for end in ends if isinstance(end, int | float)]
    if len(numbers) != 2 or not numbers[0] < numbers[1]:
        raise KnobError(f"{knob.path} takes a range like 0.0001..0.1 whose first number is the smaller one.")
    if colon and not (count.strip().isdecimal() and 2 <= int(count) <= MOST):
        raise KnobError(f"{knob.path}: behind the colon stands how many values the range is divided into.")
    return Axis(knob, span=Span(float(numbers[0]), float(numbers[1]), int(count) if colon else 0))


def _listed(axis: Axis) -> tuple[ArgValue, ...]:
    span = axis.span
    if span is None:
        return axis.values
    if not span.count:
        raise KnobError(
            f"{axis.knob.path}: say with {span.low:g}..{span.high:g}:4 how many values, or pick at random."
        )
    places = (step / (span.count - 1) for step in range(span.count))
    return tuple(dict.fromkeys(_at(axis.knob, span, place) for place in places))


def _pick(axis: Axis, chance: np.random.Generator) -> ArgValue:
    if axis.span is not None:
        return _at(axis.knob, axis.span, chance.random())
    return axis.values[int(chance.integers(len(axis.values)))]


def _at(knob: Knob, span: Span, place: float) -> ArgValue:
    """The number at a share of the way, to four digits."""
    if span.ratio:
        number = span.low * (span.high / span.low) ** place
    else:
        number = span.low + (span.high - span.low) * place
    whole = knob.spec.kind == "int"
    return round(number) if whole else min(max(float(f"{number:.4g}"), span.low), span.high)
