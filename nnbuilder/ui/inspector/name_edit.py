"""The heading of the inspector, which is the layer's name and can be typed into."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QLineEdit, QWidget

from nnbuilder.ui.common import colors, fonts

_LONGEST = 200
_INDENT = 2
"""Pixels that a line edit moves its text in; a heading stands at the edge."""


class NameEdit(QLineEdit):
    """Looks like a heading until it is pointed at or focused; `renamed` carries the new name."""

    renamed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layer_name")
        self.setAccessibleName("Name of the layer")
        self.setMaxLength(_LONGEST)
        self.setFont(fonts.scaled(1.15, bold=True))
        self._name = ""
        self.editingFinished.connect(self.flush)
        colors.changed.connect(self._tint)
        self._tint()

    def show_name(self, name: str, placeholder: str, *, editable: bool) -> None:
        """Shows a name, or quietly what the layer is called without one; a name being typed stays."""
        self.setReadOnly(not editable)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if editable else Qt.FocusPolicy.NoFocus)
        self.setPlaceholderText(placeholder if editable else "")
        self.setToolTip("Name of this layer, the key of its weights (F2)" if editable else "")
        shown = name if editable else placeholder
        if shown != self._name or not self.isModified():
            self._name = shown
            self.setText(shown)
            self.setCursorPosition(0)
        self._tint()

    def restore(self) -> None:
        """Forgets what was typed."""
        self.setText(self._name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.restore()
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._tint()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._tint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._tint()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._tint()

    def flush(self) -> None:
        """Says the new name, if one was typed."""
        if self.isModified() and self.text().strip() != self._name:
            self.setModified(False)
            self.renamed.emit(self.text().strip())
        else:
            self.restore()

    def _tint(self) -> None:
        open_ = not self.isReadOnly() and (self.hasFocus() or self.underMouse())
        self.setFrame(open_)
        self.setTextMargins(0 if open_ else -_INDENT, 0, 0, 0)
        palette = self.palette()
        tokens = colors.current()
        palette.setColor(QPalette.ColorRole.Base, tokens.color("field" if open_ else "window"))
        palette.setColor(QPalette.ColorRole.Text, tokens.color("text"))
        palette.setColor(QPalette.ColorRole.PlaceholderText, tokens.color("text"))
        self.setPalette(palette)
