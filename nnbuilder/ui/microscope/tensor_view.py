"""One of the tensors at a place: which, its shape and dtype, and its table."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Signal
from PySide6.QtWidgets import QAbstractItemView, QTableView, QVBoxLayout, QWidget

from nnbuilder.session.microscope import View
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.microscope.tensor_model import TensorModel

if TYPE_CHECKING:
    import numpy as np

    from nnbuilder.protocol.microscope import Tensor

_WIDTH = 76


class TensorView(QWidget):
    """Shows a tensor of a view; `chosen` carries it with the row and the flat place of a clicked number."""

    chosen = Signal(object, int, int)

    def __init__(self, name: str, first: int) -> None:
        super().__init__()
        self.setObjectName(name)
        self._first = first
        self._view: View | None = None
        self._showing = False
        self.choice = ChoiceBox(f"{name}_choice", "Which tensor is shown")
        self.words = quiet()
        self.words.setObjectName(f"{name}_words")
        self.model = TensorModel()
        self.table = QTableView()
        self.table.setObjectName(f"{name}_table")
        self.table.setAccessibleName("Numbers of the tensor")
        self.table.setToolTip("Choose a number to see how it comes about")
        self.table.setModel(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setDefaultSectionSize(_WIDTH)
        self.table.horizontalHeader().setMinimumSectionSize(30)
        self.table.verticalHeader().setDefaultSectionSize(22)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(3)
        for part in (self.choice, self.words, self.table):
            rows.addWidget(part)
        self.choice.activated.connect(self._show)
        self.table.selectionModel().currentChanged.connect(self._moved)

    def show_view(self, view: View | None) -> None:
        """Shows the tensors of a place; the same one as before where there are the same."""
        self._view = view
        titles = [tensor.title for tensor in view.looked.tensors] if view else []
        if titles != [self.choice.itemText(at) for at in range(self.choice.count())]:
            self.choice.fill([(title, title) for title in titles])
            self.choice.setCurrentIndex(min(self._first, len(titles) - 1))
        self.choice.setEnabled(len(titles) > 1)
        self._show()

    def _show(self, _index: int = 0) -> None:
        at = self.choice.currentIndex()
        found: tuple[Tensor | None, np.ndarray[tuple[int, ...], np.dtype[np.generic]] | None] = (None, None)
        if self._view is not None and at >= 0:
            found = self._view.looked.tensors[at], self._view.arrays[at]
        self._showing = True
        self.model.show(*found)
        self.words.setText(self.model.words)
        if (chosen := self.model.chosen) is not None:
            index = self.model.index(*chosen)
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.table.selectionModel().setCurrentIndex(index, flag)
            self.table.scrollTo(index)
        self._showing = False

    def _moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        if not self._showing and index.isValid() and self.model.tensor is not None:
            flat = self.model.flat(index)
            self.chosen.emit(self.model.tensor, index.row(), flat)
