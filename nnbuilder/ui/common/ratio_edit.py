"""A slider beside a field, for shares between 0 and 1."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QWidget

from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.graph.graph import ArgValue
from nnbuilder.ui.common.typed_edit import TypedEdit

_NOTCHES = 100
"""Places of the slider where the declaration has no step."""


class RatioEdit(QWidget):
    """Edits a share; a drag of the slider counts where it ends, its keys and the field as in any form."""

    committed = Signal(object)
    fault_changed = Signal(str)

    def __init__(self, spec: ArgSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"ratio_{spec.name}")
        self._spec = spec
        self._dragged: float | None = None
        self._places = round(1 / spec.step) if spec.step else _NOTCHES
        self.field = TypedEdit(spec, self)
        self.field.setObjectName(f"arg_{spec.name}")
        self.field.setMinimumWidth(self.fontMetrics().averageCharWidth() * 9)
        self.field.committed.connect(self._typed)
        self.field.fault_changed.connect(self.fault_changed)
        self.slider = CalmSlider(Qt.Orientation.Horizontal, self)
        self.slider.setObjectName(f"slider_{spec.name}")
        self.slider.setAccessibleName(f"{spec.name} slider")
        self.slider.setRange(0, self._places)
        self.slider.setPageStep(max(1, self._places // 10))
        self.slider.setMinimumWidth(30)
        self.slider.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.slider.valueChanged.connect(self._moved)
        self.slider.sliderReleased.connect(self._released)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.field)
        self.setFocusProxy(self.field)

    def setToolTip(self, text: str) -> None:
        """Says the same over slider and field."""
        super().setToolTip(text)
        self.slider.setToolTip(text)
        self.field.setToolTip(text)

    def set_value(self, value: ArgValue, resolved: ArgValue = None) -> None:
        """Shows the document's value."""
        self.field.set_value(value, resolved)
        self._place(value)

    def set_mixed(self) -> None:
        """Shows that the layers differ in this argument."""
        self.field.set_mixed()
        self._place(None)

    def set_fault(self, fault: str) -> None:
        """Shows why a value was refused."""
        self.field.set_fault(fault)

    def flush(self) -> None:
        """Commits what was typed, if it fits."""
        self.field.flush()

    def restore(self) -> None:
        """Forgets what was typed."""
        self.field.restore()

    def _place(self, value: ArgValue) -> None:
        share = value if isinstance(value, int | float) else 0.0
        if not self.slider.isSliderDown():
            self.slider.blockSignals(True)
            self.slider.setValue(round(share * self._places))
            self.slider.blockSignals(False)

    def _typed(self, value: ArgValue) -> None:
        self._place(value)
        self.committed.emit(value)

    def _moved(self, place: int) -> None:
        share = round(place / self._places, 10)
        if self._spec.fault(share) is not None:
            return
        self.field.set_value(share)
        if self.slider.isSliderDown():
            self._dragged = share
        else:
            self.committed.emit(share)

    def _released(self) -> None:
        if self._dragged is not None:
            share, self._dragged = self._dragged, None
            self.committed.emit(share)


class CalmSlider(QSlider):
    """A slider that the wheel moves only while it has the keyboard: it lies in a form that scrolls."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def is_ratio(spec: ArgSpec) -> bool:
    """Whether an argument is a share between 0 and 1."""
    return spec.kind == "float" and (spec.minimum, spec.maximum) == (0, 1) and not spec.lengths
