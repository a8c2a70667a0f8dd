"""Freezing in a text: `requires_grad_(False)` of a module, or a loop over its parameters."""

import ast

import msgspec

from nnbuilder.catalog.registry import can_learn
from nnbuilder.interop.reader.values import Chain, Instance, Layer, Value
from nnbuilder.interop.reading import ReadLayer


def freeze(value: Value, *, frozen: bool) -> None:
    """Freezes a module with all that is in it, or has training change it again."""
    seen: set[int] = set()
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        match part:
            case Layer(read=ReadLayer() as read) if can_learn(read.type):
                part.read = msgspec.structs.replace(read, frozen=frozen)
            case Chain():
                part.frozen = frozen
                waiting += [entry.module for entry in part.entries]
            case Instance():
                waiting += part.attrs.values()
            case list():
                waiting += part
            case dict():
                waiting += part.values()


def frozen_group(inner: tuple[ReadLayer, ...]) -> tuple[ReadLayer, ...] | None:
    """The layers of a group that is frozen as a whole, which then says it for them; None where it is not."""
    if not all(layer.frozen for layer in inner if can_learn(layer.type)):
        return None
    return tuple(msgspec.structs.replace(layer, frozen=False) if layer.frozen else layer for layer in inner)


def freezing_loop(statement: ast.For) -> tuple[ast.expr, bool] | None:
    """The module whose parameters a loop freezes or unfreezes, one by one; None for any other loop."""
    match statement:
        case ast.For(
            target=ast.Name(id=name) | ast.Tuple(elts=[_, ast.Name(id=name)]),
            iter=ast.Call(func=ast.Attribute(value=module, attr="parameters" | "named_parameters")),
            body=[step],
        ):
            wanted = _set_to(step, name)
            return None if wanted is None else (module, not wanted)
    return None


def _set_to(step: ast.stmt, name: str) -> bool | None:
    """What a line sets `requires_grad` of this name to."""
    match step:
        case ast.Assign(
            targets=[ast.Attribute(value=ast.Name(id=own), attr="requires_grad")],
            value=ast.Constant(value=bool(wanted)),
        ) if own == name:
            return wanted
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=ast.Name(id=own), attr="requires_grad_"), args=args)
        ) if own == name:
            return _flag(args)
    return None


def _flag(args: list[ast.expr]) -> bool | None:
    match args:
        case []:
            return True
        case [ast.Constant(value=bool(wanted))]:
            return wanted
    return None
