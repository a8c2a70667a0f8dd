"""What each dimension of a tensor means: samples, channels, height, features.

PyTorch's tensors carry no names; a dimension means what the layer that reads or writes it takes it for, in
the letters of PyTorch's documentation. This is the one place that says so.
"""

import re
from collections.abc import Iterable, Mapping

from nnbuilder.graph.analysis import LayerAnalysis, TensorType
from nnbuilder.graph.graph import GROUP, NodeId

Letters = tuple[str, ...]
"""One name for each dimension; empty where nothing is known of it."""

FEATURES = "features"

SPACE: Mapping[int, Letters] = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}
"""What layers call the dimensions behind the channels."""

MEANINGS = {
    "N": "samples of the batch",
    "C": "channels",
    "L": "length of the sequence",
    "D": "depth",
    "H": "height",
    "W": "width",
    FEATURES: "features",
}
"""Each name in words."""

_CHANNELS_FIRST = re.compile(r"(?:.*)([123])d$")
_ANY_SPACE = {"Upsample", "GroupNorm", "LocalResponseNorm", "CrossMapLRN2d", "ChannelShuffle"}
_IMAGES = {"PixelShuffle", "PixelUnshuffle", "Unfold"}
_SEQUENCES = {
    "RNN",
    "LSTM",
    "GRU",
    "TransformerEncoderLayer",
    "TransformerEncoder",
    "TransformerDecoderLayer",
}
_LOOKUPS = {"Embedding", "EmbeddingBag"}


Meaning = tuple[Letters, Letters]
"""What the dimensions of a layer's input and of its output mean."""


def meanings(layers: Iterable[LayerAnalysis], start: TensorType | None) -> dict[NodeId, Meaning]:
    """The names of the dimensions that go into each layer and come out, groups and what lies in them."""
    tops = tuple(layers)
    flat = [layer for top in tops for layer in top.every() if layer.layer != GROUP]
    known: dict[NodeId, Meaning] = {}
    names = start_letters(flat, start)
    for layer in flat:
        fed = read_letters(layer, names) if layer.input is not None else ()
        names = written_letters(layer, fed) if layer.output is not None else ()
        known[layer.id] = (fed, names)
    for top in tops:
        _add_groups(top, known)
    return known


def start_letters(flat: Iterable[LayerAnalysis], start: TensorType | None) -> Letters:
    """What the dimensions of the network's input mean: what the first layer that minds takes them for."""
    if start is None:
        return ()
    for layer in flat:
        wanted = wanted_letters(layer.layer, len(start.shape))
        if wanted:
            return wanted
        if layer.layer in {"Flatten", "Unflatten"} or layer.input != start:
            break
    return usual_letters(len(start.shape))


def usual_letters(rank: int) -> Letters:
    """What so many dimensions mean most often."""
    if rank <= 2:
        return ("N", FEATURES)[:rank]
    return ("N", "C", *SPACE[rank - 2]) if rank - 2 in SPACE else ("N", *("",) * (rank - 1))


def wanted_letters(layer: str, rank: int) -> Letters:
    """What a layer takes the dimensions of its input for; empty where it does not mind."""
    space = SPACE.get(rank - 2, ())
    numbered = _CHANNELS_FIRST.match(layer)
    if numbered or layer in _ANY_SPACE or layer in _IMAGES:
        fits = not numbered or int(numbered[1]) == rank - 2
        return ("N", "C", *space) if space and fits else ("N", FEATURES) if rank == 2 else ()
    if rank == 3 and (layer in _SEQUENCES or layer == "Linear"):
        return ("N", "L", FEATURES)
    if rank == 3 and layer == "Fold":
        return ("N", FEATURES, "L")
    if rank == 2 and layer in _LOOKUPS:
        return ("N", "L")
    return ("N", FEATURES) if rank == 2 and layer == "Linear" else ()


def read_letters(layer: LayerAnalysis, names: Letters) -> Letters:
    """What a layer takes the dimensions of its input for, given what the layer before made of them."""
    rank = len(layer.input.shape) if layer.input is not None else 0
    names = names if len(names) == rank else usual_letters(rank)
    if layer.layer == "Linear" and rank > 1:
        return (*names[:-1], FEATURES)
    return wanted_letters(layer.layer, rank) or names


def written_letters(layer: LayerAnalysis, fed: Letters) -> Letters:
    """What the dimensions of a layer's output mean."""
    rank = len(layer.output.shape) if layer.output is not None else 0
    kind = layer.layer
    if kind == "Flatten":
        return _flattened(layer, fed)
    if kind == "Unflatten":
        return _unflattened(layer, fed, rank)
    if kind == "Embedding":
        return (*fed, FEATURES)
    if kind == "Unfold":
        return ("N", FEATURES, "L")
    if kind == "Fold":
        return usual_letters(rank)
    return fed if len(fed) == rank else usual_letters(rank)


def _flattened(layer: LayerAnalysis, fed: Letters) -> Letters:
    """Channels and space merge into features, space alone into a sequence."""
    first = _place(layer, "start_dim", 1, len(fed))
    last = _place(layer, "end_dim", -1, len(fed))
    merged = fed[first : last + 1]
    if len(merged) <= 1:
        return fed
    spatial = all(name in {"L", "D", "H", "W"} for name in merged)
    return (*fed[:first], "L" if spatial else FEATURES, *fed[last + 1 :])


def _unflattened(layer: LayerAnalysis, fed: Letters, rank: int) -> Letters:
    place = _place(layer, "dim", 1, len(fed))
    if place == 1 and len(fed) == 2:
        return usual_letters(rank)
    return (*fed[:place], *("",) * (rank - len(fed) + 1), *fed[place + 1 :])


def _place(layer: LayerAnalysis, name: str, default: int, rank: int) -> int:
    """A dimension that an argument names, counted from the front."""
    value = layer.args.get(name, default)
    value = value if isinstance(value, int) else default
    return value + rank if value < 0 else value


def _add_groups(layer: LayerAnalysis, known: dict[NodeId, Meaning]) -> None:
    """A group reads what its first layer reads and writes what its last one writes."""
    for child in layer.children:
        _add_groups(child, known)
    if layer.layer == GROUP:
        first = known[layer.children[0].id][0] if layer.children else ()
        last = known[layer.children[-1].id][1] if layer.children else ()
        known[layer.id] = (first, last if layer.output is not None else ())
