"""Layers that lay numbers elsewhere: shuffles, patches and padding; no number changes."""

from typing import Any

import torch
from torch.nn import functional

from nnbuilder.engine.explain.case import Case
from nnbuilder.engine.explain.numbers import Amount, at, line, listed, shown, total
from nnbuilder.protocol.worked import Line, Worked

Place = tuple[int, ...]


def same(case: Case) -> Worked:
    """Identity, and Flatten and Unflatten: every number stays, only its place changes."""
    flat = 0
    for place, size in zip(case.place, case.output.shape, strict=True):
        flat = flat * size + place
    source = tuple(int(one) for one in torch.unravel_index(torch.tensor(flat), case.input.shape))
    shapes = f"{tuple(case.input.shape)} becomes {tuple(case.output.shape)}"
    return _moved(
        case, source, "y = x" if case.name == "Identity" else "y = x, in another shape", (f"{shapes}.",)
    )


def pixel_shuffle(case: Case) -> Worked:
    """PixelShuffle: the channels of a pixel become a small square of pixels."""
    side = int(case.module.upscale_factor)
    *lead, channel, y, x = case.place
    source = (*lead, channel * side**2 + (y % side) * side + x % side, y // side, x // side)
    where = f"channel {channel}·{side}² + {y % side}·{side} + {x % side}, pixel {y}//{side}, {x}//{side}"
    formula = "y[c, i, j] = x[c·r² + (i % r)·r + j % r, i//r, j//r]"
    return _moved(case, source, formula, (f"It comes from {where}.",))


def pixel_unshuffle(case: Case) -> Worked:
    """PixelUnshuffle: a small square of pixels becomes the channels of one."""
    side = int(case.module.downscale_factor)
    *lead, channel, y, x = case.place
    origin, rest = divmod(channel, side**2)
    down, across = divmod(rest, side)
    source = (*lead, origin, y * side + down, x * side + across)
    where = f"channel {channel}//{side}², pixel {y}·{side} + {down}, {x}·{side} + {across}"
    formula = "y[c, i, j] = x[c//r², i·r + (c % r²)//r, j·r + c % r]"
    return _moved(case, source, formula, (f"It comes from {where}.",))


def channel_shuffle(case: Case) -> Worked:
    """ChannelShuffle: the groups of channels are dealt out one by one, as cards are."""
    groups, channels = int(case.module.groups), case.input.shape[1]
    row, channel, *rest = case.place
    each = channels // groups
    source = (row, channel % groups * each + channel // groups, *rest)
    where = f"{channel} % {groups}·{each} + {channel}//{groups} = {source[1]}"
    formula = "y[c] = x[c % groups · channels/groups + c//groups]"
    return _moved(case, source, formula, (f"It comes from channel {where}.",))


def unfold(case: Case) -> Worked:
    """Unfold: each column is one patch of the image, channel after channel."""
    *lead, within, patch = case.place
    kernel, stride, padding, dilation = _sides(case.module)
    channel, offset = divmod(within, kernel[0] * kernel[1])
    offsets = divmod(offset, kernel[1])
    sizes = case.input.shape[-2:]
    across = _patches(sizes[1], kernel[1], stride[1], padding[1], dilation[1])
    starts = divmod(patch, across)
    pixel = tuple(
        start * step - pad + at_ * spread
        for start, step, pad, at_, spread in zip(starts, stride, padding, offsets, dilation, strict=True)
    )
    notes = (
        f"Column {patch} is the patch at {starts[0]}, {starts[1]}.",
        f"Row {within} of it is channel {channel}, place {offsets[0]}, {offsets[1]} in the patch.",
    )
    formula = "y[channel and place in the patch, patch] = x[channel, pixel]"
    if all(0 <= one < size for one, size in zip(pixel, sizes, strict=True)):
        return _moved(case, (*lead, channel, *pixel), formula, notes)
    return _filled(case, 0.0, formula, (*notes, f"Pixel {pixel[0]}, {pixel[1]} lies in the padding."))


def fold(case: Case) -> Worked:
    """Fold: patches are laid onto an image; where they overlap, they are added."""
    *lead, channel, y, x = case.place
    module, height, width = case.module, *case.output.shape[-2:]
    pixels = torch.arange(1.0, height * width + 1, dtype=torch.float64).reshape(1, 1, height, width)
    laid = functional.unfold(pixels, module.kernel_size, module.dilation, module.padding, module.stride)
    found = (laid[0] == y * width + x + 1).nonzero().tolist()
    first = channel * laid.shape[1]
    places = [(*lead, first + within, patch) for within, patch in found]
    values = [float(case.input[place]) for place in places]
    listed_ = ", ".join(at("x", place) for place in places[:4]) + (", …" if len(places) > 4 else "")
    lines = (line(at("y", case.place), total(values), case.torchs),)
    return Worked(
        f"Channel {channel}, pixel {y}, {x}",
        "y[pixel] = Σ of the patches that cover it",
        lines,
        (f"{len(places)} patch{'es' if len(places) != 1 else ''} cover this pixel: {listed_}.",)
        if places
        else ("No patch covers this pixel: it is 0.",),
    )


def pad(case: Case) -> Worked:
    """Padding: inside a number stays; outside it is mirrored, repeated, from the other side, or put."""
    module, dims = case.module, len(case.module.padding) // 2
    kind = case.name[:-5]
    lead, inner = case.place[:-dims], case.place[-dims:]
    sizes = case.input.shape[-dims:]
    befores = [int(module.padding[2 * (dims - 1 - number)]) for number in range(dims)]
    wished = tuple(place - before for place, before in zip(inner, befores, strict=True))
    outside = any(not 0 <= one < size for one, size in zip(wished, sizes, strict=True))
    told = ", ".join(
        f"{place} - {before} = {one}" if before >= 0 else f"{place} + {-before} = {one}"
        for place, before, one in zip(inner, befores, wished, strict=True)
    )
    formula = f"y = x at the place less the padding before it; outside: {_OUTSIDE[kind]}"
    notes = (f"Place in the input: {told}{' (outside)' if outside else ''}.",)
    if not outside:
        return _moved(case, (*lead, *wished), formula, notes)
    if kind in {"Zero", "Constant"}:
        return _filled(case, float(getattr(module, "value", 0.0)), formula, notes)
    source = tuple(_FOUND[kind](one, size) for one, size in zip(wished, sizes, strict=True))
    return _moved(case, (*lead, *source), formula, notes)


_OUTSIDE = {
    "Zero": "0",
    "Constant": "the value",
    "Reflection": "the mirror image",
    "Replication": "the outermost number",
    "Circular": "what lies at the opposite side",
}

_FOUND = {
    "Reflection": lambda place, size: abs(place) if place < size else 2 * (size - 1) - place,
    "Replication": lambda place, size: min(max(place, 0), size - 1),
    "Circular": lambda place, size: place % size,
}
"""Where a place outside of so many is found inside."""


def _moved(case: Case, source: Place, formula: str, notes: tuple[str, ...]) -> Worked:
    value = listed(case.input[source])[0]
    worked = line(at("y", case.place), Amount(at("x", source), value, abs(value)), case.torchs)
    return Worked(f"{case.name}: no arithmetic", formula, (worked,), notes)


def _filled(case: Case, value: float, formula: str, notes: tuple[str, ...]) -> Worked:
    worked = line(at("y", case.place), Amount(shown(value), value, abs(value)), case.torchs)
    return Worked(f"{case.name}: no arithmetic", formula, (Line("outside of the input"), worked), notes)


def _sides(module: Any) -> tuple[tuple[int, int], ...]:
    """Kernel, stride, padding and dilation as pairs."""
    own = (module.kernel_size, module.stride, module.padding, module.dilation)
    return tuple((one, one) if isinstance(one, int) else (int(one[0]), int(one[1])) for one in own)


def _patches(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
