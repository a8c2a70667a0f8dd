"""Which CSV file, which of its columns is predicted, and what happens to its holes."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from nnbuilder.data.spec import CsvData
from nnbuilder.data.table_layout import read_layout
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.data.columns import ColumnChoice
from nnbuilder.ui.data.file_choice import TASKS, FileChoice, FileChooser, ask_for_file

NO_TABLE = CsvData("", "")

ask_for_table = partial(ask_for_file, what="CSV file", patterns="Tables (*.csv *.tsv *.txt)")


class TableChoice(FileChoice):
    """Edits a `CsvData`; the columns are read from the first lines of the file."""

    def __init__(self, chooser: FileChooser = ask_for_table, parent: QWidget | None = None) -> None:
        super().__init__("csv", "CSV file", chooser, NO_TABLE, parent)
        self._names: tuple[str, ...] = ()
        self.target = ChoiceBox("csv_target", "The column that the network predicts")
        self.task = ChoiceBox("csv_task", "Classes or numbers: what the target column holds")
        self.missing = ChoiceBox("csv_missing", "What happens to rows with empty cells")
        self.columns = ColumnChoice()
        self.task.fill([("Decided by the column", None), *TASKS])
        self.missing.fill([("Leave the row out", "drop"), ("Fill in the column's mean", "mean")])
        self.target.setPlaceholderText("Choose a column")
        self.target.activated.connect(self._set_target)
        self.task.activated.connect(self._set_task)
        self.missing.activated.connect(self._set_missing)
        self.columns.edited.connect(self._set_columns)
        rows = (("Predict", self.target), ("It holds", self.task), ("Empty cells", self.missing))
        self._lay_out(rows, self.columns)

    @property
    def table(self) -> CsvData:
        """What is chosen."""
        return self._source if isinstance(self._source, CsvData) else NO_TABLE

    def _look(self, path: Path | None) -> None:
        self.target.clear()
        self._names = read_layout(path).names if path else ()
        self.target.fill((name, name) for name in self._names)

    def _show_fields(self) -> None:
        table = self.table
        if table.target and self.target.findData(table.target) < 0:
            self.target.addItem(table.target, table.target)
        self.target.show_value(table.target)
        self.task.show_value(table.task)
        self.missing.show_value(table.missing)
        self.columns.show_columns(self._names, table.target, table.left_out)

    def _fields_of(self, path: Path) -> dict[str, object]:
        """The target stays where there is such a column; else it is the last one."""
        names = read_layout(path).names
        target = self.table.target if self.table.target in names else names[-1]
        return {"target": target, "left_out": tuple(name for name in self.table.left_out if name in names)}

    def _set_target(self, row: int) -> None:
        target = self.target.itemData(row)
        others = tuple(name for name in self.table.left_out if name != target)
        self._offer("target column", target=target, left_out=others)

    def _set_task(self, row: int) -> None:
        self._offer("task", task=self.task.itemData(row))

    def _set_missing(self, row: int) -> None:
        self._offer("empty cells", missing=self.missing.itemData(row))

    def _set_columns(self, left_out: tuple[str, ...]) -> None:
        self._offer("left-out columns", left_out=left_out)
