"""Changes of a text as values: applied in order, each to the text after the one before."""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import TypeVar

import msgspec


class TextChange(msgspec.Struct, frozen=True):
    """Characters from `start` to before `end` become `text`; offsets count characters of the text so far."""

    start: int
    end: int
    text: str


Changes = tuple[TextChange, ...]

Span = tuple[int, int]
"""Where something starts in a text, and where it has ended, in characters."""

Key = TypeVar("Key")


def applied(text: str, changes: Iterable[TextChange]) -> str:
    """The text after all of them."""
    for change in changes:
        text = text[: change.start] + change.text + text[change.end :]
    return text


def together(changes: Iterable[TextChange]) -> Changes:
    """Changes that all speak of one text, so that they can be applied one after the other: the last first.

    Of several at one place, the one that is given first comes first in the text.
    """
    return tuple(sorted(changes, key=lambda change: (change.start, change.end))[::-1])


def line_changes(before: str, after: str) -> Changes:
    """The changes from one text to another; of lines that differ only the middle is touched."""
    if before == after:
        return ()
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    top = _common(old, new)
    bottom = _common(old[top:][::-1], new[top:][::-1])
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    left, right = old[top : len(old) - bottom], new[top : len(new) - bottom]
    found = []
    for tag, one, two, three, four in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag != "equal":
            start, end = starts[top + one], starts[top + two]
            found.append(_trimmed(before, start, end, "".join(right[three:four])))
    return together(found)


def moved(before: str, after: str, spans: Mapping[Key, Span]) -> dict[Key, Span]:
    """Places of one text in another, of those that lie before or behind all that differs."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    shift, rest = len(after) - len(before), len(before) - tail
    found = {}
    for key, (start, end) in spans.items():
        if end <= head:
            found[key] = (start, end)
        elif start >= rest:
            found[key] = (start + shift, end + shift)
    return found


def _trimmed(text: str, start: int, end: int, new: str) -> TextChange:
    """The change without what both sides begin and end with."""
    old = text[start:end]
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    return TextChange(start + head, end - tail, new[head : len(new) - tail])


def _common(one: str | list[str], two: str | list[str]) -> int:
    """How many items both begin with; halving the rest compares long texts without looking at each letter."""
    low, high = 0, min(len(one), len(two))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == two[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
