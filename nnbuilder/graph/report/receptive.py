"""How much of the network's input one number of a layer's output sees: its receptive field.

Along each axis a field has a `size` and a `jump`, the distance in the input between neighbouring outputs.
A layer with kernel k, dilation d and stride s makes of them

    size_out = size_in + d * (k - 1) * jump_in        jump_out = jump_in * s

(Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill, 2019,
https://distill.pub/2019/computing-receptive-fields, equations 1 and 2). A transposed convolution has the
stride 1/s, and an output of it sees every s-th point of the kernel. Padding moves a field and does not
enlarge it. What normalizations learn from a whole batch is left out, as is usual.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

import msgspec

from nnbuilder.graph.analysis import LayerAnalysis, TensorType
from nnbuilder.graph.graph import GROUP, NodeId
from nnbuilder.graph.report.dimensions import start_letters

Spots = tuple[int, ...]
Number = int | Fraction


class Axis(msgspec.Struct, frozen=True):
    """The field along one axis: its extent in the input, and the distance of neighbouring fields."""

    size: Number = 1
    jump: Number = 1

    def through(self, kernel: Number, stride: Number, dilation: int = 1) -> "Axis":
        """The field behind a layer that slides a kernel."""
        return Axis(self.size + dilation * (kernel - 1) * self.jump, self.jump * stride)


class Field(msgspec.Struct, frozen=True):
    """The field of one number; `whole` where it sees all of the input, `flat` once positions are features."""

    axes: tuple[Axis, ...] = ()
    flat: bool = False
    whole: bool = False

    @property
    def sizes(self) -> Spots:
        """How far it reaches along each axis of the input; empty where it sees all."""
        return () if self.whole else tuple(math.ceil(axis.size) for axis in self.axes)

    def label(self) -> str:
        """The field as a table shows it."""
        return "all" if self.whole else "×".join(map(str, self.sizes))


Slide = Callable[[LayerAnalysis, int, Axis], Axis]
"""What a layer makes of the field along one of its axes."""


def fields(layers: Iterable[LayerAnalysis], start: TensorType | None) -> dict[NodeId, Field]:
    """The field of each layer as far as it is known; none where the input has no positions to see."""
    tops = tuple(layers)
    flat = [layer for top in tops for layer in top.every() if layer.layer != GROUP]
    letters = start_letters(flat, start)
    space = [name for name in letters if name in {"L", "D", "H", "W"}]
    known: dict[NodeId, Field] = {}
    field = Field((Axis(),) * len(space)) if space and "C" in letters else None
    for layer in flat:
        field = _behind(layer, field) if field is not None and layer.output is not None else None
        if field is None:
            break
        known[layer.id] = field
    for top in tops:
        _add_groups(top, known)
    return known


def _behind(layer: LayerAnalysis, field: Field) -> Field | None:
    """The field behind a layer; None where nobody can say."""
    kind, slide = layer.layer, _slide_of(layer.layer)
    if kind in _UNSAID:
        return None
    if field.whole:
        return field
    if kind == "Linear" and field.flat:
        return Field(whole=True)
    if (kind == "Linear" or kind in _ALONG) and not field.flat:
        return _across(layer, field)
    if kind == "Flatten":
        return msgspec.structs.replace(field, flat=True)
    if slide is None:
        return field
    if field.flat or layer.input is None or len(layer.input.shape) != len(field.axes) + 2:
        return None
    return Field(tuple(slide(layer, place, axis) for place, axis in enumerate(field.axes)))


def _across(layer: LayerAnalysis, field: Field) -> Field:
    """Layers that compute along one dimension see all positions of an axis if it is one of space."""
    rank = len(field.axes) + 2
    dim = -1 if layer.layer == "Linear" else layer.args.get("dim")
    if not isinstance(dim, int) or layer.input is None or dim % rank < 2:
        return field
    place = dim % rank - 2
    wide = field.axes[place].through(layer.input.shape[dim] or 1, 0)
    return Field((*field.axes[:place], wide, *field.axes[place + 1 :]))


def _slide_of(kind: str) -> Slide | None:
    if kind in _SLIDES:
        return _SLIDES[kind]
    name = kind[:-2] if kind.endswith(("1d", "2d", "3d")) else kind
    return _SLIDES.get(name)


def _kernel(layer: LayerAnalysis, place: int, axis: Axis) -> Axis:
    kernel = _number(layer, "kernel_size", place, 1)
    stride = _number(layer, "stride", place, kernel if "Pool" in layer.layer else 1)
    return axis.through(kernel, stride, _number(layer, "dilation", place, 1))


def _transposed(layer: LayerAnalysis, place: int, axis: Axis) -> Axis:
    """Outputs stand closer than inputs; each meets the points of the kernel that lie a stride apart."""
    kernel, stride = _number(layer, "kernel_size", place, 1), _number(layer, "stride", place, 1)
    dilation = _number(layer, "dilation", place, 1)
    together = math.gcd(stride, dilation)
    points = -(-kernel * together // stride)
    reach = Fraction((points - 1) * dilation, together)
    return Axis(axis.size + reach * axis.jump, axis.jump * Fraction(1, stride))


def _adaptive(layer: LayerAnalysis, place: int, axis: Axis) -> Axis:
    """Windows from `floor(i * in / out)` to `ceil((i + 1) * in / out)`; the largest of them counts."""
    large, small = _extents(layer, place)
    widest = max(-(-(spot + 1) * large // small) - spot * large // small for spot in range(small))
    return axis.through(widest, Fraction(large, small))


def _fractional(layer: LayerAnalysis, place: int, axis: Axis) -> Axis:
    large, small = _extents(layer, place)
    return axis.through(_number(layer, "kernel_size", place, 1), Fraction(large, small))


def _resized(layer: LayerAnalysis, place: int, axis: Axis) -> Axis:
    """Interpolation reads as many neighbours as its mode says."""
    before, after = _extents(layer, place)
    mode = str(layer.args.get("mode", "bilinear" if "Bilinear" in layer.layer else "nearest"))
    points = 4 if mode == "bicubic" else 2 if mode.endswith("linear") else 1
    return axis.through(points, Fraction(before, after))


def _shuffled(layer: LayerAnalysis, _place: int, axis: Axis) -> Axis:
    factor = _number(layer, "upscale_factor", 0, 1)
    return axis.through(1, Fraction(1, factor))


def _unshuffled(layer: LayerAnalysis, _place: int, axis: Axis) -> Axis:
    factor = _number(layer, "downscale_factor", 0, 1)
    return axis.through(factor, factor)


def _number(layer: LayerAnalysis, name: str, place: int, default: int) -> int:
    """What an argument says of one axis; a single number holds for all."""
    value = layer.args.get(name)
    if isinstance(value, tuple):
        value = value[place] if place < len(value) else None
    return value if isinstance(value, int) else default


def _extents(layer: LayerAnalysis, place: int) -> tuple[int, int]:
    """How large an axis is before and behind a layer."""
    before, after = (
        kind.shape[place + 2] if kind is not None else None for kind in (layer.input, layer.output)
    )
    return before or 1, after or 1


def _add_groups(layer: LayerAnalysis, known: dict[NodeId, Field]) -> None:
    for child in layer.children:
        _add_groups(child, known)
    if layer.children and layer.children[-1].id in known:
        known[layer.id] = known[layer.children[-1].id]


_SLIDES: Mapping[str, Slide] = {
    "Conv": _kernel,
    "MaxPool": _kernel,
    "AvgPool": _kernel,
    "LPPool": _kernel,
    "ConvTranspose": _transposed,
    "AdaptiveAvgPool": _adaptive,
    "AdaptiveMaxPool": _adaptive,
    "FractionalMaxPool": _fractional,
    "Upsample": _resized,
    "UpsamplingNearest": _resized,
    "UpsamplingBilinear": _resized,
    "PixelShuffle": _shuffled,
    "PixelUnshuffle": _unshuffled,
}
"""By the layer's name without its dimensions."""

_ALONG = frozenset({"Softmax", "LogSoftmax", "Softmin", "GLU"})
"""Layers that compute along the dimension which their argument names."""

_UNSAID = frozenset(
    {"LSTM", "GRU", "RNN", "TransformerEncoderLayer", "TransformerEncoder", "Embedding", "EmbeddingBag"}
    | {"Unflatten", "Unfold", "Fold"}
)
"""Layers behind which a number belongs to no window of the input; all others keep to their position."""
