"""What stands in the margin of a paste: line numbers, quotation and difference marks, uneven indentation."""

import re

from nnbuilder.interop.texts.placed import Change, PlacedText

_NUMBER = re.compile(r"^[ \t]*(\d{1,5})(?:[.:|)│]|[ \t]*[|│])?(?=[ \t]|$)")
_QUOTED = re.compile(r"^>(?!>)[ ]?")
_ADDED = re.compile(r"^\+(?!\+)")
_LEADING = re.compile(r"^[ \t]*")


def without_numbers(text: PlacedText) -> PlacedText:
    """The text without a column of line numbers, each one more than the one above."""
    lines = text.lines()
    found = [_NUMBER.match(line) for line in lines]
    numbered = [(int(match[1]), index) for index, match in enumerate(found) if match is not None]
    filled = sum(1 for line in lines if line.strip())
    if len(numbered) < 2 or len(numbered) != filled:
        return text
    first, start = numbered[0]
    if any(number - first != index - start for number, index in numbered) and any(
        numbered[at + 1][0] - numbered[at][0] != 1 for at in range(len(numbered) - 1)
    ):
        return text
    changes = []
    for number, match in enumerate(found, 1):
        if match is not None:
            begin, _ = text.line_span(number)
            changes.append(Change(begin, begin + match.end()))
    return dedented(text.changed(changes))


def without_marks(text: PlacedText) -> PlacedText:
    """The text without the marks of a quotation, or of a difference that only adds lines."""
    lines = text.lines()
    filled = [line for line in lines if line.strip()]
    for mark in (_QUOTED, _ADDED):
        if len(filled) > 1 and all(mark.match(line) for line in filled):
            changes = []
            for number, line in enumerate(lines, 1):
                if (found := mark.match(line)) is not None:
                    start, _ = text.line_span(number)
                    changes.append(Change(start, start + found.end()))
            return text.changed(changes)
    return text


def dedented(text: PlacedText, first: int = 1) -> PlacedText:
    """The text without the blanks that all lines from the numbered one on have in front."""
    lines = text.lines()
    margins = [_leading(line) for line in lines[first - 1 :] if line.strip()]
    if not margins:
        return text
    common = margins[0]
    for margin in margins:
        while not margin.startswith(common):
            common = common[:-1]
    if not common:
        return text
    changes = []
    for number, line in enumerate(lines, 1):
        if number >= first:
            start, _ = text.line_span(number)
            changes.append(Change(start, start + min(len(common), len(_leading(line)))))
    return text.changed(changes)


def with_even_margin(text: PlacedText) -> PlacedText:
    """The text whose first line lost its blanks when it was copied: the others lose theirs."""
    lines = text.lines()
    filled = [number for number, line in enumerate(lines, 1) if line.strip()]
    if len(filled) < 2 or _leading(lines[filled[0] - 1]):
        return text
    return dedented(text, filled[1])


def without_tabs(text: PlacedText, size: int = 4) -> PlacedText:
    """The text with so many blanks for each tab in front of a line, as an editor shows them."""
    changes = []
    for number, line in enumerate(text.lines(), 1):
        margin = _leading(line)
        if "\t" in margin:
            start, _ = text.line_span(number)
            changes.append(Change(start, start + len(margin), margin.expandtabs(size)))
    return text.changed(changes)


def _leading(line: str) -> str:
    found = _LEADING.match(line)
    return found.group() if found is not None else ""
