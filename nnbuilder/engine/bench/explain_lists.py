"""Refusals of lists that were to become tensors, in plain words."""

import re
from typing import Any

import torch

from nnbuilder.engine.bench.attempt import Attempt, Told
from nnbuilder.engine.bench.errors import shortened

_MAKERS = {"torch.tensor", "torch.as_tensor", "np.array"}
"""What makes tensors and arrays of lists."""


def mixed(_found: re.Match[str], tried: Attempt) -> Told:
    """A list in which numbers, lists or tensors stand side by side."""
    value = next((one for one in tried.values if isinstance(one, list | tuple)), None)
    if value is None or tried.doing not in _MAKERS:
        return "", ""
    if all(isinstance(part, torch.Tensor) for part in value):
        sentence = "These are tensors already: torch.stack joins some of one shape."
        return sentence, f"torch.stack({tried.text(0)})"
    place = _uneven(value, "")
    return (f"The list is ragged: {place}.", "") if place else ("", "")


def several(_found: re.Match[str], tried: Attempt) -> Told:
    """Numbers side by side, where one list of them is meant."""
    plain = all(isinstance(value, bool | int | float) for value in tried.values)
    if tried.doing not in _MAKERS or not plain or len(tried.values) != len(tried.nodes):
        return "", ""
    inside = ", ".join(tried.text(place) for place in range(len(tried.nodes)))
    return "The numbers go in together, as one list.", f"{tried.doing}([{inside}])"


def ragged(found: re.Match[str], tried: Attempt) -> Told:
    """Which part of a list is longer or shorter than the first."""
    value = next((one for one in tried.values if isinstance(one, list | tuple)), None)
    place = _uneven(value, "") if value is not None else ""
    return f"The list is ragged: {place or f'{found[1]} and {found[2]} numbers stand side by side'}.", ""


def _uneven(value: Any, path: str) -> str:
    if not isinstance(value, list | tuple):
        return ""
    sizes = [len(part) if isinstance(part, list | tuple) else -1 for part in value]
    for index, size in enumerate(sizes):
        if size != sizes[0]:
            own, first = (f"{n} long" if n >= 0 else "no list" for n in (size, sizes[0]))
            return f"{path}[{index}] is {own}, but {path}[0] is {first}"
    return next((found for i, part in enumerate(value) if (found := _uneven(part, f"{path}[{i}]"))), "")


def text_among(_found: re.Match[str], tried: Attempt) -> Told:
    """Where text stands among numbers."""
    value = next((one for one in tried.values if isinstance(one, list | tuple)), None)
    place = "" if value is None else _worded(value, "")
    return f"There is text among the numbers{place}: a tensor holds numbers only.", ""


def _worded(value: Any, path: str) -> str:
    """Where in nested lists the first text stands."""
    if isinstance(value, str):
        return f" ({path} is {shortened(repr(value))})"
    if not isinstance(value, list | tuple):
        return ""
    return next((found for i, part in enumerate(value) if (found := _worded(part, f"{path}[{i}]"))), "")
