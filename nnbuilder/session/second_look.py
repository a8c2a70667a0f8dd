"""Advice from a batch that the engine tried: it stays while the next batch is being tried."""

from collections.abc import Iterable

from nnbuilder.doctor.rules import MEASURED
from nnbuilder.graph.graph import Graph
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project
from nnbuilder.protocol.messages import Analyze, Analyzed, Examined

Question = tuple[object, ...]
"""What of a graph can make torch crash: types and arguments of its nodes, and its edges; not their places."""


class SecondLook:
    """Waits for `Examined` after an answer that announces it, and says what is shown until then.

    A drawing whose batch ended the engine is not tried again.
    """

    def __init__(self) -> None:
        self._awaited: Analyze | None = None
        self._shown: tuple[Project, tuple[Problem, ...]] | None = None
        self._feared: Question | None = None

    def wanted(self, project: Project) -> bool:
        """Whether a batch may be tried."""
        return self._feared is None or question(project.graph) != self._feared

    def after(self, request: Analyze, answer: Analyzed) -> tuple[Problem, ...]:
        """What to show of an answer: with advice of the batch before, where nothing has changed about it."""
        problems = answer.problems
        if answer.examining or not answer.final:
            problems = (*problems, *self._still(request.project, problems))
        if answer.final:
            self._awaited = request if answer.examining else None
            self._shown = (request.project, problems)
        return problems

    def take(self, news: Examined) -> tuple[Problem, ...] | None:
        """What to show from now on; None where nobody waits for these news any more."""
        if self._awaited is None or news.revision != self._awaited.revision:
            return None
        self._shown = (self._awaited.project, news.problems)
        self._awaited = None
        return news.problems

    def lost(self) -> None:
        """The engine has ended; where that was over a batch, the drawing is feared."""
        if self._awaited is not None:
            self._feared = question(self._awaited.project.graph)
            self._awaited = None

    def forget(self) -> None:
        """Another document is shown."""
        self._awaited = self._shown = self._feared = None

    def _still(self, project: Project, fresh: Iterable[Problem]) -> tuple[Problem, ...]:
        """Measured advice about parts of a project that are as they were."""
        if self._shown is None or self._shown[0].data is not project.data:
            return ()
        before, problems = self._shown
        nodes, known = project.graph.nodes, before.graph.nodes
        codes = {problem.code for problem in fresh}
        return tuple(
            one
            for one in problems
            if one.code in MEASURED
            and one.code not in codes
            and (one.node is None or nodes.get(one.node) is known.get(one.node))
        )


def question(graph: Graph) -> Question:
    """By what a drawing is known that torch did not survive."""
    nodes = tuple(
        (node.id, node.type, tuple(sorted(node.args.items())), node.parent, node.disabled)
        for node in graph.nodes.values()
    )
    return (nodes, graph.edges)
