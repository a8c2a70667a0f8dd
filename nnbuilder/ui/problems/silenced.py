"""What a project silences, in sight, with a way back for each kind of advice."""

from collections import Counter

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnbuilder.doctor.rules import title_of
from nnbuilder.project.edits import Unsilence
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.link_button import LinkButton


class SilencedList(QWidget):
    """One row for each silenced code: what it is called, how often it would be shown now, "Show again"."""

    def __init__(self, document: Document, analysis: AnalysisFollower, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("silenced")
        self.setAccessibleName("Silenced advice")
        self._document = document
        self._analysis = analysis
        self._shown: tuple[tuple[str, int], ...] = ()
        self.heading = quiet()
        self.rows: list[SilencedRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addWidget(self.heading)
        self.hide()

    def refresh(self) -> None:
        """Follows the document; nothing is shown where nothing is silenced."""
        hidden = Counter(problem.code for problem in self._analysis.silenced)
        wanted = tuple((code, hidden[code]) for code in self._document.project.silenced)
        if wanted == self._shown:
            return
        self._shown = wanted
        for row in self.rows:
            row.hide()
            self._column.removeWidget(row)
            row.deleteLater()
        self.rows = [SilencedRow(code, count, self._document) for code, count in wanted]
        for row in self.rows:
            self._column.addWidget(row)
        self.heading.setText(f"Silenced in this project ({len(wanted)})")
        self.setVisible(bool(wanted))


class SilencedRow(QWidget):
    """One kind of advice that is not shown."""

    def __init__(self, code: str, count: int, document: Document) -> None:
        super().__init__()
        self._code = code
        self._document = document
        self.setObjectName(f"silenced_{code}")
        title = ElidedLabel(title_of(code), "text")
        title.setToolTip(code)
        times = quiet("hidden once" if count == 1 else f"hidden {count:,} times" if count else "")
        self.show_again = LinkButton("Show again")
        self.show_again.setObjectName("show_again")
        self.show_again.setAccessibleName(f"Show again: {title_of(code)}")
        self.show_again.setToolTip("Show this kind of advice in this project again")
        self.show_again.clicked.connect(self._bring_back)
        row = QHBoxLayout(self)
        row.setContentsMargins(11, 0, 6, 0)
        row.setSpacing(10)
        row.addWidget(title, 1)
        row.addWidget(times)
        row.addWidget(self.show_again)

    def _bring_back(self) -> None:
        self._document.apply(Unsilence(self._code))
