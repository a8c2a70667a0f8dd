"""Frees sizes that a text pinned where they would come out the same: `nn.Linear(16, 3)` behind 16 features.

A text names every size; on the drawing a size that follows the layer before it survives edits. A number
becomes "auto" only where the layers between it and the last named size keep that dimension for certain,
so the network stays the same one.
"""

from collections.abc import Iterable, Mapping

import msgspec

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import ArgSpec, LayerSpec, Required
from nnbuilder.graph.graph import GROUP, ArgValue
from nnbuilder.interop.reading import Reading, ReadLayer

_KEEPING = {"Activation", "Dropout", "Normalization", "Transformer"}
"""Groups of layers whose output has the shape of their input."""

_WITH_CHANNELS = {"Pooling", "Padding", "Vision"}
"""Groups of layers that keep the channels of what has more dimensions than two."""

_OTHERWISE = {"GLU", "PixelShuffle", "PixelUnshuffle"}
"""Layers in these groups that do not."""


class _Sizes(msgspec.Struct, frozen=True):
    """What is known of a tensor: its last dimension, and dimension 1 where that is another one.

    `apart` says that dimension 1 is another one, also where nobody knows its size: words and time steps.
    """

    features: int | None = None
    channels: int | None = None
    apart: bool = False

    @property
    def second(self) -> int | None:
        """The size of dimension 1, where it is known."""
        return self.features if self.channels is None and not self.apart else self.channels


def followed(reading: Reading, width: int | None = None) -> Reading:
    """The reading with such sizes on "auto"; `width` is the last dimension of the input, None if unknown."""
    layers, _ = _followed(reading.layers, _Sizes(width))
    return msgspec.structs.replace(reading, layers=layers)


def _followed(layers: Iterable[ReadLayer], sizes: _Sizes) -> tuple[tuple[ReadLayer, ...], _Sizes]:
    freed: list[ReadLayer] = []
    for layer in layers:
        if layer.type == GROUP:
            inner, sizes = _followed(layer.layers, sizes)
            freed.append(msgspec.structs.replace(layer, layers=inner))
            continue
        spec = LAYERS[layer.type]
        args = {
            name: value for name, value in layer.args.items() if not _follows(spec.arg(name), value, sizes)
        }
        freed.append(msgspec.structs.replace(layer, args=args))
        sizes = _sizes_after(spec, layer.args, sizes)
    return tuple(freed), sizes


def _follows(arg: ArgSpec | None, value: ArgValue, sizes: _Sizes) -> bool:
    """Whether "auto" comes out as this value for certain."""
    if arg is None or arg.follows is None or not isinstance(arg.default, Required):
        return False
    known = sizes.features if arg.follows == "features" else sizes.second
    return known is not None and value in {known, (known,)}


def _sizes_after(spec: LayerSpec, args: Mapping[str, ArgValue], sizes: _Sizes) -> _Sizes:
    """What is known behind a layer."""
    if spec.name == "Identity" or (spec.group in _KEEPING and spec.name not in _OTHERWISE):
        return sizes
    if spec.group == "Linear":
        return _Sizes(_number(args, "out_features"), sizes.channels, sizes.apart)
    if spec.group == "Convolution":
        return _Sizes(channels=_number(args, "out_channels"))
    if spec.group in _WITH_CHANNELS and spec.name not in _OTHERWISE:
        return _Sizes(channels=sizes.channels)
    if spec.group == "Recurrent":
        ways = 2 if args.get("bidirectional") else 1
        out = _number(args, "proj_size") or _number(args, "hidden_size")
        whole = args.get("output") != "last"
        return _Sizes(ways * out if out else None, apart=whole)
    return _Sizes(_number(args, "embedding_dim"), apart=spec.name == "Embedding")


def _number(args: Mapping[str, ArgValue], name: str) -> int | None:
    value = args.get(name)
    return value if isinstance(value, int) else None
