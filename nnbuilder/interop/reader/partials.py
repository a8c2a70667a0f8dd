"""`functools.partial`: a function or class with some of its arguments."""

import ast

from nnbuilder.interop.reader.machine import Machine
from nnbuilder.interop.reader.values import PLAIN, Partial

PARTIAL = frozenset(("functools.partial", "partial"))


def partial_of(machine: Machine, node: ast.Call) -> Partial:
    """What a call of `partial` makes; arguments that are known are those that hold at its place."""
    args = [_as_known(machine, arg) for arg in node.args[1:]]
    words = [
        ast.copy_location(ast.keyword(word.arg, _as_known(machine, word.value)), word)
        for word in node.keywords
    ]
    return Partial(machine.value(node.args[0]), args, words)


def filled(partial: Partial, node: ast.Call) -> ast.Call:
    """The whole call that a call of it stands for."""
    given = {word.arg for word in node.keywords if word.arg is not None}
    words = [word for word in partial.words if word.arg not in given]
    call = ast.Call(node.func, [*partial.args, *node.args], [*words, *node.keywords])
    return ast.copy_location(call, node)


def _as_known(machine: Machine, node: ast.expr) -> ast.expr:
    value = machine.value(node)
    if isinstance(value, tuple | list) and all(isinstance(item, PLAIN) for item in value):
        items: list[ast.expr] = [ast.copy_location(ast.Constant(item), node) for item in value]
        return ast.copy_location(ast.Tuple(items, ast.Load()), node)
    return ast.copy_location(ast.Constant(value), node) if isinstance(value, PLAIN) else node
