"""Statements of a text, followed symbolically: assignments, definitions, loops and conditions."""

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.graph.graph import GROUP
from nnbuilder.interop.names import LAZY
from nnbuilder.interop.reader.freezing import freeze, freezing_loop
from nnbuilder.interop.reader.machine import MOST_ITEMS
from nnbuilder.interop.reader.methods import lose
from nnbuilder.interop.reader.objects import Returned
from nnbuilder.interop.reader.values import (
    Chain,
    Flow,
    Instance,
    Klass,
    Layer,
    Path,
    Scope,
    Several,
    Unknown,
    Value,
)
from nnbuilder.interop.reader.ways import Jump, Ways
from nnbuilder.interop.small_classes import known_class

_CHANGING = frozenset(
    ["append", "extend", "insert", "add_module", "register_module", "update", "pop", "setattr", "reverse"]
)
"""Methods that change a list, a dictionary or a Sequential."""

TRAINING = frozenset(("backward", "zero_grad"))
"""Methods that only a training loop calls."""


_NEXT, _OUT = Jump(), Jump()


class Statements(Ways):
    """Follows statements."""

    def run(self, body: Sequence[ast.stmt]) -> Returned | Jump | None:
        for statement in body:
            ended = self.follow(statement)
            if ended is not None:
                return ended
        return None

    def follow(self, statement: ast.stmt) -> Returned | Jump | None:
        """Follows one statement; what it ends, if it does."""
        self.spend(statement)
        name = _FOLLOWERS.get(type(statement))
        follower: Callable[[ast.stmt], Returned | Jump | None] | None = getattr(self, name) if name else None
        return follower(statement) if follower else None

    def again(self, _statement: ast.Continue) -> Jump:
        """The next round of a loop."""
        return _NEXT

    def out(self, _statement: ast.Break) -> Jump:
        """The end of a loop."""
        return _OUT

    def import_(self, statement: ast.Import | ast.ImportFrom) -> None:
        """An import only gives names."""
        self.names.read_import(statement)
        for alias in statement.names:
            self.scope.values.pop(alias.asname or alias.name.partition(".")[0], None)

    def assign(self, statement: ast.Assign) -> None:
        """An assignment, to several targets too."""
        value = self.value(statement.value)
        self._change_in_place(value, statement.value)
        for target in statement.targets:
            self.bind(target, value)

    def annotated(self, statement: ast.AnnAssign) -> None:
        """An assignment with an annotation."""
        if statement.value is not None:
            self.bind(statement.target, self.value(statement.value))

    def augmented(self, statement: ast.AugAssign) -> None:
        """A change like `+=`; lists are changed in their place."""
        target = statement.target
        before, more = self.value(target), self.value(statement.value)
        whole = isinstance(statement.op, ast.Add) and isinstance(before, list)
        if whole and isinstance(more, list | tuple) and isinstance(before, list):
            if len(before) + len(more) <= MOST_ITEMS:
                before += more
                self.touched = True
            return
        self.bind(target, self.operated(statement.value, type(statement.op), before, more))

    def expression(self, statement: ast.Expr) -> None:
        """An expression for what it does; what it returns counts only where it changes a tensor in place."""
        self._change_in_place(self.value(statement.value), statement.value)

    def _change_in_place(self, after: Value, node: ast.expr) -> None:
        """Where a tensor is changed where it lies, what came out stands under all its names."""
        if not (self.forwarding and isinstance(after, Flow) and isinstance(node, ast.Call)):
            return
        target: ast.expr | None = None
        last = after.steps[-1].module if after.steps else None
        if isinstance(node.func, ast.Attribute) and node.func.attr.endswith("_"):
            target = node.func.value
        elif node.args and isinstance(last, Layer) and last.read is not None:
            target = node.args[0] if last.read.args.get("inplace") is True else None
        before = self.scope.values.get(target.id) if isinstance(target, ast.Name) else None
        if isinstance(before, Flow):
            names = [name for name, value in self.scope.values.items() if value is before]
            self.scope.values |= dict.fromkeys(names, after)

    def loop(self, statement: ast.For) -> Returned | Jump | None:
        """A loop over known items."""
        if calls(statement.body, TRAINING):
            return None
        if (found := freezing_loop(statement)) is not None:
            freeze(self.value(found[0]), frozen=found[1])
            return None
        over = self.value(statement.iter)
        if isinstance(over, Flow | Several):
            raise self.refuse(statement, "This goes through a tensor: only a chain of layers can be drawn.")
        items = None if isinstance(over, Unknown) else self.items(over, statement.iter)
        if items is None:
            return self._open_loop(statement, over)
        if not self._matters(statement.body):
            return None
        for item in items:
            self.spend(statement)
            self.bind(statement.target, item)
            ended = self.run(statement.body)
            if isinstance(ended, Returned):
                return ended
            if ended is _OUT:
                return None
        return self.run(statement.orelse)

    def _open_loop(self, statement: ast.For, over: Value) -> Returned | Jump | None:
        """A loop of which nobody knows how often it goes round: asked for where it makes layers."""
        if not (self.forwarding or self.builds([statement])):
            self.forget(statement.body)
            return None
        if not isinstance(over, Unknown) or not self.ask(over, statement.iter):
            why = over.why if isinstance(over, Unknown) and over.why else "What it goes through is not known."
            if isinstance(over, list | tuple | range):
                why = f"It goes round {len(over):,} times."
            self.fault(statement.iter, f"This loop is not followed. {why}")
            return None
        for part in ast.walk(statement.target):
            if isinstance(part, ast.Name):
                self.scope.values[part.id] = Unknown("", statement.iter, over.bases())
        return self.run(statement.body)

    def while_(self, statement: ast.While) -> Returned | Jump | None:
        """A loop as long as something known holds."""
        if not self.builds(statement.body):
            self.forget(statement.body)
            return None
        while True:
            self.spend(statement)
            known = self.truth(test := self.value(statement.test))
            if known is None and not (isinstance(test, Unknown) and self.ask(test, statement.test)):
                self.fault(statement.test, "How long this loop goes round is not known; nothing is run.")
            if not known:
                return self.run(statement.orelse) if known is False else None
            ended = self.run(statement.body)
            if isinstance(ended, Returned):
                return ended
            if ended is _OUT:
                return None

    def with_(self, statement: ast.With) -> Returned | Jump | None:
        """The lines inside a `with`."""
        for item in statement.items:
            if item.optional_vars is not None:
                self.bind(item.optional_vars, self.opaque(item.context_expr))
        return self.run(statement.body)

    def try_(self, statement: ast.Try) -> Returned | Jump | None:
        """The lines inside a `try`, as if nothing went wrong."""
        return self.run([*statement.body, *statement.orelse, *statement.finalbody])

    def return_(self, statement: ast.Return) -> Returned:
        """The end of a function."""
        return Returned(None if statement.value is None else self.value(statement.value))

    def delete(self, statement: ast.Delete) -> None:
        """Something is taken away."""
        for target in statement.targets:
            if isinstance(target, ast.Name):
                self.scope.values.pop(target.id, None)
            elif isinstance(target, ast.Subscript):
                self._delete_item(self.value(target.value), self.index(target.slice), target)

    def _delete_item(self, whole: Value, index: Value, node: ast.expr) -> None:
        items = whole.entries if isinstance(whole, Chain) else whole
        self.touched = True
        if (isinstance(items, list) and isinstance(index, slice)) or (
            isinstance(items, list) and isinstance(index, int) and -len(items) <= index < len(items)
        ):
            del items[index]
        elif isinstance(items, dict) and isinstance(index, str):
            items.pop(index, None)
        elif isinstance(whole, Chain):
            self.fault(node, "What is taken away here is not known.")
        elif isinstance(whole, list | dict):
            lose(self, whole, node)

    def function_(self, statement: ast.FunctionDef) -> None:
        """A function is only remembered."""
        self.bind(
            ast.copy_location(ast.Name(statement.name, ast.Store()), statement), self.defined(statement)
        )

    def elsewhere(self, statement: ast.Global | ast.Nonlocal) -> None:
        """Names that belong to another scope."""
        for name in statement.names:
            home = self.top if isinstance(statement, ast.Global) else self.scope.outer
            while home is not None and name not in home.values and home is not self.top:
                home = home.outer
            if home is not None and home is not self.scope:
                self.scope.homes[name] = home

    def class_(self, statement: ast.ClassDef) -> None:
        """A class of the text: one that hands on a tensor of a layer, or one of its own."""
        small = known_class(statement, self.names)
        bases = [self.value(base) for base in statement.bases]
        roots = tuple(
            base if isinstance(base, Klass) else base.dotted if isinstance(base, Path) else ""
            for base in bases
        )
        klass = Klass(statement.name, statement, roots, self.scope, small=small)
        if small is not None:
            self.called.add(statement)
        for part in statement.body if small is None else ():
            self._member_of(klass, part)
        self.scope.values[statement.name] = klass

    def _member_of(self, klass: Klass, part: ast.stmt) -> None:
        """One statement of the body of a class; names that stand above it hold in it."""
        match part:
            case ast.FunctionDef(name=name):
                klass.members[name] = self.defined(part, klass)
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                before, self.scope = self.scope, Scope(klass.members, self.scope)
                try:
                    klass.members[name] = self.value(value)
                finally:
                    self.scope = before

    def _matters(self, body: Sequence[ast.stmt]) -> bool:
        """Whether following a loop changes anything."""
        return self.forwarding or any(
            isinstance(node, _ASSIGNING) or (isinstance(node, ast.Call) and _called(node) in _CHANGING)
            for node in _walk(body)
        )

    def builds(self, body: Sequence[ast.stmt]) -> bool:
        """Whether layers are made, or put anywhere."""
        for node in _walk(body):
            if isinstance(node, ast.Call):
                name = _called(node)
                if name in LAYERS or name in LAZY or name == GROUP:
                    return True
                found = self.lookup(name)
                if found is not None and isinstance(found[0], Klass) and found[0].root().endswith("Module"):
                    return True
        return False

    def forget(self, body: Sequence[ast.stmt]) -> None:
        """What might be assigned in lines that are not followed is not known behind them."""
        for node in _walk(body):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self.scope.values[node.id] = self.unknown(node.id, node)
                continue
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in _CHANGING:
                    self._lose(name, node)
                case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                    self._lose(name, node)
                case ast.Attribute(value=ast.Name(id=name), attr=attr, ctx=ast.Store()):
                    found = self.lookup(name)
                    if found is not None and isinstance(found[0], Instance):
                        found[0].attrs[attr] = self.opaque(node, _LOST)

    def _lose(self, name: str, node: ast.expr) -> None:
        """What is changed in lines that are not followed is not known behind them."""
        found = self.lookup(name)
        if found is not None and isinstance(found[0], Chain):
            problem = self.tree.problem(node, _LOST)
            found[0].findings.problems.append(problem)
        elif found is not None and isinstance(found[0], list | dict):
            self.scope.values[name] = self.opaque(node, _LOST)


