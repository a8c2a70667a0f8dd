"""Letters that chats and word processors put in place of those that Python reads."""

import re
from collections.abc import Iterator

from nnbuilder.interop.texts.placed import Change, Notes, PlacedText

_BLANKS = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_NOTHING = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_DOUBLE = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033"
_SINGLE = "\u2018\u2019\u201a\u201b\u2032\u00b4"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
_WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if not chr(code - 0xFEE0).isalnum()}

_KINDS = (
    ("blanks that are not plain ones", dict.fromkeys(_BLANKS, " ")),
    ("invisible letters", dict.fromkeys(_NOTHING, "")),
    ("curly quotes", dict.fromkeys(_DOUBLE, '"') | dict.fromkeys(_SINGLE, "'")),
    ("long dashes", dict.fromkeys(_DASHES, "-")),
    ("wide punctuation marks", _WIDE | {"\u3001": ",", "\u3002": ".", "\uff61": ".", "\uff64": ","}),
    ("an ellipsis", {"\u2026": "..."}),
)

_PLAIN_FOR = {letter: plain for _, letters in _KINDS for letter, plain in letters.items()}

_ODD = re.compile("[" + re.escape("".join(_PLAIN_FOR)) + "]")

_LEFT_ALONE = re.compile(
    r"'''.*?'''|\"\"\".*?\"\"\"|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|\#[^\n]*", re.DOTALL
)
"""Strings in plain quotes, and comments: there everything may stand."""


def has_odd_letters(text: str) -> bool:
    """Whether there is anything to make plain."""
    return _ODD.search(text) is not None


def plain_letters(text: PlacedText, notes: Notes) -> PlacedText:
    """The text with plain blanks, quotes, dashes and punctuation, and a warning for each kind."""
    found = list(_odd_letters(text.text))
    for title, letters in _KINDS:
        places = [place for place in found if text.text[place] in letters]
        if places:
            times = f" {len(places)} times" if len(places) > 1 else ""
            letter = f"U+{ord(text.text[places[0]]):04X}"
            notes.warning(
                text, places[0], f"The text holds {title} ({letter}){times}; they were read as plain ones."
            )
    return text.changed(Change(place, place + 1, _PLAIN_FOR[text.text[place]]) for place in found)


def _odd_letters(text: str) -> Iterator[int]:
    at = 0
    for alone in _LEFT_ALONE.finditer(text):
        yield from (found.start() for found in _ODD.finditer(text, at, alone.start()))
        at = alone.end()
    yield from (found.start() for found in _ODD.finditer(text, at))
