"""Where in a pass one number of a parameter was used: what arrives there, and what it was multiplied by."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from nnbuilder.engine.explain.linear import padded_input
from nnbuilder.engine.trace import LayerGradients, LayerTrace


@dataclass(frozen=True, slots=True, eq=False)
class Uses:
    """All uses of one number, in equally long flat tensors: their sum of products is its gradient.

    `factors` is None where each is one. `rows` says which row of the input a use belongs to, `units` which
    number of the layer's output is changed by it, counted flat in the row (None inside a layer). `factor`
    and `arrival` are the words for both. `slack` is how large the numbers are that `arriving` rests on, for
    rounding.
    """

    arriving: torch.Tensor
    factors: torch.Tensor | None
    rows: torch.Tensor
    units: torch.Tensor | None = None
    factor: str = "what the weight was multiplied by"
    arrival: str = "what arrives"
    note: str = ""
    slack: float = 0.0

    def of(self, row: int) -> "Uses":
        """Those of one row."""
        own = self.rows == row
        chosen = (None if one is None else one[own] for one in (self.factors, self.units))
        factors, units = chosen
        words = (self.factor, self.arrival, self.note, self.slack)
        return Uses(self.arriving[own], factors, self.rows[own], units, *words)


@dataclass(frozen=True, slots=True, eq=False)
class Picked:
    """Flat places in the whole output, and the factor of each (None: one each).

    `rough` is how large the numbers are that each factor is the difference of.
    """

    places: torch.Tensor
    factors: torch.Tensor | None
    factor: str
    note: str = ""
    rough: torch.Tensor | None = None


Pick = Callable[[Any, LayerTrace, torch.Tensor, str, tuple[int, ...]], Picked]
"""Takes the module, its pass, the flat place of each number of the output, and the parameter's number."""


