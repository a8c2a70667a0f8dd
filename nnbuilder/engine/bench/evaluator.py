"""Works out one line: walks its syntax tree and knows only what stands in the table."""

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from nnbuilder.engine.bench import calls, table
from nnbuilder.engine.bench.attempt import Attempt
from nnbuilder.engine.bench.errors import BenchError, place_of
from nnbuilder.engine.bench.explain import explain
from nnbuilder.engine.bench.files import Archive, Files
from nnbuilder.engine.bench.guard import Guard
from nnbuilder.engine.bench.lesson import Lesson, lesson_of
from nnbuilder.engine.bench.numbers import check_made, checked_operands
from nnbuilder.engine.bench.passes import Tensors, Tracer
from nnbuilder.engine.bench.provided import Batches
from nnbuilder.engine.bench.spelling import unknown_name, unknown_path
from nnbuilder.engine.infer import TORCH_ERRORS

MAX_STEPS = 100_000
"""The most parts that a line may have."""

MAX_DEPTH = 120
"""How deep its parts may lie in each other."""

_PRODUCTS = {"matmul", "mm", "mv", "dot", "bmm"}
"""Functions and methods that multiply as @ does."""

Provided = Mapping[str, Callable[[], Any]]
"""Names that are made when they are first used: the network, its loss, the data."""


