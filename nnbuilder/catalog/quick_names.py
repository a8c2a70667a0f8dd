"""Layers by what somebody types for them: names, parts of names, initials, purposes, slips of the pen."""

import difflib
import re

import msgspec

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.search import search
from nnbuilder.catalog.spec import ArgSpec, LayerSpec

_CAPITALS = re.compile(r"[A-Z]+(?=[A-Z][a-z]|$|\d)|[A-Z][a-z]*")
_MODULE = re.compile(r"^(torch\.)?nn\.", re.IGNORECASE)


class Found(msgspec.Struct, frozen=True):
    """Layers for a typed name, best first; `exact`: the name of the first, `guessed`: a slip of the pen."""

    specs: tuple[LayerSpec, ...] = ()
    exact: bool = False
    guessed: bool = False


def find(phrase: str) -> Found:
    """The layers that a phrase may mean."""
    word = _MODULE.sub("", phrase.strip()).casefold()
    if not word:
        return Found()
    exact = tuple(spec for name, spec in LAYERS.items() if name.casefold() == word)
    abbreviated = (spec for spec in LAYERS.values() if word in _initials(spec))
    found = tuple({spec.name: spec for spec in (*exact, *abbreviated, *search(word))}.values())
    if found:
        return Found(found, exact=bool(exact))
    return Found(_close(word[:40]), guessed=True)


def _close(word: str) -> tuple[LayerSpec, ...]:
    """Layers whose names are most like a word; among equals in the palette's order."""
    names = {name.casefold(): spec for name, spec in LAYERS.items()}
    found = difflib.get_close_matches(word, names, n=8, cutoff=0.7)
    likeness = {name: difflib.SequenceMatcher(None, name, word).ratio() for name in found}
    best = sorted((name for name in names if name in likeness), key=lambda name: -likeness[name])
    return tuple(names[name] for name in best[:3])


def argument(spec: LayerSpec, word: str) -> ArgSpec | None:
    """The argument that a word or a letter stands for: `k` for kernel_size, `out` for out_features."""
    word = word.casefold()
    parts = {arg.name: arg.name.casefold().split("_") for arg in spec.args}
    tests = (
        lambda name: name == word,
        lambda name: name.startswith(word),
        lambda name: "".join(part[:1] for part in parts[name]) == word,
        lambda name: any(part.startswith(word) for part in parts[name]),
    )
    return next((arg for test in tests for arg in spec.args if word and test(arg.name)), None)


def _initials(spec: LayerSpec) -> set[str]:
    """Abbreviations of a layer's name and keywords: `bn` for BatchNorm1d, `fc` for fully connected."""
    words = _CAPITALS.findall(spec.name)
    name = "".join(word[0] for word in words).casefold()
    phrases = (phrase.split() for phrase in spec.keywords)
    return {name} | {"".join(word[0] for word in words).casefold() for words in phrases if len(words) > 1}
