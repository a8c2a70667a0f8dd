"""The ticks that switch layers off without taking them out, and that keep training away from them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from nnbuilder.ui.common.tick import TickBox

_DISABLED = "A disabled layer hands on what it gets, as Identity does, and keeps its arguments."
_FROZEN = (
    "Training leaves the weights of a frozen layer as they are: requires_grad_(False). "
    "Gradients still flow through it to the layers before."
)
_AROUND = "A group around this layer is frozen, and all in it with it. Unfreeze the group first."


class LayerTick(TickBox):
    """Says how it is with one or several layers; `chosen` carries what the user wants."""

    chosen = Signal(bool)

    def __init__(self, name: str, word: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(name, word, tip, parent)
        self._word = word
        self.setAccessibleDescription(tip)
        self.clicked.connect(self.chosen)

    def show_layers(self, states: Sequence[bool]) -> None:
        """Shows how it is with these layers; hidden where there is none that it can be with."""
        self.setVisible(bool(states))
        mixed = len(set(states)) > 1
        self.setTristate(False)
        state = Qt.CheckState.Checked if states and states[0] else Qt.CheckState.Unchecked
        self.setCheckState(Qt.CheckState.PartiallyChecked if mixed else state)
        count = sum(states)
        self.setText(f"{self._word} ({count:,} of {len(states):,})" if mixed else self._word)


class DisabledBox(LayerTick):
    """Whether layers are disabled."""

    def __init__(self, *, several: bool = False, parent: QWidget | None = None) -> None:
        super().__init__("disable_all" if several else "disable_layer", "Disabled", _DISABLED, parent)


class FrozenBox(LayerTick):
    """Whether training leaves layers as they are."""

    def __init__(self, *, several: bool = False, parent: QWidget | None = None) -> None:
        super().__init__("freeze_all" if several else "freeze_layer", "Frozen", _FROZEN, parent)

    def show_layer(self, *, frozen: bool, around: bool) -> None:
        """Shows how it is with one layer; one in a frozen group cannot be otherwise."""
        self.show_layers([frozen or around])
        self.setEnabled(not around)
        self.setToolTip(_AROUND if around else _FROZEN)
        if around:
            self.setText("Frozen with its group")
