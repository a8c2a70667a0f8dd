"""Takes the numbers of one parameter from a file: which tensor of it, which way round; a look comes first."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.parameters import LoadNumbers, ParameterRow, ParametersChanged
from nnbuilder.session.parameters import Parameters
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.labels import heading, quiet
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.common.primary_button import PrimaryButton
from nnbuilder.ui.common.tick import TickBox
from nnbuilder.ui.weights_editor.preview import ChangePreview

_SIZE = QSize(520, 520)


class LoadDialog(QDialog):
    """Shows what a file would make of a parameter, and takes it as one undoable edit."""

    def __init__(
        self,
        parameters: Parameters,
        row: ParameterRow,
        path: Path,
        parent: QWidget | None = None,
        *,
        unpickle: bool = False,
    ) -> None:
        super().__init__(parent)
        self._parameters = parameters
        self._row = row
        self._path = path
        self._unpickle = unpickle
        self.setObjectName("load_numbers")
        self.setWindowTitle(f"Load into {row.full}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.name = ChoiceBox("load_name", "Which tensor of the file is taken")
        tip = "For files that keep a matrix the other way round"
        self.transposed = TickBox("load_transposed", "Exchange rows and columns", tip)
        self.preview = ChangePreview("load_preview")
        self.take = PrimaryButton("Take these numbers", "load_take")
        self.take.setToolTip("Let the project stand at these weights; Undo goes back")
        self.cancel = PlainButton("load_cancel", "Cancel", "Leave the weights as they are")
        self._lay_out()
        parameters.previewed.connect(self._show)
        parameters.refused.connect(self._refuse)
        parameters.changed.connect(self._follow)
        self.name.activated.connect(lambda _at: self._try())
        self.transposed.toggled.connect(lambda _on: self._try())
        self.take.clicked.connect(self._take)
        self.cancel.clicked.connect(self.reject)
        self._try()

    @property
    def change(self) -> LoadNumbers:
        """The change as it is chosen."""
        name = self.name.currentData()
        chosen = name if isinstance(name, str) else ""
        return LoadNumbers(str(self._path), chosen, self.transposed.isChecked(), self._unpickle)

    def _try(self) -> None:
        self.take.setEnabled(False)
        self._parameters.try_out((self._row.key,), self.change)

    def _follow(self) -> None:
        """Tries it out on the network as it is now."""
        if self.isVisible():
            self._try()

    def _show(self, changed: ParametersChanged, arrays: Arrays) -> None:
        self.preview.show_change(changed, arrays)
        if changed.names and not self.name.count():
            self.name.fill(
                [("The one that fits", ""), *((f"{name} {shape}", name) for name, shape in changed.names)]
            )
            self.name.setVisible(len(changed.names) > 1)
        self.take.setEnabled(True)

    def _refuse(self, why: str) -> None:
        self.preview.refuse(why)
        self.take.setEnabled(False)

    def _take(self) -> None:
        self._parameters.make(f"Load {self._row.full} from {self._path.name}", (self._row.key,), self.change)
        self.accept()

    def _lay_out(self) -> None:
        self.name.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        title = heading(self._path.name, factor=1.2)
        title.setToolTip(str(self._path))
        column.addWidget(title)
        column.addWidget(quiet(f"into {self._row.full} {self._row.shape} {self._row.dtype}"))
        column.addWidget(self.name)
        column.addWidget(self.transposed)
        column.addWidget(self.preview, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.take)
        column.addLayout(buttons)
        self.resize(_SIZE)
