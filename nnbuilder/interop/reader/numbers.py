"""Arithmetic with limits: sums and products of numbers, lists and texts, and comparisons."""

import ast
import math
import operator
import re
from collections.abc import Callable

from nnbuilder.graph import limits
from nnbuilder.interop.reader.values import NUMBERS, Value

MAX_POWER = 64
MAX_BASE = 2**32
LARGEST = 2**63

_LONG = 1000
_MARKS = re.compile(r"%(.?)", re.DOTALL)

Number = int | float

_OPERATORS: dict[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}

_ORDERS: dict[type[ast.cmpop], Callable[[Number, Number], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}

FAILURES = (ArithmeticError, ValueError, TypeError, KeyError)
"""What working out a value can raise."""


def combined(kind: type[ast.operator], left: Value, right: Value, most: int) -> Value:
    """The value of an operation; raises one of `FAILURES`. Lists grow to `most` items."""
    if isinstance(left, NUMBERS) and isinstance(right, NUMBERS):
        return _power(left, right) if kind is ast.Pow else bounded(_OPERATORS[kind](left, right))
    if kind is ast.Mod and isinstance(left, str):
        return _formatted(left, right)
    if kind is ast.Add:
        return _joined(left, right, most)
    if kind is ast.Mult:
        several, count = (right, left) if isinstance(left, int) else (left, right)
        if not isinstance(count, int) or not isinstance(several, str | list | tuple):
            raise TypeError
        if len(several) * count > (limits.STRING_BYTES if isinstance(several, str) else most):
            raise ValueError
        return several * count
    raise TypeError


def _joined(left: Value, right: Value, most: int) -> Value:
    if isinstance(left, str) and isinstance(right, str) and len(left) + len(right) <= limits.STRING_BYTES:
        return left + right
    if isinstance(left, list) and isinstance(right, list) and len(left) + len(right) <= most:
        return left + right
    if isinstance(left, tuple) and isinstance(right, tuple) and len(left) + len(right) <= most:
        return left + right
    raise TypeError


def _formatted(text: str, values: Value) -> str:
    """A text with plain numbers and texts in the place of %d and %s."""
    given = values if isinstance(values, tuple) else (values,)
    plain = all(mark in {"d", "s", "i"} for mark in _MARKS.findall(text))
    if not plain or len(text) > _LONG or not all(isinstance(value, int | str) for value in given):
        raise TypeError
    return text % given


def _power(base: Number, exponent: Number) -> Number:
    if abs(exponent) > MAX_POWER or abs(base) > MAX_BASE:
        raise ValueError
    result = base**exponent
    if isinstance(result, complex):
        raise ValueError  # noqa: TRY004  (the types are right, the numbers are not)
    return bounded(result)


def bounded(number: Number) -> Number:
    """The number itself; raises ValueError where it is larger than any size or not finite."""
    if isinstance(number, float) and not math.isfinite(number):
        raise ValueError
    if abs(number) > LARGEST:
        raise ValueError
    return number


def compared(kind: type[ast.cmpop], left: Value, right: Value) -> bool:
    """Whether a comparison of two known values holds; raises TypeError where it has no answer."""
    if kind in {ast.Is, ast.IsNot}:
        same = left is right or (left == right and isinstance(left, bool) == isinstance(right, bool))
        return same == (kind is ast.Is)
    if kind in {ast.Eq, ast.NotEq}:
        return (left == right) == (kind is ast.Eq)
    if kind in {ast.In, ast.NotIn}:
        return _within(left, right) == (kind is ast.In)
    if isinstance(left, NUMBERS) and isinstance(right, NUMBERS):
        return _ORDERS[kind](left, right)
    raise TypeError


def _within(item: Value, whole: Value) -> bool:
    if isinstance(whole, str):
        if not isinstance(item, str):
            raise TypeError
        return item in whole
    if isinstance(whole, list | tuple | range):
        return item in whole
    if isinstance(whole, dict):
        return isinstance(item, str | int) and item in whole
    raise TypeError
