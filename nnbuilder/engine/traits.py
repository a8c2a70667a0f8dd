"""How activations treat numbers, by asking torch: their bounds, and what sums to one."""

import math
import warnings
from collections.abc import Mapping
from typing import Literal

import torch
from torch import nn

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import LayerSpec
from nnbuilder.doctor.evidence import Trait
from nnbuilder.engine.infer import TORCH_ERRORS
from nnbuilder.engine.modules import construct
from nnbuilder.graph.analysis import LayerAnalysis
from nnbuilder.graph.graph import ArgValue

NUMBERS = 512
"""So many numbers at least go through a layer to see its bounds."""

MOST = 2**16
"""Layers of more numbers a sample are not asked."""

GROWTH = 0.05
"""An output that grows by more than this share while inputs grow tenfold has no bound."""

Key = tuple[str, tuple[tuple[str, ArgValue], ...], tuple[int, ...]]


class Traits:
    """Asks torch about activations and remembers what it showed."""

    def __init__(self) -> None:
        self._known: dict[Key, Trait | None] = {}

    def of(self, layer: LayerAnalysis) -> Trait | None:
        """What torch shows of a layer; None where its output has another shape or nothing can be shown."""
        spec, kind = LAYERS.get(layer.layer), layer.input
        if spec is None or kind is None or layer.output is None or kind != layer.output:
            return None
        if not kind.dtype.startswith("float"):
            return None
        sizes = tuple(size or 1 for size in kind.shape[1:])
        key = (spec.name, tuple(layer.args.items()), _told_apart(sizes, layer.args))
        if key not in self._known:
            self._known[key] = None if math.prod(sizes) > MOST else _measured(spec, layer.args, sizes)
        return self._known[key]


def _told_apart(sizes: tuple[int, ...], args: Mapping[str, ArgValue]) -> tuple[int, ...]:
    """What of a shape can matter: which dimensions are single, and all of it where weights must fit."""
    if any(isinstance(value, int) and value in sizes and value > 1 for value in args.values()):
        return sizes
    return tuple(min(size, 2) for size in sizes)


def _measured(spec: LayerSpec, args: Mapping[str, ArgValue], sizes: tuple[int, ...]) -> Trait | None:
    seeded = torch.get_rng_state()
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # softmax without dim
            return _trait(construct(spec, args, "cpu").eval(), sizes)
    except TORCH_ERRORS:
        return None
    finally:
        torch.set_rng_state(seeded)


def _trait(module: nn.Module, sizes: tuple[int, ...]) -> Trait:
    rows = max(4, -(-NUMBERS // math.prod(sizes)))
    shape = (rows, *sizes)
    near = torch.linspace(-1, 1, 97).roll(31)  # an odd count: samples get different numbers
    mild = near.repeat(-(-math.prod(shape) // 97))[: math.prod(shape)].reshape(shape)
    y, alone = module(mild.clone()), _alone(module, mild)
    far, farther = (_ends(module, shape, reach) for reach in (1e3, 1e4))
    low = far[0] if _settled(far[0], farther[0]) else -math.inf
    high = far[1] if _settled(far[1], farther[1]) else math.inf
    sums: Literal["", "one", "log"] = "" if alone and y.shape[1:].numel() > 1 else _sums(y)
    constant = bool(y.max() == y.min()) and far[0] == far[1]
    return Trait(low, high, alone, sums, constant)


def _alone(module: nn.Module, x: torch.Tensor) -> bool:
    """Whether the first number's result stays when all other numbers change."""
    other = x.flip(0).clone() + 0.37
    other.view(-1)[0] = x.view(-1)[0]
    return bool(torch.equal(module(x.clone()).view(-1)[0], module(other).view(-1)[0]))


def _ends(module: nn.Module, shape: tuple[int, ...], reach: float) -> tuple[float, float]:
    """The smallest and largest output for inputs up to `reach` on both sides."""
    steps = torch.cat([torch.linspace(-8, 8, 321), torch.tensor([-reach, reach, -reach / 2, reach / 2])])
    numbers = math.prod(shape)
    low, high = math.inf, -math.inf
    for start in range(0, len(steps), numbers):
        x = steps[start : start + numbers].repeat(-(-numbers // len(steps[start : start + numbers])))[
            :numbers
        ]
        y = module(x.reshape(shape))
        low, high = min(low, y.min().item()), max(high, y.max().item())
    return low, high


def _settled(near: float, far: float) -> bool:
    return abs(far - near) <= GROWTH * max(1.0, abs(near))


def _sums(y: torch.Tensor) -> Literal["", "one", "log"]:
    if _to_one(y):
        return "one"
    return "log" if _to_one(y.exp()) else ""


def _to_one(y: torch.Tensor) -> bool:
    """Whether shares of one whole stand along some dimension of a sample."""
    totals = (y.sum(dim) for dim in range(1, y.dim()))
    return bool((y >= 0).all()) and any(
        torch.allclose(total, torch.ones_like(total), atol=1e-4) for total in totals
    )
