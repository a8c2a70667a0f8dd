"""The places of an image that one pixel of a layer's output comes from: the window of a convolution or pool.

The rules are those of the torch.nn pages of these layers; the tests hold them against where PyTorch's own
gradient of that pixel is not zero.
"""

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

Places = tuple[tuple[int, ...], ...]
"""For each dimension of an image the places in it, from 0; those outside of it lie in the padding."""


def window_of(module: nn.Module, x: Tensor, output: Tensor, place: tuple[int, ...]) -> Places:
    """The window below one number of an output (rows, channels, ...); empty for layers that have none."""
    name = type(module).__name__
    rule = next((rule for word, rule in _RULES if name.startswith(word)), None)
    pixel, sizes = place[2:], tuple(x.shape[2:])
    if rule is None or not pixel or len(pixel) != len(sizes):
        return ()
    return tuple(
        rule(module, dim, at, sizes[dim], int(output.shape[2 + dim])) for dim, at in enumerate(pixel)
    )


def _slid(module: Any, dim: int, at: int, _size: int, _out: int) -> tuple[int, ...]:
    """A kernel that is slid over the padded image."""
    start = at * _each(module.stride or module.kernel_size, dim) - _pad(module, dim)
    kernel, spread = _each(module.kernel_size, dim), _each(getattr(module, "dilation", 1), dim)
    return tuple(start + offset * spread for offset in range(kernel))


def _shared_out(_module: Any, _dim: int, at: int, size: int, out: int) -> tuple[int, ...]:
    """Windows that share out an image among the pixels of the output."""
    return tuple(range(at * size // out, -(-(at + 1) * size // out)))


def _stamped(module: Any, dim: int, at: int, size: int, _out: int) -> tuple[int, ...]:
    """The input pixels whose stamp covers an output pixel."""
    stride, spread = _each(module.stride, dim), _each(module.dilation, dim)
    away = [
        at + _each(module.padding, dim) - offset * spread for offset in range(_each(module.kernel_size, dim))
    ]
    return tuple(sorted(one // stride for one in away if one % stride == 0 and 0 <= one // stride < size))


def _pad(module: Any, dim: int) -> int:
    """How many places of padding lie before the image."""
    padding = getattr(module, "padding", 0)
    if isinstance(padding, str):
        sides = module._reversed_padding_repeated_twice  # noqa: SLF001  (what its own forward pads by)
        return int(sides[-2 * dim - 2])
    return _each(padding, dim)


def _each(value: int | tuple[int, ...], dim: int) -> int:
    return int(value[dim] if isinstance(value, tuple | list) else value)


_RULES: tuple[tuple[str, Callable[[Any, int, int, int, int], tuple[int, ...]]], ...] = (
    ("ConvTranspose", _stamped),
    ("Conv", _slid),
    ("MaxPool", _slid),
    ("AvgPool", _slid),
    ("LPPool", _slid),
    ("Adaptive", _shared_out),
)
