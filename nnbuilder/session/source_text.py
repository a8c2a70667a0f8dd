"""The text of the code panel: what the drawing is written as, or what a person typed.

While a typed text has faults the canvas keeps the last good network, and the text stays as it is whatever
happens on the canvas, until it is mended or `take_canvas` is chosen.
"""

import time
from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from nnbuilder.graph.graph import ArgValue, NodeId
from nnbuilder.interop.code.agreed import Agreed, View, fresh
from nnbuilder.interop.code.changes import Changes, TextChange, line_changes
from nnbuilder.interop.code.places import Span, every, innermost
from nnbuilder.interop.code.sizes import resolved
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.python_writer import WriteError
from nnbuilder.interop.reading import Reading, SourceProblem
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.diff import DocumentDiff
from nnbuilder.session.document import Document

__all__ = ["SourceText", "TextChange", "View"]

LONGEST_MS = 150
"""How long typing waits at most before it is read."""

_PATIENCE = 4
"""How many times longer than the last reading took the next one waits."""


class SourceText(QObject):
    """Follows the document and torch's sizes with a text, and what is typed with the document.

    `text_changed` carries the changes of the text that did not come from the editor, in order; `said` a
    sentence about them that a person should see.
    """

    text_changed = Signal(object)
    problems_changed = Signal()
    spans_changed = Signal()
    said = Signal(str)

    def __init__(self, document: Document, analysis: AnalysisFollower, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._analysis = analysis
        self._view: View = "sequential"
        self._agreed = Agreed("")
        self._text = ""
        self._typing = False
        self._problems: tuple[SourceProblem, ...] = ()
        self._sizes: dict[NodeId, dict[str, ArgValue]] = {}
        self._cost_ms = 0.0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.read)
        document.changed.connect(self._changed)
        document.replaced.connect(self._replaced)
        analysis.updated.connect(self._renew)
        self._renew()

    @property
    def text(self) -> str:
        """What the panel shows."""
        return self._text

    @property
    def problems(self) -> tuple[SourceProblem, ...]:
        """What keeps the text from being the drawing; empty where they agree."""
        return self._problems

    @property
    def agrees(self) -> bool:
        """Whether the canvas shows this text; False while it has faults or was not read yet."""
        return not self._problems and not self._typing

    @property
    def spans(self) -> Mapping[NodeId, Span]:
        """The characters of each layer, of a group with all in it; layers that one line makes share them."""
        return {layer.id: layer.span for layer in every(self._agreed.layers)}

    @property
    def view(self) -> View:
        """How the network is written."""
        return self._view

    def set_view(self, view: View) -> None:
        """Writes the network in another way."""
        if view != self._view:
            self._view = view
            self._renew()

    def node_at(self, offset: int) -> NodeId | None:
        """The innermost layer around a place of the text."""
        return innermost(self._agreed.layers, offset)

    def typed(self, text: str) -> None:
        """Takes the editor's text; it is read soon, at once where that is quick."""
        if text == self._text:
            return
        self._text = text
        self._typing = True
        self._soon.start(min(LONGEST_MS, round(_PATIENCE * self._cost_ms)))

    def take_canvas(self) -> None:
        """Gives up what was typed and does not agree: the text is that of the canvas again."""
        self._soon.stop()
        self._typing = False
        self._tell(())
        self._renew()

    def read(self) -> None:
        """Reads what was typed now."""
        self._soon.stop()
        if not self._typing:
            return
        start = time.perf_counter()
        reading = read_source(self._text)
        self._tell(faults_of(reading))
        self._cost_ms = (time.perf_counter() - start) * 1000

    def _changed(self, diff: DocumentDiff) -> None:
        if diff.graph or diff.source:
            self._renew()

    def _replaced(self) -> None:
        self._sizes.clear()
        self.take_canvas()

    def _renew(self) -> None:
        """Shows the text of the drawing as it is, unless somebody's text is waiting to be mended."""
        if self._typing:
            return
        graph = self._document.project.graph
        self._sizes = resolved(graph, self._analysis.analysis, self._sizes)
        try:
            self._show(fresh(graph, self._sizes, self._view))
        except WriteError as error:
            self._tell((SourceProblem(1, 1, str(error)),))

    def _show(self, agreed: Agreed) -> None:
        changes: Changes = line_changes(self._text, agreed.text)
        self._agreed, self._text = agreed, agreed.text
        self._tell(())
        if changes:
            self.text_changed.emit(changes)
        self.spans_changed.emit()

    def _tell(self, problems: tuple[SourceProblem, ...]) -> None:
        if problems != self._problems:
            self._problems = problems
            self.problems_changed.emit()


def faults_of(reading: Reading) -> tuple[SourceProblem, ...]:
    """Why a reading cannot be drawn; empty where it can."""
    errors = tuple(problem for problem in reading.problems if problem.severity == "error")
    asked = tuple(
        SourceProblem(one.line, one.column, f"The value of {one.name} is not in this text: write the number.")
        for one in reading.asked
    )
    return tuple(sorted((*errors, *asked), key=lambda problem: (problem.line, problem.column)))