def uses_in(layer: LayerTrace, gradients: LayerGradients, name: str, place: tuple[int, ...]) -> Uses | None:
    """The uses of one number of a layer's own parameter; None for layers that have others inside."""
    pick, arriving = PICKS.get(layer.layer), gradients.arriving
    if pick is None or arriving is None:
        return None
    flat = torch.arange(arriving.numel()).reshape(arriving.shape)
    picked = pick(layer.module, layer, flat, name, place)
    each = max(arriving[0].numel(), 1) if len(arriving) else 1
    factors = None if picked.factors is None else picked.factors.detach().double().flatten()
    places = picked.places.flatten()
    if factors is not None and picked.note:
        places, factors = places[factors != 0], factors[factors != 0]
    found = arriving.detach().double().flatten()[places]
    slack = 0.0 if picked.rough is None else float((found.abs() * picked.rough.flatten()).sum())
    return Uses(found, factors, places // each, places % each, picked.factor, note=picked.note, slack=slack)


def linear(_module: Any, layer: LayerTrace, flat: torch.Tensor, name: str, place: tuple[int, ...]) -> Picked:
    """Linear: the number of each row that goes through the weight."""
    factors = layer.input[..., place[1]] if name == "weight" else None
    return Picked(flat[..., place[0]], factors, "the input it was multiplied by")


def convolution(
    module: Any, layer: LayerTrace, flat: torch.Tensor, name: str, place: tuple[int, ...]
) -> Picked:
    """Conv: the number under this place of the kernel, wherever the window lay."""
    places = flat[:, place[0]]
    if name == "bias":
        return Picked(places, None, "")
    group = place[0] // (module.out_channels // module.groups)
    seen = padded_input(module, layer.input.detach())
    seen = seen[:, group * (module.in_channels // module.groups) + place[1]]
    for dim, offset in enumerate(place[2:], start=1):
        step, spread, size = module.stride[dim - 1], module.dilation[dim - 1], places.shape[dim]
        seen = seen.index_select(dim, torch.arange(size) * step + offset * spread)
    return Picked(places, seen, "the input under this place of the kernel")


def transposed(
    module: Any, layer: LayerTrace, flat: torch.Tensor, name: str, place: tuple[int, ...]
) -> Picked:
    """ConvTranspose: each number of the input, and where this place of its stamp came to lie."""
    if name == "bias":
        return Picked(flat[:, place[0]], None, "")
    group = place[0] // (module.in_channels // module.groups)
    places = flat[:, group * (module.out_channels // module.groups) + place[1]]
    seen = layer.input.detach()[:, place[0]]
    for dim, offset in enumerate(place[2:], start=1):
        at_ = dim - 1
        here = torch.arange(seen.shape[dim])
        there = here * module.stride[at_] - module.padding[at_] + offset * module.dilation[at_]
        inside = (there >= 0) & (there < places.shape[dim])
        seen, places = seen.index_select(dim, here[inside]), places.index_select(dim, there[inside])
    return Picked(places, seen, "the input whose stamp lies there")


def channel_norm(
    module: Any, layer: LayerTrace, flat: torch.Tensor, name: str, place: tuple[int, ...]
) -> Picked:
    """BatchNorm, InstanceNorm and GroupNorm: the normalized numbers of the channel."""
    return _norm(module, layer, flat, name, (slice(None), place[0]))


def last_norm(
    module: Any, layer: LayerTrace, flat: torch.Tensor, name: str, place: tuple[int, ...]
) -> Picked:
    """LayerNorm and RMSNorm: the normalized numbers at this place of the last dimensions."""
    return _norm(module, layer, flat, name, (..., *place))


def _norm(module: Any, layer: LayerTrace, flat: torch.Tensor, name: str, here: tuple[Any, ...]) -> Picked:
    if name == "bias":
        return Picked(flat[here], None, "")
    x, mean, variance, eps = moments(module, layer.input)
    root = (variance + eps).sqrt()
    rough = (x.abs() + mean.abs()) / root
    return Picked(flat[here], ((x - mean) / root)[here], "the normalized number", rough=rough[here])


Moments = tuple[torch.Tensor, torch.Tensor, torch.Tensor, float]
"""The numbers, their means and variances (which broadcast over them) and eps, all in double precision."""


def moments(module: Any, given: torch.Tensor) -> Moments:
    """What a normalization takes off its numbers, and divides them by."""
    x, least = given.detach().double(), torch.finfo(given.dtype).eps
    eps = float(torch.tensor(least if module.eps is None else module.eps, dtype=given.dtype))
    return x, *_spread(module, x), eps


def _spread(module: Any, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Means and variances of the numbers that are normalized together."""
    if isinstance(module, nn.LayerNorm | nn.RMSNorm):
        last = tuple(range(-len(module.normalized_shape), 0))
        if isinstance(module, nn.RMSNorm):
            return torch.zeros_like(x), x.square().mean(last, keepdim=True)
        return x.mean(last, keepdim=True), x.var(last, correction=0, keepdim=True)
    wide = (-1, *[1] * (x.dim() - 2))
    if isinstance(module, nn.GroupNorm):
        groups, each = x.reshape(len(x), module.num_groups, -1), module.num_channels // module.num_groups
        found = (groups.mean(2), groups.var(2, correction=0))
        mean, variance = (one.repeat_interleave(each, 1).reshape(len(x), *wide) for one in found)
        return mean, variance
    if not module.training and module.running_mean is not None:
        return module.running_mean.double().reshape(wide), module.running_var.double().reshape(wide)
    alone = isinstance(module, nn.InstanceNorm1d | nn.InstanceNorm2d | nn.InstanceNorm3d)
    over = tuple(one for one in range(x.dim()) if one > 1 or (one == 0 and not alone))
    return x.mean(over, keepdim=True), x.var(over, correction=0, keepdim=True)


def rounding(layer: LayerTrace, arriving: torch.Tensor, place: tuple[int, ...]) -> float:
    """How large the parts may be that cancel out in what leaves a layer at a place."""
    whole = float(arriving.double().abs().sum())
    module: Any = layer.module
    if PICKS.get(layer.layer) not in (channel_norm, last_norm):
        return _SHARE * whole if next(module.children(), None) is not None else 0.0
    x, _, variance, eps = moments(module, layer.input)
    root = float((variance + eps).sqrt().expand_as(x)[place])
    scale = 1.0 if module.weight is None else float(module.weight.detach().abs().max())
    return whole * scale / root if root else math.inf


_SHARE = 0.05
"""The share of what arrives at layers with others inside that may cancel out."""


def prelu(module: Any, layer: LayerTrace, flat: torch.Tensor, _name: str, place: tuple[int, ...]) -> Picked:
    """PReLU: the numbers below zero, of one channel where each has a slope of its own."""
    z = layer.input.detach()
    if module.weight.numel() > 1 and z.dim() > 1:
        z, flat = z[:, place[0]], flat[:, place[0]]
    return Picked(
        flat, z.clamp(max=0), "the number below zero", "Numbers that are not below zero do not use it."
    )


def embedding(
    module: Any, layer: LayerTrace, flat: torch.Tensor, _name: str, place: tuple[int, ...]
) -> Picked:
    """Embedding: wherever the number picked this row of the weight."""
    word, used = place[0], layer.input == place[0]
    if word == module.padding_idx:
        used, note = torch.zeros_like(used), f"Row {word} is padding_idx: it is never changed."
    else:
        times = int(used.sum())
        note = f"Row {word} of the weight was picked {times:,} time{'' if times == 1 else 's'}."
    places = flat[used][:, place[1]]
    factors = torch.full(places.shape, 1 / max(len(places), 1)) if module.scale_grad_by_freq else None
    return Picked(places, factors, "1 over how often the batch picked the row", note)


def embedding_bag(
    module: Any, layer: LayerTrace, flat: torch.Tensor, _name: str, place: tuple[int, ...]
) -> Picked:
    """EmbeddingBag: each bag that holds the number; for the mean over how many there are in the bag."""
    word, column = place
    counted = layer.input != (-1 if module.padding_idx is None else module.padding_idx)
    used = (layer.input == word) & counted
    if module.mode == "max":
        values = module.weight.detach()[layer.input][..., column].masked_fill(~counted, -torch.inf)
        first = torch.zeros_like(used).scatter(1, values.argmax(dim=1, keepdim=True), value=True)
        used = used & first
    bags = torch.arange(len(used)).unsqueeze(1).expand_as(used)[used]
    factors = torch.ones(len(bags), dtype=torch.float64)
    if module.mode == "mean":
        factors /= counted.sum(dim=1)[bags]
    note = f"{len(bags):,} times in bags."
    if module.scale_grad_by_freq and len(bags):
        heeded, many = _frequency(layer.input, word)
        factors /= many
        note += f" PyTorch divides by how often number {heeded} is there: {many}."
    words = "its share of the bag" if module.mode == "mean" else "1 where it was taken"
    return Picked(flat[bags, column], factors, words, note)


def _frequency(words: torch.Tensor, word: int) -> tuple[int, int]:
    """Which number's count an EmbeddingBag divides by: by a slip of PyTorch's not always the word's own.

    It sorts all numbers, and for the k-th different one takes the k-th of them all.
    """
    ordered: list[int] = sorted(words.flatten().tolist())
    heeded = ordered[sum(one < word for one in set(ordered))]
    return heeded, ordered.count(heeded)


PICKS: Mapping[str, Pick] = {
    "Linear": linear,
    **{f"Conv{side}": convolution for side in ("1d", "2d", "3d")},
    **{f"ConvTranspose{side}": transposed for side in ("1d", "2d", "3d")},
    **{f"BatchNorm{side}": channel_norm for side in ("1d", "2d", "3d")},
    **{f"InstanceNorm{side}": channel_norm for side in ("1d", "2d", "3d")},
    "GroupNorm": channel_norm,
    "LayerNorm": last_norm,
    "RMSNorm": last_norm,
    "PReLU": prelu,
    "Embedding": embedding,
    "EmbeddingBag": embedding_bag,
}
"""The rule of each layer whose parameters are its own."""
