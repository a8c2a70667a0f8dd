"""Two or three numbers side by side that can be linked: kernel sizes, strides, paddings."""

from functools import partial

import msgspec
from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.graph.graph import ArgValue
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.typed_edit import TypedEdit, as_text

_CHARS = 4


class SizesEdit(QWidget):
    """Edits two or three numbers; while they are linked, all become the one typed.

    Where one number may stand for all of them, linked numbers become that one. A word in place of numbers is
    typed, or chosen from a menu, and then stands alone.
    """

    committed = Signal(object)
    fault_changed = Signal(str)

    def __init__(self, spec: ArgSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        self._value: ArgValue = spec.start
        self.link = LinkButton(spec.name, self)
        self.fields = [self._field(index, word) for index, word in enumerate(spec.parts)]
        words = (*spec.choices, *((None,) if spec.none and not spec.gaps else ()))
        self.words = WordsButton(spec.name, words, self) if words else None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for index, field in enumerate(self.fields):
            layout.addWidget(field, 1)
            if index == 0:
                layout.addWidget(self.link)
        if self.words is not None:
            layout.addWidget(self.words)
            self.words.chosen.connect(self._worded)
        self.setFocusProxy(self.fields[0])
        self.link.toggled.connect(self._linked)
        self.set_value(spec.start)
        self.link.setChecked(self._alike())

    def setToolTip(self, text: str) -> None:
        """Says the same over every field, and which one it is."""
        super().setToolTip(text)
        for field in self.fields:
            field.setToolTip(f"{field.accessibleName()}\n{text}")

    def set_value(self, value: ArgValue, resolved: ArgValue = None) -> None:
        """Shows the document's value; numbers that differ cannot stay linked."""
        self._value = value
        whole = isinstance(value, tuple) and len(value) == len(self.fields)
        given = isinstance(resolved, tuple) and len(resolved) == len(self.fields)
        for index, field in enumerate(self.fields):
            part = value[index] if isinstance(value, tuple) and whole else value
            field.set_value(part, resolved[index] if isinstance(resolved, tuple) and given else None)
        if not self._alike():
            self.link.setChecked(False)
        self._stand_alone(isinstance(value, str) or (value is None and self.words is not None))

    def set_mixed(self) -> None:
        """Shows that the layers differ in this argument."""
        self._value = None
        self._stand_alone(False)
        for field in self.fields:
            field.set_mixed()

    def set_fault(self, fault: str) -> None:
        """Shows why a value was refused."""
        self.fields[0].set_fault(fault)

    def flush(self) -> None:
        """Commits what was typed, if it fits."""
        for field in self.fields:
            field.flush()

    def restore(self) -> None:
        """Forgets what was typed."""
        for field in self.fields:
            field.restore()

    def _field(self, index: int, word: str) -> TypedEdit:
        part = msgspec.structs.replace(
            self._spec,
            name=f"{self._spec.name} {word}",
            kind="float" if self._spec.kind == "float" else "int",
            lengths=(),
            default=0,
            follows=None,
        )
        field = TypedEdit(part, self)
        field.setButtonSymbols(TypedEdit.ButtonSymbols.NoButtons)
        field.setObjectName(f"part_{index}_{self._spec.name}")
        field.setMinimumWidth(self.fontMetrics().averageCharWidth() * _CHARS)
        field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        field.committed.connect(lambda value, index=index: self._typed(index, value))
        field.fault_changed.connect(self._fault_changed)
        return field

    def _alike(self) -> bool:
        return not isinstance(self._value, tuple) or len(set(self._value)) == 1

    def _typed(self, index: int, value: ArgValue) -> None:
        """Makes one value of what stands in one field: for all places where they are linked or had none."""
        together = self.link.isChecked() or self._value is None or isinstance(self._value, str)
        if isinstance(value, str) or (value is None and (together or not self._spec.gaps)):
            whole: ArgValue = value
        elif together:
            whole = value if self._spec.kind in {"int", "float"} else (value,) * len(self.fields)
        else:
            places = self._value if isinstance(self._value, tuple) else (self._value,) * len(self.fields)
            whole = (*places[:index], value, *places[index + 1 :])
        self.set_value(whole)
        self.committed.emit(whole)

    def _worded(self, word: ArgValue) -> None:
        """Takes a word of the menu."""
        self.set_value(word)
        self.fields[0].setFocus()
        self.committed.emit(word)

    def _stand_alone(self, alone: bool) -> None:
        """Shows one field for a word, or all for numbers."""
        for widget in (self.link, *self.fields[1:]):
            widget.setVisible(not alone)

    def _linked(self, linked: bool) -> None:
        """Linking makes all numbers the first one."""
        if linked and isinstance(self._value, tuple) and not self._alike():
            self._typed(0, self._value[0])

    def _fault_changed(self, fault: str) -> None:
        found = fault or next((field.fault for field in self.fields if field.fault), "")
        self.fault_changed.emit(found)


class WordsButton(QToolButton):
    """Opens the menu of words that may stand in place of numbers; `chosen` carries one of them."""

    chosen = Signal(object)

    def __init__(self, name: str, words: tuple[ArgValue, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"words_{name}")
        self.setAutoRaise(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFixedWidth(18)
        self.setToolTip(f"In place of numbers: {', '.join(map(as_text, words))}")
        self.setAccessibleName(f"words for {name}")
        menu = QMenu(self)
        for word in words:
            menu.addAction(as_text(word)).triggered.connect(partial(self._chose, word))
        self.setMenu(menu)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the arrow alone: a second one for the menu would say the same."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        token = "accent" if self.underMouse() or self.hasFocus() else "muted"
        painter.setPen(QPen(colors.current().color(token), 1.6))
        middle = QPointF(self.rect().center()) + QPointF(0.5, 1.5)
        painter.drawPolyline([middle + QPointF(x, y) for x, y in ((-4.0, -2.5), (0.0, 1.5), (4.0, -2.5))])
        painter.end()

    def _chose(self, word: ArgValue, _checked: bool = False) -> None:
        self.chosen.emit(word)


class LinkButton(QToolButton):
    """Two links of a chain: closed while the numbers beside it change together."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"link_{name}")
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setToolTip("Keep these numbers equal")
        self.setAccessibleName(f"link {name}")
        colors.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(24, 22)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        token = "accent" if self.isChecked() else "muted"
        painter.setPen(QPen(colors.current().color(token), 1.6))
        middle, apart = self.rect().center(), 0 if self.isChecked() else 3
        for side in (-1, 1):
            x = middle.x() + 1 + side * (3 + apart) - 5
            painter.drawRoundedRect(x, middle.y() - 2, 9, 6, 3, 3)
        painter.end()


def is_sizes(spec: ArgSpec) -> bool:
    """Whether an argument is a pair or a triple of numbers."""
    return len(spec.parts) in {2, 3}
