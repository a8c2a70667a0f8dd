"""The right editor for each declared argument, all with one face."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnbuilder.catalog.spec import AUTO, ArgSpec
from nnbuilder.graph.graph import ArgValue
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.ratio_edit import RatioEdit, is_ratio
from nnbuilder.ui.common.sizes_edit import SizesEdit, is_sizes
from nnbuilder.ui.common.tick import TickBox
from nnbuilder.ui.common.typed_edit import MIXED, TypedEdit, as_text


class CheckEdit(QWidget):
    """A tick for True and False."""

    committed = Signal(object)
    fault_changed = Signal(str)

    def __init__(self, spec: ArgSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = TickBox(f"{spec.name}_box", "", spec.help, self)
        self._box.setAccessibleName(spec.name)
        self._box.setAccessibleDescription(spec.help)
        self._box.clicked.connect(self._clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._box)
        layout.addStretch()
        self.setFocusProxy(self._box)

    def set_value(self, value: ArgValue, resolved: ArgValue = None) -> None:
        """Shows the document's value."""
        self._box.setTristate(False)
        self._box.setText("")
        self._box.setChecked(value is True)

    def set_mixed(self) -> None:
        """Shows that the layers differ in this argument; a click then ticks it for all."""
        self._box.setText(MIXED)
        self._box.setCheckState(Qt.CheckState.PartiallyChecked)

    def set_fault(self, fault: str) -> None:
        """Shows why a value was refused."""
        self.fault_changed.emit(fault)

    def flush(self) -> None:
        """Nothing is pending: a click counts at once."""

    def restore(self) -> None:
        """Nothing was typed: only a fault goes."""
        self.set_fault("")

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
        words: tuple[ArgValue, ...] = (True, False) if spec.kind == "bool" else spec.choices
        values = [*words, *([None] if spec.none else [])]
        self.fill((as_text(value), value) for value in values)
        self.activated.connect(self._chosen)

    def set_value(self, value: ArgValue, resolved: ArgValue = None) -> None:
        """Shows the document's value, and what "auto" stands for as if it were chosen."""
        self.show_value(resolved if value == AUTO else value)
        if self.currentIndex() < 0:
            self.setPlaceholderText(as_text(value))

    def set_mixed(self) -> None:
        """Shows that the layers differ in this argument."""
        self.show_value(object())
        self.setPlaceholderText(MIXED)

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


AnyEdit = TypedEdit | CheckEdit | ChoiceEdit | RatioEdit | SizesEdit


def make_editor(spec: ArgSpec, parent: QWidget | None = None) -> AnyEdit:
    """The editor that fits an argument; it, or the field in it, is named after the argument."""
    editor = _kind(spec)(spec, parent)
    if not isinstance(editor, RatioEdit):
        editor.setObjectName(f"arg_{spec.name}")
    return editor


def _kind(spec: ArgSpec) -> type[AnyEdit]:
    if spec.kind == "bool" and not spec.none:
        return CheckEdit
    if spec.kind in {"bool", "choice"}:
        return ChoiceEdit
    if is_ratio(spec):
        return RatioEdit
    return SizesEdit if is_sizes(spec) else TypedEdit
