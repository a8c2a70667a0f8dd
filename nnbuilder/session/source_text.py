"""The text of the code panel: what the drawing is written as, or what a person typed.

`Project.source` is null until somebody types; from then on each edit of the canvas changes it together with
the drawing, as one undo step. Numbers that follow the layer before them are shown as torch resolves them and
come into `source` with the next edit. While a typed text has faults the canvas keeps the last good network,
and the text stays as it is whatever happens on the canvas, until it is mended (then the text counts) or
`take_canvas` is chosen.
"""

import time
from collections.abc import Mapping
from weakref import WeakMethod

from PySide6.QtCore import QMetaMethod, QObject, QTimer, Signal

from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import ArgValue, Graph, NodeId
from nnbuilder.interop.code.agreed import Agreed, View, agreement, form_of, form_of_text, fresh, likened
from nnbuilder.interop.code.changes import Changes, Span, TextChange, line_changes, moved
from nnbuilder.interop.code.places import every
from nnbuilder.interop.code.rewriting import Update, updated
from nnbuilder.interop.code.sizes import resolved, told_by
from nnbuilder.interop.code.typing_in import Typed, typed
from nnbuilder.interop.python_writer import WriteError
from nnbuilder.interop.reading import SourceProblem
from nnbuilder.project.edits import SetSource
from nnbuilder.project.project import Project
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.diff import DocumentDiff
from nnbuilder.session.document import Document, loosely

__all__ = ["SourceText", "TextChange", "View"]

LONGEST_MS = 150
"""How long typing waits at most before it is read."""

_PATIENCE = 4
"""How many times longer than the last reading took the next one waits."""


