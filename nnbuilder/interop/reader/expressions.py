"""Expressions of a text as values: literals, names, arithmetic, items, comprehensions, f-strings."""

import ast
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence

from nnbuilder.graph import limits
from nnbuilder.interop.reader.machine import MOST_ITEMS, Machine
from nnbuilder.interop.reader.numbers import FAILURES, bounded, combined, compared
from nnbuilder.interop.reader.values import (
    NUMBERS,
    Chain,
    Flow,
    Path,
    Scope,
    Several,
    Shape,
    Unknown,
    Value,
)

BUILTINS = frozenset(
    [
        *("range", "len", "zip", "enumerate", "reversed", "sorted", "map", "filter", "any", "all"),
        *("list", "tuple", "dict", "int", "float", "str", "bool", "sum", "min", "max", "abs", "round"),
        *("super", "print", "getattr", "setattr", "isinstance"),
    ]
)
"""Python's own functions that are understood, or left out without a question."""

NO_NUMBER = "That is no number, or one that is too large."

_WRITTEN = 60
"""How long the name of an unknown value may be."""


class Expressions(Machine):
    """Works out expressions; calls and attributes are somebody else's."""

    @abstractmethod
    def call(self, node: ast.Call) -> Value:
        """What a call returns."""

    @abstractmethod
    def attribute(self, node: ast.Attribute) -> Value:
        """What an attribute of a value is."""

    @abstractmethod
    def part_of(self, whole: Several | Shape, node: ast.Subscript) -> Value:
        """An item of what a layer returns, or of a shape."""

    @abstractmethod
    def chain_of(self, chain: Chain, index: Value, node: ast.Subscript) -> Value:
        """A layer of a Sequential, or a part of it."""

    def value(self, node: ast.expr) -> Value:
        self.spend(node)
        reader = _READERS.get(type(node))
        return reader(self, node) if reader else self.opaque(node)

    def constant(self, node: ast.Constant) -> Value:
        """A literal."""
        value = node.value
        if isinstance(value, NUMBERS):
            try:
                return bounded(value)
            except ValueError:
                return self.opaque(node, NO_NUMBER)
        return self.opaque(node) if isinstance(value, bytes | complex) else value

    def lambda_(self, node: ast.Lambda) -> Value:
        """A lambda is not followed, and says so where it is wanted."""
        return self.opaque(node, "A lambda is not read: write it as a function with def.")

    def name(self, node: ast.Name) -> Value:
        """What a name stands for where it is used."""
        found = self.lookup(node.id)
        if found is not None:
            value = found[0]
            if isinstance(value, Unknown) and not value.opaque and node.id in self.answers:
                return self.answers[node.id]
            return value
        known = self.names.known(node.id)
        if known is not None:
            return Path(known)
        if node.id in BUILTINS:
            return Path(f"builtins.{node.id}")
        return "__main__" if node.id == "__name__" else self.unknown(node.id, node)

    def elements(self, items: Sequence[ast.expr]) -> list[Value]:
        """The values of expressions, among them lists with a star."""
        found: list[Value] = []
        for item in items:
            if not isinstance(item, ast.Starred):
                found.append(self.value(item))
                continue
            spread = self.items(self.value(item.value), item)
            if spread is None:
                return [*found, self.opaque(item)]
            found += spread
        return found

    def list_(self, node: ast.List | ast.Set) -> Value:
        """A list."""
        return self.elements(node.elts)

    def tuple_(self, node: ast.Tuple) -> Value:
        """A tuple."""
        return tuple(self.elements(node.elts))

    def dict_(self, node: ast.Dict) -> Value:
        """A dictionary."""
        found: dict[object, Value] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                more = self.value(value)
                if not isinstance(more, dict):
                    return self.opaque(value)
                found |= more
                continue
            name = self.value(key)
            if not isinstance(name, str | int | float):
                return self.opaque(key)
            found[name] = self.value(value)
        return found

    def operation(self, node: ast.BinOp) -> Value:
        """A sum, product or power."""
        return self.operated(node, type(node.op), self.value(node.left), self.value(node.right))

    def operated(self, node: ast.expr, kind: type[ast.operator], left: Value, right: Value) -> Value:
        """What an operator makes of two values."""
        if isinstance(left, Flow | Several) or isinstance(right, Flow | Several):
            raise self.refuse(node, _joining(left, right))
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return self.computed(node, left, right)
        if isinstance(left, Shape) or isinstance(right, Shape):
            return self.opaque(node)
        if isinstance(left, Chain) and isinstance(right, Chain) and kind is ast.Add:
            return Chain(node, [*left.entries, *right.entries])
        try:
            return combined(kind, left, right, MOST_ITEMS)
        except FAILURES:
            return self.opaque(node, NO_NUMBER)

    def unary(self, node: ast.UnaryOp) -> Value:
        """A minus, a plus or a not."""
        value = self.value(node.operand)
        if isinstance(value, Flow):
            raise self.refuse(node, "Arithmetic with a tensor is no layer of torch.nn.")
        if isinstance(value, Unknown):
            return self.computed(node, value)
        if isinstance(node.op, ast.Not):
            known = self.truth(value)
            return self.opaque(node) if known is None else not known
        if not isinstance(value, NUMBERS):
            return self.opaque(node)
        if isinstance(node.op, ast.Invert):
            return self.opaque(node)
        return -value if isinstance(node.op, ast.USub) else value

    def truth(self, value: Value) -> bool | None:
        """Whether a value counts as true; None where that is not known."""
        if isinstance(value, Unknown | Flow | Several | Shape):
            return None
        plain = isinstance(value, int | float | str | list | tuple | dict | range) or value is None
        return bool(value) if plain else True

    def comparison(self, node: ast.Compare) -> Value:
        """A comparison, also a chained one."""
        left = self.value(node.left)
        for operator, other in zip(node.ops, node.comparators, strict=True):
            right = self.value(other)
            for side in (left, right):
                if isinstance(side, Unknown):
                    return self.computed(node, left, right)
                if isinstance(side, Shape | Several):
                    return self.opaque(node)
            try:
                if not compared(type(operator), left, right):
                    return False
            except FAILURES:
                return self.opaque(node)
            left = right
        return True

    def both(self, node: ast.BoolOp) -> Value:
        """An `and` or an `or`."""
        value: Value = None
        for part in node.values:
            value = self.value(part)
            known = self.truth(value)
            if known is None:
                return self.computed(node, value)
            if known == isinstance(node.op, ast.Or):
                return value
        return value

    def choice(self, node: ast.IfExp) -> Value:
        """One of two values."""
        test = self.value(node.test)
        known = self.truth(test)
        if known is None:
            return self.computed(node, test)
        return self.value(node.body if known else node.orelse)

    def named(self, node: ast.NamedExpr) -> Value:
        """A value that is given a name on the way."""
        value = self.value(node.value)
        self.bind(node.target, value)
        return value

    def text(self, node: ast.JoinedStr) -> Value:
        """A text with values in it."""
        found: list[str] = []
        for part in node.values:
            value = self.value(part.value if isinstance(part, ast.FormattedValue) else part)
            if isinstance(value, Unknown):
                return self.computed(node, value)
            plain = isinstance(part, ast.Constant) or (
                isinstance(part, ast.FormattedValue) and part.conversion == -1 and part.format_spec is None
            )
            if not plain or not isinstance(value, int | float | str):
                return self.opaque(node)
            found.append(str(value))
        return whole if len(whole := "".join(found)) <= limits.STRING_BYTES else self.opaque(node)

    def comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp) -> Value:
        """A list made by going round."""
        found: list[Value] = []
        return self._rounds(node, lambda: found.append(self.value(node.elt)), lambda: len(found)) or found

    def table(self, node: ast.DictComp) -> Value:
        """A dictionary made by going round."""
        found: dict[object, Value] = {}

        def add() -> None:
            key = self.value(node.key)
            if isinstance(key, str | int | float):
                found[key] = self.value(node.value)

        return self._rounds(node, add, lambda: len(found)) or found

    def _rounds(
        self,
        node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp,
        add: Callable[[], None],
        count: Callable[[], int],
    ) -> Unknown | None:
        """Goes round the loops of a comprehension; what it is where that cannot be done."""
        before, self.scope = self.scope, Scope(outer=self.scope, klass=self.scope.klass, own=self.scope.own)
        try:
            for _ in self._loops(node, node.generators):
                add()
                if count() > MOST_ITEMS:
                    return self.opaque(node, "This makes too much to be read.")
        except _Stopped as stopped:
            return stopped.unknown
        finally:
            self.scope = before
        return None

    def _loops(self, node: ast.expr, loops: Sequence[ast.comprehension]) -> Iterator[None]:
        if not loops:
            yield None
            return
        first, *rest = loops
        items = self.value(first.iter)
        spread = self.items(items, first.iter)
        if spread is None:
            raise _Stopped(
                self.computed(node, items) if isinstance(items, Unknown) else self.opaque(first.iter, _LONG)
            )
        for item in spread:
            self.spend(node)
            self.bind(first.target, item)
            tests = [self.value(test) for test in first.ifs]
            wanted = [self.truth(test) for test in tests]
            if None in wanted:
                raise _Stopped(self.computed(node, *tests))
            if all(wanted):
                yield from self._loops(node, rest)

    @abstractmethod
    def bind(self, target: ast.expr, value: Value) -> None:
        """Gives a value to a name, an attribute or an item."""

    def subscript(self, node: ast.Subscript) -> Value:
        """An item or a slice of something."""
        whole = self.value(node.value)
        if isinstance(whole, Several | Shape):
            return self.part_of(whole, node)
        if isinstance(whole, Flow):
            raise self.refuse(node, "A part of a tensor is taken here, which no layer of torch.nn does.")
        if isinstance(whole, Path):
            return self.opaque(node, _PARENTHESES)
        index = self.index(node.slice)
        if isinstance(whole, Unknown):
            simple = isinstance(index, int | str) and whole.written and not whole.parts
            return (
                self.unknown(f"{whole.written}[{index!r}]"[:_WRITTEN], node)
                if simple and not whole.opaque
                else self.computed(node, whole, index)
            )
        if isinstance(index, Unknown):
            return self.computed(node, index)
        if isinstance(whole, Chain):
            return self.chain_of(whole, index, node)
        return self._item(whole, index, node)

    def _item(self, whole: Value, index: Value, node: ast.Subscript) -> Value:
        try:
            if isinstance(whole, dict) and isinstance(index, str | int | float):
                return whole[index]
            if isinstance(whole, list | tuple | str | range) and isinstance(index, int | slice):
                return whole[index]
        except (IndexError, KeyError):
            return self.opaque(node, "There is no such item.")
        return self.opaque(node)

    def index(self, node: ast.expr) -> Value:
        """What stands in brackets: a value or a slice."""
        if not isinstance(node, ast.Slice):
            return self.value(node)
        ends = [None if end is None else self.value(end) for end in (node.lower, node.upper, node.step)]
        if any(end is not None and not isinstance(end, int) for end in ends) or ends[2] == 0:
            return self.computed(node, *ends)
        return slice(*ends)


