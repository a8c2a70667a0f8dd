"""Names for new tensors: from a file or a layer, never one that means something already."""

import keyword
import re
from collections.abc import Collection

from nnbuilder.ui.bench.words import WORDS

RESERVED = frozenset(
    {"torch", "nn", "F", "optim", "np", "numpy", *(word for word in WORDS if "." not in word)}
)
"""What a line means by itself."""


def fresh(wish: str, taken: Collection[str]) -> str:
    """A name like the wish that is free; numbered where it is not."""
    name = re.sub(r"\W+", "_", wish).strip("_") or "t"
    if name[0].isdigit() or keyword.iskeyword(name) or name in RESERVED:
        name = f"t_{name}"
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def fault(name: str) -> str:
    """Why this cannot be a name, or nothing."""
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("__"):
        return "A name is letters, digits and _, and begins with a letter."
    return f"{name} is a word of its own here: take another name." if name in RESERVED else ""
