"""What a run of torch costs, operation by operation, and an end to one that takes too many of them."""

import functools
import math
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

MOST_OPERATIONS = 4_000
"""More than this is a loop over something huge; on `meta` it takes about half a second."""


class TooMuch(Exception):  # noqa: N818
    """A run was ended because it takes too many operations."""


def _dispatch(
    self: Any, func: Any, _types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
) -> Any:
    """Runs one operation and adds up what it makes, and torch's own formula for its work, if it has one."""
    kwargs = kwargs or {}
    self.operations += 1
    if self.operations > MOST_OPERATIONS:
        raise TooMuch
    out = func(*args, **kwargs)
    formula = flop_registry.get(func.overloadpacket)
    if formula is not None:
        self.flops += formula(*args, **kwargs, out_val=out)
    if _makes(func):
        for made in out if isinstance(out, tuple | list) else (out,):
            if isinstance(made, torch.Tensor):
                self.bytes += made.numel() * made.itemsize
                self.windows += made.numel() * _window(func, args, kwargs)
    return out


@functools.cache
def _makes(func: Any) -> bool:
    """Whether an operation makes new tensors instead of another look at those that it is given."""
    return all(given.alias_info is None for given in func._schema.returns)  # noqa: SLF001


def _window(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> int:
    """How many numbers each number of the output looks at, where the operation has a window."""
    place = _window_place(func)
    if place is None:
        return 0
    sizes = args[place] if place < len(args) else kwargs.get("kernel_size", ())
    return math.prod(sizes)


@functools.cache
def _window_place(func: Any) -> int | None:
    """Where the size of its window stands among an operation's arguments."""
    names = [argument.name for argument in func._schema.arguments]  # noqa: SLF001
    return names.index("kernel_size") if "kernel_size" in names else None


_WATCHING = {
    "operations": 0,
    "flops": 0,
    "bytes": 0,
    "windows": 0,
    "__torch_dispatch__": _dispatch,
    "_should_skip_dynamo": classmethod(lambda _cls: False),  # to be told to skip it, the compiler is loaded
}

Watch: Any = type("Watch", (TorchDispatchMode,), _WATCHING)
"""Counts `operations`, `flops` as torch's FlopCounterMode does at half its cost, `bytes` of new tensors, and
`windows`, the numbers that pooling looks at (made by `type`: torch's base class is untyped)."""
