"""What stands between and inside values: commas, decimal commas, semicolons, dots for what is left out."""

from nnbuilder.interop.texts.placed import Change
from nnbuilder.interop.texts.tokens import OPERATOR_WORDS, VALUE_WORDS, Token
from nnbuilder.interop.texts.walk import Open, Walk
from nnbuilder.interop.texts.words import argument_at, argument_named

_WORDS = {
    **dict.fromkeys(("true", "TRUE"), "True"),
    **dict.fromkeys(("false", "FALSE"), "False"),
    **dict.fromkeys(("none", "NONE", "null", "NULL"), "None"),
}


def missing_comma(walk: Walk) -> bool:
    """Two values stand side by side."""
    token, before, top = walk.token, walk.previous, walk.top
    if before is None or not _is_pair(walk, before, token):
        return False
    if top is None:
        if token.first or not walk.layer_starts():
            return False
        message = f"A comma is missing after {walk.shown_item(before)}."
        walk.slip(before.end, message, Change(before.end, before.end, ","))
    elif before.kind == "name" and walk.argument(before.text):
        walk.slip(before.end, f"= is missing after {before.text}.", Change(before.end, before.end, "="))
        top.keyword = before.text
        walk.previous = None
        return False
    elif top.role in {"layer", "call"} and not walk.layer_starts():
        _between(walk, before, token)
    else:
        message = f"A comma is missing after {walk.shown_item(before)}."
        walk.slip(before.end, message, Change(before.end, before.end, ","))
    walk.at -= 1
    walk.separate()
    walk.at += 1
    walk.previous = None
    return False


def _between(walk: Walk, before: Token, token: Token) -> None:
    message = f"A comma is missing between {before.text} and {token.text}."
    dotted = before.kind == "number" and before.text.endswith(".")
    start = before.end - dotted
    walk.slip(before.end, message, Change(start, before.end, ","))


def _is_pair(walk: Walk, before: Token, token: Token) -> bool:
    if token.kind == "open":
        inside = walk.top is not None and walk.top.role in {"list", "container"}
        return token.text == "(" and before.kind == "close" and walk.closed_role == "list" and inside
    if not before.ends_value or not token.starts_value or before.text in OPERATOR_WORDS:
        return False
    if before.kind == "keyword" and before.text not in VALUE_WORDS:
        return False
    return not (before.kind == "string" and token.kind == "string")


def decimal_comma(walk: Walk) -> bool:
    """`0,5` where a broken number is wanted."""
    token, before, following, top = walk.token, walk.previous, walk.ahead(), walk.top
    if token.text != "," or top is None or before is None or following is None:
        return False
    if not (before.text.isdecimal() and following.text.isdecimal()):
        return False
    adjacent = before.end == token.start and token.end == following.start
    if not (_wants_keyword(walk, top) if top.keyword else adjacent and _wants_place(top)):
        return False
    number = f"{before.text}.{following.text}"
    message = f"A decimal number is written with a dot: {number}, not {before.text},{following.text}."
    walk.slip(token.start, message, Change(token.start, following.start, "."))
    walk.previous = following
    walk.at += 2
    return True


def _wants_keyword(walk: Walk, top: Open) -> bool:
    """Whether behind `p=0` a bare number can only be the rest of this one."""
    if top.role == "list" or walk.text_ahead(2) not in {",", ")"}:
        return False
    arg = argument_named(top.name, top.keyword)
    return arg is None or arg.kind == "float"


def _wants_place(top: Open) -> bool:
    arg, after = argument_at(top.name, top.place), argument_at(top.name, top.place + 1)
    if top.role != "layer" or arg is None or arg.kind != "float":
        return False
    return after is None or after.kind not in {"int", "float"}


def separator(walk: Walk) -> bool:
    """A semicolon between values, or something else than = behind the name of an argument."""
    token, before, top = walk.token, walk.previous, walk.top
    if top is None or before is None or token.kind != "op":
        return False
    if token.text == ";":
        message = "Values are separated by commas, not by semicolons."
        walk.slip(token.start, message, Change(token.start, token.end, ","))
        walk.separate()
        walk.previous = None
        walk.at += 1
        return True
    if top.role == "layer" and token.text in {":", "==", ":="} and walk.argument(before.text):
        message = f"The value of {before.text} stands behind =, not behind {token.text}."
        walk.slip(token.start, message, Change(token.start, token.end, "="))
        top.keyword = before.text
        walk.previous = token
        walk.at += 1
        return True
    return False


def extra_comma(walk: Walk) -> bool:
    """A comma that separates nothing."""
    token, before = walk.token, walk.previous
    if token.text != "," or walk.top is None or walk.ahead(-1) is not before or before is None:
        return False
    if before.text != "," and before.kind != "open":
        return False
    walk.slip(token.start, "This comma is one too many.", Change(token.start, token.end))
    walk.top.item = walk.at + 1
    walk.at += 1
    return True


def dots(walk: Walk) -> bool:
    """Three dots in place of layers."""
    token, before, top = walk.token, walk.previous, walk.top
    if token.text != "...":
        return False
    last = walk.ahead() is None
    if top is None:
        stub = before is not None and before.text == ":"
        if stub or not token.first or not (last or token.indent == 0):
            return False
    elif top.role == "call":
        return False
    end = token.end
    following = walk.ahead()
    drops_comma = following is not None and following.text == ","
    if drops_comma and following is not None:
        end = following.end
    message = "Three dots stand here in place of something: what they stand for is not in this text."
    walk.slip(token.start, message, Change(token.start, end))
    walk.at += 2 if drops_comma else 1
    return True


def word(walk: Walk) -> bool:
    """`true` and `none` as other languages write them."""
    token, before, top = walk.token, walk.previous, walk.top
    if token.text not in _WORDS or top is None or top.role != "layer" or before is None:
        return False
    if before.text not in {"=", ",", "("}:
        return False
    right = _WORDS[token.text]
    message = f"Python writes {right}, not {token.text}."
    walk.slip(token.start, message, Change(token.start, token.end, right))
    return False


def dot_for_comma(walk: Walk) -> bool:
    """`nn.Linear(4, 16).` in front of `nn.ReLU()`."""
    token, before = walk.token, walk.previous
    if token.text != "." or before is None or before.text != ")" or not walk.layer_starts(1):
        return False
    if walk.text_ahead() != "nn":
        return False
    message = f"A comma belongs here, not a dot, after {walk.shown_item(before)}."
    walk.slip(token.start, message, Change(token.start, token.end, ","))
    walk.separate()
    walk.previous = None
    walk.at += 1
    return True


def quote(walk: Walk) -> bool:
    """A quote that begins nothing."""
    token = walk.token
    if token.kind == "quote":
        message = "This quote has no other one on its line."
        walk.slip(token.start, message, Change(token.start, token.end))
        walk.at += 1
        return True
    if token.kind == "strange":
        message = f"{token.text} stands in no Python text outside of quotes."
        walk.slip(token.start, message, Change(token.start, token.end))
        walk.at += 1
        return True
    return False
