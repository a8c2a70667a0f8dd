"""What a change would do to parameters: both histograms over one range, figures, and the program for it."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.parameters import ParametersChanged
from nnbuilder.ui.common.histogram import Histogram
from nnbuilder.ui.common.histogram_view import HistogramView
from nnbuilder.ui.common.labels import TintedLabel, heading, quiet, value
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.weights_editor.words import figures_words


class ChangePreview(QWidget):
    """Shows a change that was tried out, or why it cannot be made."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.before = HistogramView(f"{name}_before")
        self.after = HistogramView(f"{name}_after")
        self.was = wrapping(quiet())
        self.will_be = wrapping(quiet())
        self.worked = wrapping(value())
        self.code = wrapping(value())
        self.notes = wrapping(quiet())
        self.refusal = wrapping(TintedLabel("", "error"))
        self.worked.setObjectName(f"{name}_worked")
        self.code.setObjectName(f"{name}_code")
        self.code.setToolTip("What a program would write; it can be selected and copied")
        self.notes.setObjectName(f"{name}_notes")
        self.refusal.setObjectName(f"{name}_refusal")
        self._before_title = heading("Before")
        self._after_title = heading("After")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        parts = (
            *(self._before_title, self.before, self.was, self._after_title, self.after, self.will_be),
            *(self.worked, self.code, self.notes, self.refusal),
        )
        for part in parts:
            column.addWidget(part)
        column.addStretch(1)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.refusal.hide()

    def show_change(self, changed: ParametersChanged, arrays: Arrays) -> None:
        """Shows what would become of the numbers."""
        self.refuse("")
        for view, counts in zip((self.before, self.after), arrays, strict=True):
            view.show_histogram(Histogram(counts.astype(np.float64), changed.low, changed.high))
        self.was.setText(figures_words(changed.before))
        self.will_be.setText(figures_words(changed.after))
        for label, text in (
            (self.worked, "\n".join(changed.worked)),
            (self.code, changed.code),
            (self.notes, " ".join(changed.notes)),
        ):
            label.setText(text)
            label.setVisible(bool(text))

    def refuse(self, why: str) -> None:
        """Says why it cannot be done; an empty text says that it can."""
        self.refusal.setText(why)
        self.refusal.setVisible(bool(why))
        if why:
            for label in (self.worked, self.code, self.notes):
                label.hide()
        for part in (self._after_title, self.after, self.will_be):
            part.setVisible(not why)
