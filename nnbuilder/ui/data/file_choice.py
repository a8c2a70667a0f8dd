"""Which file of the user's holds the data, and how it comes beside the project."""

import shutil
from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QFormLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from nnbuilder.data.errors import DataError
from nnbuilder.data.spec import FileData
from nnbuilder.data.table_layout import find_table
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.notice import Notice

FileChooser = Callable[[QWidget], Path | None]

TASKS = (("Classes", "classification"), ("Numbers", "regression"))
"""What targets can hold, with the words for it."""


def ask_for_file(parent: QWidget, what: str, patterns: str) -> Path | None:
    """Lets the user choose a file, for example a "CSV file" among "*.csv *.tsv"."""
    name, _ = QFileDialog.getOpenFileName(parent, f"Choose a {what}", "", f"{patterns};;All files (*)")
    return Path(name) if name else None


class FileChoice(QWidget):
    """Edits data that lie in a file; `edited` carries the new ones and what was changed.

    `refused` says why a file cannot be taken, `copied` that it has come to where the project looks for it.
    `kind` begins the names of all controls. What is derived from it says what is read of a file (`_look`),
    what is shown of it (`_show_fields`) and what a new file brings with it (`_fields_of`).
    """

    edited = Signal(object, str)
    refused = Signal(str)
    copied = Signal()

    def __init__(
        self, kind: str, what: str, chooser: FileChooser, source: FileData, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.chooser = chooser
        self._source = source
        self._folder: Path | None = None
        self._left: Path | None = None
        self._seen: tuple[str, Path | None] | None = None
        self._path = ElidedLabel("", "text")
        self._path.setObjectName(f"{kind}_path")
        self._choose = QPushButton("Choose…")
        self._choose.setObjectName(f"{kind}_choose")
        self._choose.setToolTip(f"Choose a {what}")
        self._choose.setAccessibleName(f"Choose a {what}")
        self._choose.clicked.connect(self._choose_clicked)
        self.fault = Notice(f"{kind}_fault", "error")
        self.outside = Notice(f"{kind}_outside", "warning", "Copy it beside the project")
        self.outside.pressed.connect(self._copy)

    def show_source(self, source: FileData, folder: Path | None, left: Path | None = None) -> None:
        """Shows chosen data; `folder` is where relative paths start, None for a project without a file.

        `left` is where they started before the project was saved elsewhere.
        """
        self._source, self._folder, self._left = source, folder, left
        self._path.setText(source.path or "No file chosen")
        self._path.setToolTip(source.path)
        if self._seen != (source.path, folder):
            self._seen = (source.path, folder)
            self._read()
        self._show_fields()

    def choose(self) -> None:
        """Asks for a file and takes it."""
        path = self.chooser(self)
        if path is not None:
            self.take(path)

    def take(self, path: Path) -> None:
        """Offers a file as an edit, with what is most likely meant of it."""
        try:
            fields = self._fields_of(path)
        except DataError as error:
            self.refused.emit(str(error))
            return
        self._offer("file", path=relative(path, self._folder), **fields)

    @abstractmethod
    def _look(self, path: Path | None) -> None:
        """Reads what there is to choose from in a file, or forgets it; raises `DataError`."""

    @abstractmethod
    def _show_fields(self) -> None:
        """Shows what is chosen of the file."""

    @abstractmethod
    def _fields_of(self, path: Path) -> dict[str, object]:
        """What is chosen of a new file; raises `DataError` where it is of no use."""

    def _lay_out(self, rows: tuple[tuple[str, ChoiceBox], ...], below: QWidget | None = None) -> None:
        file = QHBoxLayout()
        file.addWidget(self._path, 1)
        file.addWidget(self._choose)
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(6)
        for word, box in rows:
            label = quiet(word, factor=0.96)
            label.setBuddy(box)
            form.addRow(label, box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(file)
        column.addWidget(self.fault)
        column.addWidget(self.outside)
        column.addLayout(form)
        if below is not None:
            column.addWidget(below)

    def _read(self) -> None:
        """Looks into the file; what keeps it from being read becomes a notice."""
        self._look(None)
        self.fault.show_text("")
        self.outside.show_text("")
        if not self._source.path:
            return
        try:
            self._look(find_table(self._source.path, self._folder))
        except DataError as error:
            if said := stays_behind(self._source, self._folder, self._left):
                self.outside.show_text(said, button=True)
                return
            outside = error.faults[0].code == "data-outside"
            notice = self.outside if outside else self.fault
            notice.show_text(str(error), button=outside)

    def _copy(self) -> None:
        """Copies a file from elsewhere into the project's folder, under a name that is free there."""
        if self._folder is None:
            return
        if self._left is not None and stays_behind(self._source, self._folder, self._left):
            if self._bring(self._left / self._source.path, self._folder / self._source.path):
                self._seen = None
                self.copied.emit()
            return
        source = self._folder / self._source.path
        target = self._folder / source.name
        number = 1
        while target.exists():
            number += 1
            target = self._folder / f"{source.stem}-{number}{source.suffix}"
        if self._bring(source, target):
            self._offer("file", path=target.name)

    def _bring(self, source: Path, target: Path) -> bool:
        """Copies a file; whether that could be done."""
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        except OSError as error:
            self.refused.emit(f"{source} cannot be copied: {error.strerror}.")
            return False
        return True

    def _choose_clicked(self) -> None:
        self.choose()

    def _offer(self, what: str, **fields: object) -> None:
        changed = msgspec.structs.replace(self._source, **fields)
        if changed != self._source:
            self.edited.emit(changed, what)


def stays_behind(source: FileData, folder: Path | None, left: Path | None) -> str:
    """Says that a file stays where the project was saved before; empty where it does not."""
    path = Path(source.path)
    if not source.path or folder is None or left is None or path.is_absolute() or (folder / path).exists():
        return ""
    try:
        find_table(source.path, left)
    except DataError:
        return ""
    return f"{source.path} stays in {left}: copy it beside the project, which looks for it in {folder}."


def relative(path: Path, folder: Path | None) -> str:
    """How a project in `folder` names a file: relative where the file lies inside it."""
    full = path.resolve()
    if folder is not None and full.is_relative_to(folder.resolve()):
        return full.relative_to(folder.resolve()).as_posix()
    return full.as_posix()
