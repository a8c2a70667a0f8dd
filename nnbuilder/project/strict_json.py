"""JSON without its loopholes: no NaN, no endless number, no key twice, no text that is no text."""

import json
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

from nnbuilder.graph import limits
from nnbuilder.graph.plain import Fault, Faults, within

_OWN_LIMIT = "source"
"""The one text that has limits of its own."""


class Refused:
    """Stands in a parsed tree where the text had something that JSON or we do not allow."""

    def __init__(self, why: str) -> None:
        self.why = why


class _Doubled(dict[str, Any]):
    """An object that had keys more than once."""

    def __init__(self, pairs: list[tuple[str, Any]], keys: set[str]) -> None:
        super().__init__(pairs)
        self.keys_twice = sorted(keys)


def decode_text(data: bytes) -> str | Fault:
    """The text of a file, or why it is none."""
    if len(data) > limits.DOCUMENT_BYTES:
        return Fault("", f"The file is larger than {limits.DOCUMENT_BYTES} bytes.", "too-large")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Fault("", f"The file is not UTF-8 text: byte {error.start} cannot be read.", "not-json")


def parse_json(faults: Faults, text: str) -> Any:
    """The values of a JSON text; what is not allowed is named with its path, None if nothing is readable."""
    if sum(map(text.count, ",[{")) > limits.VALUES:
        faults.add(Fault("", f"The file holds more than {limits.VALUES} values.", "too-large"))
        return None
    try:
        tree = json.loads(
            text,
            parse_int=_integer,
            parse_float=_number,
            parse_constant=lambda word: Refused(f"is {word}, which is no number"),
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        message = f"The file is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        faults.add(Fault("", message, "not-json", line=error.lineno))
        return None
    except RecursionError:
        faults.add(Fault("", f"The file is nested deeper than {limits.DEPTH} levels.", "too-large"))
        return None
    _check(faults, tree)
    return tree


def _integer(text: str) -> int | Refused:
    number = int(text) if len(text) <= 11 else limits.INTEGER + 1
    return number if abs(number) <= limits.INTEGER else Refused(f"is beyond {limits.INTEGER}")


def _number(text: str) -> float | Refused:
    number = float(text)
    return number if math.isfinite(number) else Refused("is beyond all numbers")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    times = Counter(key for key, _ in pairs)
    return _Doubled(pairs, {key for key, count in times.items() if count > 1})


def _check(faults: Faults, tree: Any) -> None:
    """Walks the whole tree once, without recursion."""
    todo = [("", tree, 1)]
    while todo:
        path, value, depth = todo.pop()
        if isinstance(value, dict | list) and depth > limits.DEPTH:
            faults.add(Fault(path, f"{path[:80]} is nested deeper than {limits.DEPTH} levels.", "too-large"))
        elif isinstance(value, dict):
            _check_keys(faults, path, value)
            todo.extend((within(path, key), below, depth + 1) for key, below in value.items())
        elif isinstance(value, list):
            todo.extend((within(path, index), below, depth + 1) for index, below in enumerate(value))
        elif isinstance(value, Refused):
            faults.add(Fault(path, f"{path or 'The file'} {value.why}."))
        elif isinstance(value, str):
            faults_of_text(faults, path, value)


def _check_keys(faults: Faults, path: str, found: dict[str, Any]) -> None:
    if isinstance(found, _Doubled):
        for key in found.keys_twice:
            place = within(path, key)
            faults.add(Fault(place, f"{place} is there more than once."))
    for key in found:
        faults_of_text(faults, within(path, key), key, own_limit=False)


def faults_of_text(faults: Faults, path: str, text: str, *, own_limit: bool = True) -> None:
    """Names a text that is too long or that cannot be written as UTF-8."""
    if own_limit and path == _OWN_LIMIT:
        for why in _faults_of_source(text):
            faults.add(Fault(path, f"{path} {why}.", "too-large"))
    elif len(text) * 4 > limits.STRING_BYTES and _size(text) > limits.STRING_BYTES:
        message = f"{path} is longer than {limits.STRING_BYTES} bytes."
        faults.add(Fault(path, message, "too-large"))
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        faults.add(Fault(path, f"{path} holds half a character (a lone surrogate)."))


def _faults_of_source(text: str) -> Iterator[str]:
    if _size(text) > limits.SOURCE_BYTES:
        yield f"is longer than {limits.SOURCE_BYTES} bytes"
    if text.count("\n") + 1 > limits.SOURCE_LINES:
        yield f"has more than {limits.SOURCE_LINES} lines"


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
