"""How wide a layer is: the argument by which it decides how many numbers it gives."""

from functools import cache

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.graph.graph import Node

WIDTHS = ("out_features", "out_channels", "embedding_dim", "hidden_size", "d_model")
"""Arguments that say it, of all layers."""


def width_arg(node: Node) -> str | None:
    """The argument by which a layer decides how many numbers it gives, if it has one.

    One that is the size of its input is not its own to choose.
    """
    return _width_of(node.type)


@cache
def _width_of(layer: str) -> str | None:
    spec = LAYERS.get(layer)
    args = () if spec is None else tuple(spec.arg(name) for name in WIDTHS)
    return next((arg.name for arg in args if arg is not None and arg.follows is None), None)
