"""The right editor for each declared argument, all with one face."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from nnbuilder.catalog.spec import AUTO, ArgSpec
from nnbuilder.graph.graph import ArgValue
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.typed_edit import TypedEdit, as_text


class CheckEdit(QWidget):
    """A tick for True and False."""

    committed = Signal(object)
    fault_changed = Signal(str)

    def __init__(self, spec: ArgSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QCheckBox(self)
        self._box.setObjectName(f"{spec.name}_box")
        self._box.setAccessibleName(spec.name)
        self._box.setAccessibleDescription(spec.help)
        self._box.setToolTip(spec.help)
        self._box.clicked.connect(self._clicked)
        colors.changed.connect(self._tint)
        self._tint()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._box)
        layout.addStretch()
        self.setFocusProxy(self._box)

    def set_value(self, value: ArgValue, resolved: ArgValue = None) -> None:
        """Shows the document's value."""
        self._box.setChecked(value is True)

    def set_fault(self, fault: str) -> None:
        """Shows why a value was refused."""
        self.fault_changed.emit(fault)

    def flush(self) -> None:
        """Nothing is pending: a click counts at once."""

    def restore(self) -> None:
        """Nothing was typed: only a fault goes."""
        self.set_fault("")

    def _tint(self) -> None:
        """Keeps an empty box visible: Fusion draws no outline of it on a dark ground."""
        palette, tokens = self._box.palette(), colors.current()
        share = 0.14 if tokens.scheme == "dark" else 0.0
        palette.setColor(QPalette.ColorRole.Base, tokens.mixed("field", "text", share))
        self._box.setPalette(palette)

    def _clicked(self, checked: bool) -> None:
        self.committed.emit(checked)


class ChoiceEdit(ChoiceBox):
    """A box with the words of a choice; "auto" and None are not among them unless they are meant."""

    committed = Signal(object)
    fault_changed = Signal(str)

    def __init__(self, spec: ArgSpec, parent: QWidget | None = None) -> None:
        super().__init__(f"{spec.name}_choice", spec.help, parent)
        self.setAccessibleName(spec.name)
        self.setAccessibleDescription(spec.help)
        values: list[ArgValue] = [*spec.choices, *([None] if spec.none else [])]
        self.fill((as_text(value), value) for value in values)
        self.activated.connect(self._chosen)

    def set_value(self, value: ArgValue, resolved: ArgValue = None) -> None:
        """Shows the document's value, and what "auto" stands for as if it were chosen."""
        self.show_value(resolved if value == AUTO else value)
        if self.currentIndex() < 0:
            self.setPlaceholderText(as_text(value))

    def set_fault(self, fault: str) -> None:
        """Shows why a value was refused."""
        self.fault_changed.emit(fault)

    def flush(self) -> None:
        """Nothing is pending: a choice counts at once."""

    def restore(self) -> None:
        """Nothing was typed: only a fault goes."""
        self.set_fault("")

    def _chosen(self, row: int) -> None:
        self.committed.emit(self.itemData(row))


AnyEdit = TypedEdit | CheckEdit | ChoiceEdit


def make_editor(spec: ArgSpec, parent: QWidget | None = None) -> AnyEdit:
    """The editor that fits an argument; it has the argument's name as its object name."""
    kinds: dict[str, type[TypedEdit | CheckEdit | ChoiceEdit]] = {
        "bool": CheckEdit,
        "choice": ChoiceEdit,
    }
    editor = kinds.get(spec.kind, TypedEdit)(spec, parent)
    editor.setObjectName(f"arg_{spec.name}")
    return editor
