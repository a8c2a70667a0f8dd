"""What is known of one run, and what somebody says of it."""

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from nnbuilder.runs.label import NAME_MOST, Label, split_tags
from nnbuilder.runs.overview import RunOverview
from nnbuilder.ui.common.facts import Facts
from nnbuilder.ui.common.field_box import FieldBox
from nnbuilder.ui.common.labels import TintedLabel, quiet
from nnbuilder.ui.common.page import ScrollPage, wrapping
from nnbuilder.ui.runs.facts import facts_of

_NOTE_LINES = 3


class NoteEdit(QPlainTextEdit):
    """A note; `left` says that the keyboard went elsewhere. Ctrl+Enter and Escape leave it too."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("run_note")
        self.setAccessibleName("Note")
        self.setToolTip("Whatever you want to remember of this run; kept beside it")
        self.setPlaceholderText("Note")
        self.setTabChangesFocus(True)
        high = self.fontMetrics().lineSpacing() * _NOTE_LINES
        self.setFixedHeight(high + 2 * round(self.document().documentMargin()) + 2 * self.frameWidth())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if (control and enter) or event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class RunCard(ScrollPage):
    """Shows a run and lets somebody name it; `labelled` carries the run and its new label.

    `left` says that a field was left by Enter or Escape, so that the keyboard may go back to the list.
    """

    labelled = Signal(object, object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("run_card", parent)
        self.setAccessibleName("The chosen run")
        self._run: RunOverview | None = None
        self.name = _field("run_name", "Name", "A name of your own; when it is empty, the time it began (F2)")
        self.name.setMaxLength(NAME_MOST)
        self.tags = _field("run_tags", "Tags, with blanks between them", "Tags to find runs by: #tag above")
        self.note = NoteEdit()
        self.verdict = wrapping(TintedLabel("", "text"))
        self.verdict.setObjectName("run_verdict")
        self.facts = Facts("run_facts")
        self.facts.setAccessibleName("What is known of the run")
        self.notes = wrapping(quiet(""))
        self._lay_out()
        for field in (self.name, self.tags):
            field.editingFinished.connect(self.flush)
            field.returnPressed.connect(self.left)
        self.note.left.connect(self.flush)

    @property
    def run(self) -> RunOverview | None:
        """The run that is shown."""
        return self._run

    def show_run(self, run: RunOverview, verdict: str = "") -> None:
        """Shows a run; what is being typed stays where it is the same one."""
        if self._run is not None and self._run.folder != run.folder:
            self.flush()
        same = self._run is not None and self._run.folder == run.folder
        before = self._run.label if self._run is not None and same else None
        self._run = run
        if before != run.label:
            self._fill(run.label, keep=same)
        self.name.setPlaceholderText(f"Name of {run.folder.name}")
        self.facts.show_facts(facts_of(run))
        self.verdict.setText(verdict)
        self.verdict.setVisible(bool(verdict))
        self.verdict.set_token("ok" if verdict.startswith(("Reproduced", "The same")) else "warning")
        self.notes.setText("\n".join(run.record.notes))
        self.notes.setVisible(bool(run.record.notes))

    def flush(self) -> None:
        """Keeps what was typed."""
        run = self._run
        if run is None:
            return
        typed = Label(
            self.name.text(), split_tags(self.tags.text()), self.note.toPlainText(), run.label.repeats
        )
        if typed != run.label:
            self._run = msgspec.structs.replace(run, label=typed)
            self.labelled.emit(run, typed)

    def rename(self) -> None:
        """Puts the keyboard into the name."""
        self.ensureWidgetVisible(self.name)
        self.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.name.selectAll()

    def _fill(self, label: Label, *, keep: bool) -> None:
        fields = ((self.name, label.name), (self.tags, " ".join(label.tags)))
        for field, text in fields:
            if not (keep and field.hasFocus()):
                field.setText(text)
        if not (keep and self.note.hasFocus()):
            self.note.setPlainText(label.note)

    def _lay_out(self) -> None:
        column: QVBoxLayout = self.column
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(6)
        boxes = (FieldBox(self.name, margin=3), FieldBox(self.tags, margin=3))
        for part in (*boxes, self.note, self.verdict, self.facts, self.notes):
            self.add(part)
        column.addStretch()
        self.verdict.hide()


def _field(name: str, empty: str, tip: str) -> QLineEdit:
    field = QLineEdit()
    field.setObjectName(name)
    field.setAccessibleName(empty)
    field.setPlaceholderText(empty)
    field.setToolTip(tip)
    return field
