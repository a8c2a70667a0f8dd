"""Upsample: where an output pixel lies in the input, and the pixels that are blended there."""

import math

import torch

from nnbuilder.engine.explain.case import Case
from nnbuilder.engine.explain.numbers import Amount, at, line, products, shown
from nnbuilder.protocol.worked import Line, Worked

_STRAIGHT = frozenset({"linear", "bilinear", "trilinear"})
"""Modes that blend the nearest pixels along straight lines."""

_FORMULAS = {
    "nearest": "y = the nearest pixel",
    "nearest-exact": "y = the nearest pixel",
    "area": "y = the mean of the pixels that it covers",
}

MOST = 8
"""Pixels whose weights are told at most."""


def upsample(case: Case) -> Worked:
    """The weight of each pixel, as PyTorch has it, times the pixel."""
    row, channel, *pixel = case.place
    x = case.input[row : row + 1, channel : channel + 1].detach().clone().requires_grad_()
    with torch.enable_grad():
        made = case.module(x)[(0, 0, *pixel)]
        (found,) = torch.autograd.grad(made, x)
    weights = found[0, 0]
    places = weights.nonzero().tolist()
    pairs = [(float(weights[tuple(place)]), float(case.input[(row, channel, *place)])) for place in places]
    mode = case.module.mode
    lines = [
        position for number in range(len(pixel)) if (position := _position(case, number, weights)) is not None
    ]
    lines += [
        Line(f"weight of {at('x', (row, channel, *place))}: {shown(weight)}")
        for place, (weight, _) in list(zip(places, pairs, strict=True))[:MOST]
    ]
    left = len(pairs) - MOST
    lines += [Line(f"… {left:,} more weights …")] if left > 0 else []
    lines.append(line(at("y", case.place), products(pairs), case.torchs))
    title = f"Channel {channel}, pixel {', '.join(map(str, pixel))}, row {row}"
    window = tuple(tuple(sorted({place[number] for place in places})) for number in range(len(pixel)))
    return Worked(title, _FORMULAS.get(mode, "y = Σ weight · pixel around"), tuple(lines), window=window)


def _position(case: Case, number: int, weights: torch.Tensor) -> Line | None:
    """Where an output pixel lies along one dimension of the input; None where that is not one place."""
    module, place = case.module, case.place[2 + number]
    size, out = case.input.shape[2 + number], case.output.shape[2 + number]
    names = ("place",) if weights.dim() == 1 else ("depth", "row", "column")[-weights.dim() :]
    scale = _scale(case, number, size, out)
    value: float
    if module.mode in {"nearest", "nearest-exact"}:
        half = 0.5 if module.mode == "nearest-exact" else 0.0
        text = f"⌊({place} + 0.5)·{shown(scale)}⌋" if half else f"⌊{place}·{shown(scale)}⌋"
        value = min(math.floor(_single((place + half) * _single(scale))), size - 1)
    elif module.mode not in _STRAIGHT:
        return None
    elif module.align_corners:
        step = (size - 1) / (out - 1) if out > 1 else 0.0
        text, value = f"{place}·({size} - 1)/({out} - 1)" if out > 1 else "0", place * step
    else:
        wished = (place + 0.5) * scale - 0.5
        text, value = f"({place} + 0.5)·{shown(scale)} - 0.5", min(max(wished, 0.0), size - 1)
        text = text if value == wished else f"{text} = {shown(wished)}, kept inside"
    others = tuple(dim for dim in range(weights.dim()) if dim != number)
    along = weights.double().sum(dim=others) if others else weights.double()
    centre = float((along * torch.arange(size)).sum())
    return line(f"{names[number]} in the input", Amount(text, float(value), float(size)), centre)


def _single(value: float) -> float:
    """A number in single precision, in which PyTorch counts pixels."""
    return float(torch.tensor(value, dtype=torch.float32))


def _scale(case: Case, number: int, size: int, out: int) -> float:
    """Pixels of the input for one of the output."""
    factor = case.module.scale_factor
    if factor is None or getattr(case.module, "recompute_scale_factor", None):
        return size / out
    return 1 / float(factor[number] if isinstance(factor, tuple | list) else factor)
