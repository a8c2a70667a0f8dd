"""Python expressions as text, laid out as `ruff format` would lay them out."""

import unicodedata
from collections.abc import Sequence
from typing import Literal

import msgspec

from nnbuilder.graph.graph import ArgValue

WIDTH = 88
"""The longest line, ruff's own default."""

_INDENT = 4


class Bracket(msgspec.Struct, frozen=True):
    """What stands in brackets: a call, a tuple, a list.

    `head` is written before the opening bracket: the called name, or a keyword with its `=`. `tall` puts
    every item on a line of its own even where they would fit on one. `tail` is written behind the closing
    bracket: the call of a method on what was made.
    """

    head: str
    kind: Literal["()", "[]"]
    items: tuple["Expression", ...]
    tall: bool = False
    tail: str = ""


Expression = str | Bracket
"""Text that is never broken, or brackets with expressions in them."""


def call(name: str, items: Sequence[Expression], *, tall: bool = False) -> Bracket:
    """A call of a name."""
    return Bracket(name, "()", tuple(items), tall and bool(items))


def literal(value: ArgValue) -> Expression:
    """A value as Python writes it: numbers, True, None, quoted text, and tuples of them."""
    if isinstance(value, tuple):
        return Bracket("", "()", tuple(literal(item) for item in value))
    return quoted(value) if isinstance(value, str) else repr(value)


def keyword(name: str, value: ArgValue) -> Expression:
    """A keyword argument."""
    written = literal(value)
    if isinstance(written, str):
        return f"{name}={written}"
    return msgspec.structs.replace(written, head=f"{name}=")


def quoted(text: str) -> str:
    """Text as a literal on one line; whatever is invisible, turns text around or ends lines is escaped."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_escaped(letter, quote) for letter in text) + quote


def layout(expression: Expression, indent: int = 0, before: int = 0) -> str:
    """The expression as text; its first line starts `before` columns in, the others at least at `indent`."""
    return "\n".join(_lines(expression, indent, before, 0))


def assigned(name: str, value: Expression, indent: int = 0) -> str:
    """An assignment to a name; its first line is not indented."""
    return f"{name} = {layout(value, indent, indent + len(name) + 3)}"


def _lines(expression: Expression, indent: int, before: int, after: int) -> list[str]:
    """Its lines, the first without indentation; `before` and `after` are columns taken on first and last."""
    flat = _flat(expression)
    if isinstance(expression, str) or (not _tall(expression) and before + width(flat) + after <= WIDTH):
        return [flat]
    method, opens, rest = expression.tail.partition("(")
    first = _flat(msgspec.structs.replace(expression, tail="")) + method + opens
    if opens and not _tall(expression) and before + width(first) <= WIDTH:
        return [first, " " * (indent + _INDENT) + rest.removesuffix(")"), " " * indent + ")"]
    inside = _body(expression, indent + _INDENT)
    return [
        expression.head + expression.kind[0],
        *inside,
        f"{' ' * indent}{expression.kind[1]}{expression.tail}",
    ]


def _body(expression: Bracket, indent: int) -> list[str]:
    """The lines between the brackets: all items on one where a call allows it, else each on its own."""
    pad = " " * indent
    items = expression.items
    together = ", ".join(map(_flat, items))
    is_call = bool(expression.head) and not expression.head.endswith("=") and not expression.tall
    if is_call and not any(map(_tall, items)) and indent + width(together) <= WIDTH:
        return [pad + together]
    if is_call and len(items) == 1:
        return _indented(_lines(items[0], indent, indent, 0), pad)
    written = [_indented(_lines(item, indent, indent, 1), pad) for item in items]
    return [line for lines in written for line in (*lines[:-1], f"{lines[-1]},")]


def _indented(lines: list[str], pad: str) -> list[str]:
    return [pad + lines[0], *lines[1:]]


def _flat(expression: Expression) -> str:
    if isinstance(expression, str):
        return expression
    opening, closing = expression.kind[0], expression.kind[1]
    single = opening == "(" and len(expression.items) == 1
    comma = "," if single and (not expression.head or expression.head.endswith("=")) else ""
    inside = ", ".join(map(_flat, expression.items))
    return f"{expression.head}{opening}{inside}{comma}{closing}{expression.tail}"


def _tall(expression: Expression) -> bool:
    return not isinstance(expression, str) and (expression.tall or any(map(_tall, expression.items)))


def width(text: str) -> int:
    """How many columns a text takes in a fixed-width font."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(letter: str) -> int:
    if unicodedata.category(letter) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1


def _escaped(letter: str, quote: str) -> str:
    if letter in {quote, "\\"}:
        return "\\" + letter
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
