"""The statements of a line: values, names given to them, changes in place, and `with torch.no_grad()`."""

import ast
import keyword
from typing import Any

import torch

from nnbuilder.engine.bench import table
from nnbuilder.engine.bench.errors import BenchError
from nnbuilder.engine.bench.evaluator import Evaluator, Provided
from nnbuilder.engine.bench.files import Files
from nnbuilder.engine.bench.guard import Guard
from nnbuilder.engine.bench.lesson import Lesson
from nnbuilder.engine.bench.numbers import check_made


class Worker:
    """Does the statements of one source, one after the other; `reached` are the functions it named."""

    def __init__(
        self, source: str, names: dict[str, Any], provided: Provided, guard: Guard, files: Files
    ) -> None:
        self.notes: list[str] = []
        self._names = names
        self._evaluator = Evaluator(source, names, provided, guard, files)

    @property
    def lesson(self) -> Lesson | None:
        """What the last product or broadcast teaches."""
        return self._evaluator.lesson

    @property
    def reached(self) -> frozenset[str]:
        """The functions that were called, by their paths."""
        return frozenset(self._evaluator.reached)

    def run(self, module: ast.Module) -> tuple[Any, str]:
        """The value of the last statement, and the name that it went to or "".

        A line that is nothing but a list of numbers, perhaps with a name for it, becomes a tensor.
        """
        match module.body:
            case [ast.Expr(value=ast.List() as listed)]:
                return self._tensor(listed), ""
            case [ast.Assign(targets=[ast.Name() as target], value=ast.List() as listed)]:
                return self._assign(target, self._tensor(listed))
        value, name = None, ""
        for statement in module.body:
            value, name = self._do(statement)
        return value, name

    def _do(self, statement: ast.stmt) -> tuple[Any, str]:
        match statement:
            case ast.Expr():
                return self._evaluator.value(statement.value), ""
            case ast.Assign(targets=[target]):
                return self._assign(target, self._evaluator.value(statement.value))
            case ast.AugAssign():
                return self._change(statement)
            case ast.With():
                return self._without_gradients(statement)
            case ast.Delete():
                return self._delete(statement)
            case ast.Import() | ast.ImportFrom():
                return self._import(statement)
        raise BenchError(
            "Only expressions and  name = expression  can be typed here.", self._evaluator.place(statement)
        )

    def _tensor(self, node: ast.List) -> Any:
        """The tensor of a list that was typed or pasted; the list where it holds anything but numbers."""
        value = self._evaluator.value(node)
        if not _plain(value):
            return value
        made = self._evaluator.attempt(node, lambda: torch.tensor(value), "torch.tensor", (node,), (value,))
        self.notes.append(_made_of(node, made))
        return made

    def _assign(self, target: ast.expr, value: Any) -> tuple[Any, str]:
        match target:
            case ast.Name():
                self._may_be_named(target)
                self._names[target.id] = value
                return value, target.id
            case ast.Tuple() if isinstance(value, tuple | list) and len(value) == len(target.elts):
                for part, one in zip(target.elts, value, strict=True):
                    self._assign(part, one)
                return value, ""
            case ast.Subscript():
                return self._put(target, value), ""
            case ast.Attribute(attr="requires_grad") if isinstance(value, bool):
                self._evaluator.reached.add(".requires_grad_")
                owner = self._evaluator.value(target.value)
                if isinstance(owner, torch.Tensor):
                    self._evaluator.attempt(
                        target,
                        lambda: owner.requires_grad_(value),
                        "requires_grad",
                        (target.value,),
                        (owner,),
                    )
                    return owner, ""
            case ast.Attribute(attr="grad") if value is None:
                self._evaluator.reached.add(".zero_grad")
                owner = self._evaluator.value(target.value)
                if isinstance(owner, torch.Tensor):
                    owner.grad = None
                    return owner, ""
        raise BenchError("A value goes to a name, like  a = ...", self._evaluator.place(target))

    def _may_be_named(self, target: ast.Name) -> None:
        name = target.id
        if name in table.ROOTS or name in table.PYTHON or name.startswith("__") or keyword.iskeyword(name):
            raise BenchError(
                f"{name} is a word of Python's or PyTorch's: take another name.",
                self._evaluator.place(target),
            )

    def _put(self, target: ast.Subscript, value: Any) -> Any:
        owner, key = self._evaluator.value(target.value), self._evaluator.key(target.slice)
        if not isinstance(owner, torch.Tensor):
            raise BenchError("Only parts of a tensor can be set.", self._evaluator.place(target))

        def put() -> None:
            owner[key] = value

        self._evaluator.attempt(target, put, "[]", (target.value,), (owner, key))
        return owner

    def _change(self, statement: ast.AugAssign) -> tuple[Any, str]:
        work = table.IN_PLACE.get(type(statement.op).__name__)
        target = statement.target
        if work is None:
            raise BenchError("Only += -= *= /= change in place.", self._evaluator.place(statement))
        if not isinstance(target, ast.Name | ast.Attribute | ast.Subscript):
            raise BenchError("A value goes to a name, like  a += ...", self._evaluator.place(target))
        left, right = self._evaluator.value(target), self._evaluator.value(statement.value)
        sign = table.BINARY[type(statement.op).__name__][0]
        pair = (target, statement.value)
        self._evaluator.allow(sign, pair, left, right)
        if isinstance(left, list | tuple):  # no list is changed: one that holds itself would have no end
            work = table.BINARY[type(statement.op).__name__][1]
        made = self._evaluator.attempt(target, lambda: work(left, right), sign, pair, (left, right))
        check_made(made)
        if isinstance(target, ast.Name):
            self._names[target.id] = made
            return made, target.id
        if isinstance(target, ast.Subscript):
            return self._put(target, made), ""
        if made is left:
            return made, ""
        raise BenchError("Only a name or a tensor can be changed.", self._evaluator.place(target))

    def _without_gradients(self, statement: ast.With) -> tuple[Any, str]:
        words = [ast.unparse(item.context_expr) for item in statement.items]
        if words not in (["torch.no_grad()"], ["torch.inference_mode()"]):
            raise BenchError("with is only known for torch.no_grad().", self._evaluator.place(statement))
        value, name = None, ""
        with torch.no_grad():
            for inner in statement.body:
                value, name = self._do(inner)
        return value, name

    def _delete(self, statement: ast.Delete) -> tuple[Any, str]:
        for target in statement.targets:
            if not isinstance(target, ast.Name) or target.id not in self._names:
                raise BenchError(
                    f"There is no {ast.unparse(target)} to remove.", self._evaluator.place(target)
                )
            del self._names[target.id]
        return None, ""

    def _import(self, statement: ast.Import | ast.ImportFrom) -> tuple[Any, str]:
        """Nothing to do for what is here anyway."""
        known = {
            "import torch",
            "import torch.nn as nn",
            "from torch import nn",
            "import numpy as np",
            "import numpy",
            "import torch.nn.functional as F",
            "from torch.nn import functional as F",
        }
        if ast.unparse(statement) in known:
            return None, ""
        raise BenchError(
            "Nothing can be imported here: torch, nn, F and np are at hand.",
            self._evaluator.place(statement),
        )


def _plain(value: Any) -> bool:
    """Whether a list was meant to be numbers; text among them is, so that it is told."""
    if isinstance(value, list | tuple):
        return all(map(_plain, value))
    return isinstance(value, bool | int | float | str)


def _made_of(node: ast.List, made: torch.Tensor) -> str:
    text = ast.unparse(node)
    short = text if len(text) <= 40 else "..."
    why = {
        torch.int64: "int64, because all numbers are whole; one with a point would make it float32",
        torch.bool: "bool, because all are True or False",
    }.get(made.dtype, f"{str(made.dtype).removeprefix('torch.')}, as numbers with a point are")
    return f"A Python list is not a tensor, so torch.tensor({short}) was made of it: {why}."
