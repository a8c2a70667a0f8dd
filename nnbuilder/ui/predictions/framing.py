"""A view in its frame: title, sentence, what is at the crosshair, and its data as CSV."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtWidgets import QWidget

from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.fonts import scaled
from nnbuilder.ui.common.plot_frame import PlotFrame
from nnbuilder.ui.common.plot_picture import PlotPicture
from nnbuilder.ui.predictions.sheet import Sheet

Rows = tuple[Sequence[str], Sequence[Sequence[object]]]
"""Names of columns, and rows."""

_BLOCK = 500


class ViewFrame(PlotFrame):
    """Frames a view, in a `body` that scrolls it where it has one.

    The keyboard goes to the view, which tells what it reads there.
    """

    def __init__(
        self, view: Sheet, title: str, sentence: str, table: Callable[[], Rows], body: QWidget | None = None
    ) -> None:
        self._view = view
        super().__init__(
            f"{view.objectName()}_frame",
            title,
            sentence,
            body or view,
            table=lambda: as_csv(*table()),
            paint=view.paint_on,
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.readout = ElidedLabel("", "muted")
        self.readout.setObjectName(f"{view.objectName()}_readout")
        self.readout.setFont(scaled(0.9))
        self.readout.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.tools.addWidget(self.readout, 1)

    def picture(self) -> PlotPicture:
        """All of the view, also what would have to be scrolled to."""
        return replace(super().picture(), size=QSizeF(self._view.size()))

    def tell(self, words: str) -> None:
        """Shows what is at the crosshair."""
        self.readout.setText(words)
        self.readout.setToolTip(words)


def as_csv(names: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterable[str]:
    """A table as comma-separated text, in blocks."""
    yield _lines([names])
    for start in range(0, len(rows), _BLOCK):
        yield _lines(rows[start : start + _BLOCK])


def _lines(rows: Sequence[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
