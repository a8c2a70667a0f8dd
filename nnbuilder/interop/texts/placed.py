"""A text that was cut and mended, and still knows where each of its letters stood in the original."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

import msgspec

from nnbuilder.interop.reading import Skipped, SourceProblem


class Change(msgspec.Struct, frozen=True):
    """The letters from `start` to before `end` become `text`."""

    start: int
    end: int
    text: str = ""


class _Piece(msgspec.Struct, frozen=True):
    """Letters from `start` on stood at `origin` and behind it; those of a `fixed` piece are new there."""

    start: int
    origin: int
    fixed: bool = False


class PlacedText:
    """A text and the places of its letters in the text that it was made of."""

    def __init__(self, text: str, pieces: Sequence[_Piece] = (), original: Sequence[int] = ()) -> None:
        """`pieces` and line starts and end of the `original` are those of a text made of another one."""
        self.text = text
        self._pieces = pieces or (_Piece(0, 0),)
        self._piece_starts = [piece.start for piece in self._pieces]
        self._lines = _line_starts(text)
        self._original_lines = original or (*self._lines, len(text) + 1)

    def changed(self, changes: Iterable[Change]) -> "PlacedText":
        """The text with all these changes, whose places are those of this text; overlapping ones are left."""
        parts: list[str] = []
        pieces: list[_Piece] = []
        length = at = 0
        for change in sorted(changes, key=lambda each: (each.start, each.end)):
            if change.start < at:
                continue
            parts.append(self.text[at : change.start])
            self._keep(pieces, at, change.start, length)
            length += change.start - at
            if change.text:
                pieces.append(self._replaced(change, length))
                parts.append(change.text)
                length += len(change.text)
            at = change.end
        parts.append(self.text[at:])
        self._keep(pieces, at, len(self.text) + 1, length)
        return PlacedText("".join(parts), pieces, self._original_lines)

    def origin(self, offset: int) -> int:
        """Where the letter at an offset stood in the original."""
        piece = self._piece(offset)
        return piece.origin if piece.fixed else piece.origin + offset - piece.start

    def _piece(self, offset: int) -> _Piece:
        return self._pieces[max(bisect_right(self._piece_starts, offset) - 1, 0)]

    def place_at(self, offset: int) -> tuple[int, int]:
        """Line and column in the original, counted from 1, of the letter at an offset."""
        starts = self._original_lines
        origin = min(self.origin(offset), starts[-1] - 1)
        line = bisect_right(starts, origin)
        return line, origin - starts[line - 1] + 1

    def place(self, line: int, column: int) -> tuple[int, int]:
        """Line and column in the original of a line and column in this text, all counted from 1."""
        start, end = self.line_span(min(max(line, 1), len(self._lines)))
        if start == end:
            return self.place_at(start)[0], 1
        return self.place_at(self.offset(line, column))

    def end_place(self, line: int, column: int) -> tuple[int, int]:
        """The same for a place behind the last letter of something."""
        offset = self.offset(line, column)
        if offset == 0 or self._piece(offset - 1).fixed:
            return self.place_at(offset)
        line, column = self.place_at(offset - 1)
        return line, column + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column of this text, counted from 1."""
        start = self._lines[min(max(line, 1), len(self._lines)) - 1]
        return min(start + max(column, 1) - 1, len(self.text))

    def line_at(self, offset: int) -> int:
        """The line of this text, counted from 1, in which an offset lies."""
        return bisect_right(self._lines, offset)

    def line_span(self, line: int) -> tuple[int, int]:
        """Where a line of this text starts and ends, without its line end."""
        start = self._lines[line - 1]
        end = self._lines[line] - 1 if line < len(self._lines) else len(self.text)
        return start, end

    def lines(self) -> list[str]:
        """The lines of this text."""
        return self.text.split("\n")

    def _keep(self, pieces: list[_Piece], start: int, end: int, length: int) -> None:
        """Takes over the pieces of a range that stays as it is; it starts at `length` now."""
        if start >= end:
            return
        first = max(bisect_right(self._piece_starts, start) - 1, 0)
        for piece in self._pieces[first:]:
            if piece.start >= end:
                break
            begin = max(piece.start, start)
            origin = piece.origin if piece.fixed else piece.origin + begin - piece.start
            pieces.append(_Piece(length + begin - start, origin, piece.fixed))

    def _replaced(self, change: Change, length: int) -> _Piece:
        same = len(change.text) == change.end - change.start
        return _Piece(length, self.origin(change.start), fixed=not same)


class Notes:
    """What was noticed while a text was read: problems and lines left out, placed in the original."""

    def __init__(self) -> None:
        self.problems: list[SourceProblem] = []
        self.skipped: list[Skipped] = []

    def error(self, text: PlacedText, offset: int, message: str) -> None:
        """Something that keeps the text from being used."""
        self.problems.append(SourceProblem(*text.place_at(offset), message))

    def warning(self, text: PlacedText, offset: int, message: str) -> None:
        """Something that was read otherwise than it stands there."""
        self.problems.append(SourceProblem(*text.place_at(offset), message, "warning"))

    def skip(self, text: PlacedText, offset: int, shown: str, why: str) -> None:
        """A line that is left out."""
        self.skipped.append(Skipped(text.place_at(offset)[0], shown.strip()[:200], why))


def _line_starts(text: str) -> list[int]:
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts
