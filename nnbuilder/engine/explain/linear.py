"""The weighted sums: a row times a neuron, and a window times a kernel."""

import itertools
from typing import Any

import torch
from torch.nn import functional

from nnbuilder.engine.explain.case import Case
from nnbuilder.engine.explain.numbers import at, line, listed, number, products
from nnbuilder.engine.explain.window import written_out
from nnbuilder.protocol.worked import Worked


def linear(case: Case) -> Worked:
    """Linear: the numbers of one row times the weights of one neuron, and its bias."""
    row, neuron = case.place[:-1], case.place[-1]
    x, weight = case.input[row].detach(), case.module.weight[neuron]
    bias = case.module.bias
    more = [] if bias is None else [number(bias, (neuron,))]
    worked = products(list(zip(listed(x), listed(weight), strict=True)), more)
    where = f"Neuron {neuron}, row {', '.join(map(str, row))}"
    end = " + b[j]" if more else ""
    notes = (f"{len(x)} inputs times {len(weight)} weights{', and the bias' if more else ', no bias'}.",)
    return Worked(
        where, f"y[i, j] = Σ x[i, k]·W[j, k]{end}", (line(at("y", case.place), worked, case.torchs),), notes
    )


def convolution(case: Case) -> Worked:
    """Conv1d, 2d, 3d: the window over the input for one output pixel, times the kernel of its channel."""
    module = case.module
    row, channel, *pixel = case.place
    padded = padded_input(module, case.input[row : row + 1])[0]
    group = channel // (module.out_channels // module.groups)
    each = module.in_channels // module.groups
    places = [
        [at_ * step + offset * spread for offset in range(size)]
        for at_, step, size, spread in zip(
            pixel, module.stride, module.kernel_size, module.dilation, strict=True
        )
    ]
    window = padded[group * each : (group + 1) * each]
    for dim, chosen in enumerate(places, start=1):
        window = window.index_select(dim, torch.tensor(chosen))
    before = module._reversed_padding_repeated_twice[::-2]  # noqa: SLF001  (what its own forward pads by)
    more = [] if module.bias is None else [number(module.bias, (channel,))]
    worked = products(list(zip(listed(window), listed(module.weight[channel]), strict=True)), more)
    kernel = module.weight[channel].detach()
    spans = tuple(tuple(at_ - start for at_ in one) for one, start in zip(places, before, strict=True))
    sides = " by ".join(f"{one[0]} to {one[-1]}" for one in spans)
    channels = (
        f"channels {group * each} to {(group + 1) * each - 1}" if each > 1 else f"channel {group * each}"
    )
    return Worked(
        f"Channel {channel}, pixel {', '.join(map(str, pixel))}, row {row}",
        "y = Σ window · kernel" + (" + b[channel]" if more else ""),
        (
            *written_out("window", window),
            *written_out("kernel", kernel),
            line(at("y", case.place), worked, case.torchs),
        ),
        (f"The window lies over {sides} of the input ({channels}); outside of it is padding.",)
        if any(low < 0 for low, *_ in spans) or _beyond(spans, case)
        else (f"The window lies over {sides} of the input ({channels}).",),
        window=spans,
    )


def _beyond(spans: tuple[tuple[int, ...], ...], case: Case) -> bool:
    return any(span[-1] >= size for span, size in zip(spans, case.input.shape[2:], strict=True))


def padded_input(module: Any, x: torch.Tensor) -> torch.Tensor:
    """What a convolution's windows lie over."""
    sides = module._reversed_padding_repeated_twice  # noqa: SLF001  (what its own forward pads by)
    if module.padding_mode == "zeros":
        return functional.pad(x, sides)
    return functional.pad(x, sides, mode=module.padding_mode)


def transposed(case: Case) -> Worked:
    """ConvTranspose: every input pixel whose stamp covers the output pixel, times the kernel there."""
    module = case.module
    row, channel, *pixel = case.place
    each_out = module.out_channels // module.groups
    group, within = divmod(channel, each_out)
    each_in = module.in_channels // module.groups
    weight = module.weight.detach()
    axes = [
        _stamps(*parts)
        for parts in zip(
            pixel,
            module.stride,
            module.padding,
            module.dilation,
            module.kernel_size,
            case.input.shape[2:],
            strict=True,
        )
    ]
    pairs = [
        (
            float(case.input[(row, source, *(i for i, _ in way))]),
            float(weight[(source, within, *(k for _, k in way))]),
        )
        for source in range(group * each_in, (group + 1) * each_in)
        for way in itertools.product(*axes)
    ]
    more = [] if module.bias is None else [number(module.bias, (channel,))]
    return Worked(
        f"Channel {channel}, pixel {', '.join(map(str, pixel))}, row {row}",
        "y = Σ x·kernel where the stamp of x covers the pixel" + (" + b[channel]" if more else ""),
        (line(at("y", case.place), products(pairs, more), case.torchs),),
        window=tuple(tuple(sorted({source for source, _ in axis})) for axis in axes),
    )


def _stamps(
    place: int, stride: int, padding: int, dilation: int, kernel: int, size: int
) -> list[tuple[int, int]]:
    """Input places and kernel places that meet at an output place."""
    found = []
    for offset in range(kernel):
        start, rest = divmod(place + padding - offset * dilation, stride)
        if rest == 0 and 0 <= start < size:
            found.append((start, offset))
    return found
