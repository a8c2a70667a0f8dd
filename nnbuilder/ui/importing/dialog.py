"""A text from elsewhere beside what is read of it; answers and changes are read again at once."""

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.import_project import UNSAID, Given
from nnbuilder.interop.read_text import code_of, read_text
from nnbuilder.interop.reading import Reading
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.labels import TintedLabel, heading, quiet
from nnbuilder.ui.common.page import ScrollPage, wrapping
from nnbuilder.ui.common.primary_button import PrimaryButton
from nnbuilder.ui.importing.input_form import InputForm
from nnbuilder.ui.importing.offers import OfferedTraining
from nnbuilder.ui.importing.questions import Questions
from nnbuilder.ui.importing.report_view import ReportView
from nnbuilder.ui.importing.sentences import head_line, head_token, marks
from nnbuilder.ui.importing.text_view import SourceView

Where = Literal["add", "replace", "new"]

Reader = Callable[[str, Mapping[str, ArgValue], str], Reading]
"""Reads a text, with answers to what it left open, and the name of the network that is wanted."""

_SIZE = QSize(960, 620)
_SOON_MS = 120

_BUTTONS: tuple[tuple[Where, str, str], ...] = (
    ("new", "New project", "Start a project of its own with this network"),
    ("replace", "Replace the drawing", "Draw this network in place of what is drawn now; Undo goes back"),
    ("add", "Add to this drawing", "Put these layers into the drawing where you are"),
)


class Choice(msgspec.Struct, frozen=True):
    """What is to be done with a reading: where it goes, and which offered values go with it.

    `given` is what was said of its input.
    """

    where: Where
    reading: Reading
    offered: tuple[str, ...] = ()
    given: Given = UNSAID


class ImportDialog(QDialog):
    """Shows text and report; `chosen` carries a `Choice` once somebody decides, and the box closes.

    `first` is the button that stands out. `reader` is another one than that of texts, for a listing that
    cannot be changed. Nothing of the text is ever run.
    """

    chosen = Signal(object)

    def __init__(
        self,
        text: str,
        title: str,
        first: Where = "add",
        parent: QWidget | None = None,
        reader: Reader | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("import")
        self.setWindowTitle("Import")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.reading = Reading()
        self._reader = reader or read_text
        self.source = SourceView()
        self.line = wrapping(TintedLabel("", "text"))
        self.which = quiet("The text holds several networks. Take")
        self.networks = ChoiceBox("import.network", "Which network is taken")
        self.questions = Questions()
        self.input = InputForm()
        self.training = OfferedTraining()
        self.report = ReportView()
        self.buttons = {where: self._button(where, text, tip, first) for where, text, tip in _BUTTONS}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self.read)
        self._lay_out(title, first)
        self.source.setPlainText(text if reader else code_of(text))
        self.source.setReadOnly(reader is not None)
        self._connect()
        self.read()
        self._focus(first)

    def read(self) -> None:
        """Reads the text anew, with the answers that are there."""
        self._soon.stop()
        network, answers = self.networks.currentData() or "", self.questions.answers
        text = self.source.toPlainText()
        self.reading = self._reader(text, answers, network)
        names = [one.name for one in self.reading.networks]
        if network and network not in names:
            self.reading = self._reader(text, answers, "")
        self._show(names)
        if self.questions.answers.keys() - answers.keys():  # values that the text itself proposes
            self.read()

    def _show(self, names: list[str]) -> None:
        reading = self.reading
        self.line.setText(head_line(reading))
        self.line.set_token(head_token(reading))
        if [self.networks.itemText(row) for row in range(self.networks.count())] != names:
            self.networks.fill((name or "without a name", name) for name in names)
        self.networks.show_value(reading.chosen)
        for widget in (self.which, self.networks):
            widget.setVisible(len(names) > 1)
        self.questions.ask(reading.asked)
        self.input.show_reading(reading)
        self.training.show_offer(reading.offer)
        self.training.setVisible(bool(self.training.boxes))
        self.report.show_reading(reading)
        self.source.mark(marks(reading))
        for button in self.buttons.values():
            button.setEnabled(reading.ok)

    def _choose(self, where: Where) -> None:
        self.input.flush()
        if self._soon.isActive():
            self.read()
        if self.reading.ok:
            choice = Choice(where, self.reading, self.training.chosen, self.input.given)
            self.accept()
            self.chosen.emit(choice)

    def _focus(self, first: Where) -> None:
        """The first question, the button where all is clear, else the text."""
        fields = list(self.questions.fields.values())
        target: QWidget = fields[0] if fields else self.source
        (self.buttons[first] if self.reading.ok else target).setFocus()

    def _connect(self) -> None:
        self.source.textChanged.connect(self._soon.start)
        self.questions.answered.connect(self._soon.start)
        self.networks.activated.connect(lambda _row: self.read())
        self.questions.place_wanted.connect(self.source.go)
        self.input.changed.connect(lambda: self.input.show_reading(self.reading))
        self.report.place_wanted.connect(self.source.go)

    def _button(self, where: Where, text: str, tip: str, first: Where) -> QPushButton:
        name = f"import.{where}"
        button = PrimaryButton(text, name) if where == first else QPushButton(text)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(tip)
        button.setAutoDefault(where == first)
        button.setDefault(where == first)
        button.clicked.connect(lambda _checked=False: self._choose(where))
        return button

    def _lay_out(self, title: str, first: Where) -> None:
        page = ScrollPage("import.page")
        page.column.setSpacing(14)
        for part in (self.which, self.networks, self.questions, self.input, self.training, self.report):
            page.add(part)
        page.column.addStretch()
        self.which.setBuddy(self.networks)
        self.questions.hide()
        self.input.hide()
        self.training.hide()
        split = QSplitter()
        split.setObjectName("import.split")
        split.setChildrenCollapsible(False)
        split.addWidget(self.source)
        split.addWidget(page)
        split.setSizes([_SIZE.width() * 11 // 20, _SIZE.width() * 9 // 20])
        cancel = QPushButton("Cancel")
        cancel.setObjectName("import.cancel")
        cancel.setToolTip("Take nothing")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(cancel)
        row.addStretch()
        for where in sorted(self.buttons, key=lambda one: one == first):
            row.addWidget(self.buttons[where])
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(heading(title, factor=1.2))
        column.addWidget(self.line)
        column.addWidget(split, 1)
        column.addLayout(row)
        self.resize(_SIZE.boundedTo(self.screen().availableSize() * 0.9))
