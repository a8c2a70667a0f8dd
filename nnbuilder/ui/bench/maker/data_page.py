"""Rows of the project's data: any part, or a batch as training takes it."""

from PySide6.QtWidgets import QSpinBox

from nnbuilder.ui.bench.maker.page import MakerPage
from nnbuilder.ui.common.choices import ChoiceBox

_SENTENCE = "Rows of the project's data as the network gets them: split, and standardized where that is on."
_PARTS = (
    ("Training rows", ""),
    ("Validation rows", "_validation"),
    ("Test rows", "_test"),
    ("A batch, shuffled as in training", "batch"),
)
_MOST = 1_000_000_000


class DataPage(MakerPage):
    """Chooses the part, samples or targets, and which rows."""

    def __init__(self) -> None:
        super().__init__("bench_maker_data", _SENTENCE)
        self.part = ChoiceBox("bench_maker_part", "Which part of the data")
        self.part.fill(_PARTS)
        self.what = ChoiceBox("bench_maker_what", "Samples or targets")
        self.what.fill([("Samples (X)", "X"), ("Targets (y)", "y")])
        self.first = _counter("bench_maker_first", "The first row, counted from 0", 0, 0)
        self.count = _counter("bench_maker_count", "How many rows", 1, 8)
        self.batch = _counter("bench_maker_batch", "Which batch, counted from 0", 0, 0)
        for label, field in (
            ("Part", self.part),
            ("What", self.what),
            ("First row", self.first),
            ("How many", self.count),
            ("Batch", self.batch),
        ):
            self.fields.addRow(label, field)
        self.column.addStretch(1)
        for choice in (self.part, self.what):
            choice.activated.connect(self._show)
        for number in (self.first, self.count, self.batch):
            number.valueChanged.connect(self.changed)
        self._show()

    @property
    def wish(self) -> str:
        return "rows" if self.what.currentData() == "X" else "targets"

    def lines(self, name: str) -> tuple[str, ...]:
        what, part = str(self.what.currentData()), str(self.part.currentData())
        if part == "batch":
            return (f"{name} = batches[{self.batch.value()}][{0 if what == 'X' else 1}]",)
        first = self.first.value()
        return (f"{name} = {what}{part}[{first}:{first + self.count.value()}]",)

    def _show(self) -> None:
        batch = self.part.currentData() == "batch"
        for field, shown in ((self.first, not batch), (self.count, not batch), (self.batch, batch)):
            self.fields.setRowVisible(field, shown)
        self.changed.emit()


def _counter(name: str, tip: str, least: int, start: int) -> QSpinBox:
    box = QSpinBox()
    box.setObjectName(name)
    box.setToolTip(tip)
    box.setAccessibleName(tip)
    box.setRange(least, _MOST)
    box.setValue(start)
    return box
