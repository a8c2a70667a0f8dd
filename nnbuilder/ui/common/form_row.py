"""One row of a form: the argument's name, its editor, "auto" or reset, and a line of help or fault."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnbuilder.catalog.spec import AUTO, ArgSpec, Required
from nnbuilder.graph.graph import ArgValue
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.arg_editor import CheckEdit, ChoiceEdit, make_editor
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.ratio_edit import RatioEdit
from nnbuilder.ui.common.sizes_edit import SizesEdit
from nnbuilder.ui.common.typed_edit import TypedEdit, as_text

_EDITOR_CHARS = 12
_SPACING = 8
_SOURCES = {
    "features": "follows the layer before",
    "channels": "follows the layer before",
    "trailing": "follows the layer before",
    "data": "follows the data",
}


class ArgRow(QWidget):
    """Edits one argument; `edited` carries its name and a value, `reset` its name.

    A terse row keeps its help in the tool tip; a fault is always written below the editor.
    """

    edited = Signal(str, object)
    reset = Signal(str)

    def __init__(self, spec: ArgSpec, *, terse: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self._terse = terse
        self._resolved: ArgValue = None
        self.setObjectName(f"row_{spec.name}")
        self.editor = make_editor(spec, self)
        self.editor.setToolTip(f"{help_line(spec)}\nTakes {spec.expects()}.")
        self.editor.committed.connect(self._committed)
        self.editor.fault_changed.connect(self._show_fault)
        self._help = quiet(help_line(spec), parent=self)
        self._help.setWordWrap(True)
        self._help.setObjectName(f"help_{spec.name}")
        self._help.setVisible(not terse)
        self._top, self._shares = QHBoxLayout(), (5, 4)
        self._name = ElidedLabel(spec.name, "text")
        self._side = _side_button(spec, self)
        self._side.clicked.connect(self._auto if spec.follows else self._reset)
        self._lay_out()

    @property
    def side(self) -> QToolButton:
        """The button beside the editor: "auto" where the argument can follow, else reset."""
        return self._side

    @property
    def message(self) -> str:
        """The line below the editor: help, or the fault."""
        return self._help.text()

    def show_mixed(self, resolved: ArgValue = None) -> None:
        """Shows that several layers have different values, which can be set or reset at once."""
        self._resolved = resolved
        self.editor.set_mixed()
        self._side.setChecked(False)
        self._side.setVisible(bool(self.spec.follows) or not isinstance(self.spec.default, Required))

    def show_value(self, values: Mapping[str, ArgValue], resolved: ArgValue) -> None:
        """Shows the explicit value, or the one that holds without it."""
        self._resolved = resolved
        value = values.get(self.spec.name, self.spec.start)
        self.editor.set_value(value, resolved)
        if self.spec.follows:
            self._side.setChecked(value == AUTO)
        else:
            differs = self.spec.name in values and not isinstance(self.spec.default, Required)
            self._side.setVisible(differs and value != self.spec.default)

    def take_focus(self) -> None:
        """Puts the cursor into the editor."""
        self.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field = self.editor.focusProxy() or self.editor
        if isinstance(field, TypedEdit):
            field.selectAll()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Gives the name the room that it needs, as far as the editor leaves it."""
        super().resizeEvent(event)
        name, editor = self._shares
        total = self.width() - self._side.width() - 2 * _SPACING
        if isinstance(self.editor, CheckEdit) or total <= 0:
            return
        least = max(self.editor.minimumWidth(), self.editor.minimumSizeHint().width())
        wanted = min(self._name.sizeHint().width() + 1, total - least)
        taken = min(max(total * name // (name + editor), wanted), total - 1)
        self._top.setStretch(0, taken)
        self._top.setStretch(1, total - taken)

    def _lay_out(self) -> None:
        name = self._name
        name.setFont(fonts.fixed(0.96))
        name.setToolTip(f"{self.spec.name}: {self.spec.help}")
        name.setBuddy(self.editor)
        top = self._top
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(_SPACING)
        wide = isinstance(self.editor, ChoiceEdit | RatioEdit)
        self._shares = (3, 6) if wide else (4, 5) if isinstance(self.editor, SizesEdit) else (5, 4)
        top.addWidget(name, self._shares[0])
        top.addWidget(self.editor, self._shares[1])
        top.addWidget(self._side)
        if isinstance(self.editor, CheckEdit):
            name.setMinimumWidth(name.sizeHint().width())
        else:
            if not isinstance(self.editor, SizesEdit):
                self.editor.setMinimumWidth(self.fontMetrics().averageCharWidth() * _EDITOR_CHARS)
            for widget in (name, self.editor):
                widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(top)
        layout.addWidget(self._help)

    def _committed(self, value: ArgValue) -> None:
        if value == AUTO and self.spec.follows:
            self.reset.emit(self.spec.name)
        else:
            self.edited.emit(self.spec.name, value)

    def _show_fault(self, fault: str) -> None:
        self._help.set_token("error" if fault else "muted")
        self._help.setText(fault or help_line(self.spec))
        self._help.setVisible(bool(fault) or not self._terse)

    def _reset(self) -> None:
        self.reset.emit(self.spec.name)

    def _auto(self, checked: bool) -> None:
        """Follows again, or pins what "auto" stood for; where that is unknown, it asks for a value."""
        if checked:
            self.reset.emit(self.spec.name)
        elif self._resolved is not None:
            self.edited.emit(self.spec.name, self._resolved)
        else:
            self._side.setChecked(True)
            self.take_focus()


def help_line(spec: ArgSpec) -> str:
    """What stands below an editor: what it is for, what PyTorch takes by default, what it follows."""
    rest = ""
    if spec.follows:
        rest = f" Auto {_SOURCES[spec.follows]}."
    elif not isinstance(spec.default, Required):
        rest = f" Default: {as_text(spec.default)}."
    return spec.help + rest


def _side_button(spec: ArgSpec, parent: QWidget) -> QToolButton:
    button = _AutoButton(parent) if spec.follows else QToolButton(parent)
    button.setAutoRaise(True)
    button.setFixedWidth(button.fontMetrics().horizontalAdvance("auto") + 14)
    policy = button.sizePolicy()
    policy.setRetainSizeWhenHidden(spec.kind != "choice")
    button.setSizePolicy(policy)
    if spec.follows:
        button.setObjectName(f"auto_{spec.name}")
        button.setText("auto")
        button.setCheckable(True)
        button.setToolTip(f"{spec.name} {_SOURCES[spec.follows]}; release to pin the number.")
    else:
        button.setObjectName(f"reset_{spec.name}")
        button.setText("↺")
        default = "" if isinstance(spec.default, Required) else as_text(spec.default)
        button.setToolTip(f"Back to PyTorch's default, {default}")
    button.setAccessibleName(f"{button.text() if spec.follows else 'reset'} {spec.name}")
    return button


class _AutoButton(QToolButton):
    """A switch whose text has the accent colour while it is on."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.toggled.connect(self._tint)
        colors.changed.connect(self._tint)
        self._tint()

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(self.fontMetrics().horizontalAdvance("auto") + 14, 0))

    def _tint(self) -> None:
        palette = self.palette()
        token = "accent" if self.isChecked() else "muted"
        palette.setColor(QPalette.ColorRole.ButtonText, colors.current().color(token))
        self.setPalette(palette)
        self.setFont(fonts.scaled(0.92, bold=self.isChecked()))
