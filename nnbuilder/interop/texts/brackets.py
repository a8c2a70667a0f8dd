"""Brackets that are not closed, closed twice, or closed by another kind."""

from nnbuilder.interop.texts.placed import Change
from nnbuilder.interop.texts.tokens import Token
from nnbuilder.interop.texts.walk import CLOSERS, KINDS, Open, Walk

_STATEMENTS = {"import", "from", "class", "def", "return", "while", "with", "try", "raise", "assert", "del"}
"""Words that begin a statement and stand nowhere else, but for `from`, which then stands inside a line."""

_HOLDERS = {"container", "list"}


def unclosed_layer(walk: Walk) -> bool:
    """A layer begins among the arguments of another one, so that one was not closed."""
    while walk.top is not None and walk.top.role == "layer" and walk.layer_starts():
        if walk.previous is None or (walk.top.index == walk.at - 1 and not walk.token.first):
            return False
        _close(walk, walk.pop())
        if walk.previous.text == ",":
            walk.at -= 1
            walk.separate()
            walk.at += 1
    return False


def layer_before_closer(walk: Walk) -> bool:
    """A closing bracket on a line of its own belongs to the network, not to the layer above it."""
    top, token = walk.top, walk.token
    if token.kind != "close" or not token.first or top is None or top.role != "layer":
        return False
    first = walk.tokens[top.index + 1]
    holder = walk.stack[-2] if len(walk.stack) > 1 else None
    if first.first or holder is None or holder.role not in _HOLDERS:
        return False
    if token.indent < top.token.indent and token.text == holder.closer:
        _close(walk, walk.pop())
    return False


def signature(walk: Walk) -> bool:
    """`def forward(self, x:` lacks its closing bracket."""
    token, before = walk.token, walk.previous
    if not token.first or len(walk.stack) != 1 or before is None or before.text != ":":
        return False
    opened = walk.stack[0]
    head = opened.index
    while not walk.tokens[head].first:
        head -= 1
    if walk.tokens[head].text not in {"def", "class", "if", "while", "for", "elif", "with"}:
        return False
    walk.pop()
    walk.slip(
        opened.token.start,
        f"The {walk.bracket(opened)} is not closed.",
        Change(before.start, before.start, opened.closer),
    )
    return False


def next_statement(walk: Walk) -> bool:
    """A new statement begins while brackets are open."""
    token, before = walk.token, walk.previous
    if not walk.stack or not token.first or before is None or token.indent > walk.stack[0].token.indent:
        return False
    if token.text in _STATEMENTS or _is_block(walk, before) or _is_statement(walk, before):
        _close_all(walk, before)
    return False


def closer(walk: Walk) -> bool:
    """A closing bracket that closes nothing, the wrong kind, or too early."""
    token, top = walk.token, walk.top
    if token.kind != "close":
        return False
    if top is None:
        kind = KINDS[token.text]
        shown = f"This closing {kind} closes nothing: it is one too many, or the opening one is missing."
        return _remove(walk, shown)
    if top.closer == token.text:
        return _is_too_early(walk, top) and _too_many(walk)
    return swapped(walk) or _mismatch(walk, top)


def swapped(walk: Walk) -> bool:
    """The closing bracket of one that was opened with the wrong kind."""
    token, top = walk.token, walk.top
    if top is None or top.closer == token.text or CLOSERS.get(top.token.text) != token.text:
        return False
    walk.extra.append(Change(token.start, token.end, top.closer))
    return _consume_closer(walk)


def finish(walk: Walk) -> None:
    """What is still open at the end."""
    if walk.stack and walk.previous is not None:
        _close_all(walk, walk.previous)


def _mismatch(walk: Walk, top: Open) -> bool:
    token, before = walk.token, walk.previous
    deeper = next((opened for opened in reversed(walk.stack) if opened.closer == token.text), None)
    if deeper is not None and before is not None:
        if before.kind == "close" and walk.surplus[token.text] > 0:
            return _too_many(walk)
        while walk.top is not None and walk.top is not deeper:
            _close(walk, walk.pop())
        return False
    if walk.text_ahead() == top.closer and walk.surplus[top.closer] <= 0 < walk.surplus[token.text]:
        return _too_many(walk)
    message = f"{token.text} closes the {walk.bracket(top)}, which {top.closer} closes."
    walk.slip(token.start, message, Change(token.start, token.end, top.closer))
    return _consume_closer(walk)


def _consume_closer(walk: Walk) -> bool:
    walk.pop()
    walk.previous = walk.token
    walk.at += 1
    return True


def _is_too_early(walk: Walk, top: Open) -> bool:
    """Whether more layers follow behind the bracket that closes the whole network."""
    before = walk.previous
    outer = walk.stack[-2] if len(walk.stack) > 1 else None
    if top.role not in _HOLDERS or (outer is not None and outer.role in _HOLDERS):
        return False
    if before is None or before.kind != "close" or walk.token.first:
        return False
    if walk.line_of(top.token) == walk.line_of(walk.token) and walk.surplus[walk.token.text] <= 0:
        return False
    following = walk.ahead()
    if following is None:
        return False
    if following.kind == "close":
        return following.first and following.indent <= top.token.indent and walk.surplus[following.text] > 0
    if following.text == ",":
        return walk.layer_starts(2) and walk.surplus[walk.token.text] > 0
    return following.first and following.indent > top.token.indent and walk.layer_starts(1)


def _too_many(walk: Walk) -> bool:
    before = walk.previous
    item = walk.shown_item(before) if before is not None else ""
    return _remove(walk, f"One closing {KINDS[walk.token.text]} is too many after {item}.")


def _remove(walk: Walk, message: str) -> bool:
    token = walk.token
    walk.slip(token.start, message, Change(token.start, token.end))
    walk.surplus[token.text] -= 1
    walk.at += 1
    return True


def _close(walk: Walk, opened: Open) -> None:
    """Closes a bracket behind the last value."""
    before = walk.previous
    if before is None:
        return
    at = before.start if before.text == "," else before.end
    message = f"The {walk.bracket(opened)} is not closed."
    walk.slip(opened.token.start, message, Change(at, at, opened.closer))


def _close_all(walk: Walk, before: Token) -> None:
    closers = "".join(opened.closer for opened in reversed(walk.stack))
    changes = [Change(before.end, before.end, closers)]
    while walk.stack:
        opened = walk.pop()
        walk.slip(opened.token.start, f"The {walk.bracket(opened)} is never closed.", *changes)
        changes = []


def _is_block(walk: Walk, before: Token) -> bool:
    """Whether a loop or print begins where a value is wanted, or among the arguments of a call."""
    if walk.token.text not in {"for", "if", "print"} or walk.text_ahead() in {"=", ","}:
        return False
    return not before.ends_value or walk.stack[-1].role in {"layer", "call"}


def _is_statement(walk: Walk, before: Token) -> bool:
    """Whether a line that begins with a name is a statement of its own, not one more argument."""
    token = walk.token
    if token.kind != "name" or walk.layer_starts():
        return False
    index = walk.at
    while (
        index + 2 < len(walk.tokens)
        and walk.tokens[index + 1].text == "."
        and walk.tokens[index + 2].kind == "name"
    ):
        index += 2
    following = walk.tokens[index + 1].text if index + 1 < len(walk.tokens) else ""
    if before.ends_value:
        return following in {"=", "("}
    return before.text == "," and following == "=" and walk.stack[-1].role != "call"
