"""Which call of a line the cursor is in, and which of its arguments: what help is shown for."""

import re

import msgspec

_CALLEE = re.compile(r"(?:[A-Za-z_][\w.]*|[)\]]\s*\.\w+|\.\w+)$")
_KEYWORD = re.compile(r"\s*([A-Za-z_]\w*)\s*=(?!=)")
_CLOSING = {"(": ")", "[": "]", "{": "}"}

ROOTS = ("torch.", "nn.", "F.", "np.", "numpy.", "optim.")
"""How paths begin; anything else before a dot is a value, and what follows its method."""


class Call(msgspec.Struct, frozen=True):
    """A call around the cursor: its word as help is asked for, the argument by place or by `keyword`."""

    word: str
    place: int = 0
    keyword: str = ""


def call_at(text: str, cursor: int) -> Call | None:
    """The innermost call that the cursor is in, None where there is none."""
    opened: list[tuple[str, int]] = []
    quote = ""
    for at, letter in enumerate(text[:cursor]):
        if quote:
            quote = "" if letter == quote and text[at - 1] != "\\" else quote
        elif letter in "'\"":
            quote = letter
        elif letter in _CLOSING:
            opened.append((letter, at))
        elif letter in _CLOSING.values() and opened:
            opened.pop()
    calls = [(at, depth) for depth, (letter, at) in enumerate(opened) if letter == "("]
    for at, _ in reversed(calls):
        word = _word(text[:at])
        if word:
            return _placed(word, text[at + 1 : cursor])
    return None


def _word(before: str) -> str:
    """What is called, as help is asked for: a path of PyTorch's, a bare word, or a method behind a dot."""
    found = _CALLEE.search(before.rstrip())
    if found is None:
        return ""
    word = found[0]
    if "." not in word or (word.startswith(ROOTS) and not word.startswith(".")):
        return word
    return "." + word.rpartition(".")[2]


def _placed(word: str, inside: str) -> Call:
    """Which argument the end of an open call is; commas in brackets and in quotes are not its own."""
    parts, depth, quote = [""], 0, ""
    for letter in inside:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        depth += (letter in _CLOSING) - (letter in _CLOSING.values()) if not quote else 0
        if letter == "," and not depth and not quote:
            parts.append("")
        else:
            parts[-1] += letter
    keyword = _KEYWORD.match(parts[-1])
    return Call(word, len(parts) - 1, keyword[1] if keyword else "")
