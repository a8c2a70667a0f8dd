"""One of the tensors at a place: which, its shape and dtype, and its numbers as table or picture."""

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QValidator
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QSpinBox,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from nnbuilder.session.microscope import View
from nnbuilder.ui.common import fonts
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.histogram import histogram_of
from nnbuilder.ui.common.histogram_view import HistogramView
from nnbuilder.ui.common.link_button import LinkButton
from nnbuilder.ui.common.picture import WAYS, Picture
from nnbuilder.ui.microscope.tensor_model import TensorModel

if TYPE_CHECKING:
    from nnbuilder.protocol.microscope import Tensor

_WIDTH = 76

_OPEN = 190
"""Pixels of an open choice, which is wider than the box where there is little room."""

_LETTERS = re.compile(r"[\[\]\d, ]*")
"""What indices are written with."""


class SliceBox(QSpinBox):
    """Chooses the slice of a tensor of more than two dimensions; it shows its indices as Python does.

    They are typed in the same way, as `[3, 7]` or `3 7`.
    """

    def __init__(self, name: str, model: TensorModel) -> None:
        super().__init__()
        self._model = model
        self.setObjectName(name)
        self.setAccessibleName("Which slice of the tensor")
        self.setToolTip(
            "A tensor of more than two dimensions is shown slice by slice; type its place, as [3, 7]"
        )
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def textFromValue(self, value: int) -> str:
        """The indices before the last two, as `[0, 3]`."""
        places = np.unravel_index(min(value, int(np.prod(self._sizes)) - 1), self._sizes)
        return f"[{', '.join(str(int(one)) for one in places)}]"

    def valueFromText(self, text: str) -> int:
        """The slice whose indices are typed; the one that is shown where there is no such slice."""
        found = self._typed(text)
        return self.value() if found is None else found

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        """Lets indices be typed, and nothing else."""
        if _LETTERS.fullmatch(text) is None:
            return QValidator.State.Invalid, text, at
        known = self._typed(text) is not None
        return (QValidator.State.Acceptable if known else QValidator.State.Intermediate), text, at

    @property
    def _sizes(self) -> tuple[int, ...]:
        """The dimensions before the last two."""
        tensor = self._model.tensor
        known = tensor is not None and len(tensor.shape) > 2 and all(tensor.shape)
        return tensor.shape[:-2] if tensor is not None and known else (1,)

    def _typed(self, text: str) -> int | None:
        """Which slice indices name, counted flat; None where there is none such, or it was not sent."""
        places, sizes = [int(one) for one in re.findall(r"\d+", text)], self._sizes
        if len(places) != len(sizes) or any(at >= size for at, size in zip(places, sizes, strict=True)):
            return None
        flat = int(np.ravel_multi_index(places, sizes))
        return flat if flat <= self.maximum() else None


