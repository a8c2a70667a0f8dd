"""Cuts a line of Python into what editors colour; it never fails, whatever stands there."""

import keyword
import re
from typing import Literal

import msgspec

from nnbuilder.catalog.registry import LAYERS, LOSSES, OPTIMIZERS
from nnbuilder.graph.graph import GROUP

Kind = Literal["comment", "string", "number", "keyword", "constant", "layer", "call", "argument", "plain"]

PLAIN, SINGLE, DOUBLE = 0, 1, 2
"""How a line begins: as code, or inside a string of three apostrophes or quotation marks."""

_QUOTES = {SINGLE: "'''", DOUBLE: '"""'}
_KNOWN = frozenset({*LAYERS, *LOSSES, *OPTIMIZERS, GROUP, "Module", "ModuleList", "OrderedDict"})
_CONSTANTS = frozenset({"True", "False", "None", "self", "super"})
_KEYWORDS = frozenset(keyword.kwlist) - _CONSTANTS
_TOKEN = re.compile(
    r"""
      (?P<comment>\#.*)
    | (?P<triple>[rRbBfFuU]{0,2}(?:'''|\"\"\"))
    | (?P<string>[rRbBfFuU]{0,2}(?:'(?:\\.|[^'\\])*'?|"(?:\\.|[^"\\])*"?))
    | (?P<number>(?:0[xXbBoO][0-9a-fA-F_]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][+-]?\d+)?)[jJ]?)
    | (?P<name>[^\W\d]\w*)
    """,
    re.VERBOSE,
)
_CALLED = re.compile(r"\s*\(")


class Token(msgspec.Struct, frozen=True, gc=False):
    """One piece of a line."""

    start: int
    end: int
    kind: Kind


def tokens_of(line: str, state: int = PLAIN) -> tuple[list[Token], int]:
    """The pieces of a line that begins in a state, and the state in which the next one begins."""
    found: list[Token] = []
    place = 0
    if state != PLAIN:
        place = _string_end(line, 0, _QUOTES[state])
        found.append(Token(0, place, "string"))
        if not _closed(line, 0, place, _QUOTES[state]):
            return found, state
    while (match := _TOKEN.search(line, place)) is not None:
        place = match.end()
        if match.lastgroup == "triple":
            quote = match[0][-3:]
            place = _string_end(line, match.end(), quote)
            found.append(Token(match.start(), place, "string"))
            if not _closed(line, match.end(), place, quote):
                return found, SINGLE if quote == _QUOTES[SINGLE] else DOUBLE
        else:
            found.append(Token(match.start(), place, _kind(match, line)))
    return found, PLAIN


def _kind(match: re.Match[str], line: str) -> Kind:
    match match.lastgroup:
        case "comment":
            return "comment"
        case "string":
            return "string"
        case "number":
            return "number"
    word, end = match[0], match.end()
    if word in _KEYWORDS:
        return "keyword"
    if word in _CONSTANTS:
        return "constant"
    if word in _KNOWN:
        return "layer"
    if _CALLED.match(line, end):
        return "call"
    tight = line[end : end + 1] == "=" and line[end + 1 : end + 2] != "="
    return "argument" if tight and not line[: match.start()].strip(" ").endswith(".") else "plain"


def _string_end(line: str, start: int, quote: str) -> int:
    """Where a string of three marks ends in this line; the line's end where it goes on."""
    place = start
    while (found := line.find(quote, place)) >= 0:
        behind = len(line[start:found]) - len(line[start:found].rstrip("\\"))
        if behind % 2 == 0:
            return found + len(quote)
        place = found + 1
    return len(line)


def _closed(line: str, start: int, end: int, quote: str) -> bool:
    return end - start >= len(quote) and line[:end].endswith(quote)