_LOST = "It is changed in lines that are not followed, as what they depend on is not known."

_ASSIGNING = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Delete)


def _walk(body: Iterable[ast.stmt]) -> Iterable[ast.AST]:
    return (node for statement in body for node in ast.walk(statement))


def _called(node: ast.Call) -> str:
    """The last part of the name of what is called."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def calls(body: Sequence[ast.stmt], names: frozenset[str]) -> bool:
    """Whether something of one of these names is called in these lines."""
    return any(isinstance(node, ast.Call) and _called(node) in names for node in _walk(body))


_FOLLOWERS: Mapping[type[ast.stmt], str] = {
    ast.Import: "import_",
    ast.ImportFrom: "import_",
    ast.Assign: "assign",
    ast.AnnAssign: "annotated",
    ast.AugAssign: "augmented",
    ast.Expr: "expression",
    ast.For: "loop",
    ast.While: "while_",
    ast.If: "condition",
    ast.Match: "match_",
    ast.Global: "elsewhere",
    ast.Nonlocal: "elsewhere",
    ast.With: "with_",
    ast.Try: "try_",
    ast.Return: "return_",
    ast.Delete: "delete",
    ast.FunctionDef: "function_",
    ast.ClassDef: "class_",
    ast.Continue: "again",
    ast.Break: "out",
}
"""Who follows which kind of statement; all others do nothing here."""
