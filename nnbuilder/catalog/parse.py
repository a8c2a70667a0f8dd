"""Turning typed text into argument values; small arithmetic is worked out, nothing is executed."""

import ast
import math
import operator
import warnings
from collections.abc import Callable

from nnbuilder.catalog.spec import AUTO, ArgError, ArgSpec
from nnbuilder.graph.graph import ArgValue

MAX_TEXT = 256
MAX_POWER = 64

Number = int | float

_REFUSED = (SyntaxError, ValueError, MemoryError, RecursionError, ArithmeticError, KeyError)
"""What reading a text that is no number, or too large a one, can raise."""

_WORDS = {"none": "None", "true": "True", "false": "False"}

_OPERATORS: dict[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def parse_arg(spec: ArgSpec, text: str) -> ArgValue:
    """The value that a text stands for, checked; raises `ArgError` with one sentence.

    Accepts numbers, `28*28`, `2**8`, `(2, 3)`, `2, 3`, `True`, `None`, `auto` and words of a choice.
    """
    value = _read(spec, text.strip())
    fault = spec.fault(value)
    if fault is not None:
        raise ArgError(fault)
    return value


def arithmetic(text: str) -> Number:
    """The value of a short sum, product or power of numbers; raises `ArgError` for anything else."""
    try:
        return _number(_parsed(text))
    except _REFUSED as error:
        raise ArgError(f"{text[:40]!r} is not a number.") from error


def evaluated(node: ast.expr) -> ArgValue:
    """The value of a syntax tree of numbers, True, False, None, arithmetic and tuples; raises `ArgError`."""
    try:
        return _value(node)
    except _REFUSED as error:
        raise ArgError("That is no number, or one that is too large.") from error


def _read(spec: ArgSpec, text: str) -> ArgValue:
    if spec.kind == "text":
        return text
    if text.casefold() == AUTO and spec.follows is not None:
        return AUTO
    if text in spec.choices:
        return text
    wrong = f"{spec.name} takes {spec.expects()}, not {text[:40]!r}."
    if not text or len(text) > MAX_TEXT:
        raise ArgError(wrong)
    try:
        value = _value(_parsed(_WORDS.get(text.casefold(), text)))
    except _REFUSED as error:
        raise ArgError(wrong) from error
    return _fitted(spec, value)


def _parsed(text: str) -> ast.expr:
    """The syntax tree of one expression; Python's warnings about odd spelling are not for the user."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text, mode="eval").body


def _fitted(spec: ArgSpec, value: ArgValue) -> ArgValue:
    """Lets whole floats stand for ints, ints for floats and one number for a tuple of one."""
    if spec.kind == "int" and isinstance(value, float) and value.is_integer():
        return int(value)
    if spec.kind == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if spec.kind in {"ints", "floats"} and isinstance(value, int | float) and not isinstance(value, bool):
        return (value,)
    return value


def _value(node: ast.expr) -> ArgValue:
    if isinstance(node, ast.Tuple | ast.List):
        return tuple(_value(item) for item in node.elts)
    if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool)):
        return node.value
    return _number(node)


def _number(node: ast.expr) -> Number:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        number = _number(node.operand)
        return -number if isinstance(node.op, ast.USub) else number
    if isinstance(node, ast.BinOp):
        left, right = _number(node.left), _number(node.right)
        if isinstance(node.op, ast.Pow):
            return _power(left, right)
        result = _OPERATORS[type(node.op)](left, right)
        return _bounded(result)
    raise ValueError(ast.dump(node)[:40])


def _power(base: Number, exponent: Number) -> Number:
    if abs(exponent) > MAX_POWER or abs(base) > 2**32:
        raise ValueError("too large")
    result = base**exponent
    if isinstance(result, complex):
        raise ValueError("not a real number")  # noqa: TRY004
    return _bounded(result)


def _bounded(number: Number) -> Number:
    if isinstance(number, float) and not math.isfinite(number):
        raise ValueError("not finite")
    if abs(number) > 2**63:
        raise ValueError("too large")
    return number