class TensorView(QWidget):
    """Shows a tensor of a view; `chosen` carries it with the row and the flat place of a clicked number.

    `bench_wanted` carries it where somebody wants it on the tensor bench.
    """

    chosen = Signal(object, int, int)
    bench_wanted = Signal(object)

    def __init__(self, name: str, first: int) -> None:
        super().__init__()
        self.setObjectName(name)
        self._first = first
        self._view: View | None = None
        self._showing = False
        self._picked = False
        self.choice = ChoiceBox(f"{name}_choice", "Which tensor is shown")
        self.how = ChoiceBox(f"{name}_how", "How its numbers are shown")
        self.how.fill(WAYS)
        self.choice.setMinimumContentsLength(4)
        self.choice.view().setMinimumWidth(_OPEN)
        self.how.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToContents)
        self.how.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.words = ElidedLabel("", "muted")
        self.words.setFont(fonts.scaled(0.92))
        self.words.setObjectName(f"{name}_words")
        self.model = TensorModel()
        self.slice = SliceBox(f"{name}_slice", self.model)
        self.table = QTableView()
        self.picture = Picture(f"{name}_picture")
        self.histogram = HistogramView(f"{name}_histogram")
        self.pages = QStackedWidget()
        self.to_bench = LinkButton("To bench")
        self._dress(name)
        self._lay_out()
        self.choice.activated.connect(self._show)
        self.to_bench.clicked.connect(self._want)
        self.how.activated.connect(self._pick)
        self.slice.valueChanged.connect(self._slide)
        self.picture.pixel_chosen.connect(lambda row, column: self._tell(self.model.index(row, column)))
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

    def take_focus(self) -> None:
        """Puts the keyboard on the numbers."""
        shown = self.picture if self.pages.currentWidget() is self.picture else self.table
        shown.setFocus()

    def _show(self, _index: int = 0) -> None:
        at = self.choice.currentIndex()
        found: tuple[Tensor | None, np.ndarray[Any, Any] | None] = (None, None)
        if self._view is not None and at >= 0:
            found = self._view.looked.tensors[at], self._view.arrays[at]
        before = self.model.slice, self.model.tensor
        self._showing = True
        self.model.show(*found)
        self._stay(*before)
        self.words.setText(self.model.words)
        self.words.setToolTip(self.model.words)  # beside the slice there is no room for all of it
        self.choice.setToolTip(f"Which tensor is shown: {self.choice.currentText()}")
        self.to_bench.setEnabled(self.model.tensor is not None)
        self.slice.setRange(0, self.model.slices - 1)
        self.slice.setValue(self.model.slice)
        self.slice.setVisible(self.model.slices > 1)
        self._showing = False
        if not self._picked:
            shape = () if self.model.tensor is None else self.model.tensor.shape
            self.how.show_value("heat" if len(shape) > 3 else "table")
        self._draw()

    def _pick(self, _index: int) -> None:
        """From now on tensors are shown in the way that somebody has chosen."""
        self._picked = True
        self._draw()

    def _stay(self, index: int, before: "Tensor | None") -> None:
        """Keeps the slice that was looked at, as long as nothing is chosen in another one."""
        now = self.model.tensor
        if now is None or before is None:
            return
        if (now.title, now.shape, now.chosen) == (before.title, before.shape, before.chosen):
            self.model.show_slice(index)

    def _slide(self, index: int) -> None:
        if not self._showing:
            self._showing = True
            self.model.show_slice(index)
            self._showing = False
            self._draw()

    def _draw(self, _index: int = 0) -> None:
        """Shows the slice in the way that is chosen."""
        how, model = str(self.how.currentData()), self.model
        if how == "table" or not model.matrix.size:
            self.pages.setCurrentWidget(self.table)
            self._select()
        elif how == "histogram":
            self.histogram.show_histogram(histogram_of(model.numbers))
            self.pages.setCurrentIndex(2)
        else:
            colours = model.colours if how == "image" else None
            matrix = model.matrix if colours is None else colours
            upright = how == "line" and model.matrix.shape[1] == 1
            self.picture.show_numbers(matrix.T if upright else matrix, how)
            self.picture.frame(model.chosen, model.window)
            self.pages.setCurrentWidget(self.picture)

    def _select(self) -> None:
        """Selects the chosen number in the table, or brings its window into sight."""
        self._showing = True
        model = self.model
        if (chosen := model.chosen) is not None:
            index = model.index(*chosen)
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.table.selectionModel().setCurrentIndex(index, flag)
            self.table.scrollTo(index)
        elif (window := model.window) is not None and all(window):
            self.table.scrollTo(model.index(max(window[0][0], 0), max(window[1][0], 0)))
        self._showing = False

    def _moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        if not self._showing:
            self._tell(index)

    def _tell(self, index: QModelIndex) -> None:
        """Says which number was chosen, with the row of the batch that it is in."""
        tensor = self.model.tensor
        if index.isValid() and tensor is not None:
            flat = self.model.flat(index)
            self.chosen.emit(tensor, flat // max(int(np.prod(tensor.shape[1:])), 1), flat)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """A right-click anywhere on the tensor offers it to the bench."""
        if self.to_bench.isEnabled():
            menu = QMenu(self)
            menu.setObjectName(f"{self.objectName()}_menu")
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addAction(self.to_bench.text()).triggered.connect(self._want)
            menu.popup(event.globalPos())

    def _want(self, _checked: bool = False) -> None:
        if self.model.tensor is not None:
            self.bench_wanted.emit(self.model.tensor)

    def _dress(self, name: str) -> None:
        self.to_bench.setObjectName(f"{name}_to_bench")
        self.to_bench.setEnabled(False)
        self.to_bench.setToolTip("Make the same tensor on the tensor bench, by a line that can be changed")
        table = self.table
        table.setObjectName(f"{name}_table")
        table.setAccessibleName("Numbers of the tensor")
        table.setToolTip("Choose a number to see how it comes about")
        table.setModel(self.model)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.horizontalHeader().setDefaultSectionSize(_WIDTH)
        table.horizontalHeader().setMinimumSectionSize(30)
        table.verticalHeader().setDefaultSectionSize(22)
        self.picture.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.picture.setToolTip("Click a number to see how it comes about; arrow keys go to the next")

    def _lay_out(self) -> None:
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.histogram)
        inside.addStretch(1)
        for widget in (self.table, self.picture, page):
            self.pages.addWidget(widget)
        first = QHBoxLayout()
        first.setSpacing(3)
        first.addWidget(self.choice, 1)
        first.addWidget(self.how)
        second = QHBoxLayout()
        second.setSpacing(3)
        second.addWidget(self.words, 1)
        second.addWidget(self.slice)
        second.addWidget(self.to_bench)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(3)
        rows.addLayout(first)
        rows.addLayout(second)
        rows.addWidget(self.pages, 1)
