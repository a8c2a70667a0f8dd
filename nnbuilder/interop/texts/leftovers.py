"""What no rule knows: lines that Python still stumbles over are told with its own words and left out."""

import re

from nnbuilder.interop.texts.placed import Change, Notes, PlacedText
from nnbuilder.interop.texts.statements import fault_of, readable

_MOST_LINES = 30
_OPENER = re.compile(r"expected an indented block .* on line (\d+)")
_LETTERS_TO_PARSE = 1_000_000
"""How much may be parsed again and again."""


def without_faults(text: PlacedText, notes: Notes) -> PlacedText:
    """The text without such lines, or as far as that leads anywhere."""
    parsed = 0
    seen: set[tuple[int, str]] = set()
    while not readable(text.text):
        error = fault_of(text.text)
        parsed += len(text.text)
        if not isinstance(error, SyntaxError) or not error.lineno or len(seen) >= _MOST_LINES:
            return text
        line = min(error.lineno, len(text.lines()))
        if parsed > _LETTERS_TO_PARSE or (line, error.msg) in seen:
            return text
        seen.add((line, error.msg))
        text = _without(text, error, line, notes)
    return text


def _without(text: PlacedText, error: SyntaxError, line: int, notes: Notes) -> PlacedText:
    start, end = text.line_span(line)
    content = text.text[start:end]
    margin = content[: len(content) - len(content.lstrip())]
    if not isinstance(error, IndentationError):
        offset = start + min(max((error.offset or 1) - 1, 0), len(content))
        notes.error(
            text,
            offset,
            f"Python cannot read this: {error.msg[:200]}{'' if error.msg[:200].endswith('?') else '.'}",
        )
        return text.changed([Change(start, end, margin + "pass")])
    if (opener := _OPENER.search(error.msg)) is not None:
        start, end, indent = _parts(text, int(opener[1]))
        notes.error(text, start, "Nothing stands in the block that this line opens.")
        return text.changed([Change(end, end, "\n" + indent + "    pass")])
    _, _, indent = _line_above(text, line)
    notes.error(text, start + len(margin), "The indentation of this line fits no line above it.")
    return text.changed([Change(start, start + len(margin), indent)])


def _line_above(text: PlacedText, line: int) -> tuple[int, int, str]:
    """Where the last filled line above one starts and ends, and the blanks in front of it."""
    lines = text.lines()
    above = next((number for number in range(line - 1, 0, -1) if lines[number - 1].strip()), 1)
    return _parts(text, above)


def _parts(text: PlacedText, line: int) -> tuple[int, int, str]:
    """Where the words of a line start and end, and the blanks in front of them."""
    start, end = text.line_span(line)
    content = text.text[start:end]
    return start + len(content) - len(content.lstrip()), end, content[: len(content) - len(content.lstrip())]
