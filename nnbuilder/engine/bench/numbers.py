"""What two operands may be before an operation is tried: no endless numbers, no lists as tensors."""

from typing import Any

import numpy as np
import torch

from nnbuilder.engine.bench.errors import BenchError

MAX_BITS = 4096
"""The largest whole number of Python's, in binary digits."""

MAX_LIST = 100_000
"""The longest list that a product of Python's makes."""


def checked_operands(sign: str, left: Any, right: Any) -> None:
    """Raises `BenchError` where Python would do something endless, or something else than a tensor does."""
    for value in (left, right):
        if isinstance(value, np.ndarray):
            raise BenchError(
                "This is a NumPy array: make it a tensor by torch.from_numpy(...) to compute with it."
            )
        if isinstance(value, str):
            raise BenchError("Text has no place in arithmetic.")
    if isinstance(left, torch.Tensor) or isinstance(right, torch.Tensor):
        return
    if isinstance(left, list | tuple) or isinstance(right, list | tuple):
        _check_lists(sign, left, right)
    elif isinstance(left, int) and isinstance(right, int):
        _check_whole(sign, left, right)


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
