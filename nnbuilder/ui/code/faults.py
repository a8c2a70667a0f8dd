"""What keeps the text from being the drawing: underlined in the text, told in the line below it."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnbuilder.interop.reading import SourceProblem
from nnbuilder.ui.code import marks
from nnbuilder.ui.code.editor import CodeEditor
from nnbuilder.ui.code.hidden import marks_in, sentence
from nnbuilder.ui.code.places import letters, units
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.link_button import LinkButton

_MOST = 200
"""More faults than this are counted, but not underlined."""

_HINT = "Ctrl+Space lists what fits at the caret, Ctrl+/ makes comments, F1 shows all keys."


class Fault(msgspec.Struct, frozen=True):
    """A sentence and where it belongs: the line counted from 1, and positions of the editor."""

    line: int
    start: int
    end: int
    sentence: str


class Faults(QWidget):
    """The line below the text: one fault, how many there are, and the way to the others.

    A click on it goes to its place, as F8 and Shift+F8 do from fault to fault.
    """

    went = Signal()

    def __init__(self, editor: CodeEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._faults: tuple[Fault, ...] = ()
        self._problems: Sequence[SourceProblem] = ()
        self._shown = 0
        self.link = LinkButton("Line 1", "error")
        self.sentence = ElidedLabel("", "text")
        self.count = quiet()
        self.place = quiet()
        self.previous = LinkButton("Previous")
        self.next = LinkButton("Next")
        self._set_up()
        self.link.clicked.connect(lambda: self._go_to(self._shown))
        self.next.clicked.connect(lambda: self._go_to(self._shown + 1))
        self.previous.clicked.connect(lambda: self._go_to(self._shown - 1))
        editor.cursorPositionChanged.connect(self._tell_place)
        colors.changed.connect(self._mark)
        self._tell()
        self._tell_place()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All faults, in the order of the text."""
        return self._faults

    def show_problems(self, problems: Sequence[SourceProblem]) -> None:
        """Underlines faults and tells the first of them."""
        self._problems = problems
        self._faults = tuple(self._placed(problem) for problem in problems[:_MOST])
        self._mark()
        self._shown = min(self._shown, max(len(self._faults) - 1, 0))
        self._tell()
        self._tell_place()

    def go(self, by: int) -> None:
        """Puts the caret on the next fault behind it, or the one before it."""
        if not self._faults:
            return
        here = self._editor.textCursor().position()
        starts = [fault.start for fault in self._faults]
        if by > 0:
            found = next((index for index, start in enumerate(starts) if start > here), 0)
        else:
            found = next(
                (index for index in reversed(range(len(starts))) if starts[index] < here), len(starts) - 1
            )
        self._go_to(found)

    def at(self, position: int) -> str:
        """The sentences at a place of the text, also those about a hidden letter; for a tip."""
        found = [fault.sentence for fault in self._faults if fault.start <= position <= fault.end]
        block = self._editor.document().findBlock(position)
        place = letters(block.text(), position - block.position())
        hidden = [sentence(letter) for spot, letter in marks_in(block.text()) if spot <= place <= spot + 1]
        return "\n".join([*found, *hidden[:1]])

    def _go_to(self, index: int) -> None:
        self._shown = index % len(self._faults)
        fault = self._faults[self._shown]
        self._editor.setFocus()
        self._editor.select(fault.start)
        self._tell()
        self.went.emit()

    def _placed(self, problem: SourceProblem) -> Fault:
        """A fault with the characters that are underlined: a word, or what can be seen near its place."""
        document = self._editor.document()
        block = document.findBlockByNumber(min(problem.line, document.blockCount()) - 1)
        text = block.text()
        place = min(max(problem.column - 1, 0), len(text))
        end = place
        while end < len(text) and (text[end].isalnum() or text[end] in "._"):
            end += 1
        if end == place:
            end = min(place + 1, len(text))
            if not text[place:end].strip():
                place, end = max(len(text.rstrip()) - 1, 0), len(text.rstrip())
        start, end = (block.position() + units(text, one) for one in (place, end))
        return Fault(problem.line, start, end, problem.message)

    def _mark(self) -> None:
        document = self._editor.document()
        made = [
            marks.fault_mark(marks.over(document, one.start, max(one.end, one.start))) for one in self._faults
        ]
        self._editor.mark("fault", made)
        self._editor.show_faults(frozenset(fault.line - 1 for fault in self._faults))

    def _tell(self) -> None:
        for part in (self.count, self.next, self.previous):
            part.setVisible(len(self._faults) > 1)
        self.link.setVisible(bool(self._faults))
        self.sentence.set_token("text" if self._faults else "muted")
        if not self._faults:
            self.sentence.setText(_HINT)
            self.sentence.setToolTip("")
            return
        fault = self._faults[self._shown]
        total = len(self._problems)
        self.link.setText(f"Line {fault.line}")
        self.link.setAccessibleName(f"Line {fault.line}: {fault.sentence}")
        self.link.updateGeometry()
        self.sentence.setText(fault.sentence)
        self.sentence.setToolTip(fault.sentence)
        self.count.setText(f"{self._shown + 1} of {total}")

    def _tell_place(self) -> None:
        cursor = self._editor.textCursor()
        line, column = cursor.blockNumber() + 1, cursor.positionInBlock() + 1
        self.place.setText(f"Line {line:,}, column {column:,}")
        here = next((index for index, fault in enumerate(self._faults) if fault.line == line), self._shown)
        if here != self._shown:
            self._shown = here
            self._tell()

    def _set_up(self) -> None:
        self.setObjectName("code_faults")
        self.setAccessibleName("Faults of the text")
        self.sentence.setObjectName("code_fault")
        self.count.setObjectName("code_fault_count")
        self.place.setObjectName("code_place")
        self.sentence.setFont(fonts.scaled(0.94))
        for button, name, tip in (
            (self.link, "code_fault_line", "Go to this fault"),
            (self.previous, "code_fault_previous", "Go to the fault before (Shift+F8)"),
            (self.next, "code_fault_next", "Go to the next fault (F8)"),
        ):
            button.setObjectName(name)
            button.setToolTip(tip)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 1, 12, 1)
        self.setFixedHeight(self.link.sizeHint().height() + 2)
        row.setSpacing(10)
        row.addWidget(self.link)
        row.addWidget(self.sentence, 1)
        for part in (self.count, self.previous, self.next, self.place):
            row.addWidget(part)
