"""Which networks a text holds: what it assigns, what it writes down alone, and classes that nobody calls."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nnbuilder.catalog.registry import LAYERS, LOSSES
from nnbuilder.graph.graph import GROUP
from nnbuilder.interop.names import class_of
from nnbuilder.interop.reader.calls import no_layer
from nnbuilder.interop.reader.forward import Forwards
from nnbuilder.interop.reader.machine import Enough
from nnbuilder.interop.reader.objects import Returned
from nnbuilder.interop.reader.values import (
    PLAIN,
    Chain,
    Entry,
    Findings,
    Function,
    Instance,
    Klass,
    Layer,
    Path,
    Scope,
    Stranger,
    Unknown,
    Value,
)
from nnbuilder.interop.reader.ways import Jump
from nnbuilder.interop.reading import Skipped
from nnbuilder.interop.spelling import meant
from nnbuilder.interop.unreadable import Unreadable

_NO_NETWORK = "This is no part of a network, and nothing is run."
_UNKNOWN = "What this gives is not known, as nothing is run."
_TRAINING = "A loop like this is not run: the program trains by itself."


@dataclass(slots=True)
class Candidate:
    """A network of a text with what the text calls it; a local one stands inside a function."""

    name: str
    value: Value
    line: int
    local: bool = False


class Networks(Forwards):
    """Follows a whole text and finds its networks."""

    def read(self, body: Sequence[ast.stmt]) -> None:
        """Follows everything."""
        self.found: list[Candidate] = []
        self.bare: list[Entry] = []
        self._handed: list[tuple[ast.stmt, Entry]] = []
        self.skipped: list[Skipped] = []
        self.odd: list[Stranger] = []
        self._pieces: dict[str, Value] = {}
        self._options: dict[str, Value] = {}
        self._defined: list[Klass | Function] = []
        self._followed_count = 0
        for statement in body:
            try:
                self.follow(statement)
            except Unreadable as error:
                self.findings.problems.append(error.problem)
                if isinstance(error, Enough):
                    return
        self._pieced_together()
        self._call_the_rest()

    def handed_over(self, node: ast.Call) -> list[Value]:
        values = super().handed_over(node)
        items = [*node.args, *(word.value for word in node.keywords)]
        made = [
            (value, item) for value, item in zip(values, items, strict=True) if isinstance(item, ast.Call)
        ]
        whole = self._statement
        self._handed += [(whole, Entry("", value, item)) for value, item in made if _is_network(value)]
        return values

    def follow(self, statement: ast.stmt) -> Returned | Jump | None:
        if self.scope is not self.top:
            return super().follow(statement)
        self._followed_count += 1
        self._statement = statement
        before, self.touched = self._followed_count, False
        ended = super().follow(statement)
        why = self._why_left_out(statement, before)
        if why:
            self._skip(statement, why)
        match statement:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                defined = self.top.values.get(name)
                if isinstance(defined, Klass | Function):
                    self._defined.append(defined)
        return ended

    def _skip(self, statement: ast.stmt, why: str) -> None:
        self.skipped.append(Skipped(self.tree.place(statement)[0], self.tree.text_at(statement), why))

    def _why_left_out(self, statement: ast.stmt, before: int) -> str:
        """Why a statement gave nothing; empty where it did."""
        match statement:
            case (
                ast.Assign(targets=[target, *_], value=value)
                | ast.AnnAssign(target=target, value=ast.expr() as value)
            ):
                known = self.lookup(target.id) if isinstance(target, ast.Name) else None
                if (
                    isinstance(value, ast.Call | ast.Attribute | ast.Subscript | ast.Await)
                    and known is not None
                ):
                    return _UNKNOWN if isinstance(known[0], Unknown) else ""
                return ""
            case ast.For() | ast.While() if not self.touched and before == self._followed_count:
                return _TRAINING
            case ast.If() | ast.Match() if statement in self.undecided:
                return _UNKNOWN
            case ast.AsyncFunctionDef() | ast.Assert() | ast.Raise():
                return _NO_NETWORK
        return ""

    def expression(self, statement: ast.Expr) -> None:
        node = statement.value
        if self.scope is not self.top:
            super().expression(statement)
            return
        if isinstance(node, ast.Constant):
            return
        if isinstance(node, ast.Tuple | ast.List | ast.ListComp):
            taken = self._several(node)
        else:
            value = self.value(node)
            self._option(node)
            taken = self.touched or self._alone(value, node)
        if not taken:
            self._skip(statement, _NO_NETWORK)

    def _several(self, node: ast.Tuple | ast.List | ast.ListComp) -> bool:
        """Layers with commas between them."""
        if isinstance(node, ast.ListComp):
            made = self.value(node)
            values = made if isinstance(made, list) else []
            pairs: list[tuple[Value, ast.expr]] = [(value, node) for value in values]
        else:
            pairs = [(self.value(item), item) for item in node.elts]
        if not any(_is_layer(value) for value, _ in pairs):
            return False
        self.bare += [Entry("", value, item) for value, item in pairs if self.member(value, item)]
        return True

    def _alone(self, value: Value, node: ast.expr) -> bool:
        """A line that is one expression: a network, a layer, or nothing of ours."""
        if isinstance(value, Layer | Chain | Instance):
            known = any(found.value is value for found in self.found)
            if not known and isinstance(node, ast.Call):
                self.bare.append(Entry("", value, node))
            return isinstance(node, ast.Call) or known
        if isinstance(value, Path) and class_of(value.dotted) in LAYERS and not isinstance(node, ast.Call):
            self.fault(node, no_layer(value, node))
            return True
        if not isinstance(value, Stranger):
            return False
        dotted = isinstance(value.node, ast.Call) and isinstance(value.node.func, ast.Attribute)
        if value.name in LOSSES:
            return False
        if not dotted and value.problem is None and meant(value.name, (*LAYERS, GROUP)) is None:
            self.odd.append(value)
            return False
        self.strange(value, node)
        return True

    def _option(self, node: ast.expr) -> None:
        """An option of the command line with its default."""
        match node:
            case ast.Call(func=ast.Attribute(attr="add_argument"), args=[*names], keywords=words):
                for name in names:
                    for word in words:
                        if word.arg == "default" and isinstance(name, ast.Constant):
                            self._options[str(name.value).lstrip("-").replace("-", "_")] = self.value(
                                word.value
                            )

    def defaulted(self, value: Value) -> Value:
        if isinstance(value, Unknown):
            default = self._options.get(value.written.rpartition(".")[2])
            if isinstance(default, PLAIN):
                value.default = default
        return value

    def bind(self, target: ast.expr, value: Value) -> None:
        super().bind(target, value)
        if self.forwarding or self.scope.own is not None:
            return
        if isinstance(target, ast.Name):
            self._register(target.id, value, target)
            if isinstance(value, Stranger):
                self.odd.append(value)
        elif isinstance(target, ast.Attribute):
            whole = self.value(target.value)
            if isinstance(whole, Unknown) and whole.written == "self":
                self._pieces[target.attr] = value
                self.touched = True
                if isinstance(value, Layer):
                    self.bare.append(Entry(target.attr, value, target))
                elif isinstance(value, Stranger):
                    self.strange(value, target)
                self._register(target.attr, value, target)

    def attribute(self, node: ast.Attribute) -> Value:
        piece = isinstance(node.value, ast.Name) and node.value.id == "self" and self.scope.own is None
        if piece and node.attr in self._pieces:
            return self._pieces[node.attr]
        return super().attribute(node)

    def _register(self, name: str, value: Value, node: ast.expr) -> None:
        if not _is_network(value):
            return
        line, local = self.tree.place(node)[0], self.scope is not self.top
        for known in self.found:
            if known.value is value:
                if known.local and not local:
                    known.name, known.line, known.local = name, line, False
                return
        for known in self.found:
            if known.name == name:
                known.name = f"{name} (line {known.line})"
        self.found.append(Candidate(name, value, line, local))
        self.touched = True

    def _pieced_together(self) -> None:
        """A forward that stands outside any class, with what is assigned to self beside it."""
        functions = {
            found.node.name: found
            for found in self._defined
            if isinstance(found, Function)
            and found.node.args.args[:1]
            and found.node.args.args[0].arg == "self"
        }
        if "forward" not in functions or not ("__init__" in functions or self._pieces):
            return
        node = functions["forward"].node
        whole = ast.copy_location(ast.ClassDef("network", [], [], [], []), node)
        klass = Klass("network", whole, ("torch.nn.Module",), self.top)
        klass.members |= {name: Function(found.node, self.top, klass) for name, found in functions.items()}
        self._defined = [found for found in self._defined if found not in functions.values()] + [klass]
        self.bare = []

    def _call_the_rest(self) -> None:
        """Classes and functions that nobody calls are networks too, with their defaults."""
        tried: list[tuple[Klass | Function, Candidate | None]] = []
        for defined in reversed(self._defined):
            if defined.node in self.called:
                continue
            called = {*self.called}
            candidate = self._call_it(defined)
            self.called -= {defined.node} - called
            tried.append((defined, candidate))
        for defined, candidate in reversed(tried):
            if candidate is None:
                self._skip(defined.node, _NO_NETWORK)
            elif defined.node not in self.called:
                self.found.append(candidate)
        self.found.sort(key=lambda candidate: candidate.line)

    def _call_it(self, defined: Klass | Function) -> Candidate | None:
        """The network that a class or a function makes of its defaults; None where it makes none."""
        node = defined.node
        name = ast.copy_location(ast.Name(node.name, ast.Load()), node)
        call = ast.copy_location(ast.Call(name, [], []), node)
        line = self.tree.place(node)[0]
        if isinstance(defined, Klass):
            root = defined.root()
            if node.name.endswith("Loss") or not root.endswith(("Module", "torch.nn.Sequential")):
                return None
        elif not self.builds(node.body):
            return None
        count = len(self.found)
        before, self.findings, self.scope = self.findings, Findings(), Scope(outer=self.top)
        try:
            value = self.instance(defined, call) if isinstance(defined, Klass) else self.invoke(defined, call)
            if _is_network(value):
                self.found = [known for known in self.found if known.value is not value]
                return Candidate(node.name, value, line)
        finally:
            before.problems += [] if isinstance(defined, Klass) else self.findings.problems
            self.findings, self.scope = before, self.top
        return Candidate(node.name, None, line) if len(self.found) > count else None

    def candidates(self) -> list[Candidate]:
        """All networks, in the order of the text."""
        found = [known for known in self.found if known.value is not None]
        classes = [known.value.klass for known in found if isinstance(known.value, Instance)]
        for statement, entry in self._handed:
            alone = not found and not self.bare
            if alone or (isinstance(entry.module, Instance) and entry.module.klass not in classes):
                self.bare.append(entry)
                line = self.tree.place(statement)[0]
                self.skipped = [skipped for skipped in self.skipped if skipped.line != line]
        if any(isinstance(entry.module, Layer) for entry in self.bare):
            if not found or all(_within(known.value, self.bare) for known in found):
                first = self.bare[0]
                return [Candidate("", Chain(first.node, self.bare), self.tree.place(first.node)[0])]
            return found
        found += [Candidate("", entry.module, self.tree.place(entry.node)[0]) for entry in self.bare]
        found.sort(key=lambda candidate: candidate.line)
        if len(found) > 1:
            for candidate in found:
                candidate.name = candidate.name or f"line {candidate.line}"
        return found


def parts_of(value: Value) -> Iterator[Value]:
    """The modules that lie directly in a module."""
    if isinstance(value, Chain):
        yield from (entry.module for entry in value.entries)
    elif isinstance(value, Instance):
        yield from value.attrs.values()


def _is_network(value: Value) -> bool:
    if isinstance(value, Instance):
        return value.klass.root().endswith("Module")
    return isinstance(value, Chain)


def _is_layer(value: Value) -> bool:
    named = isinstance(value, Path) and class_of(value.dotted) in LAYERS
    return named or isinstance(value, Layer | Chain | Instance | Stranger)


def _within(value: Value, entries: Sequence[Entry]) -> bool:
    return any(entry.module is value for entry in entries)
