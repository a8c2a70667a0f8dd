"""The tokens of a text that may be broken; unlike Python's tokenizer this one never gives up."""

import keyword
import re
from collections.abc import Iterator
from typing import Literal

import msgspec

Kind = Literal["name", "keyword", "number", "string", "op", "open", "close", "quote", "strange"]

_TOKEN = re.compile(
    r"""
    (?P<blank>[ \t\f\\]+ | \#[^\n]*)
  | (?P<end>\n)
  | (?P<string>(?:[rRbBuUfF]{0,2})(?:\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''
        |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))
  | (?P<number>0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d+)?[jJ]?)
  | (?P<name>[^\W\d]\w*)
  | (?P<quote>"|')
  | (?P<open>[(\[{])
  | (?P<close>[)\]}])
  | (?P<op>\.\.\.|\*\*=?|//=?|->|::|:=|==|!=|<=|>=|<<|>>|[-+*/%@&|^=<>~.,:;])
  | (?P<strange>.)
    """,
    re.VERBOSE | re.DOTALL,
)

OPERATOR_WORDS = {
    "for",
    "in",
    "if",
    "else",
    "and",
    "or",
    "not",
    "is",
    "lambda",
    "async",
    "await",
    "as",
    "from",
}
"""Keywords that may stand between or in front of values."""

VALUE_WORDS = {"None", "True", "False"}
"""Keywords that are values."""


class Token(msgspec.Struct, frozen=True):
    """One token: from `start` to before `end`; `first` says that it is the first on its line."""

    kind: Kind
    text: str
    start: int
    end: int
    first: bool
    indent: int

    @property
    def ends_value(self) -> bool:
        """Whether a value may end here."""
        plain = self.kind in {"name", "number", "string", "close"}
        return plain or self.text in VALUE_WORDS or self.text == "..."

    @property
    def starts_value(self) -> bool:
        """Whether a value may start here, brackets aside."""
        return self.kind in {"name", "number", "string"} or self.text in VALUE_WORDS


def tokens_of(text: str) -> Iterator[Token]:
    """The tokens in order, without blanks, comments and line ends."""
    line_start = 0
    first = True
    indent = 0
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup
        if kind == "end":
            line_start, first = found.end(), True
            continue
        if kind == "blank":
            continue
        if first:
            indent = found.start() - line_start
        yield Token(_kind(kind, found.group()), found.group(), found.start(), found.end(), first, indent)
        first = False


def _kind(group: str | None, text: str) -> Kind:
    match group:
        case "name":
            return "keyword" if keyword.iskeyword(text) else "name"
        case "number" | "string" | "quote" | "open" | "close" | "op":
            return group
        case _:
            return "strange"