class _Stopped(Exception):  # noqa: N818
    """A comprehension cannot be gone through."""

    def __init__(self, unknown: Unknown) -> None:
        self.unknown = unknown
        super().__init__()


_LONG = "This goes round too often, or over what is no list."
_PARENTHESES = "A layer takes its arguments in parentheses, not in brackets."


def _joining(left: Value, right: Value) -> str:
    if isinstance(left, Flow | Several) and isinstance(right, Flow | Several):
        return "Two tensors are joined here (a skip connection): only a chain of layers can be drawn."
    return "Arithmetic with a tensor is no layer of torch.nn."


_READERS: Mapping[type[ast.expr], Callable[..., Value]] = {
    ast.Constant: Expressions.constant,
    ast.Name: Expressions.name,
    ast.Attribute: lambda reader, node: reader.attribute(node),
    ast.Call: lambda reader, node: reader.call(node),
    ast.Lambda: Expressions.lambda_,
    ast.List: Expressions.list_,
    ast.Set: Expressions.list_,
    ast.Tuple: Expressions.tuple_,
    ast.Dict: Expressions.dict_,
    ast.BinOp: Expressions.operation,
    ast.UnaryOp: Expressions.unary,
    ast.Compare: Expressions.comparison,
    ast.BoolOp: Expressions.both,
    ast.IfExp: Expressions.choice,
    ast.JoinedStr: Expressions.text,
    ast.NamedExpr: Expressions.named,
    ast.ListComp: Expressions.comprehension,
    ast.GeneratorExp: Expressions.comprehension,
    ast.SetComp: Expressions.comprehension,
    ast.DictComp: Expressions.table,
    ast.Subscript: Expressions.subscript,
}
"""Who works out which kind of expression; all others are opaque."""
