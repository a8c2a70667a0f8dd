"""What became of an export: the file, how it was verified, and what to do with it."""

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.report.words import size_text
from nnbuilder.protocol.tasks import Exported
from nnbuilder.ui.common.labels import TintedLabel, heading, quiet
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.plain_button import PlainButton


class Outcome(QWidget):
    """Shows a file that was written, or why there is none; `layer_wanted` carries the layer that is why."""

    layer_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("export.outcome")
        self._path = Path()
        self._layer: NodeId | None = None
        self.title = heading("")
        self.lines = wrapping(TintedLabel("", "text"))
        self.notes = wrapping(quiet(""))
        self.show_button = PlainButton(
            "export.show", "Show in folder", "Open the folder that the file lies in"
        )
        self.copy_button = PlainButton(
            "export.copy_path", "Copy path", "Put the whole name of the file on the clipboard"
        )
        self.layer_button = PlainButton(
            "export.layer", "Show the layer", "Select the layer that stands in the way"
        )
        self.layer_button.clicked.connect(lambda: self.layer_wanted.emit(self._layer))
        self.show_button.clicked.connect(self.show_folder)
        self.copy_button.clicked.connect(self.copy_path)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for label in (self.title, self.lines, self.notes):
            label.setAccessibleName("")
            column.addWidget(label)
        row = QHBoxLayout()
        for button in (self.show_button, self.copy_button, self.layer_button):
            row.addWidget(button)
        row.addStretch()
        column.addLayout(row)
        self.hide()

    @property
    def text(self) -> str:
        """All that is said."""
        return "\n".join(filter(None, (self.title.text(), self.lines.text(), self.notes.text())))

    def show_done(self, done: Exported) -> None:
        """Tells of a file."""
        self._path = Path(done.path)
        word = "replaced" if done.replaced else "written"
        self.title.set_token("ok")
        self.title.setText(f"{self._path.name} was {word}, {size_text(done.size)}")
        weights = (f"Weights: {done.weights}.",) if done.weights else ()
        self._say("\n".join((*weights, *(f"✓ {sentence}" for sentence in done.verified))), done.notes)
        self.show_button.show()
        self.copy_button.show()
        self.layer_button.hide()
        self.show()

    def show_failure(self, why: str, layer: NodeId | None = None) -> None:
        """Tells why there is no file, and which layer is why."""
        self._layer = layer
        self.title.set_token("error")
        self.title.setText("Nothing was exported")
        self._say(why, ())
        self.show_button.hide()
        self.copy_button.hide()
        self.layer_button.setVisible(layer is not None)
        self.show()

    def show_folder(self) -> None:
        """Opens the file's folder in the system's own way."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path.parent)))

    def copy_path(self) -> None:
        """Copies where the file lies."""
        QGuiApplication.clipboard().setText(str(self._path))

    def _say(self, lines: str, notes: tuple[str, ...]) -> None:
        self.lines.setText(lines)
        self.lines.setVisible(bool(lines))
        self.notes.setText("\n".join(notes))
        self.notes.setVisible(bool(notes))
