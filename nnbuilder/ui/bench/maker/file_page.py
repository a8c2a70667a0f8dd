"""A file with numbers: .npy, .npz, .csv, .tsv or .txt."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from nnbuilder.session.tensor_bench import TensorBench
from nnbuilder.ui.bench.file_lines import SUFFIXES, FileRefused, lines_of
from nnbuilder.ui.bench.maker.page import MakerPage
from nnbuilder.ui.common.labels import TintedLabel
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.plain_button import PlainButton

_SENTENCE = (
    "Arrays that NumPy saved (.npy, .npz) or a table of numbers (.csv, .tsv, .txt). A file can also be "
    "dropped on the bench."
)


class FilePage(MakerPage):
    """Lets a file be chosen; its lines name the tensors themselves."""

    def __init__(self, bench: TensorBench) -> None:
        super().__init__("bench_maker_file", _SENTENCE)
        self._bench = bench
        self._lines: tuple[str, ...] = ()
        self.choose = PlainButton("bench_maker_choose", "Choose a file…", "Choose a file with numbers")
        self.path = wrapping(TintedLabel("No file is chosen.", "muted"))
        self.path.setObjectName("bench_maker_path")
        self.note = wrapping(TintedLabel("", "error"))
        self.note.setObjectName("bench_maker_note")
        self.fields.addRow(self.choose, self.path)
        self.column.addWidget(self.note)
        self.column.addStretch(1)
        self.choose.clicked.connect(lambda _checked=False: self.ask(self.take))

    @property
    def wish(self) -> str:
        return ""

    def lines(self, name: str) -> tuple[str, ...]:
        del name
        return self._lines

    def ask(self, then: Callable[[Path], object]) -> None:
        """Asks for a file."""
        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        dialog = QFileDialog(
            self, "Open numbers", str(self._bench.folder or Path.home()), f"Numbers ({patterns})"
        )
        dialog.setObjectName("dialog.numbers")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: then(Path(name)))
        dialog.open()

    def take(self, path: Path) -> None:
        """Shows what would be opened of a file."""
        self.path.setText(str(path))
        try:
            found = lines_of(path, self._bench.folder, [value.name for value in self._bench.names])
        except FileRefused as refused:
            self._lines = ()
            self._say(str(refused), "error")
        else:
            self._lines = found.lines
            self._say(found.note, "muted")
        self.changed.emit()

    def _say(self, text: str, token: str) -> None:
        self.note.set_token(token)
        self.note.setText(text)
