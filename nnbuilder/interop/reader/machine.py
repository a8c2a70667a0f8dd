"""What all parts of the evaluator share: the text, its names, the answers, and a limit to the work."""

import ast
from abc import ABC, abstractmethod
from collections.abc import Sequence

from nnbuilder.graph import limits
from nnbuilder.interop.names import Names
from nnbuilder.interop.reader.values import Answers, Chain, Findings, Scope, Unknown, Value
from nnbuilder.interop.reading import Asked, SourceProblem
from nnbuilder.interop.source_tree import Located, SourceTree
from nnbuilder.interop.unreadable import Unreadable

MOST_STEPS = 150_000
"""How many parts of expressions are worked out for one text."""

MOST_ITEMS = 4 * limits.NODES
"""How long a list may grow."""

MOST_LAYERS = 3 * limits.NODES
"""How many layers are made for one text, used or not."""

MOST_CALLS = 24
"""How deep functions and classes of a text may call each other."""


class Enough(Unreadable):
    """More was found than is read."""


class Refused(Unreadable):
    """A part of the text does what no chain of layers can."""


class Machine(ABC):
    """Works out expressions of a text symbolically: no name leads out of its tables, nothing is run."""

    def __init__(self, tree: SourceTree, answers: Answers) -> None:
        self.tree = tree
        self.names = Names()
        self.answers = answers
        self.top = Scope()
        self.scope = self.top
        self.findings = Findings()
        self.touched = False
        self.made = 0
        self.depth = 0
        self.called: set[ast.AST] = set()
        self._steps = 0

    @abstractmethod
    def value(self, node: ast.expr) -> Value:
        """What an expression stands for."""

    @abstractmethod
    def run(self, body: Sequence[ast.stmt]) -> object:
        """Follows statements; what ended them, None at their end."""

    def spend(self, node: Located) -> None:
        """Counts one piece of work; raises `Enough` when there was too much of it."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            message = "This goes round too often to be read: nothing is run, and so much is not worked out."
            raise Enough(self.tree.problem(node, message))

    def fault(self, node: Located, message: str) -> None:
        """Notes an error at a part of the text."""
        self.findings.problems.append(self.tree.problem(node, message))

    def warn(self, node: Located, message: str) -> None:
        """Notes a warning at a part of the text."""
        self.findings.problems.append(SourceProblem(*self.tree.place(node), message, "warning"))

    def refuse(self, node: Located, message: str) -> Refused:
        """What is raised where a forward is no chain."""
        return Refused(self.tree.problem(node, message))

    def unknown(self, written: str, node: ast.expr) -> Value:
        """The answer to a name, or the unknown value of that name."""
        return self.answers[written] if written in self.answers else Unknown(written, node)

    def opaque(self, node: ast.expr, why: str = "") -> Unknown:
        """A value that nobody can be asked for."""
        return Unknown("", node, opaque=True, why=why)

    def ask(self, unknown: Unknown, node: ast.expr) -> bool:
        """Asks for what an unknown value comes from; false where that cannot be asked for."""
        bases = unknown.bases()
        if unknown.opaque or any(part.opaque or not part.written for part in bases):
            return False
        for part in bases:
            place = self.tree.place(node)
            self.findings.asked.append(Asked(part.written, *place, default=part.default))
        return True

    def computed(self, node: ast.expr, *parts: Value) -> Unknown:
        """What is computed from values of which some are unknown."""
        unknown = tuple(part for part in parts if isinstance(part, Unknown))
        for part in unknown:
            if part.opaque:
                return part
        return Unknown("", node, unknown, opaque=not unknown)

    def items(self, value: Value, node: ast.expr | ast.Starred) -> list[Value] | None:
        """What going through a value gives; None where that is not known or too much."""
        if isinstance(value, list | tuple | range):
            return list(value) if len(value) <= MOST_ITEMS else None
        if isinstance(value, str | dict):
            return list(value)
        return [entry.module for entry in value.entries] if isinstance(value, Chain) else None

    def lookup(self, name: str) -> tuple[Value] | None:
        """The value that the text itself gives to a name, in a tuple; None where it gives none."""
        scope: Scope | None = self.scope
        while scope is not None:
            if name in scope.values:
                return (scope.values[name],)
            scope = scope.outer
        return None
