"""One of several ways: `if` and `match`, followed where it is known which way they go."""

import ast
from abc import abstractmethod
from collections.abc import Sequence

from nnbuilder.interop.reader.objects import Objects, Returned
from nnbuilder.interop.reader.values import PLAIN, Answers, Unknown, Value
from nnbuilder.interop.source_tree import SourceTree


class Jump:
    """A loop goes on, or ends."""


class Ways(Objects):
    """Follows conditions."""

    forwarding = False
    """Whether a forward is followed."""

    def __init__(self, tree: SourceTree, answers: Answers) -> None:
        super().__init__(tree, answers)
        self.undecided: set[ast.stmt] = set()

    @abstractmethod
    def run(self, body: Sequence[ast.stmt]) -> Returned | Jump | None:
        """Follows statements; what ended them, None at their end."""

    @abstractmethod
    def builds(self, body: Sequence[ast.stmt]) -> bool:
        """Whether layers are made, or put anywhere."""

    @abstractmethod
    def forget(self, body: Sequence[ast.stmt]) -> None:
        """What might be assigned in lines that are not followed is not known behind them."""

    def condition(self, statement: ast.If) -> Returned | Jump | None:
        """One of two ways, where it is known which."""
        test = self.value(statement.test)
        known = self.truth(test)
        if known is not None:
            return self.run(statement.body if known else statement.orelse)
        return self._undecided(statement, test, [*statement.body, *statement.orelse], statement.orelse)

    def _undecided(
        self, statement: ast.If | ast.Match, test: Value, ways: list[ast.stmt], otherwise: list[ast.stmt]
    ) -> Returned | Jump | None:
        """Several ways of which nobody knows which; where layers are made, that is asked."""
        node = statement.test if isinstance(statement, ast.If) else statement.subject
        if self.forwarding:
            if all(isinstance(way, ast.Expr | ast.Raise | ast.Pass | ast.Assert) for way in ways):
                return None
            raise self.refuse(statement, "This forward goes one way or another: only a chain can be drawn.")
        if not self.builds(ways):
            self.forget(ways)
            self.undecided.add(statement)
            return None
        if not isinstance(test, Unknown) or not self.ask(test, node):
            self.fault(node, "Which way this goes is not known; nothing is run to find out.")
        return self.run(otherwise)

    def match_(self, statement: ast.Match) -> Returned | Jump | None:
        """The first case that fits a known value."""
        subject = self.value(statement.subject)
        for case in statement.cases:
            fits = self._fits(case.pattern, subject)
            if fits and case.guard is not None:
                fits = self.truth(self.value(case.guard))
            if fits:
                return self.run(case.body)
            if fits is None:
                ways = [line for each in statement.cases for line in each.body]
                return self._undecided(statement, subject, ways, [])
        return None

    def _fits(self, pattern: ast.pattern, subject: Value) -> bool | None:
        """Whether a value fits a pattern of literals and names; None where that is not known."""
        match pattern:
            case ast.MatchAs(pattern=None, name=name):
                if name is not None:
                    self.scope.values[name] = subject
                return True
            case ast.MatchValue(value=value) if isinstance(subject, PLAIN):
                known = self.value(value)
                return subject == known if isinstance(known, PLAIN) else None
            case ast.MatchSingleton(value=value) if isinstance(subject, PLAIN):
                return subject is value
            case ast.MatchOr(patterns=patterns):
                fits = [self._fits(each, subject) for each in patterns]
                return True if True in fits else None if None in fits else False
        return None
