"""Letters that nobody sees: they stand in the editor as marks of one letter each, and are never obeyed.

A text from elsewhere may hold marks that turn the order of letters round or take no room, so that it reads
other than Python does. Each is shown as a letter that means nothing to Unicode, and painted as a box.
"""

import unicodedata
from collections.abc import Iterator

_CODES = (
    *range(0x200B, 0x2010),  # zero width space and joiners, marks of direction
    *range(0x202A, 0x202F),  # embeddings and overrides
    *range(0x2060, 0x2065),  # word joiner, invisible operators
    *range(0x2066, 0x206A),  # isolates
    *(0xFEFF, 0x061C, 0x00AD, 0x2028, 0x2029, 0x180E, 0x0000, 0x3164, 0x115F, 0x1160, 0xFFA0),
)
_FIRST_MARK = 0xFDD2
"""Unicode never gives the 30 code points from here a letter; Qt uses the two before for itself."""

_TO_MARK = {code: chr(_FIRST_MARK + place) for place, code in enumerate(_CODES)}
_FROM_MARK = {ord(mark): chr(code) for code, mark in _TO_MARK.items()}
_LABELS = {0x200B: "ZWSP", 0x200C: "ZWNJ", 0x200D: "ZWJ", 0x202E: "RLO", 0x202D: "LRO", 0xFEFF: "BOM"}


def veiled(text: str) -> str:
    """The text as the editor holds it, as long as it was."""
    return text if text.isascii() and "\0" not in text else text.translate(_TO_MARK)


def unveiled(text: str) -> str:
    """The text that stands in the editor."""
    return text if text.isascii() else text.translate(_FROM_MARK)


def marks_in(shown: str) -> Iterator[tuple[int, str]]:
    """The marks of a line of the editor: where, and which letter each stands for."""
    if not shown.isascii():
        for place, letter in enumerate(shown):
            if (code := ord(letter)) in _FROM_MARK:
                yield place, _FROM_MARK[code]


def label(letter: str) -> str:
    """A short name of a hidden letter, for a box of the size of a letter."""
    return _LABELS.get(ord(letter), f"{ord(letter):04X}")


def sentence(letter: str) -> str:
    """What a hidden letter is, for a tip."""
    name = unicodedata.name(letter, "control character").lower()
    return f"Hidden letter U+{ord(letter):04X}, {name}: people do not see it, Python does. Delete it."
