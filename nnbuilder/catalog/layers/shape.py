"""Layers that only change the shape."""

from nnbuilder.catalog.spec import ArgSpec, LayerSpec

GROUP = "Shape"


def _dim(name: str, text: str, default: int) -> ArgSpec:
    return ArgSpec(name=name, kind="int", help=text, default=default, minimum=-16, maximum=16)


LAYERS = (
    LayerSpec(
        name="Flatten",
        group=GROUP,
        summary="Lays all numbers of a sample in one row.",
        keywords=("reshape", "vector", "image"),
        args=(
            _dim("start_dim", "The first dimension to flatten; 1 keeps the batch.", 1),
            _dim("end_dim", "The last dimension to flatten; -1 is the last.", -1),
        ),
    ),
)
