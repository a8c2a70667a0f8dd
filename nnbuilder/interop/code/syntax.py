"""The places in a text where its layers are listed: the calls, and what stands between their brackets."""

import ast
import warnings
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from nnbuilder.graph.graph import GROUP
from nnbuilder.interop.code.changes import Span
from nnbuilder.interop.code.places import Lines, Placed

Kind = Literal["calls", "pairs", "entries"]
"""How layers are listed: one by one, as pairs of an OrderedDict, or as entries of a dictionary."""

Node = ast.expr | ast.stmt | ast.keyword


class Slots(msgspec.Struct, frozen=True):
    """What stands between two brackets: the layers with all that belongs to each, and their names.

    `start` is behind the opening bracket and `end` before the closing one; `of_call` says that the brackets
    are those of the Sequential itself.
    """

    kind: Kind
    items: tuple[Span, ...]
    keys: tuple[tuple[Span, str], ...]
    start: int
    end: int
    of_call: bool = False


class Syntax:
    """A text as Python reads it; raises `SyntaxError` and the like where it does not."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = Lines(text)
        self.body = _body(text)
        self._calls: dict[Span, ast.Call] = {}
        self._around: dict[ast.AST, ast.AST] = {}
        for statement in self.body:
            self._walk(statement)

    def span(self, node: Node) -> Span:
        """The characters of a part."""
        start = self._lines.of_bytes(node.lineno, node.col_offset)
        return start, self._lines.of_bytes(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def call(self, layer: Placed) -> ast.Call | None:
        """The call that a layer stands for; None where it is made otherwise."""
        return self._calls.get(layer.span)

    def held(self, call: ast.Call) -> ast.Call:
        """The call with the methods that are called on what it makes: `.requires_grad_(False)`."""
        while isinstance(dot := self._around.get(call), ast.Attribute):
            around = self._around.get(dot)
            if not isinstance(around, ast.Call) or around.func is not dot:
                break
            call = around
        return call

    def statement(self, spans: Iterable[Span]) -> ast.stmt | None:
        """The one statement of the text itself that all these places lie in."""
        wanted = tuple(spans)
        for statement in self.body:
            start, end = self.span(statement)
            if all(start <= one and two <= end for one, two in wanted):
                return statement
        return None

    def network(self) -> Span:
        """The last call of a Sequential that lies in no other one; raises `ValueError` without one."""
        found = [
            span for span, call in self._calls.items() if _called(call) == GROUP and not self._inside(call)
        ]
        if not found:
            raise ValueError("no network stands here")
        return max(found)

    def _inside(self, call: ast.Call) -> bool:
        """Whether another call of a Sequential lies around it."""
        around = self._around.get(call)
        while around is not None:
            if isinstance(around, ast.Call) and _called(around) == GROUP:
                return True
            around = self._around.get(around)
        return False

    def slots(self, layers: Sequence[Placed], group: Placed | None) -> Slots | None:
        """The brackets that list exactly these layers; None where they are made in another way."""
        calls = [call and self.held(call) for call in map(self.call, layers)]
        if not layers:
            return self._empty(group)
        parents = [self._around.get(call) if call else None for call in calls]
        first = parents[0]
        if isinstance(first, ast.Call | ast.List | ast.Tuple) and _items(first) == calls:
            return self._listed("calls", first, calls, ())
        if isinstance(first, ast.Dict) and first.values == calls:
            return self._entries(first)
        if isinstance(first, ast.Tuple | ast.List):
            pairs = self._around.get(first)
            if isinstance(pairs, ast.Tuple | ast.List) and pairs.elts == parents:
                return self._pairs(pairs, parents)
        return None

    def _walk(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            self._around[child] = node
            if isinstance(child, ast.Call):
                self._calls.setdefault(self.span(child), child)
            self._walk(child)

    def _empty(self, group: Placed | None) -> Slots | None:
        call = self.call(group) if group else None
        if call is None or call.args or call.keywords:
            return None
        return self._listed("calls", call, [], ())

    def _listed(
        self,
        kind: Kind,
        brackets: ast.Call | ast.List | ast.Tuple,
        items: Sequence[ast.expr | None],
        keys: tuple[tuple[Span, str], ...],
    ) -> Slots | None:
        start, end = self.span(brackets)
        if isinstance(brackets, ast.Call):
            if brackets.keywords:
                return None
            start = self.text.index("(", self.span(brackets.func)[1])
        spans = tuple(self.span(item) for item in items if item is not None)
        if spans and start >= spans[0][0]:
            return None  # a tuple without brackets
        return Slots(kind, spans, keys, start + 1, end - 1, isinstance(brackets, ast.Call))

    def _pairs(self, pairs: ast.Tuple | ast.List, items: Sequence[ast.AST | None]) -> Slots | None:
        keys = []
        for item in items:
            if not isinstance(item, ast.Tuple | ast.List) or len(item.elts) != 2:
                return None
            key = item.elts[0]
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                return None
            keys.append((self.span(key), key.value))
        return self._listed("pairs", pairs, pairs.elts, tuple(keys))

    def _entries(self, entries: ast.Dict) -> Slots | None:
        keys: list[tuple[Span, str]] = []
        items: list[Span] = []
        for key, value in zip(entries.keys, entries.values, strict=True):
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                return None
            keys.append((self.span(key), key.value))
            items.append((self.span(key)[0], self.span(value)[1]))
        start, end = self.span(entries)
        return Slots("entries", tuple(items), tuple(keys), start + 1, end - 1)


def _called(call: ast.Call) -> str:
    """The last part of the name that is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _items(brackets: ast.Call | ast.List | ast.Tuple) -> Sequence[ast.expr]:
    return brackets.args if isinstance(brackets, ast.Call) else brackets.elts


def _body(text: str) -> list[ast.stmt]:
    """The statements; Python's warnings about odd spelling are not for the user."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text.removeprefix("\ufeff"), filename="").body