class Evaluator:
    """Works out the parts of one source; `names` are the bench's and change with assignments.

    `lesson` is what the last product or broadcast can teach.
    """

    def __init__(
        self, source: str, names: dict[str, Any], provided: Provided, guard: Guard, files: Files
    ) -> None:
        self.source, self.names, self.provided = source, names, provided
        self._files = files.words
        self.lesson: Lesson | None = None
        self.reached: set[str] = set()
        self._guard = guard
        self._steps = 0
        self._depth = 0

    def value(self, node: ast.expr) -> Any:
        """What an expression is; raises `BenchError`."""
        self._steps += 1
        if self._steps > MAX_STEPS or self._depth > MAX_DEPTH:
            raise BenchError("This line has too many parts: split it into several.", self.place(node))
        self._guard.check_time()
        self._depth += 1
        try:
            made = self._kinds[type(node)](self, node)
            check_made(made)
            return made
        except BenchError as error:
            raise self._placed(error, node) from error
        except KeyError as error:
            if error.args != (type(node),):
                raise
            raise BenchError(self._strange(node), self.place(node)) from None
        finally:
            self._depth -= 1

    def place(self, node: ast.AST) -> Any:
        """Where it stands."""
        return place_of(node, self.source)

    def attempt(
        self,
        node: ast.expr,
        what: Callable[[], Any],
        doing: str,
        nodes: Sequence[ast.expr],
        values: Sequence[Any],
    ) -> Any:
        """Does something that torch may refuse; the refusal comes with a sentence and the place."""
        try:
            return what()
        except BenchError as error:
            raise self._placed(error, node) from error
        except (*TORCH_ERRORS, AttributeError) as error:
            raise explain(error, Attempt(self.source, node, doing, tuple(nodes), tuple(values))) from error

    def lookup(self, node: ast.Name) -> Any:
        """The value of a name."""
        if node.id in self.names:
            return self.names[node.id]
        if node.id in self.provided:
            return self.attempt(node, self.provided[node.id], node.id, (), ())
        if node.id in table.KINDS:
            return table.KINDS[node.id]
        if node.id in table.CONSTANTS or node.id in table.ROOTS or table.function_of(node.id):
            raise self._uncalled(node, table.function_of(node.id) or node.id)
        raise unknown_name(node, self.source, (*self.names, *self.provided))

    def _placed(self, error: BenchError, node: ast.expr) -> BenchError:
        if error.place.end:
            return error
        return BenchError(str(error), self.place(node), torch=error.torch, instead=error.instead)

    def _path(self, node: ast.expr) -> str | None:
        """The full path that an expression spells, if it begins with a module that nobody renamed."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id in self.names or node.id not in table.ROOTS:
            return None
        return ".".join([table.ROOTS[node.id], *reversed(parts)])

    def _constant(self, node: ast.Constant) -> Any:
        if isinstance(node.value, bytes | complex):
            raise BenchError(self._strange(node), self.place(node))
        return node.value

    def _attribute(self, node: ast.Attribute) -> Any:
        path = self._path(node)
        if path is None:
            value = self.value(node.value)
            read = partial(calls.read_attribute, self.source, node, value)
            return self.attempt(node, read, f".{node.attr}", (node.value,), (value,))
        if path in table.CONSTANTS:
            return table.CONSTANTS[path]
        if path in table.FUNCTIONS:
            raise self._uncalled(node, path)
        raise unknown_path(path, node, self.source)

    def _uncalled(self, node: ast.expr, path: str) -> BenchError:
        return calls.uncalled(path, node, self.source)

    def _call(self, node: ast.Call) -> Any:
        if any(isinstance(arg, ast.Starred) for arg in node.args) or any(
            k.arg is None for k in node.keywords
        ):
            raise BenchError(
                "* and ** before an argument are not known here: write them out.", self.place(node)
            )
        function, doing = self._callee(node.func)
        self.reached.add(doing)
        values = [self.value(arg) for arg in node.args]
        named = {keyword.arg or "": self.value(keyword.value) for keyword in node.keywords}
        calls.check(doing, values, named, node, self.source)
        made = self.attempt(node, lambda: function(*values, **named), doing, node.args, values)
        if doing.rpartition(".")[2] in _PRODUCTS:
            owner = function.args if isinstance(function, partial) else ()
            self._learn("@", [*owner, *values], made)
        return made

    def _callee(self, node: ast.expr) -> tuple[Callable[..., Any], str]:
        path = self._path(node)
        if isinstance(node, ast.Name) and node.id not in self.names and node.id not in self.provided:
            path = table.function_of(node.id)
            if path is None:
                raise unknown_name(node, self.source, (*self.names, *self.provided), call=True)
        if path is not None:
            known = self._files.get(path) or table.PYTHON.get(path) or table.FUNCTIONS.get(path)
            if known is None:
                raise unknown_path(path, node, self.source)
            return known, path
        if isinstance(node, ast.Attribute):
            return calls.method(self.source, node, self.value(node.value))
        value = self.value(node)
        if isinstance(value, nn.Module | Tracer):
            return value, f"{type(value).__name__}(...)"
        raise BenchError(f"{ast.unparse(node)[:40]} cannot be called.", self.place(node))

    def _binary(self, node: ast.BinOp) -> Any:
        sign, work = table.BINARY.get(type(node.op).__name__, ("", None))
        if work is None:
            raise BenchError(self._strange(node), self.place(node))
        left, right = self.value(node.left), self.value(node.right)
        self.allow(sign, (node.left, node.right), left, right)
        made = self.attempt(node, lambda: work(left, right), sign, (node.left, node.right), (left, right))
        self._learn(sign, [left, right], made)
        return made

    def allow(self, sign: str, nodes: tuple[ast.expr, ast.expr], left: Any, right: Any) -> None:
        """Raises where these operands are endless, or no numbers at all."""
        try:
            checked_operands(sign, left, right)
        except BenchError as error:
            wrong = nodes[0] if isinstance(left, str | np.ndarray) else nodes[1]
            raise self._placed(error, wrong) from error

    def _learn(self, sign: str, operands: Sequence[Any], made: Any) -> None:
        lesson = lesson_of(sign, operands, made)
        if lesson is not None:
            self.lesson = lesson

    def _unary(self, node: ast.UnaryOp) -> Any:
        value = self.value(node.operand)
        work = table.UNARY[type(node.op).__name__]
        return self.attempt(node, lambda: work(value), "-", (node.operand,), (value,))

    def _compare(self, node: ast.Compare) -> Any:
        left = self.value(node.left)
        if len(node.ops) > 1:
            raise BenchError("One comparison at a time: join two by &.", self.place(node))
        work = table.COMPARE.get(type(node.ops[0]).__name__)
        if work is None:
            raise BenchError(self._strange(node), self.place(node))
        right = self.value(node.comparators[0])
        pair = (node.left, node.comparators[0])
        self.allow("==", pair, left, right)
        made = self.attempt(node, lambda: work(left, right), "compare", pair, (left, right))
        self._learn("compare", [left, right], made)
        return made

    def _both(self, node: ast.BoolOp) -> Any:
        value: Any = None
        for part in node.values:
            value = self.value(part)
            truth = self.attempt(part, partial(bool, value), "and", (part,), (value,))
            if truth != isinstance(node.op, ast.And):
                return value
        return value

    def _subscript(self, node: ast.Subscript) -> Any:
        value, key = self.value(node.value), self.key(node.slice)
        self.indexable(node, value)
        return self.attempt(node, lambda: value[key], "[]", (node.value,), (value, key))

    def indexable(self, node: ast.Subscript, value: Any) -> None:
        """Raises unless parts of this value can be taken."""
        if not isinstance(
            value, torch.Tensor | np.ndarray | list | tuple | nn.Module | Archive | Tensors | Batches
        ):
            raise BenchError(f"{type(value).__name__} has no parts that [ ] could take.", self.place(node))

    def key(self, node: ast.expr) -> Any:
        """What stands between brackets."""
        if isinstance(node, ast.Slice):
            return slice(
                *(None if part is None else self.value(part) for part in (node.lower, node.upper, node.step))
            )
        if isinstance(node, ast.Tuple):
            return tuple(self.key(part) for part in node.elts)
        return self.value(node)

    def _list(self, node: ast.List | ast.Tuple) -> Any:
        values = [self.value(part) for part in node.elts]
        return tuple(values) if isinstance(node, ast.Tuple) else values

    def _strange(self, node: ast.AST) -> str:
        names = {
            ast.Lambda: "A lambda",
            ast.ListComp: "A comprehension",
            ast.GeneratorExp: "A comprehension",
            ast.DictComp: "A comprehension",
            ast.SetComp: "A comprehension",
            ast.JoinedStr: "An f-string",
            ast.IfExp: "if ... else",
            ast.Dict: "A dict",
            ast.Await: "await",
        }
        return (
            f"{names.get(type(node), 'This')} is not among what the bench knows: PyTorch's operations only."
        )

    _kinds: Mapping[type[ast.expr], Callable[..., Any]] = {
        ast.Constant: _constant,
        ast.Name: lookup,
        ast.Attribute: _attribute,
        ast.Call: _call,
        ast.BinOp: _binary,
        ast.UnaryOp: _unary,
        ast.Compare: _compare,
        ast.BoolOp: _both,
        ast.Subscript: _subscript,
        ast.List: _list,
        ast.Tuple: _list,
    }
