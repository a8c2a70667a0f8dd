"""What stands around the caret: brackets with their partners, and the call that is being written."""

import re
from collections.abc import Sequence

import msgspec

_SCAN = re.compile(
    r"""
      \#[^\n]*
    | [rRbBfFuU]{0,2}'''(?:\\.|[^\\])*?(?:'''|\Z)
    | [rRbBfFuU]{0,2}\"\"\"(?:\\.|[^\\])*?(?:\"\"\"|\Z)
    | '(?:\\.|[^'\\\n])*'?
    | "(?:\\.|[^"\\\n])*"?
    | [=!<>:+*/%-]=
    | [()\[\]{},=]
    """,
    re.VERBOSE | re.DOTALL,
)
_OPEN = {"(": ")", "[": "]", "{": "}"}
_CLOSE = {closing: opening for opening, closing in _OPEN.items()}
_NAME = re.compile(r"[\w.]*\Z")
_REACH = 20_000
"""How far back a call is looked for."""


class Call(msgspec.Struct, frozen=True):
    """A call that is not closed before the caret.

    `index` counts the argument that the caret is in, `keyword` is its name where one is written, `given` are
    the names that stand before it. `start` is the place of the bracket.
    """

    name: str
    start: int
    index: int = 0
    keyword: str = ""
    given: tuple[str, ...] = ()

    @property
    def last_name(self) -> str:
        """The name of what is called, without the module."""
        return self.name.rpartition(".")[2]


class Spot(msgspec.Struct, frozen=True):
    """Where the caret is: the calls around it from inside out, and whether a string or comment holds it.

    `direct` says that no other bracket lies between the caret and the innermost call.
    """

    calls: tuple[Call, ...] = ()
    quote: str = ""
    comment: bool = False
    direct: bool = False

    @property
    def bare(self) -> bool:
        """Whether the caret is in code."""
        return not self.quote and not self.comment


class _Open:
    """A bracket that waits for its partner."""

    def __init__(self, place: int, letter: str, name: str) -> None:
        self.place, self.letter, self.name = place, letter, name
        self.index = 0
        self.keyword = ""
        self.given: list[str] = []

    def call(self) -> Call:
        """The bracket as a call."""
        return Call(self.name, self.place, self.index, self.keyword, tuple(self.given))


def partners(text: str, place: int) -> tuple[int, int | None] | None:
    """The bracket at a place, or just before it, with its partner; None in its place where it has none.

    None as a whole where no bracket stands there, or only one inside a string.
    """
    near = [spot for spot in (place, place - 1) if text[spot : spot + 1] in {*_OPEN, *_CLOSE} and spot >= 0]
    if not near:
        return None
    pairs, wanted = _pairs(text), set(near)
    return next(((spot, pairs[spot]) for spot in near if spot in pairs and spot in wanted), None)


def balanced(text: str) -> bool:
    """Whether every bracket in code has its partner."""
    return None not in _pairs(text).values()


def opener(text: str, place: int) -> int | None:
    """The place of the bracket that one typed at a place would close."""
    waiting = _waiting(text[:place])
    return waiting[-1].place if waiting else None


def spot_at(text: str, caret: int) -> Spot:
    """What is around a caret."""
    start = max(caret - _REACH, 0)
    if start:
        start = text.find("\n", start, caret) + 1 or start
    before = text[start:caret]
    last = next((match for match in _from_last_line(before) if match.end() == len(before)), None)
    if last is not None and last[0].startswith("#"):
        return Spot(comment=True)
    quote = _open_quote(last[0]) if last is not None else ""
    waiting = _waiting(before if last is None or not quote else before[: last.start()])
    calls = tuple(one.call() for one in reversed(waiting) if one.name)
    direct = bool(waiting) and bool(waiting[-1].name)
    moved = tuple(msgspec.structs.replace(call, start=call.start + start) for call in calls)
    return Spot(moved, quote, direct=direct)


def _from_last_line(text: str) -> Sequence[re.Match[str]]:
    return list(_SCAN.finditer(text))[-1:]


def _open_quote(found: str) -> str:
    """The mark of a string that is not closed; empty where it is, or is none."""
    body = found.lstrip("rRbBfFuU")
    if not body or body[0] not in "'\"":
        return ""
    mark = body[:3] if body[:3] in {"'''", '"""'} else body[0]
    closed = len(body) >= 2 * len(mark) and body.endswith(mark) and not body[: -len(mark)].endswith("\\")
    return "" if closed else mark


def _waiting(text: str) -> list[_Open]:
    """The brackets that are open at the end of a text, the outermost first."""
    waiting: list[_Open] = []
    for match in _SCAN.finditer(text):
        letter, place = match[0], match.start()
        if letter in _OPEN:
            name = _NAME.search(text, max(place - 120, 0), place)
            waiting.append(_Open(place, letter, name[0] if name and letter == "(" else ""))
        elif letter in _CLOSE:
            if waiting and waiting[-1].letter == _CLOSE[letter]:
                waiting.pop()
        elif waiting and letter == ",":
            waiting[-1].index += 1
            waiting[-1].keyword = ""
        elif waiting and letter == "=" and waiting[-1].name:
            name = _NAME.search(text, max(place - 120, 0), len(text[:place].rstrip()))
            waiting[-1].keyword = name[0] if name else ""
            waiting[-1].given.append(waiting[-1].keyword)
    return waiting


def _pairs(text: str) -> dict[int, int | None]:
    """Every bracket in code with its partner."""
    found: dict[int, int | None] = {}
    waiting: list[tuple[int, str]] = []
    for match in _SCAN.finditer(text):
        letter, place = match[0], match.start()
        if letter in _OPEN:
            found[place] = None
            waiting.append((place, letter))
        elif letter in _CLOSE:
            found[place] = None
            if waiting and waiting[-1][1] == _CLOSE[letter]:
                partner, _ = waiting.pop()
                found[place], found[partner] = partner, place
    return found
