"""JSON without its loopholes, and the limits of a file."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from nnbuilder.graph import limits
from nnbuilder.graph.plain import Fault, Faults
from nnbuilder.project.strict_json import decode_text, parse_json


def faults_of(text: str) -> list[Fault]:
    """What is wrong with a JSON text."""
    faults = Faults()
    parse_json(faults, text)
    return faults.all()


@pytest.mark.parametrize(
    ("text", "path", "why"),
    [
        ('{"a": NaN}', "a", "is NaN"),
        ('{"a": [1, -Infinity]}', "a[1]", "is -Infinity"),
        ('{"a": 1e999}', "a", "beyond all numbers"),
        ('{"a": 2147483648}', "a", "beyond 2147483647"),
        ('{"a": -2147483648}', "a", "beyond 2147483647"),
        ('{"a": ' + "9" * 5000 + "}", "a", "beyond 2147483647"),
        ('{"a": {"b": 1, "b": 2}}', "a.b", "more than once"),
        ('{"a": "\\ud800"}', "a", "surrogate"),
        ('{"a": {"\\udfff": 1}}', 'a."\\udfff"', "surrogate"),
        ("{", "", "is not JSON"),
        ('{"a": 1}}', "", "line 1, column 9"),
        ("NaN", "", "is NaN"),
    ],
)
def test_what_json_should_not_hold_is_named(text: str, path: str, why: str) -> None:
    faults = faults_of(text)
    assert [fault.path for fault in faults] == [path]
    assert why in faults[0].message


def test_several_faults_are_named_at_once() -> None:
    assert {fault.path for fault in faults_of('{"a": NaN, "b": 1e999, "a": 3}')} == {"a", "b"}


def test_good_json_is_parsed() -> None:
    faults = Faults()
    values = {"a": [1, 2.5, None, True, "ä\U0001f600"], "b": {"c": -2147483647}}
    assert parse_json(faults, json.dumps(values)) == values
    assert faults.all() == []


def nested(depth: int) -> str:
    """Lists in lists."""
    return "[" * depth + "]" * depth


def long_text(size: int) -> str:
    """One text of so many bytes."""
    return json.dumps({"a": "x" * size})


def wide_text(size: int) -> str:
    """One text of so many bytes in characters of more than one byte."""
    return json.dumps({"a": "ä" * (size // 2) + "x" * (size % 2)}, ensure_ascii=False)


def long_source(size: int) -> str:
    """Source text of so many bytes."""
    return json.dumps({"source": "x" * size})


def source_lines(count: int) -> str:
    """Source text of so many lines."""
    return json.dumps({"source": "\n" * (count - 1)})


def long_key(size: int) -> str:
    """A key of so many bytes."""
    return json.dumps({"x" * size: 1})


def many_values(count: int) -> str:
    """So many values, as the estimate counts them."""
    return "[" + "0," * (count - 1) + "0]"


def number(value: int) -> str:
    """One whole number."""
    return json.dumps({"a": value})


@pytest.mark.parametrize(
    ("make", "limit"),
    [
        (nested, limits.DEPTH),
        (long_text, limits.STRING_BYTES),
        (wide_text, limits.STRING_BYTES),
        (long_key, limits.STRING_BYTES),
        (long_source, limits.SOURCE_BYTES),
        (source_lines, limits.SOURCE_LINES),
        (many_values, limits.VALUES),
        (number, limits.INTEGER),
    ],
    ids=lambda value: value.__name__ if callable(value) else str(value),
)
def test_limits_hold_exactly(make: Callable[[int], str], limit: int) -> None:
    assert faults_of(make(limit - 1)) == []
    assert faults_of(make(limit)) == []
    assert len(faults_of(make(limit + 1))) == 1


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_a_file_has_only_so_many_bytes(over: int) -> None:
    found = decode_text(b" " * (limits.DOCUMENT_BYTES + over))
    assert isinstance(found, Fault) == (over > 0)


def test_endless_nesting_is_refused() -> None:
    assert ["deeper" in fault.message for fault in faults_of(nested(100_000))] == [True]


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe{\0}\0", b"\x80", b"PK\x03\x04\xff", '{"a": "ä"}'.encode("latin-1"), "{}".encode("utf-16")],
)
def test_other_encodings_are_named(data: bytes) -> None:
    found = decode_text(data)
    assert isinstance(found, Fault)
    assert "UTF-8" in found.message


def test_a_plain_value_has_no_fault() -> None:
    value: Any = parse_json(Faults(), "3")
    assert value == 3
