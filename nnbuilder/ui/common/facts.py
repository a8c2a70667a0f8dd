"""Pairs of a quiet word and a value below each other, for summaries."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from nnbuilder.ui.common.labels import TintedLabel, quiet
from nnbuilder.ui.common.page import wrapping


class Facts(QWidget):
    """Shows pairs of texts; a value breaks into lines where it is long and can be copied."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._shown: tuple[tuple[str, str], ...] = ()
        self._labels: list[tuple[TintedLabel, TintedLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """The pairs that are shown."""
        return self._shown

    def show_facts(self, facts: Iterable[tuple[str, str]]) -> None:
        """Shows these pairs."""
        wanted = tuple(facts)
        if wanted == self._shown:
            return
        self._shown = wanted
        while len(self._labels) < len(wanted):
            self._add()
        for row, (word, value) in enumerate(self._labels):
            texts = wanted[row] if row < len(wanted) else ("", "")
            word.setText(texts[0])
            value.setText(texts[1])
            for label in (word, value):
                label.setVisible(row < len(wanted))

    def _add(self) -> None:
        word, value = quiet(factor=0.96), wrapping(TintedLabel("", "text"))
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = len(self._labels)
        self._grid.addWidget(word, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1)
        self._labels.append((word, value))
