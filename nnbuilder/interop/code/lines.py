"""Layers as lines of a text: which lines are one's own, and the comments that belong to it."""

import re
from collections.abc import Sequence

import msgspec

from nnbuilder.interop.code.changes import Span

_BEHIND = re.compile(r"[ \t]*(,?)[ \t]*(#[^\r\n]*)?(\r\n|\r|\n)?")


class Chunk(msgspec.Struct, frozen=True):
    """One item of a list in a text, and what stands around it.

    `top` is where its line starts and `above` where the comments start that stand directly above it; `next`
    is where the line behind it starts. `first` and `last` say that nothing stands before and behind it on its
    lines. `comma` is where its comma ends, 0 without one; `note` is the comment behind it.
    """

    start: int
    end: int
    top: int
    above: int
    next: int
    indent: str
    note: str
    comma: int
    first: bool
    last: bool

    @property
    def whole(self) -> bool:
        """Whether its lines are its own."""
        return self.first and self.last


def chunk(text: str, span: Span, floor: int) -> Chunk:
    """The item at this place; comments above it count from `floor` on."""
    start, end = span
    top = line_start(text, start)
    before = text[top:start]
    behind = _BEHIND.match(text, end)
    if behind is None:
        raise ValueError("the pattern matches nothing too")
    first = not before.strip() and top >= floor
    return Chunk(
        start=start,
        end=end,
        top=top,
        above=_above(text, top, floor) if first else top,
        next=behind.end(),
        indent=before[: len(before) - len(before.lstrip())],
        note=behind[2] or "",
        comma=behind.end(1) if behind[1] else 0,
        first=first,
        last=behind[3] is not None,
    )


def chunks(text: str, items: Sequence[Span], start: int) -> tuple[Chunk, ...]:
    """All items of a list that starts at this place."""
    floors = (start, *(end for _, end in items))
    return tuple(chunk(text, span, floor) for span, floor in zip(items, floors, strict=False))


def line_start(text: str, offset: int) -> int:
    """Where the line of a place starts."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def indent_of(text: str, offset: int) -> str:
    """What the line of a place starts with."""
    top = line_start(text, offset)
    line = text[top:offset]
    return line[: len(line) - len(line.lstrip())]


def reindented(source: str, before: str, after: str) -> str:
    """A piece of a text with its lines behind the first one under another indentation."""
    first, *others = source.split("\n")
    return "\n".join(
        [first, *(after + line.removeprefix(before) if line.strip() else line for line in others)]
    )


def _above(text: str, top: int, floor: int) -> int:
    """Where the lines of comments directly above a line start."""
    while top > floor:
        before = line_start(text, top - 1)
        if before < floor or not text[before:top].lstrip().startswith("#"):
            break
        top = before
    return top
