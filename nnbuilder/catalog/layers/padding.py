"""Padding layers: rows added at, or with negative numbers cut off from, the borders."""

from nnbuilder.catalog.layers.common import INPUTS, KINDS
from nnbuilder.catalog.spec import FLOAT_LIMIT, SIZE_LIMIT, ArgSpec, LayerSpec

GROUP = "Padding"

_SIDES = ("left", "right", "top", "bottom", "front", "back")

_VALUE = ArgSpec(
    name="value",
    kind="float",
    help="The number that is added.",
    initial=0.0,
    minimum=-FLOAT_LIMIT,
    maximum=FLOAT_LIMIT,
)


def _padding(dims: int) -> ArgSpec:
    sides = _SIDES[: 2 * dims]
    return ArgSpec(
        name="padding",
        kind="int",
        help=f"How much is added: one number for all sides, or {', '.join(sides[:-1])} and {sides[-1]}.",
        initial=1,
        minimum=-SIZE_LIMIT,
        maximum=SIZE_LIMIT,
        lengths=(2 * dims,),
        parts=sides,
    )


def _layer(kind: str, dims: int, what: str, *words: str) -> LayerSpec:
    return LayerSpec(
        name=f"{kind}Pad{dims}d",
        group=GROUP,
        summary=f"Adds {what} around {INPUTS[dims]}.",
        keywords=("padding", "border", "enlarge", *words, *KINDS[dims]),
        args=(_padding(dims), *((_VALUE,) if kind == "Constant" else ())),
    )


LAYERS = (
    *(_layer("Zero", dims, "zeros", "empty") for dims in (2, 1, 3)),
    *(_layer("Constant", dims, "a number of your own", "fill") for dims in (2, 1, 3)),
    *(_layer("Reflection", dims, "a mirror image of the border", "mirror") for dims in (2, 1, 3)),
    *(_layer("Replication", dims, "copies of the outermost values", "repeat", "edge") for dims in (2, 1, 3)),
    *(_layer("Circular", dims, "what lies at the opposite side", "wrap", "periodic") for dims in (2, 1, 3)),
)
