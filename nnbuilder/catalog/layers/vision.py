"""Vision layers: images made larger, smaller or rearranged."""

import msgspec

from nnbuilder.catalog.layers.common import INPUTS, PLACES, choice, optional, size, sizes
from nnbuilder.catalog.spec import SIZE_LIMIT, ArgSpec, LayerSpec

GROUP = "Vision"

_WORDS = ("upsample", "enlarge", "resize", "interpolate", "image")
_MODES = ("nearest", "linear", "bilinear", "bicubic", "trilinear", "area", "nearest-exact")

_SIZE = ArgSpec(
    name="size",
    kind="int",
    help="The size that comes out, or None with scale_factor.",
    default=None,
    none=True,
    minimum=1,
    maximum=SIZE_LIMIT,
    lengths=(1, 2, 3),
)
_SCALE = ArgSpec(
    name="scale_factor",
    kind="float",
    help="How many times as large it comes out, or None with size.",
    default=None,
    initial=2.0,
    none=True,
    minimum=0,
    above=True,
    maximum=SIZE_LIMIT,
    lengths=(1, 2, 3),
    step=1,
)


def _maybe(name: str, text: str) -> ArgSpec:
    """A switch that PyTorch sets itself while it is None."""
    return ArgSpec(name=name, kind="bool", help=text, default=None, none=True)


def _upsampling(kind: str, summary: str, *words: str) -> LayerSpec:
    scale = msgspec.structs.replace(_SCALE, lengths=(2,), parts=PLACES[2])
    height = optional(sizes("size", _SIZE.help, 2))
    return LayerSpec(
        name=f"Upsampling{kind}2d",
        group=GROUP,
        summary=summary,
        keywords=(*_WORDS, *words),
        args=(height, scale),
    )


LAYERS = (
    LayerSpec(
        name="Upsample",
        group=GROUP,
        summary="Makes sequences, images or volumes larger or smaller without learning anything.",
        keywords=(*_WORDS, "scale", "bilinear"),
        args=(
            _SIZE,
            _SCALE,
            choice("mode", "How the values between are found.", "nearest", *_MODES),
            _maybe("align_corners", "Corners keep their value; for linear, bilinear, bicubic, trilinear."),
            _maybe("recompute_scale_factor", "Take the factor anew from the rounded sizes."),
        ),
    ),
    _upsampling("Nearest", "Makes images larger by repeating each pixel.", "repeat"),
    _upsampling("Bilinear", "Makes images larger by blending neighbouring pixels.", "smooth"),
    LayerSpec(
        name="PixelShuffle",
        group=GROUP,
        summary="Makes images larger by laying channels side by side.",
        keywords=(*_WORDS, "sub-pixel", "super-resolution", "depth to space"),
        args=(size("upscale_factor", "How many times as high and wide it comes out.", initial=2),),
    ),
    LayerSpec(
        name="PixelUnshuffle",
        group=GROUP,
        summary=f"Makes {INPUTS[2]} smaller by stacking neighbouring pixels as channels.",
        keywords=("downsample", "image", "space to depth"),
        args=(size("downscale_factor", "How many times as low and narrow it comes out.", initial=2),),
    ),
)
