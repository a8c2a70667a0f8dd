"""Python's own functions on known values, as a table; whatever does not fit is opaque."""

import ast
import itertools
import math
from collections.abc import Callable, Mapping, Sequence

from nnbuilder.interop.reader.machine import MOST_ITEMS, Machine
from nnbuilder.interop.reader.numbers import FAILURES, bounded, combined
from nnbuilder.interop.reader.values import NUMBERS, PLAIN, Chain, Unknown, Value

_LONGEST = 10**6
"""How far a range goes that anybody looks at."""


def builtin(machine: Machine, name: str, node: ast.Call, args: Sequence[Value]) -> Value:
    """What one of Python's functions returns for these values."""
    if name == "print":
        return None
    if any(isinstance(arg, Unknown) for arg in args):
        opaque = next((arg for arg in args if isinstance(arg, Unknown) and arg.opaque), None)
        if name == "len" and (opaque is None or opaque.why == ""):
            return _length(machine, node, args)
        return opaque or machine.computed(node, *args)
    function = _TABLE.get(name)
    words = {word.arg or "": machine.value(word.value) for word in node.keywords}
    if function is None or (name != "dict" and words.keys() - _WORDS.get(name, set())):
        return machine.opaque(node)
    try:
        return function(*args) if name in {"dict", "zip"} else function(*args, **words)
    except FAILURES:
        return machine.opaque(node)


def product(numbers: Value) -> Value:
    """The product of a list of numbers; raises one of `FAILURES`."""
    result: Value = 1
    for number in _listed(numbers):
        result = combined(ast.Mult, result, number, 0)
    return result


def _length(machine: Machine, node: ast.Call, args: Sequence[Value]) -> Value:
    written = ast.unparse(node) if len(args) == 1 else ""
    simple = len(node.args) == 1 and isinstance(node.args[0], ast.Name | ast.Attribute | ast.Subscript)
    if not simple or len(written) > 60:
        return machine.opaque(node)
    (arg,) = args
    return (
        machine.computed(node, arg)
        if isinstance(arg, Unknown) and arg.parts
        else machine.unknown(written, node)
    )


def _range(*ends: Value) -> Value:
    whole = [end for end in ends if isinstance(end, int)]
    if len(whole) != len(ends) or not 1 <= len(ends) <= 3 or any(abs(end) > _LONGEST for end in whole):
        raise ValueError
    return range(*whole)


def _listed(value: Value) -> list[Value]:
    """The items of a value; raises TypeError where it has none."""
    if isinstance(value, list | tuple | range | str | dict) and len(value) <= MOST_ITEMS:
        return list(value)
    if isinstance(value, Chain):
        return [entry.module for entry in value.entries]
    raise TypeError


def _len(value: Value) -> Value:
    return len(value) if isinstance(value, range) else len(_listed(value))


def _sorted(items: Value, reverse: Value = False) -> Value:
    if not isinstance(reverse, int):
        raise TypeError
    return sorted(_numbers([items]), reverse=bool(reverse))


def _zip(*lists: Value) -> Value:
    return [tuple(row) for row in zip(*map(_listed, lists), strict=False)]


def _enumerate(items: Value, start: Value = 0) -> Value:
    if not isinstance(start, int):
        raise TypeError
    return [(index, item) for index, item in enumerate(_listed(items), start)]


def _int(value: Value = 0) -> Value:
    if not isinstance(value, NUMBERS):
        raise TypeError
    return int(bounded(value))


def _float(value: Value = 0.0) -> Value:
    if not isinstance(value, NUMBERS):
        raise TypeError
    return float(bounded(value))


def _str(value: Value = "") -> Value:
    if not isinstance(value, int | float | str):
        raise TypeError
    return str(value)


def _sum(items: Value, start: Value = 0) -> Value:
    for item in _listed(items):
        start = combined(ast.Add, start, item, MOST_ITEMS)
    return start


def _numbers(args: Sequence[Value]) -> list[float]:
    items = _listed(args[0]) if len(args) == 1 else list(args)
    numbers = [item for item in items if isinstance(item, NUMBERS)]
    if len(numbers) != len(items) or not numbers:
        raise TypeError
    return numbers


def _round(value: Value, digits: Value = None) -> Value:
    if not isinstance(value, NUMBERS) or not (digits is None or isinstance(digits, int)):
        raise TypeError
    return round(value) if digits is None else round(value, digits)


def _dict(items: Value = ()) -> Value:
    if isinstance(items, dict):
        return dict(items)
    found: dict[object, Value] = {}
    for pair in _listed(items):
        key, value = _listed(pair)
        if not isinstance(key, str | int | float):
            raise TypeError
        found[key] = value
    return found


def _pairwise(items: Value) -> Value:
    listed = _listed(items)
    return list(itertools.pairwise(listed))


def _chain(*lists: Value) -> Value:
    found = [item for part in lists for item in _listed(part)]
    if len(found) > MOST_ITEMS:
        raise ValueError
    return found


def _filter(test: Value, items: Value) -> Value:
    if test is not None:
        raise TypeError
    return [item for item in _listed(items) if not isinstance(item, PLAIN) or item]


_TABLE: Mapping[str, Callable[..., Value]] = {
    "range": _range,
    "len": _len,
    "zip": _zip,
    "enumerate": _enumerate,
    "reversed": lambda items: _listed(items)[::-1],
    "list": lambda items=(): _listed(items),
    "tuple": lambda items=(): tuple(_listed(items)),
    "dict": _dict,
    "int": _int,
    "float": _float,
    "str": _str,
    "sum": _sum,
    "min": lambda *args: min(_numbers(args)),
    "max": lambda *args: max(_numbers(args)),
    "abs": lambda value: abs(_numbers([[value]])[0]),
    "round": _round,
    "filter": _filter,
    "sorted": _sorted,
}

_WORDS = {"enumerate": {"start"}, "zip": {"strict"}, "sorted": {"reverse"}, "sum": {"start"}}
"""The arguments by name that are read; those of dict are its items."""

MATHS: Mapping[str, Callable[..., Value]] = {
    "math.prod": product,
    "numpy.prod": product,
    "math.sqrt": lambda value: math.sqrt(_numbers([[value]])[0]),
    "math.ceil": lambda value: math.ceil(_numbers([[value]])[0]),
    "math.floor": lambda value: math.floor(_numbers([[value]])[0]),
    "itertools.pairwise": _pairwise,
    "itertools.chain": _chain,
    "itertools.chain.from_iterable": lambda items: _chain(*_listed(items)),
    "math.log2": lambda value: math.log2(_numbers([[value]])[0]),
}
"""Functions of libraries on numbers and lists."""
