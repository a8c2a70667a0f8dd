"""Whole lines: a colon that is missing, print without brackets, sentences between the code."""

import ast
import keyword
import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from nnbuilder.interop.source_tree import SourceRefused, SourceTree
from nnbuilder.interop.texts.placed import Change, Notes, PlacedText
from nnbuilder.interop.texts.walk import Slip, Walk

if TYPE_CHECKING:
    from nnbuilder.interop.texts.tokens import Token

_BLOCKS = {"class", "def", "for", "while", "if", "elif", "else", "try", "except", "finally", "with"}

_WORD = r"[^\s=(){}\[\]]*[^\W\d_][^\s=(){}\[\]]*"
_SENTENCE = re.compile(
    rf"^\s*(?:[-*•#>]+\s+|\d+[.)]\s+)?(?:{_WORD}(?:\s+{_WORD}){{2}}|[A-Z][\w'’]*(?: [\w'’]+){{0,2}}[:.!?]$)"
)
_CODE = re.compile(r"^\s*(?:nn\b|torch\b|self\b|print\b|@|#|\()")
_LONGEST_SENTENCE = 2_000
_NO_SENTENCE = "It is a sentence, not Python."


class Lines:
    """Watches where statements begin and end."""

    def __init__(self) -> None:
        self._head: Token | None = None
        self._colon = False
        self._print: Token | None = None

    def look(self, walk: Walk) -> bool:
        """Takes notice of the token at the present place."""
        token = walk.token
        if walk.stack:
            return False
        if token.first:
            self.end(walk)
            self._head, self._colon = token, False
            self._begin_print(walk)
        elif token.text == ":":
            self._colon = True
        return False

    def end(self, walk: Walk) -> None:
        """The statement before the present place is complete."""
        head, before = self._head, walk.previous
        if head is None or before is None:
            return
        if head.text in _BLOCKS and not self._colon and before.text != ":":
            message = f"A colon is missing at the end of this line: {head.text} opens a block."
            walk.slip(before.end, message, Change(before.end, before.end, ":"))
        if self._print is not None:
            walk.extra.append(Change(before.end, before.end, ")"))
        self._head = self._print = None

    def _begin_print(self, walk: Walk) -> None:
        token, following = walk.token, walk.ahead()
        if token.text != "print" or following is None or following.first or not following.starts_value:
            return
        message = "print needs parentheses: print(...)."
        walk.slip(token.start, message, Change(token.end, following.start, "("))
        self._print = token


def without_sentences(text: PlacedText, notes: Notes) -> PlacedText:
    """The text without lines of prose; only for a text that is no Python as it stands."""
    changes = []
    for number, line in enumerate(text.lines(), 1):
        if _is_sentence(line):
            start, end = text.line_span(number)
            changes.append(Change(start, end))
            notes.skip(text, start, line, _NO_SENTENCE)
    return text.changed(changes)


def _is_sentence(line: str) -> bool:
    if len(line) > _LONGEST_SENTENCE or not _SENTENCE.match(line) or _CODE.match(line):
        return False
    head = line.split(maxsplit=1)[0].rstrip(":")
    return not keyword.iskeyword(head) and fault_of(line.strip()) is not None


def quote_slips(text: str) -> Iterator[Slip]:
    """Names whose first or last quote is missing."""
    for found in re.finditer(r"([\"'])(\w[\w.-]*)(?=\s*[,:]\s*(?:torch\.)?(?:nn\.|[A-Z]\w*\())", text):
        message = f"The quote in front of {found[2][:80]} is not closed."
        yield Slip(found.start(), message, (Change(found.end(), found.end(), found[1]),))
    for found in re.finditer(r"(?<=[(\[{,])[ \t]*([A-Za-z_]\w*)([\"'])(?=\s*[,:)])", text):
        if found[1].lower() not in {"r", "b", "u", "f"}:
            message = f"A quote is missing in front of {found[1][:80]}."
            yield Slip(found.start(1), message, (Change(found.start(1), found.start(1), found[2]),))


@lru_cache(maxsize=4)
def readable(text: str) -> bool:
    """Whether Python reads a text as it stands, indented as a whole, or as a list of layers."""
    try:
        SourceTree(text)
    except SourceRefused:
        return False
    return True


def fault_of(text: str) -> Exception | None:
    """Why Python does not read a text; None where it does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text, filename="")
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            return error
    return None
