"""Reads values out of parsed JSON without stopping at the first fault."""

import json
import math
import re
from typing import Any

import msgspec

from nnbuilder.graph import limits
from nnbuilder.graph.graph import ArgValue, NodeId

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")


class Fault(msgspec.Struct, frozen=True):
    """One thing that keeps a value from being accepted: where, and why in one sentence.

    `path` is the place in the project file (`graph.nodes.n4.args.p`); `node` and `arg` name the same place
    where it belongs to a node. `code` says of which sort it is.
    """

    path: str
    message: str
    code: str = "bad-value"
    node: NodeId | None = None
    arg: str | None = None
    line: int | None = None


class Faults:
    """Collects faults, one for each path and only so many of them."""

    def __init__(self) -> None:
        self._found: dict[str, Fault] = {}
        self._more = 0

    def add(self, fault: Fault) -> None:
        """Remembers a fault unless its path has one."""
        if fault.path in self._found:
            return
        if len(self._found) < limits.FAULTS:
            self._found[fault.path] = fault
        else:
            self._more += 1

    def expected(self, path: str, expected: str, found: Any) -> None:
        """Remembers that a value is not what it should be."""
        self.add(Fault(path, f"{path} takes {expected}, not {shown(found)}."))

    def missing(self, path: str) -> None:
        """Remembers that a key is not there."""
        self.add(Fault(path, f"{path} is missing."))

    def all(self) -> list[Fault]:
        """Everything found, and how much was left out."""
        found = list(self._found.values())
        if self._more:
            found.append(Fault("", f"There are {self._more} more faults like these."))
        return found


def within(path: str, key: str | int) -> str:
    """The path of what lies under a key or an index."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    word = key if _PLAIN_KEY.fullmatch(key) else json.dumps(key[:60])
    return f"{path}.{word}" if path else word


def shown(value: Any) -> str:
    """A value as JSON would show it, cut where it is long."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple) and len(value) > 8:
        return f"a list of {len(value)}"
    try:
        text = json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        text = f"<{type(value).__name__}>"
    return text if len(text) <= 60 else text[:57] + "..."


def read_mapping(faults: Faults, value: Any, path: str) -> dict[str, Any]:
    """An object, or an empty one where it is none."""
    if isinstance(value, dict):
        return value
    faults.expected(path, "an object", value)
    return {}


def read_text(faults: Faults, value: Any, path: str) -> str:
    """Text, or an empty one where it is none."""
    if isinstance(value, str):
        return value
    faults.expected(path, "text", value)
    return ""


def read_flag(faults: Faults, value: Any, path: str) -> bool:
    """True or false, or false where it is neither."""
    if isinstance(value, bool):
        return value
    faults.expected(path, "true or false", value)
    return False


def read_number(faults: Faults, value: Any, path: str) -> float:
    """A finite number, or 0 where it is none."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    faults.expected(path, "a number", value)
    return 0.0


def read_args(faults: Faults, value: Any, path: str) -> tuple[dict[str, ArgValue], dict[str, Any]]:
    """Arguments, and beside them those whose values are deeper than any argument is."""
    args: dict[str, ArgValue] = {}
    deeper: dict[str, Any] = {}
    for name, found in read_mapping(faults, value, path).items():
        if is_scalar(found):
            args[name] = found
        elif isinstance(found, list | tuple) and all(map(is_scalar, found)):
            args[name] = tuple(found)
        else:
            deeper[name] = found
    return args, deeper


def is_scalar(value: Any) -> bool:
    """Whether a value is one of JSON's scalars."""
    return value is None or isinstance(value, bool | int | float | str)


def merged(known: dict[str, Any], extra: Any) -> dict[str, Any]:
    """An object with unknown keys put back, at any depth; what is known wins."""
    if not isinstance(extra, dict):
        return known
    whole = dict(known)
    for key, value in extra.items():
        if key not in whole:
            whole[key] = value
        elif isinstance(whole[key], dict):
            whole[key] = merged(whole[key], value)
    return whole
