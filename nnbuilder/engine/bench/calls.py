"""Calling and reading members of tensors, layers, optimizers; what a call gets wrong before torch sees it."""

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from nnbuilder.engine.bench import table
from nnbuilder.engine.bench.errors import BenchError, place_of, replaced
from nnbuilder.engine.bench.files import Archive
from nnbuilder.engine.bench.passes import Pass, Tensors
from nnbuilder.engine.bench.spelling import unknown_member

MAX_LISTED = 1_000_000
"""The most numbers that become a list of Python's."""


def method(source: str, node: ast.Attribute, value: Any) -> tuple[Callable[..., Any], str]:
    """What `value.name(...)` calls, and how it is called in errors."""
    if isinstance(value, nn.Module) and isinstance(child := _parts(value).get(node.attr), nn.Module):
        return child, f"{type(child).__name__}(...)"
    kind, known = _methods(value)
    work = known.get(node.attr)
    if work is None:
        if node.attr in _readers(value):
            raise _no_call(source, node)
        if isinstance(value, list | tuple):
            raise a_list(source, node, value)
        raise unknown_member(kind, node, source, known)
    if node.attr == "tolist" and isinstance(value, torch.Tensor) and value.numel() > MAX_LISTED:
        raise BenchError(f"More than {MAX_LISTED:,} numbers make no list here.", place_of(node, source))
    return partial(work, value), f".{node.attr}"


def read_attribute(source: str, node: ast.Attribute, value: Any) -> Any:
    """What `value.name` is; raises `BenchError` where it is not in the table."""
    kind, methods = _methods(value)
    readers = _readers(value)
    if node.attr in readers:
        return readers[node.attr](value)
    if isinstance(value, nn.Module):
        parts = _parts(value)
        if node.attr in parts:
            return parts[node.attr]
        raise unknown_member(type(value).__name__, node, source, (*parts, *methods))
    if isinstance(value, tuple) and node.attr in getattr(type(value), "_fields", ("values", "indices")):
        return _of_pair(source, node, value)
    if node.attr in methods:
        raise BenchError(
            f".{node.attr} does something: it needs its parentheses.",
            place_of(node, source),
            instead=replaced(node, f"{ast.unparse(node)}()", source),
        )
    if isinstance(value, list | tuple):
        raise a_list(source, node, value)
    raise unknown_member(kind, node, source, readers)


def uncalled(path: str, node: ast.expr, source: str) -> BenchError:
    """The error of a class or function that stands where its result is meant."""
    text = ast.unparse(node)
    if path in table.LAYER_CLASSES:
        sentence = f"{text} is the class of a layer: with parentheses, {text}(...), it makes one."
    elif path in table.FUNCTIONS or path in table.PYTHON:
        sentence = f"{text} is a function: with parentheses, {text}(...), it gives a value."
    else:
        sentence = f"{text} is a module: say what of it is meant, for example torch.zeros(2, 3)."
    place = place_of(node, source)
    return BenchError(
        sentence, place, instead=replaced(node, f"{text}()", source) if "class" in sentence else ""
    )


def check(doing: str, values: Sequence[Any], named: Mapping[str, Any], node: ast.Call, source: str) -> None:
    """Raises where a call is what learners often write and torch would take for something else."""
    if doing in table.LAYER_CLASSES and any(isinstance(value, torch.Tensor) for value in values):
        text, inside = ast.unparse(node.func), ", ".join(ast.unparse(arg) for arg in node.args)
        raise BenchError(
            f"{text}(...) makes the layer; the tensor goes into a second pair of parentheses.",
            place_of(node, source),
            instead=replaced(node, f"{text}()({inside})", source),
        )
    if doing in {"list", "tuple"} and any(_long(value) for value in values):
        raise BenchError(f"More than {MAX_LISTED:,} numbers make no list here.", place_of(node, source))
    if "out" in named:
        raise BenchError("out= is not known here: give the result a name.", place_of(node, source))


def a_list(source: str, node: ast.Attribute, value: Any) -> BenchError:
    """The friendly word on a list that is asked for what only a tensor has."""
    kind = "list" if isinstance(value, list) else "tuple"
    text = ast.unparse(node.value)
    short = text if len(text) <= 60 else "..."
    member = ast.get_source_segment(source, node) or ""
    made = replaced(node.value, f"torch.tensor({text})", source)
    return BenchError(
        f"A Python {kind} is not a tensor: it has no {member[-len(node.attr) - 1 :]}. "
        f"torch.tensor({short}) makes one of it.",
        place_of(node, source),
        torch=f"'{kind}' object has no attribute '{node.attr}'",
        instead=made if node.attr in table.ATTRIBUTES or node.attr in table.METHODS else "",
    )


def _no_call(source: str, node: ast.Attribute) -> BenchError:
    """The error of a value behind a dot that is called."""
    place = place_of(node, source)
    lines = source.split("\n")
    line = lines[place.line - 1]
    empty = line[place.end :].startswith("()")
    lines[place.line - 1] = line[: place.end] + line[place.end + 2 :]
    return BenchError(
        f".{node.attr} is a value, no function: leave its parentheses out.",
        place,
        instead="\n".join(lines) if empty else "",
    )


def _long(value: Any) -> bool:
    """Whether it would make a list that nobody wants."""
    return isinstance(value, torch.Tensor) and value.dim() > 0 and len(value) > MAX_LISTED // 100


def _methods(value: Any) -> tuple[str, Mapping[str, Callable[..., Any]]]:
    match value:
        case torch.Tensor():
            return "Tensor", table.METHODS
        case nn.Module():
            return type(value).__name__, table.MODULE_METHODS
        case torch.optim.Optimizer():
            return type(value).__name__, table.OPTIMIZER_METHODS
        case np.ndarray():
            return "ndarray", table.ARRAY_METHODS
        case torch.Size():
            return "Size", {"numel": torch.Size.numel}
        case Archive() | Tensors():
            return type(value).__name__, {"keys": list}
    return type(value).__name__, {}


def _readers(value: Any) -> Mapping[str, Callable[[Any], Any]]:
    match value:
        case torch.Tensor():
            return table.ATTRIBUTES
        case np.ndarray():
            return table.ARRAY_ATTRIBUTES
        case Pass():
            return table.PASS_ATTRIBUTES
        case Archive():
            return {"files": list}
    return {}


def _of_pair(source: str, node: ast.Attribute, value: tuple[Any, ...]) -> Any:
    """`.values` and `.indices` of what `max`, `sort` and their like give."""
    if type(value) is tuple or len(value) != 2 or node.attr not in {"values", "indices"}:
        raise a_list(source, node, value)
    return value[0] if node.attr == "values" else value[1]


def _parts(module: nn.Module) -> dict[str, Any]:
    """What can be read off a layer: its parameters, buffers, layers, and the numbers it was made with."""
    numbers = {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and isinstance(value, bool | int | float | str)
    }
    return {
        **numbers,
        **dict(module.named_parameters(recurse=False)),
        **dict(module.named_buffers(recurse=False)),
        **dict(module.named_children()),
    }
