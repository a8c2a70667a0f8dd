"""Layers that only change the shape, or the order of what is there."""

from nnbuilder.catalog.layers.common import LENGTHS, size, sizes
from nnbuilder.catalog.spec import SIZE_LIMIT, ArgSpec, LayerSpec

GROUP = "Shape"


def _dim(name: str, text: str, default: int) -> ArgSpec:
    return ArgSpec(name=name, kind="int", help=text, default=default, minimum=-16, maximum=16)


_WINDOW = (
    sizes("kernel_size", "How large each window is.", 2, initial=3),
    sizes("dilation", "The distance between the points of a window.", 2, 1),
    sizes("padding", "Rows of zeros added at each border.", 2, 0, minimum=0),
    sizes("stride", "How far the window moves at each step.", 2, 1),
)

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
    LayerSpec(
        name="Unflatten",
        group=GROUP,
        summary="Splits one dimension into several, for example a row into an image.",
        keywords=("reshape", "view", "image", "channel"),
        args=(
            ArgSpec(
                name="dim",
                kind="int",
                help="The dimension that is split; 1 is the first behind the batch.",
                initial=1,
                minimum=-16,
                maximum=16,
            ),
            ArgSpec(
                name="unflattened_size",
                kind="ints",
                help="The sizes that it is split into; one of them may be -1: what is left.",
                initial=(1, -1),
                minimum=-1,
                maximum=SIZE_LIMIT,
                lengths=LENGTHS,
            ),
        ),
    ),
    LayerSpec(
        name="ChannelShuffle",
        group=GROUP,
        summary="Mixes the order of the channels so that groups see each other.",
        keywords=("shuffle", "shufflenet", "groups"),
        args=(size("groups", "How many groups of channels are mixed.", initial=2),),
    ),
    LayerSpec(
        name="Unfold",
        group=GROUP,
        summary="Cuts images (N, C, H, W) into windows and lays each in a column.",
        keywords=("im2col", "patches", "windows", "image"),
        args=_WINDOW,
    ),
    LayerSpec(
        name="Fold",
        group=GROUP,
        summary="Puts columns of windows back together to an image, adding where they overlap.",
        keywords=("col2im", "patches", "windows", "image"),
        args=(sizes("output_size", "Height and width of the image.", 2, initial=4), *_WINDOW),
    ),
)
