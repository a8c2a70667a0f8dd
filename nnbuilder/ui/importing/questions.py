"""A small form for the values that a text leaves open; nothing is filled in that nobody said."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from nnbuilder.catalog.parse import arithmetic, parse_arg
from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import ArgError, ArgSpec
from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.reading import Asked
from nnbuilder.ui.common.labels import TintedLabel, quiet
from nnbuilder.ui.common.link_button import LinkButton
from nnbuilder.ui.common.page import wrapping


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
        self._fields: dict[str, tuple[Asked, QLineEdit, TintedLabel]] = {}

    @property
    def answers(self) -> Mapping[str, ArgValue]:
        """The values that make sense, by the names as they are written."""
        found: dict[str, ArgValue] = {}
        for name, (asked, field, fault) in self._fields.items():
            value, why = _value(asked, field.text())
            fault.setText(why)
            fault.setVisible(bool(why))
            if value is not None:
                found[name] = value
        return found

    @property
    def fields(self) -> Mapping[str, QLineEdit]:
        """The fields by the names that they ask for."""
        return {name: field for name, (_, field, _) in self._fields.items()}

    def ask(self, open_names: tuple[Asked, ...]) -> None:
        """Asks for these; what was answered before stays, also while it is open no more."""
        for asked in open_names:
            if asked.name not in self._fields:
                self._add(asked)
        self.setVisible(bool(self._fields))

    def clear(self) -> None:
        """Forgets all questions: another text is asked about."""
        self._fields.clear()
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self.hide()

    def _add(self, asked: Asked) -> None:
        row = 3 * len(self._fields)
        name = QLabel(asked.name)
        name.setTextFormat(name.textFormat().PlainText)
        field = QLineEdit("" if asked.default is None else str(asked.default))
        field.setObjectName(f"import.ask.{asked.name}")
        field.setAccessibleName(f"Value of {asked.name}")
        field.setPlaceholderText(_wanted(asked))
        field.setToolTip(f"{asked.name} is {_purpose(asked)}")
        field.textEdited.connect(lambda _text: self.answered.emit())
        name.setBuddy(field)
        place = LinkButton(f"line {asked.line}", "muted")
        place.setObjectName(f"import.ask.{asked.name}.place")
        place.setToolTip("Show where it stands")
        place.clicked.connect(lambda: self.place_wanted.emit(asked.line, asked.column))
        fault = wrapping(TintedLabel("", "error"))
        fault.hide()
        self._grid.addWidget(name, row, 0)
        self._grid.addWidget(field, row, 1)
        self._grid.addWidget(place, row, 2)
        self._grid.addWidget(wrapping(quiet(_purpose(asked))), row + 1, 1)
        self._grid.addWidget(fault, row + 2, 1)
        self._fields[asked.name] = asked, field, fault


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
