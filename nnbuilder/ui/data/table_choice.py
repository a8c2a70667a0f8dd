"""Which CSV file, which of its columns is predicted, and what happens to its holes."""

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QFormLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from nnbuilder.data.errors import DataError
from nnbuilder.data.spec import CsvData
from nnbuilder.data.table_layout import find_table, read_layout
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.notice import Notice
from nnbuilder.ui.data.columns import ColumnChoice

FileChooser = Callable[[QWidget], Path | None]


def ask_for_file(parent: QWidget) -> Path | None:
    """Lets the user choose a CSV file."""
    filters = "Tables (*.csv *.tsv *.txt);;All files (*)"
    name, _ = QFileDialog.getOpenFileName(parent, "Choose a CSV file", "", filters)
    return Path(name) if name else None


class TableChoice(QWidget):
    """Edits a `CsvData`; `edited` carries the new one and what was changed, `refused` why a file cannot be.

    The columns are read from the first lines of the file. `copied` says that the file has come to where the
    project looks for it.
    """

    edited = Signal(object, str)
    refused = Signal(str)
    copied = Signal()

    def __init__(self, chooser: FileChooser = ask_for_file, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chooser = chooser
        self._table = CsvData("", "")
        self._folder: Path | None = None
        self._left: Path | None = None
        self._read: tuple[str, Path | None] | None = None
        self._names: tuple[str, ...] = ()
        self._path = ElidedLabel("", "text")
        self._path.setObjectName("csv_path")
        self._choose = QPushButton("Choose…")
        self.target = ChoiceBox("csv_target", "The column that the network predicts")
        self.task = ChoiceBox("csv_task", "Classes or numbers: what the target column holds")
        self.missing = ChoiceBox("csv_missing", "What happens to rows with empty cells")
        self.columns = ColumnChoice()
        self.fault = Notice("csv_fault", "error")
        self.outside = Notice("csv_outside", "warning", "Copy it beside the project")
        self.outside.pressed.connect(self._copy)
        self._lay_out()

    def show_table(self, table: CsvData, folder: Path | None, left: Path | None = None) -> None:
        """Shows a table; `folder` is where relative paths start, None for a project without a file.

        `left` is where they started before the project was saved elsewhere.
        """
        self._table, self._folder, self._left = table, folder, left
        self._path.setText(table.path or "No file chosen")
        self._path.setToolTip(table.path)
        if self._read != (table.path, folder):
            self._read = (table.path, folder)
            self._show_columns()
        if table.target and self.target.findData(table.target) < 0:
            self.target.addItem(table.target, table.target)
        self.target.show_value(table.target)
        self.task.show_value(table.task)
        self.missing.show_value(table.missing)
        self.columns.show_columns(self._names, table.target, table.left_out)

    def choose(self) -> None:
        """Asks for a file and takes it."""
        path = self.chooser(self)
        if path is not None:
            self.take(path)

    def take(self, path: Path) -> None:
        """Offers a file as an edit, with its last column as the target."""
        try:
            names = read_layout(path).names
        except DataError as error:
            self.refused.emit(str(error))
            return
        target = self._table.target if self._table.target in names else names[-1]
        kept = tuple(name for name in self._table.left_out if name in names)
        self._offer("file", path=relative(path, self._folder), target=target, left_out=kept)

    def _lay_out(self) -> None:
        self._choose.setObjectName("csv_choose")
        self._choose.setToolTip("Choose a CSV file")
        self._choose.setAccessibleName("Choose a CSV file")
        self._choose.clicked.connect(self._choose_clicked)
        self.task.fill(
            [("Decided by the column", None), ("Classes", "classification"), ("Numbers", "regression")]
        )
        self.missing.fill([("Leave the row out", "drop"), ("Fill in the column's mean", "mean")])
        self.target.setPlaceholderText("Choose a column")
        self.target.activated.connect(self._set_target)
        self.task.activated.connect(self._set_task)
        self.missing.activated.connect(self._set_missing)
        self.columns.edited.connect(self._set_columns)
        file = QHBoxLayout()
        file.addWidget(self._path, 1)
        file.addWidget(self._choose)
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(6)
        for word, box in (("Predict", self.target), ("It holds", self.task), ("Empty cells", self.missing)):
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
        column.addWidget(self.columns)

    def _show_columns(self) -> None:
        """Reads the columns of the file; what keeps them from being read becomes a notice."""
        self.target.clear()
        self._names = ()
        self.fault.show_text("")
        self.outside.show_text("")
        if not self._table.path:
            return
        try:
            names = read_layout(find_table(self._table.path, self._folder)).names
        except DataError as error:
            if said := stays_behind(self._table, self._folder, self._left):
                self.outside.show_text(said, button=True)
                return
            outside = error.faults[0].code == "data-outside"
            notice = self.outside if outside else self.fault
            notice.show_text(str(error), button=outside)
            return
        self._names = names
        self.target.fill((name, name) for name in names)

    def _copy(self) -> None:
        """Copies a file from elsewhere into the project's folder, under a name that is free there."""
        if self._folder is None:
            return
        if self._left is not None and stays_behind(self._table, self._folder, self._left):
            if self._bring(self._left / self._table.path, self._folder / self._table.path):
                self._read = None
                self.copied.emit()
            return
        source = self._folder / self._table.path
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

    def _set_target(self, row: int) -> None:
        target = self.target.itemData(row)
        others = tuple(name for name in self._table.left_out if name != target)
        self._offer("target column", target=target, left_out=others)

    def _set_task(self, row: int) -> None:
        self._offer("task", task=self.task.itemData(row))

    def _set_missing(self, row: int) -> None:
        self._offer("empty cells", missing=self.missing.itemData(row))

    def _set_columns(self, left_out: tuple[str, ...]) -> None:
        self._offer("left-out columns", left_out=left_out)

    def _offer(self, what: str, **fields: object) -> None:
        changed = msgspec.structs.replace(self._table, **fields)
        if changed != self._table:
            self.edited.emit(changed, what)


def stays_behind(table: CsvData, folder: Path | None, left: Path | None) -> str:
    """Says that a table stays where the project was saved before; empty where it does not."""
    path = Path(table.path)
    if not table.path or folder is None or left is None or path.is_absolute() or (folder / path).exists():
        return ""
    try:
        find_table(table.path, left)
    except DataError:
        return ""
    return f"{table.path} stays in {left}: copy it beside the project, which looks for it in {folder}."


def relative(path: Path, folder: Path | None) -> str:
    """How a project in `folder` names a file: relative where the file lies inside it."""
    full = path.resolve()
    if folder is not None and full.is_relative_to(folder.resolve()):
        return full.relative_to(folder.resolve()).as_posix()
    return full.as_posix()
