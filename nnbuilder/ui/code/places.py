"""Places of a text in two countings: characters as Python counts them, and UTF-16 units as Qt does."""

import re
from bisect import bisect_right

_ODD = re.compile("\r\n|[\U00010000-\U0010ffff]")


class Places:
    """Translates places of one text; Qt also has one place for the two letters that end a line of Windows."""

    def __init__(self, text: str) -> None:
        self._offsets: list[int] = []
        self._positions: list[int] = []
        self._moves: list[int] = []
        if text.isascii() and "\r" not in text:
            return
        moved = 0
        for match in _ODD.finditer(text):
            moved += -1 if match[0] == "\r\n" else 1
            self._offsets.append(match.end())
            self._positions.append(match.end() + moved)
            self._moves.append(moved)

    def position(self, offset: int) -> int:
        """The place of Qt for one of Python."""
        found = bisect_right(self._offsets, offset)
        return offset + (self._moves[found - 1] if found else 0)

    def offset(self, position: int) -> int:
        """The place of Python for one of Qt."""
        found = bisect_right(self._positions, position)
        return position - (self._moves[found - 1] if found else 0)


def one_line_end(text: str) -> str:
    """The text with the line ends that Qt gives back."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def units(line: str, place: int) -> int:
    """A place in a line as Qt counts it, for one as Python does."""
    if line.isascii():
        return min(place, len(line))
    return sum(1 + (letter > "\uffff") for letter in line[:place])


def letters(line: str, place: int) -> int:
    """A place in a line as Python counts it, for one as Qt does."""
    if line.isascii():
        return place
    return Places(line).offset(place)
