"""Where an export goes: a path that can be typed or chosen, and what would happen to what lies there."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from nnbuilder.protocol.export_format import ExportFormat
from nnbuilder.ui.common.labels import TintedLabel
from nnbuilder.ui.common.page import wrapping


class Target(QWidget):
    """A field for the file, a button that asks for it; `changed` comes with every letter.

    `own` is a file that must not be written over: the project's.
    """

    changed = Signal()

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._own: Path | None = None
        self._form: ExportFormat | None = None
        self._written: Path | None = None
        self._suggested = ""
        self.field = QLineEdit()
        self.field.setObjectName("export.path")
        self.field.setAccessibleName("File to write")
        self.field.setToolTip("The file to write, or the folder to fill")
        self.browse = QPushButton("Browse…")
        self.browse.setObjectName("export.browse")
        self.browse.setAccessibleName("Browse for a file")
        self.browse.setToolTip("Choose where to write")
        self.browse.setAutoDefault(False)
        self.line = wrapping(TintedLabel("", "muted"))
        row = QHBoxLayout()
        row.addWidget(self.field, 1)
        row.addWidget(self.browse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.line)
        self.field.textChanged.connect(self.review)
        self.browse.clicked.connect(self.ask)

    @property
    def path(self) -> Path | None:
        """The file as it will be called; None where nothing can be written."""
        text = self.field.text().strip()
        if not text or self._form is None:
            return None
        path = self._folder / Path(text).expanduser()
        if self._form.is_folder:
            return path
        if path.is_dir():
            return None
        return path if path.suffix else path.with_name(f"{path.name}{self._form.suffix}")

    @property
    def replaces(self) -> bool:
        """Whether there is such a file already that was not written just now."""
        path = self.path
        return path is not None and path.is_file() and path != self._written

    def show_written(self, path: Path) -> None:
        """This file was written: nobody need be told that it is there."""
        self._written = path
        self.review()

    def suggest(self, form: ExportFormat, name: str, own: Path | None) -> None:
        """Suggests a name for another format in the folder that was chosen last; a typed name stays."""
        before, files = self.path, self._form is not None and not self._form.is_folder
        typed = files and self.field.text() != self._suggested
        self._form, self._own = form, own
        if before is not None:
            self._folder = before.parent
            name = f"{before.stem}{form.suffix}" if typed and not form.is_folder else name
        text = str(self._folder / name)
        self._suggested = "" if typed else text
        self.field.setText(text)
        self.review()

    def ask(self) -> QFileDialog:
        """Asks for the file, or the folder; what is there is replaced only by Export."""
        form, path = self._form, self.path or self._folder
        dialog = QFileDialog(self, "Export to", str(path.parent))
        dialog.setObjectName("dialog.export")
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        if form is not None and form.is_folder:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        else:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            if form is not None:
                dialog.setNameFilter(f"{form.title} (*{form.suffix})")
                dialog.setDefaultSuffix(form.suffix.removeprefix("."))
            dialog.selectFile(path.name)
        dialog.fileSelected.connect(self.field.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def usable(self) -> bool:
        """Whether this file may be written."""
        path = self.path
        return path is not None and path != self._own

    def review(self) -> None:
        """Looks at what lies there now, and says it."""
        path = self.path
        text, token = "", "muted"
        if path is None and self.field.text().strip():
            text, token = "That is a folder: add a name for the file.", "warning"
        elif path is not None and path == self._own:
            text, token = "That is the project itself: choose another name.", "warning"
        elif path is not None and path.is_dir():
            text = "The folder is there already; only a file of this run is replaced in it."
        elif self.replaces:
            text, token = "This file is there already: it will be replaced.", "warning"
        elif path is not None and not path.parent.is_dir() and self._form and not self._form.is_folder:
            text, token = f"There is no folder {path.parent}.", "warning"
        self.line.set_token(token)
        self.line.setText(text)
        self.changed.emit()
