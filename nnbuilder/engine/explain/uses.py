"""Where in a pass one number of a parameter was used: what arrives there, and what it was multiplied by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional

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
    """Flat places in the whole output, and the factor of each (None: one each)."""

    places: torch.Tensor
    factors: torch.Tensor | None
    factor: str
    note: str = ""


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
    return Uses(found, factors, places // each, places % each, picked.factor, note=picked.note)


def linear(_module: Any, layer: LayerTrace, flat: torch.Tensor, name: str, place: tuple[int, ...]) -> Picked:
    """Linear: the number of each row that goes through the weight."""
    factors = layer.input[..., place[1]] if name == "weight" else None
    return Picked(flat[..., place[0]], factors, "the input that it was multiplied by")


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
    factors = _normalized(module, layer.input.detach().double())[:, place[0]] if name == "weight" else None
    return Picked(flat[:, place[0]], factors, "the normalized number")


def last_norm(
    module: Any, layer: LayerTrace, flat: torch.Tensor, name: str, place: tuple[int, ...]
) -> Picked:
    """LayerNorm and RMSNorm: the normalized numbers at this place of the last dimensions."""
    here: tuple[Any, ...] = (..., *place)
    factors = _normalized(module, layer.input.detach().double())[here] if name == "weight" else None
    return Picked(flat[here], factors, "the normalized number")


def _normalized(module: Any, x: torch.Tensor) -> torch.Tensor:
    """What a normalization gives before its own weight and bias."""
    if isinstance(module, nn.LayerNorm):
        return functional.layer_norm(x, module.normalized_shape, eps=module.eps)
    if isinstance(module, nn.RMSNorm):
        eps = torch.finfo(module.weight.dtype).eps if module.eps is None else module.eps
        return functional.rms_norm(x, module.normalized_shape, eps=eps)
    if isinstance(module, nn.GroupNorm):
        return functional.group_norm(x, module.num_groups, eps=module.eps)
    if not module.training and module.running_mean is not None:
        kept = (module.running_mean.double(), module.running_var.double())
        return functional.batch_norm(x, *kept, training=False, eps=module.eps)
    if isinstance(module, nn.InstanceNorm1d | nn.InstanceNorm2d | nn.InstanceNorm3d):
        return functional.instance_norm(x, eps=module.eps)
    return functional.batch_norm(x, None, None, training=True, eps=module.eps)


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
        note = f"The rows picked number {word} {int(used.sum()):,} times."
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
