"""The tick that switches layers off without taking them out."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from nnbuilder.ui.common.tick import TickBox

_TIP = "A disabled layer hands on what it gets, as Identity does, and keeps its arguments."


class DisabledBox(TickBox):
    """Says whether layers are disabled; `chosen` carries what the user wants."""

    chosen = Signal(bool)

    def __init__(self, *, several: bool = False, parent: QWidget | None = None) -> None:
        name = "disable_all" if several else "disable_layer"
        super().__init__(name, "Disabled", _TIP, parent)
        self.setAccessibleDescription(_TIP)
        self.clicked.connect(self.chosen)

    def show_layers(self, disabled: Sequence[bool]) -> None:
        """Shows how it is with these layers; hidden where there is none that can be disabled."""
        self.setVisible(bool(disabled))
        mixed = len(set(disabled)) > 1
        self.setTristate(False)
        state = Qt.CheckState.Checked if disabled and disabled[0] else Qt.CheckState.Unchecked
        self.setCheckState(Qt.CheckState.PartiallyChecked if mixed else state)
        count = sum(disabled)
        self.setText(f"Disabled ({count:,} of {len(disabled):,})" if mixed else "Disabled")
