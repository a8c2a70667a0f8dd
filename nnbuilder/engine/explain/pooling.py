"""Pooling: the window of the input that one output pixel comes from, and its largest number or mean."""

import itertools
import math

from nnbuilder.engine.explain.case import Case
from nnbuilder.engine.explain.numbers import Amount, at, inner, line, shown, total
from nnbuilder.protocol.worked import Line, Worked

Span = tuple[int, ...]

SHOWN = 16
"""Numbers of a window that are written out at most."""


def max_pool(case: Case) -> Worked:
    """MaxPool: the largest number of the window; padding never wins."""
    spans = [_inside(start, *more) for start, *more in _windows(case)]
    return _largest(case, spans)


def adaptive_max_pool(case: Case) -> Worked:
    """AdaptiveMaxPool: the same over windows that share out the input evenly."""
    return _largest(case, _adaptive(case))


def avg_pool(case: Case) -> Worked:
    """AvgPool: the sum of the window over how many places count."""
    module = case.module
    spans, counted = [], 1
    for start, kernel, _, size, padding in _windows(case):
        end = min(start + kernel, size + padding)
        inside = tuple(range(max(start, 0), min(end, size)))
        spans.append(inside)
        counted *= end - start if module.count_include_pad else len(inside)
    return _mean(case, spans, getattr(module, "divisor_override", None) or counted)


def adaptive_avg_pool(case: Case) -> Worked:
    """AdaptiveAvgPool: the mean of windows that share out the input evenly."""
    spans = _adaptive(case)
    return _mean(case, spans, math.prod(map(len, spans)))


def _largest(case: Case, spans: list[Span]) -> Worked:
    values = _values(case, spans)
    worked = Amount(f"max({_listed(values)})", max(values, default=-math.inf), 0.0)
    return Worked(
        _title(case), "y = the largest number of the window", (line("y", worked, case.torchs),), _told(spans)
    )


def _mean(case: Case, spans: list[Span], divisor: int) -> Worked:
    values = _values(case, spans)
    whole = total(values)
    lines = (
        Line(f"sum = {whole.text} = {shown(whole.value)}"),
        line(
            at("y", case.place),
            Amount(f"{inner(whole.value)}/{divisor}", whole.value / divisor, whole.size / divisor),
            case.torchs,
        ),
    )
    return Worked(_title(case), "y = Σ window / number of places", lines, _told(spans))


def _title(case: Case) -> str:
    row, channel, *pixel = case.place
    return f"Channel {channel}, pixel {', '.join(map(str, pixel))}, row {row}"


def _told(spans: list[Span]) -> tuple[str, ...]:
    sides = " by ".join(f"{span[0]} to {span[-1]}" if span else "nothing" for span in spans)
    return (f"The window lies over {sides} of the input.",)


def _listed(values: list[float]) -> str:
    left = len(values) - SHOWN
    return ", ".join(map(shown, values[:SHOWN])) + (f", … {left:,} more" if left > 0 else "")


def _values(case: Case, spans: list[Span]) -> list[float]:
    return [float(case.input[(*case.place[:2], *place)]) for place in itertools.product(*spans)]


def _each(value: int | tuple[int, ...] | None, count: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (int(value or 0),) * count


def _windows(case: Case) -> list[tuple[int, int, int, int, int]]:
    """Start, kernel, dilation, size of the input and padding of each dimension's window."""
    module, pixel, sizes = case.module, case.place[2:], case.input.shape[2:]
    count = len(sizes)
    kernel = _each(module.kernel_size, count)
    stride = _each(module.stride, count) if module.stride is not None else kernel
    padding = _each(module.padding, count)
    dilation = _each(getattr(module, "dilation", 1), count)
    return [
        (place * step - pad, size, spread, whole, pad)
        for place, step, pad, size, spread, whole in zip(
            pixel, stride, padding, kernel, dilation, sizes, strict=True
        )
    ]


def _inside(start: int, kernel: int, dilation: int, size: int, _padding: int) -> Span:
    places = (start + offset * dilation for offset in range(kernel))
    return tuple(place for place in places if 0 <= place < size)


def _adaptive(case: Case) -> list[Span]:
    sizes, pixel, outs = case.input.shape[2:], case.place[2:], case.output.shape[2:]
    return [
        tuple(range(place * size // out, -(-(place + 1) * size // out)))
        for place, size, out in zip(pixel, sizes, outs, strict=True)
    ]