class SourceText(QObject):
    """Follows the document and torch's sizes with a text, and what is typed with the document.

    `text_changed` carries the changes of the text that did not come from the editor, in order; `said` a
    sentence about them that a person should see. Nothing is written while nobody listens to `text_changed`,
    or while a hidden panel said `watch(False)`; `text` and the others are true all the same.
    """

    text_changed = Signal(object)
    problems_changed = Signal()
    spans_changed = Signal()
    view_changed = Signal()
    said = Signal(str)

    def __init__(self, document: Document, analysis: AnalysisFollower, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._analysis = analysis
        self._view: View = "sequential"
        self._shown = Agreed("")
        self._text = ""
        self._typing = False
        self._stale = True
        self._watched = True
        self._problems: tuple[SourceProblem, ...] = ()
        self._kept: tuple[Graph, str, Agreed] | None = None
        self._next = Update(Agreed(""))
        self._anew = ""
        self._sizes: dict[NodeId, dict[str, ArgValue]] = {}
        self._cost_ms = 0.0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.read)
        document.changed.connect(self._changed)
        document.replaced.connect(self._replaced)
        document.companion = loosely(WeakMethod(self.accompany))
        analysis.updated.connect(self._follow)
        self._replaced()

    @property
    def text(self) -> str:
        """What the panel shows."""
        self._renew()
        return self._text

    @property
    def problems(self) -> tuple[SourceProblem, ...]:
        """What keeps the text from being the drawing; empty where they agree."""
        self._renew()
        return self._problems

    @property
    def agrees(self) -> bool:
        """Whether the canvas shows this text; False while it has faults or was not read yet."""
        self._renew()
        return not self._problems and not self._typing

    @property
    def waits(self) -> bool:
        """Whether something typed waits to be read or mended; False where the drawing cannot be written."""
        self._renew()
        return self._typing

    @property
    def spans(self) -> Mapping[NodeId, Span]:
        """The characters of each layer, of a group with all in it; layers that one line makes share them.

        In a text that does not agree, those of layers that nobody touched.
        """
        self._renew()
        found = {layer.id: layer.span for layer in every(self._shown.layers)}
        if self._text == self._shown.text:
            return found
        return moved(self._shown.text, self._text, found)

    @property
    def view(self) -> View:
        """How the network is written."""
        return self._view

    def set_view(self, view: View) -> bool:
        """Shows the network in another form; False, and nothing is done, while a typed text does not agree.

        What a person typed is shown in its own form only, and stays until something is typed in the other.
        """
        if self._typing:
            return False
        if view != self._view:
            self._view = view
            self.view_changed.emit()
            self._follow()
        return True

    def watch(self, on: bool) -> None:
        """Says whether somebody sees the text."""
        self._watched = on
        if on:
            self._renew()

    def node_at(self, offset: int) -> NodeId | None:
        """The innermost layer around a place of the text."""
        around = {key: end - start for key, (start, end) in self.spans.items() if start <= offset <= end}
        return min(around, key=lambda key: around[key]) if around else None

    def typed(self, text: str) -> None:
        """Takes the editor's text; it is read soon, at once where that is quick."""
        self._renew()
        if text == self._text:
            return
        self._text = text
        self._typing = True
        self._soon.start(min(LONGEST_MS, round(_PATIENCE * self._cost_ms)))

    def take_canvas(self) -> None:
        """Gives up what was typed and does not agree: the text is that of the canvas again."""
        self._soon.stop()
        self._typing = False
        project = self._document.project
        if project.source is not None and self._source(project) is None:
            self._document.apply(SetSource(None))
        self._follow()

    def read(self) -> None:
        """Reads what was typed now."""
        self._soon.stop()
        if not self._typing:
            return
        start = time.perf_counter()
        if self._text == self._shown.text:
            self._typing = False
            self._follow()
        else:
            fed = self._analysis.analysis.input
            self._take(typed(self._text, self._document.project, self._shown.layers, fed))
        self._cost_ms = (time.perf_counter() - start) * 1000

    def _take(self, found: Typed) -> None:
        """Changes the document as the text says, or tells why that cannot be."""
        if found.edit is None:
            self._tell(found.problems)
            return
        before, view = self._shown, self._view
        self._typing, self._shown, self._next = False, found.agreed, Update(found.agreed)
        self._sizes |= told_by(found.agreed.layers)
        self._see(form_of(found.agreed))  # first: a text of another form than is shown would be written anew
        try:
            self._document.apply(found.edit)
        except EditRefused as refusal:
            self._typing, self._shown = True, before
            self._see(view)
            self._tell((SourceProblem(1, 1, str(refusal)),))
            return
        self._tell(())
        self.spans_changed.emit()

    def _changed(self, diff: DocumentDiff) -> None:
        if diff.graph or diff.source:
            self._follow()

    def _replaced(self) -> None:
        """Another project was opened: its own text is shown, in its own form."""
        self._sizes.clear()
        self._kept = None
        self._typing = False
        self._shown = Agreed("")
        source = self._document.project.source
        if source is not None:
            self._see(form_of_text(source))
        self._follow()

    def _see(self, view: View) -> None:
        if view != self._view:
            self._view = view
            self.view_changed.emit()

    def _follow(self) -> None:
        """Shows the text of the drawing as it is, now or when somebody looks."""
        self._stale = True
        if self._watched and self.isSignalConnected(QMetaMethod.fromSignal(self.text_changed)):
            self._renew()

    def _renew(self) -> None:
        if not self._stale:
            return
        self._stale = False
        project = self._document.project
        self._measure(project.graph)
        try:
            shown = self._source(project)
            if project.source is not None and shown is None:
                self._keep_faulty(project.source)
                return
            if shown is None or form_of(shown) != self._view:
                shown = fresh(project.graph, self._sizes, self._view)
        except WriteError as error:
            if not self._typing:
                self._tell((SourceProblem(1, 1, str(error)),))
            return
        self._show(shown)

    def _source(self, project: Project) -> Agreed | None:
        """The document's own text with the sizes of now; None without one that can be read.

        Where a size is not known the text stays as it is, if it is of this drawing; else raises `WriteError`.
        """
        source, graph = project.source, project.graph
        if source is None:
            return None
        if self._kept is not None and self._kept[0] is graph and self._kept[1] == source:
            found: Agreed | None = self._kept[2]
        elif self._next.agreed.text == source:
            found = self._next.agreed
        else:
            found = agreement(source, graph) or likened(source, graph, self._sizes)
        if found is not None:
            try:
                update = updated(found, graph, self._sizes)
                self._anew, found = update.said, update.agreed
            except WriteError:
                if (found := agreement(source, graph)) is None:
                    raise
            self._kept = graph, source, found
        return found

    def accompany(self, before: Project, after: Project) -> str | None:
        """What becomes of the document's own text when the drawing changes; None where it stays."""
        try:
            self._measure(before.graph)
            found = self._source(before)
            if found is None:
                return None
            self._measure(after.graph)
            self._next = updated(found, after.graph, self._sizes)
        except WriteError:
            return None
        return self._next.agreed.text

    def _measure(self, graph: Graph) -> None:
        self._sizes = resolved(graph, self._analysis.analysis, self._sizes)

    def _keep_faulty(self, source: str) -> None:
        """Shows a text of the document that nobody can read, as if it had just been typed."""
        project = self._document.project
        self._shown = fresh(project.graph, self._sizes, self._view)
        if not self._typing:
            self._typing = True
            self._put(source)
            self._tell(typed(source, project, self._shown.layers).problems)

    def _show(self, agreed: Agreed) -> None:
        self._shown = agreed
        if not self._typing:
            self._tell(())
            self._put(agreed.text)
        if self._next.said and self._next.agreed.text == self._document.project.source:
            self._anew, self._next = self._next.said, Update(self._next.agreed)
        if self._anew:
            said, self._anew = self._anew, ""
            self.said.emit(said)
        self.spans_changed.emit()

    def _put(self, text: str) -> None:
        changes: Changes = line_changes(self._text, text)
        self._text = text
        if changes:
            self.text_changed.emit(changes)

    def _tell(self, problems: tuple[SourceProblem, ...]) -> None:
        if problems != self._problems:
            self._problems = problems
            self.problems_changed.emit()
