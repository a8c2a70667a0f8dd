"""The code panel: the text and the drawing as two sides of one thing."""

from collections.abc import Iterable

from PySide6.QtCore import QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnbuilder.session.document import Document
from nnbuilder.session.source_text import SourceText, TextChange, View
from nnbuilder.ui.code import marks
from nnbuilder.ui.code.assist import Assist
from nnbuilder.ui.code.editor import CodeEditor
from nnbuilder.ui.code.explain import explained
from nnbuilder.ui.code.faults import Faults
from nnbuilder.ui.code.find_bar import FindBar
from nnbuilder.ui.code.hidden import veiled
from nnbuilder.ui.code.history import SharedHistory
from nnbuilder.ui.code.places import Places, one_line_end
from nnbuilder.ui.code.ranges import Ranges
from nnbuilder.ui.code.state_line import StateLine
from nnbuilder.ui.code.words import EMPTY, NO_TEXT, state_of
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.selection import Selection

_ZOOM, _VIEW = "code/zoom", "code/view"
_REST_MS = 700
"""How long nothing must be typed before a new fault is told: until then it is only what is not finished."""

_MOST_NODES = 200
"""More selected layers than this are not shown in the text."""


class CodePanel(QWidget):
    """Edits the text of a drawing; `said` carries a sentence on what happened to it.

    While it is hidden nothing is written, read or coloured.
    """

    said = Signal(str)

    def __init__(
        self,
        document: Document,
        source: SourceText,
        selection: Selection,
        settings: QSettings | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("code")
        self.setAccessibleName("Code")
        self._document = document
        self._source = source
        self._selection = selection
        self._settings = settings
        self._text = ""
        self._ranges = Ranges()
        self.editor = CodeEditor()
        self.assist = Assist(self.editor)
        self.state = StateLine()
        self.finder = FindBar(self.editor)
        self.faults = Faults(self.editor)
        self.history = SharedHistory(self.editor, source, document.undo_stack)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self.tell_all)
        self._lay_out()
        self._connect()
        self._restore()
        source.watch(False)

    def copy(self) -> None:
        """Puts the whole text on the clipboard."""
        QGuiApplication.clipboard().setText(self.editor.text)
        self.said.emit("Copied the text.")

    def flush(self) -> None:
        """Has what was typed read now, for example before the project is saved."""
        if self.isVisible():
            self._source.read()

    def tell_all(self) -> None:
        """Tells of faults that may be there only because somebody is still typing."""
        self._rest.stop()
        self._source.read()
        self._tell()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._source.watch(True)
        self._follow(())
        self._place_layers()
        self._tell()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._rest.stop()
        self._source.read()
        self._source.watch(False)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.state, self.finder, self.editor, self.faults):
            column.addWidget(part, 1 if part is self.editor else 0)
        self.setFocusProxy(self.editor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _connect(self) -> None:
        source, editor = self._source, self.editor
        editor.document().contentsChange.connect(self._ranges.edited)
        editor.edited.connect(self._typed)
        editor.caret_moved.connect(self._select_layer)
        editor.asked.connect(self._do)
        editor.tip_at = self._tip
        editor.zoomed.connect(lambda steps: self._keep(_ZOOM, steps))
        source.text_changed.connect(self._follow)
        source.spans_changed.connect(self._place_layers)
        source.problems_changed.connect(self._tell)
        source.view_changed.connect(self._tell)
        source.said.connect(self.said)
        editor.said.connect(self.said)
        self._selection.changed.connect(self._follow_selection)
        self.state.wanted.connect(self._write_as)
        self.state.take_requested.connect(self._take)
        self.state.find_requested.connect(self.finder.open)
        self.state.copy_requested.connect(self.copy)
        self.history.refused.connect(self.said)
        colors.changed.connect(self._follow_selection)

    def _restore(self) -> None:
        if self._settings is None:
            return
        zoom = str(self._settings.value(_ZOOM, "0"))
        self.editor.set_zoom(int(zoom) if zoom.lstrip("-").isdigit() else 0)
        if self._settings.value(_VIEW) == "class" and self._document.project.source is None:
            self._source.set_view("class")

    def _keep(self, key: str, value: object) -> None:
        if self._settings is not None:
            self._settings.setValue(key, value)

    def _do(self, word: str) -> None:
        """What a key of the editor asks for."""
        match word:
            case "undo":
                self.history.undo()
                self.tell_all()
            case "redo":
                self.history.redo()
                self.tell_all()
            case "find":
                self.finder.open()
            case "find_next" | "find_previous":
                self._find_again(1 if word == "find_next" else -1)
            case "next_fault" | "previous_fault":
                self._go_to_fault(1 if word == "next_fault" else -1)
            case "complete":
                self.assist.offer(asked=True)
            case "help":
                self.assist.explain(asked=True)
            case "escape":
                self._close_boxes()

    def _close_boxes(self) -> None:
        """Esc: closes what is open, the nearest to the caret first."""
        if not self.assist.close() and self.finder.isVisible():
            self.finder.leave()

    def _find_again(self, by: int) -> None:
        if self.finder.isVisible():
            self.finder.go(by)
        else:
            self.finder.open()

    def _go_to_fault(self, by: int) -> None:
        self.tell_all()
        if not self.faults.faults:
            self.said.emit("The text has no fault.")
        self.faults.go(by)

    # From the text

    def _typed(self) -> None:
        self._text = self.editor.text
        self._rest.start(_REST_MS)
        self._source.typed(self._text)
        self._tell_empty()

    def _select_layer(self) -> None:
        """The layer that the caret is in is the selected one."""
        if not self.editor.hasFocus():
            return
        cursor = self.editor.textCursor()
        block = cursor.block()
        line = block.position(), block.position() + block.length() - 1
        node = self._ranges.at(cursor.position(), line, block.text())
        if node is not None and node in self._document.project.graph.nodes:
            self._selection.set((node,))

    def _write_as(self, view: View) -> None:
        self._source.read()
        if self._source.set_view(view):
            self._keep(_VIEW, view)
        self._tell()

    def _take(self) -> None:
        """What was typed and is not read is given up; the editor's history brings it back."""
        with self.history.held():
            self._source.take_canvas()
        self.editor.setFocus()

    # From the drawing

    def _follow(self, changes: Iterable[TextChange]) -> None:
        """The text changed elsewhere; where the two have come apart, the whole of it is shown."""
        self.editor.apply(self._text, changes)
        self._text = self._source.text
        wanted = veiled(one_line_end(self._text))
        if self.editor.shown != wanted:
            shown = self.editor.shown
            self.editor.apply(shown, (TextChange(0, len(shown), wanted),))
        self._tell_empty()

    def _place_layers(self) -> None:
        if not self.isVisible():
            return
        self._ranges.put(self._source.spans, Places(self._text).position)
        self.history.agreed()
        self._tell_empty()
        if self._rest.isActive():
            self._select_layer()
        self._follow_selection()
        self._tell()

    def _follow_selection(self) -> None:
        """Shows the lines of the selected layers; scrolls only where nobody types."""
        if not self.isVisible():
            return
        found = [self._ranges.of(node) for node in self._selection.nodes[-_MOST_NODES:]]
        ground, document = marks.node_ground(), self.editor.document()
        made = [mark for one in found if one for mark in marks.whole_lines(document, *one, ground)]
        self.editor.mark("node", made)
        last = found[-1] if found else None
        if last is not None and not self.editor.hasFocus() and not self.editor.in_view(*last):
            self.editor.scroll_to(last[0])

    # What is told

    def _tell(self) -> None:
        if not self.isVisible():
            return
        source = self._source
        pending = not source.agrees and not source.problems
        if not pending:
            patient = self._rest.isActive() and not self.faults.faults
            state = state_of(source, self.editor.shown, empty=not self._ranges, patient=patient)
            self.state.say(state.sentence, state.color, takes=state.takes)
            self.faults.show_problems(source.problems if state.takes else ())
            self.editor.setAccessibleDescription(state.sentence)
        self.state.show_view(source.view, usable=source.agrees)

    def _tell_empty(self) -> None:
        """Says how to begin, below a text that holds no network yet."""
        unwritten = not self._ranges and self._source.agrees
        self.editor.set_hint(EMPTY if unwritten else "" if self._text.strip() else NO_TEXT)

    def _tip(self, position: int) -> str:
        return self.faults.at(position) or explained(self.editor.document(), position)
