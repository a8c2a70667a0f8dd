"""A tensor's numbers as Python writes them, so that they can be typed elsewhere and are the same."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST = 20_000
"""Numbers that are written at most."""


def literal(array: NDArray[np.generic]) -> str:
    """Nested lists of the numbers, each with as few digits as tell it from its neighbours in its dtype.

    Empty where they are too many, or some are not finite: Python has no literal for those.
    """
    numbers = array.astype(np.float64) if array.dtype.kind == "f" else array
    if not array.size or array.size > MOST or not np.isfinite(numbers).all():
        return ""
    return _written(array)


def _written(part: Any) -> str:
    if isinstance(part, np.ndarray) and part.ndim:
        return f"[{', '.join(map(_written, part))}]"
    if isinstance(part, np.ndarray):
        part = part[()]
    return str(part)
