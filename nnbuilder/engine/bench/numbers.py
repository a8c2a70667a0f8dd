"""What operands may be before an operation is tried, and what may come of it: nothing endless."""

from typing import Any

import numpy as np
import torch
from torch import nn

from nnbuilder.engine.bench.errors import BenchError

MAX_BITS = 4096
"""The largest whole number of Python's, in binary digits."""

MAX_LIST = 100_000
"""The longest list that a product of Python's makes."""

MAX_PARTS = 1_000_000
"""The most values that lie in a list, with those in the lists in it."""

MAX_NESTED = 64
"""How deep lists lie in each other, as many dimensions as a tensor can have."""


def checked_operands(sign: str, left: Any, right: Any) -> None:
    """Raises `BenchError` where Python would do something endless, or something else than a tensor does."""
    for value in (left, right):
        if isinstance(value, np.ndarray):
            raise BenchError(
                "This is a NumPy array: make it a tensor by torch.from_numpy(...) to compute with it."
            )
        if isinstance(value, nn.Module):
            raise BenchError("A layer has no place in arithmetic: give it a tensor, as in  model(X).")
        if isinstance(value, str):
            raise BenchError("Text has no place in arithmetic.")
    if isinstance(left, torch.Tensor) or isinstance(right, torch.Tensor):
        return
    if isinstance(left, list | tuple) or isinstance(right, list | tuple):
        _check_lists(sign, left, right)
    elif isinstance(left, int) and isinstance(right, int):
        _check_whole(sign, left, right)


def check_made(value: Any) -> None:
    """Raises `BenchError` for what cannot be shown: complex numbers, no numbers at all, endless lists."""
    if isinstance(value, complex):
        raise BenchError("The root of a negative number is complex, and tensors here hold real numbers.")
    if isinstance(value, torch.Tensor) and value.is_meta:
        raise BenchError("A tensor on the device meta has a shape and no numbers: leave the device out.")
    if isinstance(value, list | tuple) and _count(value, {}, 0) > MAX_PARTS:
        raise BenchError(f"A list holds up to {MAX_PARTS:,} values here; a tensor can hold more.")


def _count(value: list[Any] | tuple[Any, ...], known: dict[int, int], depth: int) -> int:
    """How many values lie in it; a list that stands in others several times is counted through once."""
    if depth >= MAX_NESTED:
        raise BenchError(f"Lists lie in each other up to {MAX_NESTED} deep here.")
    found = known.get(id(value))
    if found is None:
        inner = (_count(part, known, depth + 1) for part in value if isinstance(part, list | tuple))
        found = known[id(value)] = len(value) + sum(inner)
    return found


def _check_lists(sign: str, left: Any, right: Any) -> None:
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return
    times = left if isinstance(left, int) else right
    parts = right if isinstance(left, int) else left
    if sign == "*" and isinstance(times, int) and len(parts) * times > MAX_LIST:
        raise BenchError(f"A list times a number repeats it; up to {MAX_LIST:,} parts are made here.")


def _check_whole(sign: str, left: int, right: int) -> None:
    bits = left.bit_length()
    if sign == "**" and right > 0 and bits * right > MAX_BITS:
        raise BenchError(
            f"{_short(left)} ** {_short(right)} would have thousands of digits: no tensor holds it."
        )
    if sign == "*" and bits + right.bit_length() > MAX_BITS:
        raise BenchError("This product would have thousands of digits: no tensor holds it.")


def _short(number: int) -> str:
    return f"{number:,}" if number.bit_length() < 64 else "A number of many digits"
