"""Pooling: the window of the input that one output pixel comes from, and its largest number or mean."""

import itertools
import math

import torch

from nnbuilder.engine.explain.case import Case
from nnbuilder.engine.explain.numbers import Amount, at, inner, line, listed, shown, total
from nnbuilder.engine.explain.window import written_out
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


def lp_pool(case: Case) -> Worked:
    """LPPool: the powers of the window added up, and the root of the sum."""
    dtype = case.input.dtype if case.input.is_floating_point() else torch.float32
    power = float(torch.tensor(float(case.module.norm_type), dtype=dtype))
    spans: list[Span] = []
    whole, covered = 1, 1
    for start, kernel, _, side, _padding in _windows(case):
        spans.append(tuple(range(start, min(start + kernel, side))))
        whole, covered = whole * kernel, covered * len(spans[-1])
    values = torch.tensor(_values(case, spans), dtype=dtype)
    if math.isinf(power):
        found = float(values.abs().max() if power > 0 else values.abs().min())
        worked = Amount(f"{'max' if power > 0 else 'min'} of |{_listed(values.tolist())}|", found, found)
        lines = [line(at("y", case.place), worked, case.torchs)]
        return _written(case, spans, "y = the largest size in the window", lines)
    summed = total(listed(values.pow(power)))
    share = whole / covered
    lifted = summed.value * share
    text = f"({summed.text}){'' if share == 1 else f'·{whole}/{covered}'}"
    root = float(torch.tensor(lifted, dtype=dtype).pow(1 / float(case.module.norm_type)))
    size = (
        float(torch.tensor(summed.size * share, dtype=torch.float64).pow(1 / float(case.module.norm_type)))
        if power > 0
        else 0.0
    )
    worked = Amount(f"{inner(lifted)}^(1/{shown(power)})", root, 10 * size)
    lines = [
        Line(f"sum of x^{shown(power)} = {text} = {shown(lifted)}"),
        line(at("y", case.place), worked, case.torchs),
    ]
    return _written(case, spans, "y = (Σ x^p)^(1/p)", lines)


def fractional_max_pool(case: Case) -> Worked:
    """FractionalMaxPool: the largest number of a window whose start PyTorch draws at random."""
    module, count = case.module, case.input.dim() - 2
    samples = module._random_samples  # noqa: SLF001  (the draw, where somebody has fixed it)
    if samples is None:
        with case.replaying():
            samples = torch.rand(*case.input.shape[:2], count, dtype=case.input.dtype)
    drawn = samples[case.place[:2]].tolist()
    drawn = drawn[::-1] if count == 2 else drawn
    kernel = _each(module.kernel_size, count)
    spans = [
        _drawn_window(float(sample), *sides)
        for sample, *sides in zip(
            drawn, case.place[2:], kernel, case.input.shape[2:], case.output.shape[2:], strict=True
        )
    ]
    worked = _largest(case, spans)
    note = f"The windows' starts are drawn anew in each pass: here by {', '.join(map(shown, drawn))}."
    return Worked(worked.title, worked.formula, worked.lines, (*worked.notes, note), window=worked.window)


def _drawn_window(sample: float, place: int, kernel: int, size: int, out: int) -> Span:
    """The window of one dimension: steps of a broken length, begun at a random part of one."""
    start = size - kernel
    if place < out - 1:
        step = torch.tensor((size - kernel) / (out - 1), dtype=torch.float32)
        first = torch.tensor(sample, dtype=torch.float32)
        start = int((place + first) * step) - int(first * step)
    return tuple(range(start, start + kernel))


def _largest(case: Case, spans: list[Span]) -> Worked:
    values = _values(case, spans)
    best = math.nan if any(map(math.isnan, values)) else max(values, default=-math.inf)
    worked = Amount(f"max({_listed(values)})", best, 0.0)
    lines = [line(at("y", case.place), worked, case.torchs)]
    return _written(case, spans, "y = the largest number of the window", lines)


def _written(case: Case, spans: list[Span], formula: str, lines: list[Line]) -> Worked:
    """The window as numbers above what is worked out of it."""
    if all(spans) and len(spans) > 1:
        lines = [*written_out("window", _window(case, spans)), *lines]
    return Worked(_title(case), formula, tuple(lines), _told(spans), window=tuple(spans))


def _window(case: Case, spans: list[Span]) -> torch.Tensor:
    window = case.input[case.place[:2]]
    for dim, span in enumerate(spans):
        window = window.index_select(dim, torch.tensor(span))
    return window.unsqueeze(0)


def _mean(case: Case, spans: list[Span], divisor: int) -> Worked:
    values = _values(case, spans)
    whole = total(values)
    text, found = f"{inner(whole.value)}/{divisor}", whole.value / divisor
    if not case.output.is_floating_point() and found != int(found):
        text, found = f"{text} = {shown(found)}, cut to a whole number", float(int(found))
    lines = [
        Line(f"sum = {whole.text} = {shown(whole.value)}"),
        line(at("y", case.place), Amount(text, found, whole.size / divisor), case.torchs),
    ]
    return _written(case, spans, "y = Σ window / number of places", lines)


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
    padding = _each(getattr(module, "padding", 0), count)
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
