"""The form of the data panel: source, split and scaling, each change an edit."""

from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.data.arrays_layout import SUFFIX as ARRAYS_SUFFIX
from nnbuilder.data.spec import (
    BUILTIN,
    TOYS,
    ArraysData,
    BuiltinData,
    CsvData,
    DataSpec,
    FileData,
    Source,
    Split,
    ToyData,
)
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import ArgValue
from nnbuilder.project import bounds
from nnbuilder.project.edits import SetData
from nnbuilder.session.document import Document
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.form import ArgForm
from nnbuilder.ui.common.notice import Notice
from nnbuilder.ui.common.page import Section
from nnbuilder.ui.data.arrays_choice import NO_ARRAYS, ArraysChoice
from nnbuilder.ui.data.table_choice import NO_TABLE, TableChoice

_CSV, _NPZ = "csv", "npz"
_STRATIFY = ArgSpec(
    name="stratify", kind="bool", help="Keep the share of each class the same in every part.", default=True
)
_STANDARDIZE = ArgSpec(
    name="standardize",
    kind="bool",
    help="Scale each feature to mean 0 and spread 1, measured on the training part only.",
    default=True,
)

_RECONSTRUCT = ArgSpec(
    name="reconstruct",
    kind="bool",
    help="Learn each sample from itself, as an autoencoder does; classes are left aside.",
    default=False,
)
_WHOLE = ("standardize", "reconstruct")
"""Settings that are not about the split."""


class DataSettings(QWidget):
    """Shows and edits the project's data specification."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.source = ChoiceBox("data_source", "Where the data come from")
        self.source.fill(
            [
                *((_title(name), name) for name in BUILTIN),
                ("", None),
                *((_title(name), name) for name in TOYS),
                ("", None),
                ("NumPy arrays (.npz)…", _NPZ),
                ("CSV file…", _CSV),
            ]
        )
        self.source.activated.connect(self._choose)
        self.toy_form, self.split_form = ArgForm(terse=True), ArgForm(terse=True)
        self.toy_form.edited.connect(self._set_toy)
        self.toy_form.reset.connect(self._reset_toy)
        self.split_form.edited.connect(self._set_split)
        self.split_form.reset.connect(self._reset_split)
        self.table, self.arrays = TableChoice(), ArraysChoice()
        self.refusal = Notice("data_refusal", "error")
        for file in (self.table, self.arrays):
            file.edited.connect(self._set_file)
            file.refused.connect(self._refused)
            file.copied.connect(document.resettled)
        source, split = Section("Source", "source_section"), Section("Split and scaling", "split_section")
        for part in (self.source, self.toy_form, self.table, self.arrays, self.refusal):
            source.add(part)
        split.add(self.split_form)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(source)
        column.addWidget(split)
        self.split_form.show_specs((*bounds.SPLIT, _STRATIFY, _STANDARDIZE, _RECONSTRUCT))
        column.addStretch()

    def refresh(self) -> None:
        """Shows what the document says now."""
        data = self._document.project.data
        source = data.source
        self.source.show_value(_chosen(source))
        self.toy_form.show_specs(bounds.TOY if isinstance(source, ToyData) else ())
        if isinstance(source, ToyData):
            self.toy_form.show_values({one.name: getattr(source, one.name) for one in bounds.TOY}, {})
        folder, left = self._document.folder, self._document.left
        self.table.setVisible(isinstance(source, CsvData))
        self.table.show_source(source if isinstance(source, CsvData) else NO_TABLE, folder, left)
        self.arrays.setVisible(isinstance(source, ArraysData))
        self.arrays.show_source(source if isinstance(source, ArraysData) else NO_ARRAYS, folder, left)
        shown: dict[str, ArgValue] = {one.name: getattr(data.split, one.name) for one in bounds.SPLIT}
        shown |= {"stratify": data.split.stratify, "standardize": data.standardize}
        shown["reconstruct"] = data.reconstruct
        self.split_form.show_values(shown, {})

    def take_file(self, path: Path) -> None:
        """Chooses a CSV or .npz file as the data; the notice says why where it cannot be read."""
        self.refusal.show_text("")
        self.refresh()
        choice = self.arrays if path.suffix.lower() == ARRAYS_SUFFIX else self.table
        choice.take(path)

    def flush(self) -> None:
        """Commits what was typed so far."""
        self.toy_form.flush()
        self.split_form.flush()

    def forget(self) -> None:
        """Drops what was typed."""
        self.toy_form.restore()
        self.split_form.restore()
        self.refusal.show_text("")

    def _choose(self, row: int) -> None:
        name = self.source.itemData(row)
        self.refusal.show_text("")
        if name in (_CSV, _NPZ):
            (self.table if name == _CSV else self.arrays).choose()
            self.refresh()
        elif name in BUILTIN:
            self._set_source(BuiltinData(name), "data")
        elif name in TOYS:
            old = self._document.project.data.source
            new = msgspec.structs.replace(old, name=name) if isinstance(old, ToyData) else ToyData(name)
            self._set_source(new, "data")

    def _set_file(self, source: FileData, what: str) -> None:
        self._set_source(source, what)

    def _refused(self, why: str) -> None:
        self.refusal.show_text(why)

    def _set_source(self, source: Source, what: str, form: ArgForm | None = None) -> None:
        self._apply(msgspec.structs.replace(self._document.project.data, source=source), what, form)

    def _set_toy(self, name: str, value: ArgValue) -> None:
        source = self._document.project.data.source
        if isinstance(source, ToyData):
            self._set_source(msgspec.structs.replace(source, **{name: value}), name, self.toy_form)

    def _reset_toy(self, name: str) -> None:
        self._set_toy(name, getattr(ToyData(), name))

    def _set_split(self, name: str, value: ArgValue) -> None:
        data = self._document.project.data
        fields: dict[str, Any] = {name: value}
        if name not in _WHOLE:
            fields = {"split": msgspec.structs.replace(data.split, **fields)}
        self._apply(msgspec.structs.replace(data, **fields), name, self.split_form)

    def _reset_split(self, name: str) -> None:
        default = getattr(DataSpec() if name in _WHOLE else Split(), name)
        self._set_split(name, default)

    def _apply(self, data: DataSpec, what: str, form: ArgForm | None) -> None:
        """Changes the document; a refusal is told at the field, or in the notice."""
        why = ""
        try:
            self._document.apply(SetData(data, what))
        except EditRefused as refusal:
            why = str(refusal)
        self.refresh()
        if form is not None and why:
            form.refuse(what, why)
        else:
            self.refusal.show_text(why)


def _chosen(source: Source) -> str:
    if isinstance(source, CsvData | ArraysData):
        return _CSV if isinstance(source, CsvData) else _NPZ
    return source.name


def _title(name: str) -> str:
    return "XOR" if name == "xor" else name.replace("_", " ").capitalize()
