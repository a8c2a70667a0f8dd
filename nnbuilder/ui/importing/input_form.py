"""What goes into an imported network: shape and dtype of one sample, where the text does not tell them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnbuilder.catalog.registry import INPUT_SPEC
from nnbuilder.catalog.spec import AUTO
from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.import_project import UNSAID, Given, proposed_input
from nnbuilder.interop.reading import Reading
from nnbuilder.ui.common.form import ArgForm
from nnbuilder.ui.common.labels import heading, quiet
from nnbuilder.ui.common.page import wrapping


class InputForm(QWidget):
    """Two fields that follow the text or the data until something is typed; `changed` says that it was."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import.input")
        self._values: dict[str, ArgValue] = {}
        self._told: dict[str, ArgValue] = {}
        self.line = wrapping(quiet())
        self.form = ArgForm(terse=True)
        self.form.show_specs(INPUT_SPEC.args)
        self.form.edited.connect(self._set)
        self.form.reset.connect(self._reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(heading("What goes in"))
        column.addWidget(self.line)
        column.addWidget(self.form)

    @property
    def given(self) -> Given:
        """What was typed."""
        shape, dtype = self._values.get("shape"), self._values.get("dtype")
        sizes = tuple(int(size) for size in shape) if isinstance(shape, tuple) else None
        return Given(sizes, dtype if isinstance(dtype, str) else None)

    def show_reading(self, reading: Reading) -> None:
        """Shows what the text itself tells; only a network that can be drawn has an input."""
        shape, dtype, assumed = proposed_input(reading.layers, UNSAID)
        self._told = {} if shape is None else {"shape": shape}
        self._told |= {} if dtype is None else {"dtype": dtype}
        said = () if "shape" in self._values else assumed
        self.line.setText(*said or ("One sample without the batch; auto follows the text or the data.",))
        self._show()
        self.setVisible(reading.ok)

    def flush(self) -> None:
        """Takes what was typed so far."""
        self.form.flush()

    def _set(self, name: str, value: ArgValue) -> None:
        if value == AUTO:
            self._reset(name)
            return
        self._values[name] = value
        self._show()
        self.changed.emit()

    def _reset(self, name: str) -> None:
        self._values.pop(name, None)
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self.form.show_values(self._values, self._told)
