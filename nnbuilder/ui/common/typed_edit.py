"""The field for everything that is typed: numbers with arrows, tuples, text; faults show while typing."""

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPalette, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from nnbuilder.catalog.parse import parse_arg
from nnbuilder.catalog.spec import AUTO, ArgError, ArgSpec, Kind
from nnbuilder.graph.graph import ArgValue
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.steps import Number, doubled, stepped

PAUSE_MS = 800
"""How long after the last key a typed value counts as meant, without Enter."""

MIXED = "mixed"
"""What stands where several layers have different values."""

_NOTCH = 120
_NUMBERS = {"int", "float", "ints", "floats"}

Step = Callable[[ArgSpec, Number, int], Number]


class TypedEdit(QAbstractSpinBox):
    """Edits one argument as text; `committed` carries a value that fits, `fault_changed` why it does not.

    What is typed counts on Enter, on leaving the field, or after a pause; arrows, wheel and Page keys step
    (with Ctrl: powers of two), in a tuple the number at the cursor, and count at once. A text that does not
    fit stays as it is, with its fault, until it is mended or Escape brings the value back: no clamping.
    """

    committed = Signal(object)
    fault_changed = Signal(str)

    def __init__(self, spec: ArgSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        self._value: ArgValue = spec.start
        self._resolved: ArgValue = None
        self._fault = ""
        self._pending = False
        self._mixed = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._settle)
        if spec.kind not in {"int", "float"}:
            self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(spec.name)
        self.lineEdit().textEdited.connect(self._typed)
        self.editingFinished.connect(self.flush)
        colors.changed.connect(self._tint)
        self._show()

    @property
    def value(self) -> ArgValue:
        """The last value that fits."""
        return self._value

    @property
    def fault(self) -> str:
        """Why what stands in the field does not fit, empty where it does."""
        return self._fault

    def set_value(self, value: ArgValue, resolved: ArgValue = None) -> None:
        """Shows the document's value; `resolved` is what "auto" stands for.

        A text being typed stays, unless the value itself became another one.
        """
        same = not self._mixed and value == self._value and type(value) is type(self._value)
        self._value, self._resolved, self._mixed = value, resolved, False
        if not (same and (self._pending or self._fault)):
            self._show()

    def set_mixed(self) -> None:
        """Shows that several layers have different values; what is typed then counts for all of them."""
        if not (self._mixed and (self._pending or self._fault)):
            self._mixed = True
            self._show()

    def set_fault(self, fault: str) -> None:
        """Shows why the value was refused, for example by the document."""
        if fault != self._fault:
            self._fault = fault
            self._tint()
            self.setAccessibleDescription(fault or self._spec.help)
            self.fault_changed.emit(fault)

    def flush(self) -> None:
        """Commits what was typed, if it fits."""
        self._pause.stop()
        if not self._pending or self._fault:
            return
        value = parse_arg(self._spec, self.text())
        changed = self._mixed or value != self._value or type(value) is not type(self._value)
        self._value, self._mixed = value, False
        self._show()
        if changed:
            self.committed.emit(value)

    def restore(self) -> None:
        """Forgets what was typed."""
        self._show()

    def stepBy(self, steps: int) -> None:
        self._step(stepped, steps)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flags = QAbstractSpinBox.StepEnabledFlag
        if isinstance(self._current(), tuple) and self._spec.kind in _NUMBERS:
            return flags.StepUpEnabled | flags.StepDownEnabled
        if self._spec.kind not in {"int", "float"}:
            return flags.StepNone
        number = self._number()
        up = flags.StepUpEnabled if stepped(self._spec, number, 1) != number else flags.StepNone
        down = flags.StepDownEnabled if stepped(self._spec, number, -1) != number else flags.StepNone
        return up | down

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            undoing = event.matches(QKeySequence.StandardKey.Undo) or event.matches(
                QKeySequence.StandardKey.Redo
            )
            if undoing and not self._pending:
                event.ignore()  # the document's undo, not the field's
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if steps and self._spec.kind in _NUMBERS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._step(doubled, steps)
        elif event.key() == Qt.Key.Key_Escape and (self._pending or self._fault):
            self._show()
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = round(event.angleDelta().y() / _NOTCH)
        if not self.hasFocus() or not notches or self._spec.kind not in _NUMBERS:
            event.ignore()  # scrolls the form instead
            return
        power = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        self._step(doubled if power else stepped, notches)
        event.accept()

    def _typed(self, text: str) -> None:
        self._pending = True
        try:
            parse_arg(self._spec, text)
        except ArgError as error:
            self._pause.stop()
            self.set_fault(f"{error}{self._stays()}")
        else:
            self.set_fault("")
            self._pause.start()

    def _stays(self) -> str:
        """What goes on counting while something else stands in the field."""
        number = isinstance(self._value, int | float) and not self._mixed
        return f" It stays {as_text(self._value)}." if number else ""

    def _settle(self) -> None:
        """Commits after a pause, with the cursor where it was or behind what came out."""
        cursor, text = self.lineEdit().cursorPosition(), self.text()
        self.flush()
        self.lineEdit().setCursorPosition(cursor if self.text() == text else len(self.text()))

    def _step(self, by: Step, steps: int) -> None:
        """Steps the number, or that of a tuple at the cursor, which stays selected."""
        value = self._current()
        if isinstance(value, tuple):
            self._step_part(value, by, steps)
        elif self._spec.kind in {"int", "float"}:
            self._move(by(self._spec, self._number(), steps))
            self.selectAll()

    def _step_part(self, value: tuple[ArgValue, ...], by: Step, steps: int) -> None:
        field = self.lineEdit()
        at = field.selectionStart() if field.hasSelectedText() else field.cursorPosition()
        index = min(self.text()[:at].count(","), len(value) - 1)
        part = value[index]
        if isinstance(part, int | float):
            kind: Kind = "float" if self._spec.kind in {"float", "floats"} else "int"
            one = msgspec.structs.replace(self._spec, kind=kind, lengths=(), parts=())
            self._move((*value[:index], by(one, part, steps), *value[index + 1 :]))
        start, text = 0, self.text()
        for _ in range(index):
            start = text.index(",", start) + 1
        number = text[start:].split(",")[0]
        inner = number.strip(" ()")
        field.setSelection(start + number.index(inner), len(inner))

    def _move(self, value: ArgValue) -> None:
        if self._spec.fault(value) is not None or (value == self._value and not self._mixed):
            return
        self._value, self._mixed = value, False
        self._show()
        self.committed.emit(value)

    def _current(self) -> ArgValue:
        """What stands in the field: the value, what it resolves to, or what is typed and fits."""
        if self._pending and not self._fault:
            return parse_arg(self._spec, self.text())
        return self._resolved if self._value == AUTO else self._value

    def _number(self) -> Number:
        """The number that steps start from: what is typed, else the value, else what it resolves to."""
        candidates = [self._current(), self._resolved, self._spec.initial, self._spec.minimum, 0]
        return next(one for one in candidates if isinstance(one, int | float) and not isinstance(one, bool))

    def _show(self) -> None:
        """Puts the value into the field."""
        self._pause.stop()
        self._pending = False
        value = self._resolved if self._value == AUTO and self._resolved is not None else self._value
        text = "" if self._mixed else as_text(value)
        if self.text() != text:
            self.lineEdit().setText(text)
        self.lineEdit().setPlaceholderText(MIXED if self._mixed else "")
        self.lineEdit().setCursorPosition(0)
        self.set_fault("")
        self._tint()

    def _tint(self) -> None:
        tokens = colors.current()
        palette = self.palette()
        text = "error" if self._fault else "muted" if self._value == AUTO and not self._pending else "text"
        palette.setColor(QPalette.ColorRole.Text, tokens.color(text))
        palette.setColor(QPalette.ColorRole.Base, tokens.color("error_soft" if self._fault else "field"))
        self.setPalette(palette)


def as_text(value: ArgValue) -> str:
    """A value as it is typed: plain numbers, words without quotes."""
    return value if isinstance(value, str) else repr(value)
