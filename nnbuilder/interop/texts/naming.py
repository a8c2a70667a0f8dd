"""Names that were mistyped: `nn,Linear(`, `torch0tensr`, `nn.Linear[4, 16]`."""

from nnbuilder.interop.texts.placed import Change
from nnbuilder.interop.texts.walk import Open, Walk
from nnbuilder.interop.texts.words import KNOWN, is_layer, role_of, unglued

_INSTEAD = {",", ";", ":", "::", "->", "-", "/", "|"}
"""What is typed in place of the dot between `nn` and a layer."""


def dot(walk: Walk) -> bool:
    """Something else than one dot stands between `nn` and a layer."""
    token = walk.token
    if token.text == "torch" and walk.text_ahead(2) == "nn" and walk.text_ahead(3) == ".":
        return _before_nn(walk)
    if token.text != "nn":
        return False
    for steps in (1, 2, 3):
        between = [walk.text_ahead(step) for step in range(1, steps)]
        named = walk.ahead(steps)
        if named is None or named.first:
            return False
        if named.kind == "name":
            break
    else:
        return False
    fits = (
        not between
        or (len(between) == 1 and between[0] in _INSTEAD)
        or between in ([".", "."], ["-", ">"], [":", ":"])
    )
    if not fits or not is_layer(named.text) or walk.text_ahead(steps + 1) != "(":
        return False
    written = walk.text[token.start : named.end]
    message = f"{written} is written with a dot: nn.{named.text}."
    walk.slip(token.end, message, Change(token.end, named.start, "."))
    walk.at += steps
    walk.previous = named
    walk.at += 1
    return True


def _before_nn(walk: Walk) -> bool:
    """Something else than a dot stands between `torch` and `nn`."""
    between, layer = walk.ahead(), walk.ahead(4)
    if between is None or between.text not in _INSTEAD or layer is None or not is_layer(layer.text):
        return False
    message = f"torch{between.text}nn is written with a dot: torch.nn."
    walk.slip(between.start, message, Change(between.start, between.end, "."))
    walk.previous = between
    walk.at += 2
    return False


def glued(walk: Walk) -> bool:
    """`torch0tensr`: the dot became a letter, a digit or nothing."""
    token = walk.token
    if token.kind != "name" or walk.text_ahead() not in {"(", "."} or walk.text_ahead(-1) == ".":
        return False
    known = unglued(token.text)
    if known is None:
        return False
    message = f"{token.text[:80]} does not exist. Did you mean {known}?"
    walk.slip(token.start, message, Change(token.start, token.end, known))
    return False


def bracket(walk: Walk) -> bool:
    """`nn.Linear[4, 16]`: a bracket of another kind stands behind a layer."""
    token = walk.token
    name, dotted = walk.callee()
    if token.kind != "open" or token.text == "(" or not name or (not dotted and name not in KNOWN):
        return False
    if role_of(name, dotted) != "layer" and name != "Sequential":
        return False
    written = f"{walk.text_ahead(-3)}.{name}" if dotted else name
    message = f"Behind {written} stands {token.text} in place of a parenthesis."
    walk.slip(token.start, message, Change(token.start, token.end, "("))
    walk.push(")")
    walk.previous = token
    walk.at += 1
    return True


def lacking(walk: Walk) -> bool:
    """`nn.Linear 4, 16)`: the opening bracket is missing."""
    token, following = walk.token, walk.ahead()
    if token.kind != "name" or following is None or following.kind not in {"number", "string"}:
        return False
    dotted = walk.text_ahead(-1) == "."
    if following.first or role_of(token.text, dotted) != "layer":
        return False
    if not dotted and token.text not in KNOWN:
        return False
    message = f"An opening parenthesis is missing after {token.text}."
    walk.slip(token.end, message, Change(token.end, following.start, "("))
    walk.stack.append(Open(following, walk.at + 1, token.text, "layer", ")", 0, "", walk.at + 1))
    walk.surplus[")"] -= 1
    walk.previous = None
    walk.at += 1
    return True
