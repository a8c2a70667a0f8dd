"""Small layers that a CPU refuses for the same reason as a large one, which then need not be held."""

from collections.abc import Iterator, Mapping

from nnbuilder.catalog.spec import LayerSpec
from nnbuilder.graph.graph import ArgValue

Args = Mapping[str, ArgValue]
Shape = tuple[int, ...]

WEIGHTS = "weight of size"
"""How a CPU says that a convolution's channels are not those that come, before anything else."""

_ENCODER = ("d_model", "dim_feedforward")
_TABLE = ("num_embeddings", "embedding_dim")
_SIZES: Mapping[str, tuple[str, ...]] = {
    "Linear": ("in_features", "out_features"),
    "TransformerEncoderLayer": _ENCODER,
    "TransformerEncoder": _ENCODER,
    "Embedding": _TABLE,
    "EmbeddingBag": _TABLE,
}
"""Layers whose weights grow with these arguments alone."""

_WITHOUT: Args = {"nhead": 1, "num_layers": 1, "padding_idx": None}
"""What else must be small for them to be."""

_NORMALIZED = "normalized_shape"

FEW = (1, 2)
"""The sizes of two twins: what both say alike does not depend on sizes."""


def lean(args: Args) -> Args | None:
    """A convolution's arguments with as few filters as its groups allow; None where it has no more.

    How many there are is never why it is refused, but most of what it holds.
    """
    if args["out_channels"] == args["groups"]:
        return None
    return {**args, "out_channels": args["groups"]}


def twins(spec: LayerSpec, args: Args, rank: int, off: int) -> Iterator[tuple[Args, Shape]]:
    """Arguments of two small layers and inputs of so many dimensions for them; none for most layers.

    The last dimension of the inputs is `off` by so much from what the layers want.
    """
    names = _SIZES.get(spec.name, ())
    for size in FEW if names or _NORMALIZED in args else ():
        small: dict[str, ArgValue] = {**args, **dict.fromkeys(names, size)}
        small |= {name: value for name, value in _WITHOUT.items() if name in args}
        if _NORMALIZED in args:
            small[_NORMALIZED] = (size,)
        yield small, (2, *(size for _ in range(rank - 2)), size + off)
