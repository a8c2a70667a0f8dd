"""Which NumPy archive, and which of its arrays are samples and targets."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from nnbuilder.data.arrays_layout import ArrayHead, is_target, propose, read_heads
from nnbuilder.data.spec import ArraysData
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.data.file_choice import TASKS, FileChoice, FileChooser, ask_for_file

NO_ARRAYS = ArraysData("", "", "")

ask_for_arrays = partial(ask_for_file, what="NumPy archive", patterns="Arrays (*.npz)")


class ArraysChoice(FileChoice):
    """Edits an `ArraysData`; names, shapes and dtypes are read from the file, its arrays are not."""

    def __init__(self, chooser: FileChooser = ask_for_arrays, parent: QWidget | None = None) -> None:
        super().__init__("npz", "NumPy archive", chooser, NO_ARRAYS, parent)
        self._heads: tuple[ArrayHead, ...] = ()
        self.samples = ChoiceBox("npz_samples", "The array that holds the samples, one along dimension 0")
        self.targets = ChoiceBox("npz_targets", "The array that holds one target for each sample")
        self.task = ChoiceBox("npz_task", "Classes or numbers: what the targets are")
        self.task.fill([("Decided by the array", None), *TASKS])
        self.samples.activated.connect(self._set_samples)
        self.targets.activated.connect(self._set_targets)
        self.task.activated.connect(self._set_task)
        self._lay_out((("Samples", self.samples), ("Targets", self.targets), ("They are", self.task)))

    @property
    def arrays(self) -> ArraysData:
        """What is chosen."""
        return self._source if isinstance(self._source, ArraysData) else NO_ARRAYS

    def _look(self, path: Path | None) -> None:
        self._heads = read_heads(path) if path else ()

    def _show_fields(self) -> None:
        arrays = self.arrays
        x = next((head for head in self._heads if head.name == arrays.x), None)
        samples = [head for head in self._heads if head.numeric]
        targets = [head for head in self._heads if x is not None and head is not x and is_target(head, x)]
        for box, heads, name in ((self.samples, samples, arrays.x), (self.targets, targets, arrays.y)):
            box.clear()
            box.fill((head.label(), head.name) for head in heads)
            if name and box.findData(name) < 0:
                box.addItem(name, name)
            box.show_value(name)
        self.task.show_value(arrays.task)

    def _fields_of(self, path: Path) -> dict[str, object]:
        """The arrays that the project names stay where the file has them too."""
        heads = read_heads(path)
        names = {head.name for head in heads}
        if {self.arrays.x, self.arrays.y} <= names:
            return {}
        x, y = propose(heads)
        return {"x": x, "y": y}

    def _set_samples(self, row: int) -> None:
        """Other samples; targets that do not belong to them give way to some that do."""
        name = self.samples.itemData(row)
        x = next(head for head in self._heads if head.name == name)
        fitting = [head.name for head in self._heads if head is not x and is_target(head, x)]
        y = self.arrays.y if self.arrays.y in fitting or not fitting else fitting[0]
        self._offer("samples", x=name, y=y)

    def _set_targets(self, row: int) -> None:
        self._offer("targets", y=self.targets.itemData(row))

    def _set_task(self, row: int) -> None:
        self._offer("task", task=self.task.itemData(row))
