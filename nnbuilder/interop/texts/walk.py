"""Going through the tokens of a text with the brackets that are open, and writing down what is mended."""

from collections.abc import Sequence

import msgspec

from nnbuilder.interop.texts.placed import Change, PlacedText
from nnbuilder.interop.texts.tokens import Token
from nnbuilder.interop.texts.words import argument_named, is_layer, role_of

CLOSERS = {"(": ")", "[": "]", "{": "}"}

KINDS = {")": "parenthesis", "]": "bracket", "}": "brace"}
"""What brackets are called."""


class Slip(msgspec.Struct, frozen=True):
    """One slip: where, what was meant in a sentence, and the changes that mend it."""

    start: int
    message: str
    changes: tuple[Change, ...] = ()


class Open(msgspec.Struct):
    """A bracket that is open: its token, what is called with it, and how many values it has so far."""

    token: Token
    index: int
    name: str
    role: str
    closer: str
    place: int = 0
    keyword: str = ""
    item: int = 0
    """The token with which the present item starts."""


class Walk:
    """The tokens, the place among them, the open brackets, and the slips found so far."""

    def __init__(self, placed: PlacedText, tokens: Sequence[Token]) -> None:
        self.text = placed.text
        self.tokens = tokens
        self.extra: list[Change] = []
        """Changes that belong to a slip already written down."""
        self.closed_role = ""
        """What the bracket that was closed last belonged to."""
        self.surplus = {
            closer: sum(token.text == closer for token in tokens)
            - sum(token.text == opener for token in tokens)
            for opener, closer in CLOSERS.items()
        }
        """How many closing brackets of each kind are too many."""
        self._placed = placed
        self.at = 0
        self.stack: list[Open] = []
        self.slips: list[Slip] = []
        self.previous: Token | None = None
        """The last token that stays, None in front of the first."""
        self.item = 0
        """The token with which the present item starts where no bracket is open."""

    @property
    def token(self) -> Token:
        """The token at the present place."""
        return self.tokens[self.at]

    @property
    def top(self) -> Open | None:
        """The innermost open bracket."""
        return self.stack[-1] if self.stack else None

    def ahead(self, steps: int = 1) -> Token | None:
        """The token some steps ahead; negative steps look back."""
        index = self.at + steps
        return self.tokens[index] if 0 <= index < len(self.tokens) else None

    def text_ahead(self, steps: int = 1) -> str:
        """The text of a token ahead; empty behind the last."""
        token = self.ahead(steps)
        return token.text if token is not None else ""

    def slip(self, start: int, message: str, *changes: Change) -> None:
        """Writes a slip down."""
        self.slips.append(Slip(start, message, changes))

    def push(self, closer: str = "") -> None:
        """The token at the present place opens a bracket."""
        token = self.token
        name, dotted = self.callee()
        role = role_of(name, dotted) if name else "list"
        self.stack.append(Open(token, self.at, name, role, closer or CLOSERS[token.text], 0, "", self.at + 1))

    def callee(self) -> tuple[str, bool]:
        """The last name before the present token, where it is called, and whether a dot stands before it."""
        before = self.ahead(-1)
        if before is None or before.kind != "name":
            return "", False
        return before.text, self.text_ahead(-2) == "."

    def line_of(self, token: Token) -> int:
        """The line of a token in the original, counted from 1."""
        return self._placed.place_at(token.start)[0]

    def step(self) -> None:
        """Takes the token at the present place as it is."""
        token, top = self.token, self.top
        if token.kind == "open":
            self.push()
        elif token.kind == "close" and top is not None:
            self.pop()
        elif token.text == "," and top is not None:
            self.separate()
        elif token.text == "=" and top is not None and self.previous is not None:
            top.keyword = self.previous.text
        elif token.first and top is None:
            self.item = self.at
        self.previous = token
        self.at += 1

    def separate(self) -> None:
        """Behind the present token the next item of the innermost bracket begins."""
        if self.top is not None:
            self.top.place += 1
            self.top.keyword = ""
            self.top.item = self.at + 1

    def pop(self) -> Open:
        """The innermost bracket is closed."""
        opened = self.stack.pop()
        self.closed_role = opened.role
        return opened

    def bracket(self, opened: Open) -> str:
        """A bracket with what it belongs to and its line, in words."""
        title = self.title(opened)
        after = f" after {title}" if title else ""
        return f"opening {KINDS[opened.closer]}{after} in line {self.line_of(opened.token)}"

    def title(self, opened: Open) -> str:
        """What a bracket belongs to, as it is written."""
        if not opened.name:
            return ""
        start = self.tokens[opened.index - 1].start
        index = opened.index - 1
        while index >= 2 and self.tokens[index - 1].text == "." and self.tokens[index - 2].kind == "name":
            index -= 2
            start = self.tokens[index].start
        return self.text[start : opened.token.start].strip()

    def layer_starts(self, steps: int = 0) -> bool:
        """Whether a layer's name with a bracket stands some tokens ahead: `nn.ReLU(`, `Linear(`."""
        token = self.ahead(steps)
        if token is None or token.kind != "name":
            return False
        index = self.at + steps
        last = token
        dotted = False
        while (
            index + 2 < len(self.tokens)
            and self.tokens[index + 1].text == "."
            and self.tokens[index + 2].kind == "name"
        ):
            index += 2
            last, dotted = self.tokens[index], True
        following = self.tokens[index + 1].text if index + 1 < len(self.tokens) else ""
        known = is_layer(last.text) if dotted or last.text[:1].isupper() else False
        return known and (following == "(" or (dotted and following in {"[", "{", ",", ")", ""}))

    def shown_item(self, end: Token) -> str:
        """The item that ends with a token, as it is written, cut where it is long."""
        start = self.top.item if self.top is not None else self.item
        text = " ".join(self.text[self.tokens[min(start, self.at)].start : end.end].split())
        return text if len(text) <= 50 else "…" + text[-49:]

    def argument(self, name: str) -> bool:
        """Whether the innermost call has an argument of this name."""
        return self.top is not None and argument_named(self.top.name, name) is not None
