"""Texts that hold code and print-outs beside each other: one of them is read, the other is left out."""

from collections.abc import Iterable, Sequence

from nnbuilder.interop.reading import Skipped
from nnbuilder.interop.texts.placed import Change, Notes, PlacedText

_READ_FROM_CODE = "The network is read from the code; its print-out is left out."
_NO_PART = "It is no part of the print-out."


def without_lines(
    text: PlacedText, spans: Iterable[tuple[int, int]]
) -> tuple[tuple[Skipped, ...], PlacedText]:
    """The text without the lines of these spans, and those spans as lines that are left out."""
    changes: list[Change] = []
    notes = Notes()
    for first, last in spans:
        start, end = text.line_span(first)
        notes.skip(text, start, text.text[start:end], _READ_FROM_CODE)
        changes += [Change(*text.line_span(line)) for line in range(first, last + 1)]
    return tuple(notes.skipped), text.changed(changes)


def filled_lines(text: PlacedText) -> list[Skipped]:
    """All lines that hold anything, as lines beside a print-out."""
    notes = Notes()
    for number, line in enumerate(text.lines(), 1):
        if any(letter.isalnum() for letter in line):
            notes.skip(text, text.line_span(number)[0], line, _NO_PART)
    return notes.skipped


def joined(*parts: Sequence[Skipped]) -> tuple[Skipped, ...]:
    """Lines that are left out, in their order."""
    return tuple(sorted((each for part in parts for each in part), key=lambda each: each.line))
