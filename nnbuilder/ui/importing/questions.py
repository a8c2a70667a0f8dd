"""A small form for the values that a text leaves open; nothing is filled in that nobody said."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from nnbuilder.catalog.parse import arithmetic, parse_arg
from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import ArgError, ArgSpec
from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.reading import Asked
from nnbuilder.ui.common import fonts
from nnbuilder.ui.common.labels import TintedLabel, heading, quiet
from nnbuilder.ui.common.link_button import LinkButton
from nnbuilder.ui.common.page import wrapping


class Question(QObject):
    """One open name with its field; `answered` says that something was typed, `place_wanted` a line."""

    answered = Signal()
    place_wanted = Signal(int, int)

    def __init__(self, asked: Asked, parent: QObject) -> None:
        super().__init__(parent)
        self.asked = asked
        self.name = TintedLabel(asked.name, "text")
        self.name.setFont(fonts.fixed(0.96))
        self.field = QLineEdit("" if asked.default is None else str(asked.default))
        self.place = LinkButton("", "muted")
        self.purpose = wrapping(quiet())
        self.fault = wrapping(TintedLabel("", "error"))
        self._set_up()
        self.show(asked)
        self.field.textEdited.connect(lambda _text: self.answered.emit())
        self.place.clicked.connect(lambda: self.place_wanted.emit(self.asked.line, self.asked.column))

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """All that is shown of it."""
        return self.name, self.field, self.place, self.purpose, self.fault

    def show(self, asked: Asked) -> None:
        """Shows where the name stands now, and what for."""
        self.asked = asked
        self.place.setText(f"line {asked.line}")
        self.place.updateGeometry()
        self.purpose.setText(_purpose(asked))
        self.field.setPlaceholderText(_wanted(asked))
        self.field.setToolTip(f"{asked.name} is {_purpose(asked)}")

    def answer(self) -> ArgValue:
        """The value of what was typed, None without one; a fault is told below the field."""
        value, why = _value(self.asked, self.field.text())
        self.fault.setText(why)
        self.fault.setVisible(bool(why))
        return value

    def _set_up(self) -> None:
        name = self.asked.name
        self.name.setBuddy(self.field)
        self.field.setObjectName(f"import.ask.{name}")
        self.field.setAccessibleName(f"Value of {name}")
        self.place.setObjectName(f"import.ask.{name}.place")
        self.place.setAccessibleName(f"Show where {name} stands")
        self.place.setToolTip("Show where it stands")
        self.fault.setObjectName(f"import.ask.{name}.fault")
        self.fault.hide()


class Questions(QWidget):
    """One field for each open name; `answered` says that the answers are others, `place_wanted` a line."""

    answered = Signal()
    place_wanted = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import.questions")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(heading("What the text does not say"), 0, 0, 1, 3)
        self._asked: dict[str, Question] = {}
        self._row = 1

    @property
    def answers(self) -> Mapping[str, ArgValue]:
        """The values that make sense, by the names as they are written."""
        found = {name: question.answer() for name, question in self._asked.items()}
        return {name: value for name, value in found.items() if value is not None}

    @property
    def fields(self) -> Mapping[str, QLineEdit]:
        """The fields by the names that they ask for."""
        return {name: question.field for name, question in self._asked.items()}

    def ask(self, open_names: tuple[Asked, ...]) -> None:
        """Asks for these; what was answered before stays, and what is open no more without an answer goes."""
        answers = self.answers
        wanted = {asked.name: asked for asked in open_names}
        for name in [name for name in self._asked if name not in wanted and name not in answers]:
            self._drop(name)
        for name, asked in wanted.items():
            if name in self._asked:
                self._asked[name].show(asked)
            else:
                self._add(asked)
        self.setVisible(bool(self._asked))

    def _add(self, asked: Asked) -> None:
        question = Question(asked, self)
        question.answered.connect(self.answered)
        question.place_wanted.connect(self.place_wanted)
        row, self._row = self._row, self._row + 3
        self._grid.addWidget(question.name, row, 0)
        self._grid.addWidget(question.field, row, 1)
        self._grid.addWidget(question.place, row, 2)
        self._grid.addWidget(question.purpose, row + 1, 1)
        self._grid.addWidget(question.fault, row + 2, 1)
        self._asked[asked.name] = question

    def _drop(self, name: str) -> None:
        question = self._asked.pop(name)
        for widget in question.widgets:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        question.deleteLater()


def _spec(asked: Asked) -> ArgSpec | None:
    layer = LAYERS.get(asked.layer)
    return layer.arg(asked.arg) if layer is not None else None


def _purpose(asked: Asked) -> str:
    """What a value is for, in words."""
    return f"the {asked.arg} of {asked.layer}" if asked.layer and asked.arg else "a number in the text"


def _wanted(asked: Asked) -> str:
    spec = _spec(asked)
    return "a number" if spec is None else spec.expects().removesuffix(" or auto")


def _value(asked: Asked, text: str) -> tuple[ArgValue, str]:
    """The value of what was typed, or why it is none."""
    if not text.strip():
        return None, ""
    spec = _spec(asked)
    try:
        return (arithmetic(text) if spec is None else parse_arg(spec, text)), ""
    except ArgError as error:
        return None, str(error)
