"""Finding layers by name, purpose and keyword."""

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import LayerSpec


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
        elif word in name:
            total += 100
        elif word in words:
            total += 200
        elif word in spec.summary.casefold():
            total += 300
        elif _scattered(word, name):
            total += 400
        else:
            return None
    return total


def _scattered(word: str, name: str) -> bool:
    """Whether the letters stand in the name in this order, as in `bn1` for BatchNorm1d."""
    letters = iter(name)
    return len(word) > 1 and all(letter in letters for letter in word)
