"""A value of the bench as plain data: what it is, its size and type, and its numbers."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from nnbuilder.engine.infer import TORCH_ERRORS

MAX_VALUES = 1_000_000
"""The most numbers that are written as text."""

MAX_TEXT = 10_000
"""About the most letters of a value that is no tensor."""

MAX_LISTED = 20
"""The most values of a list that are written."""


def plain(value: Any) -> dict[str, Any]:
    """Its `shape`, `dtype`, `device` and `values`; `parts` for several values, `text` for other things."""
    if isinstance(value, torch.Tensor):
        many = value.numel() > MAX_VALUES
        return {
            "shape": list(value.shape),
            "dtype": word(value.dtype),
            "device": str(value.device),
            "values": None if many else _named(value.detach().tolist()),
        }
    if isinstance(value, np.ndarray):
        return {
            "shape": list(value.shape),
            "dtype": str(value.dtype),
            "device": "cpu",
            "values": _named(value.tolist()),
        }
    if isinstance(value, bool | int | float):
        return {"shape": [], "dtype": type(value).__name__, "device": None, "values": _named(value)}
    if isinstance(value, torch.Size):
        return {"shape": [len(value)], "dtype": "int", "device": None, "values": list(value)}
    if isinstance(value, list | tuple):
        return {"shape": [len(value)], "dtype": type(value).__name__, "device": None, **_parts(value)}
    return {"shape": None, "dtype": kind(value), "device": None, "values": None, "text": text_of(value)}


def _parts(value: list[Any] | tuple[Any, ...]) -> dict[str, Any]:
    if _numbers(value):
        return {"values": _named(value)}
    return {"values": None, "parts": [plain(part) for part in value]}


def _numbers(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_numbers, value))
    return isinstance(value, bool | int | float)


def _named(value: Any) -> Any:
    """Numbers as JSON can hold them; those that are none become words."""
    if isinstance(value, list | tuple):
        return [_named(part) for part in value]
    return value if not isinstance(value, float) or math.isfinite(value) else str(value)


def word(dtype: torch.dtype) -> str:
    """A dtype without its module."""
    return str(dtype).removeprefix("torch.")


def kind(value: Any) -> str:
    """What something is, in a word."""
    if value is None:
        return "None"
    return "dtype" if isinstance(value, torch.dtype) else type(value).__name__


def text_of(value: Any) -> str:
    """What PyTorch prints of it; of lists in lists the beginning."""
    found: list[str] = []
    length = 0
    for piece in _pieces(value):
        found.append(piece)
        length += len(piece)
        if length > MAX_TEXT:
            return "".join((*found, " ..."))
    return "".join(found)


def _pieces(value: Any) -> Iterator[str]:
    """The text in parts, so that nobody has to wait for more of it than is shown."""
    if isinstance(value, nn.Module):
        yield _printed(value)
    elif isinstance(value, torch.optim.Optimizer | torch.Tensor | torch.dtype | torch.device | str):
        yield str(value)
    elif isinstance(value, list | tuple) and type(value) in {list, tuple}:
        first, last = ("[", "]") if isinstance(value, list) else ("(", ")")
        yield first
        for place, part in enumerate(value[:MAX_LISTED]):
            yield ", " if place else ""
            yield from _pieces(part)
        yield (", ..." if len(value) > MAX_LISTED else "") + last
    else:
        yield str(value)[:MAX_TEXT]


def _printed(layer: nn.Module) -> str:
    """What PyTorch prints of a layer; its class where it was made with what it cannot print."""
    try:
        return str(layer)
    except (*TORCH_ERRORS, AttributeError):
        return f"{type(layer).__name__}(...)"
