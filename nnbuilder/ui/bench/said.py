"""What there is to say of a line: a refusal and the line to use instead, or what it teaches."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnbuilder.protocol.bench import BenchAnswer
from nnbuilder.protocol.codec import Arrays
from nnbuilder.ui.bench.matrices import Product
from nnbuilder.ui.bench.pictures import Shapes
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.labels import TintedLabel, quiet
from nnbuilder.ui.common.labels import value as fixed
from nnbuilder.ui.common.link_button import LinkButton
from nnbuilder.ui.common.page import wrapping


class Said(QWidget):
    """Below the line: nothing, a refusal, or a lesson; `instead` carries a line that was clicked."""

    instead = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bench_said")
        self._product: Product | None = None
        self._instead = self._taught = ""
        self.message = wrapping(TintedLabel("", "error"))
        self.torch = ElidedLabel("", "muted")
        self.use = LinkButton("")
        self.note = wrapping(quiet())
        self.shapes = Shapes()
        self.cell = fixed("")
        self._lay_out()
        self.use.clicked.connect(lambda: self.instead.emit(self._instead))
        self.show_answer(BenchAnswer(0), ())

    def show_answer(self, answer: BenchAnswer, arrays: Arrays) -> None:
        """Says what there is to say."""
        self._product = Product.of(arrays) if answer.operands else None
        self._instead = answer.instead
        _put(self.message, answer.message)
        self.message.setAccessibleName(answer.message)
        torch = f"PyTorch: {answer.torch}" if answer.torch else ""
        _put(self.torch, torch)
        self.torch.setToolTip(torch)
        self.use.setText(f"Use  {_cut(answer.instead)}")
        self.use.setAccessibleName(f"Use {answer.instead} instead")
        self.use.setToolTip(f"Puts the line  {answer.instead}  in place of this one and works it out")
        self.use.setVisible(bool(answer.instead))
        self.use.updateGeometry()
        self._taught = " ".join([*([answer.lesson.sentence] if answer.lesson else []), *answer.notes])
        choose = "Choose a number to see how it comes about." if self._product is not None else ""
        _put(self.note, f"{self._taught} {choose}".strip())
        self.shapes.show_lesson(answer.lesson)
        _put(self.cell, "")

    def show_cell(self, at: int) -> None:
        """Works out a number of the product that is shown; they are counted through."""
        if self._product is not None and 0 <= at < self._product.result.size:
            text = self._product.worked(at)
            _put(self.note, self._taught)
            _put(self.cell, text)
            self.cell.setToolTip(text)

    def _lay_out(self) -> None:
        names = {"message": self.message, "torch": self.torch, "instead": self.use, "note": self.note}
        for name, widget in {**names, "cell": self.cell}.items():
            widget.setObjectName(f"bench_{name}")
        words = QVBoxLayout()
        words.setSpacing(2)
        for widget in (self.message, self.torch, self.use, self.note, self.cell):
            words.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(words, 1)
        row.addWidget(self.shapes)


def _put(label: TintedLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))


def _cut(text: str) -> str:
    line = text.splitlines()[0] if text else ""
    return line if len(line) <= 80 else line[:77] + "…"
