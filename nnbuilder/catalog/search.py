"""Finding layers by name, purpose and keyword."""

import functools
import re

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import LayerSpec

_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z]|$|\d)|[A-Z][a-z]*|\d+d?")


def search(text: str) -> tuple[LayerSpec, ...]:
    """All layers that fit the text, best first; every layer for an empty text."""
    wanted = text.casefold().split()
    scores = {name: _score(spec, wanted) for name, spec in LAYERS.items()}
    found = [name for name, score in scores.items() if score is not None]
    return tuple(LAYERS[name] for name in sorted(found, key=lambda name: scores[name] or 0))


def _score(spec: LayerSpec, wanted: list[str]) -> int | None:
    """The lower the better; None where a word is nowhere."""
    total = 0
    name = spec.name.casefold()
    words = " ".join((*spec.keywords, spec.group)).casefold()
    for word in wanted:
        if name.startswith(word):
            total += len(name) - len(word)
        elif word in spec.keywords:
            total += 50
        elif word in name:
            total += 100
        elif word in words:
            total += 200
        elif word in spec.summary.casefold():
            total += 300
        elif len(word) > 1 and _shortened(spec.name).fullmatch(word):
            total += 400
        else:
            return None
    return total


@functools.cache
def _shortened(name: str) -> re.Pattern[str]:
    """What the beginnings of a name's parts make, in their order: `bn1` and `batchn` for BatchNorm1d."""
    parts = _PARTS.findall(name)
    return re.compile("".join(map(_beginning, parts)), re.IGNORECASE)


def _beginning(part: str) -> str:
    """A pattern for any beginning of a part, the empty one among them."""
    return "".join(f"(?:{letter}" for letter in part) + ")?" * len(part)
