"""The list of all problems: what is wrong, where, in PyTorch's words too, and how to mend it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from nnbuilder.project.problem import Problem
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from nnbuilder.ui.common.labels import heading, quiet
from nnbuilder.ui.common.page import ScrollPage
from nnbuilder.ui.common.problem_list import ProblemList
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.common.titles import layer_title
from nnbuilder.ui.problems.silenced import SilencedList

_MOST = 100
_ORDER = {"error": 0, "warning": 1, "note": 2}
_PLACES = {"data": "Data", "training": "Training"}


class ProblemsPanel(ScrollPage):
    """Follows torch's answer; `reveal` carries the node to show, `count_changed` errors and warnings.

    What keeps a network from training comes first, advice after it, and at last what the project silences.
    The problems of selected nodes are listed first among those of the same severity.
    """

    reveal = Signal(str)
    count_changed = Signal(int)

    def __init__(
        self,
        analysis: AnalysisFollower,
        document: Document,
        selection: Selection,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("problems", parent)
        self.setAccessibleName("Problems")
        self._analysis = analysis
        self._document = document
        self._selection = selection
        self._count = 0
        self._stale = True
        self.list = ProblemList("problem_list", document)
        self.list.revealed.connect(self._reveal)
        self.advice_heading = heading("")
        self.advice_heading.setObjectName("advice_heading")
        self.advice = ProblemList("advice_list", document)
        self.advice.revealed.connect(self._reveal)
        self.silenced = SilencedList(document, analysis)
        self.empty = quiet("No problems.")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.more = quiet()
        for part in (self.empty, self.list, self.advice_heading, self.advice, self.more, self.silenced):
            self.add(part)
        self.column.addStretch()
        analysis.updated.connect(self.refresh)
        self.refresh()

    @property
    def count(self) -> int:
        """How many errors and warnings there are."""
        return self._count

    def refresh(self) -> None:
        """Shows the problems as they are now; the cards only where they can be seen."""
        problems = self._analysis.problems
        count = sum(problem.severity != "note" for problem in problems)
        if count != self._count:
            self._count = count
            self.count_changed.emit(count)
        self._stale = not self.isVisible()
        if self._stale:
            return
        ordered = sorted(problems, key=self._rank)[:_MOST]
        advice = [problem for problem in ordered if problem.silenceable]
        self.list.show_problems([self._entry(problem) for problem in ordered if not problem.silenceable])
        self.advice.show_problems([self._entry(problem) for problem in advice])
        self.advice_heading.setText(f"Advice ({len(advice)})")
        self.advice_heading.setVisible(bool(advice))
        self.silenced.refresh()
        self.empty.setText("Checking…" if self._analysis.pending and not problems else "No problems.")
        self.empty.setVisible(not problems)
        self.more.setText(f"{len(problems) - _MOST:,} more are not listed.")
        self.more.setVisible(len(problems) > _MOST)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _rank(self, problem: Problem) -> tuple[bool, int, bool]:
        """Advice last, so that none of what is left out of a long list stands in the way of training."""
        chosen = problem.node in self._selection.nodes
        return problem.silenceable, _ORDER[problem.severity], not chosen

    def _entry(self, problem: Problem) -> tuple[Problem, str]:
        return problem, self._place(problem)

    def _place(self, problem: Problem) -> str:
        if problem.node is not None:
            return layer_title(self._document.project.graph, problem.node)
        return _PLACES.get(problem.path.partition(".")[0], "")

    def _reveal(self, problem: Problem) -> None:
        if problem.node is not None and problem.node in self._document.project.graph.nodes:
            self.reveal.emit(problem.node)
