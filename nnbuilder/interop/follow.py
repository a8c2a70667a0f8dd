"""Frees sizes that a text pinned where they would come out the same: `nn.Linear(16, 3)` behind 16 features.

A text names every size; on the drawing a size that follows the layer before it survives edits. A number
becomes "auto" only where the layers between it and the last named size keep the last dimension for certain,
so the network stays the same one.
"""

from collections.abc import Iterable, Mapping

import msgspec

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import LayerSpec
from nnbuilder.graph.graph import GROUP, ArgValue
from nnbuilder.interop.reading import Reading, ReadLayer

_KEEPING = {"Activation", "Dropout", "Normalization"}
"""Groups of layers whose output has the shape of their input."""


def followed(reading: Reading, width: int | None = None) -> Reading:
    """The reading with such sizes on "auto"; `width` is the last dimension of the input, None if unknown."""
    layers, _ = _followed(reading.layers, width)
    return msgspec.structs.replace(reading, layers=layers)


def _followed(layers: Iterable[ReadLayer], width: int | None) -> tuple[tuple[ReadLayer, ...], int | None]:
    freed: list[ReadLayer] = []
    for layer in layers:
        if layer.type == GROUP:
            inner, width = _followed(layer.layers, width)
            freed.append(msgspec.structs.replace(layer, layers=inner))
            continue
        spec = LAYERS[layer.type]
        args = _freed(spec, layer.args, width)
        freed.append(msgspec.structs.replace(layer, args=args))
        width = _width_after(spec, layer.args, width)
    return tuple(freed), width


def _freed(spec: LayerSpec, args: Mapping[str, ArgValue], width: int | None) -> dict[str, ArgValue]:
    following = {arg.name for arg in spec.args if arg.follows}
    same = {width, (width,)} if width is not None else set()
    return {name: value for name, value in args.items() if name not in following or value not in same}


def _width_after(spec: LayerSpec, args: Mapping[str, ArgValue], width: int | None) -> int | None:
    """The last dimension behind a layer, or None where only torch could tell."""
    out = args.get("out_features")
    if isinstance(out, int):
        return out
    return width if spec.group in _KEEPING or spec.name == "Identity" else None
