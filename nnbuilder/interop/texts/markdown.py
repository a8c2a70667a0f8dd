"""Markdown around code: fences and the sentences of a chat between them."""

import re
from collections.abc import Iterator

import msgspec

from nnbuilder.interop.texts.placed import Change, Notes, PlacedText

_FENCE = re.compile(r"^(\s*(?:>\s?)*)(`{3,}|~{3,})\s*\{?\.?([\w+-]*)[^`]*$")

_CODE = {"", "python", "py", "python3", "ipython", "ipython3", "pycon", "pytorch", "torch", "text", "txt"}
"""Languages whose blocks are looked into; outputs are often marked as text."""

OUTSIDE = "It stands outside the code blocks."


class _Block(msgspec.Struct, frozen=True):
    """One fenced block: its first and last line inside, its language, and what stands before each line."""

    first: int
    last: int
    language: str
    margin: str


def unfenced(text: PlacedText, notes: Notes) -> PlacedText:
    """The code inside fences; a text without any stays as it is."""
    if "```" not in text.text and "~~~" not in text.text:
        return text
    lines = text.lines()
    blocks = [block for block in _blocks(lines) if block.language.lower() in _CODE]
    if not blocks:
        return text
    inside = {number: block for block in blocks for number in range(block.first, block.last + 1)}
    changes: list[Change] = []
    for number, line in enumerate(lines, 1):
        start, end = text.line_span(number)
        block = inside.get(number)
        if block is None:
            if line.strip() and not _FENCE.match(line):
                notes.skip(text, start, line, OUTSIDE)
            changes.append(Change(start, end))
        elif block.margin and line.startswith(block.margin):
            changes.append(Change(start, start + len(block.margin)))
    return text.changed(changes)


def _blocks(lines: list[str]) -> Iterator[_Block]:
    """The fenced blocks; one that is never closed goes to the end."""
    opened: tuple[int, str, str, str] | None = None
    for number, line in enumerate(lines, 1):
        found = _FENCE.match(line)
        if found is None:
            continue
        margin, fence, language = found.groups()
        if opened is None:
            opened = (number, fence, language, margin)
        elif fence.startswith(opened[1]) and not language:
            yield _Block(opened[0] + 1, number - 1, opened[2], opened[3])
            opened = None
    if opened is not None:
        yield _Block(opened[0] + 1, len(lines), opened[2], opened[3])
