"""What differs between the chosen runs, as a table: a row for each field, a column for each run."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QTableView, QVBoxLayout, QWidget

from nnbuilder.runs.side_by_side import Part, Row, SideBySide, as_csv
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.labels import TintedLabel
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.quiet_header import QuietHeader
from nnbuilder.ui.common.table import Index, quieten
from nnbuilder.ui.common.titles import counted
from nnbuilder.ui.runs.columns import brief

_SAME = "These runs do not differ in anything that is recorded."
_NOTHING = SideBySide((), (), same_weights=False)
_WIDEST = 260
_NARROWEST = 72
_FIELD_NARROWEST = 112


class DifferenceModel(QAbstractTableModel):
    """The rows of a comparison; the first column names the field and its part."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = _NOTHING
        self.tokens: tuple[str, ...] = ()
        self._rows: list[tuple[Part, Row]] = []

    def show_table(self, table: SideBySide, tokens: tuple[str, ...]) -> bool:
        """Shows another comparison; `tokens` are the colours of its runs. Answers whether it is another."""
        if (table, tokens) == (self.table, self.tokens):
            return False
        self.beginResetModel()
        self.table, self.tokens = table, tokens
        self._rows = [(part, row) for part in table.parts for row in part.rows]
        self.endResetModel()
        return True

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.table.titles) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        part, row = self._rows[index.row()]
        place = index.column() - 1
        text = _field(part, row) if place < 0 else row.texts[place]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return text if place < 0 else f"{self.table.titles[place]}: {text}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        if role == Qt.ItemDataRole.ForegroundRole:
            other = place > 0 and row.texts[place] != row.texts[0]
            return colors.current().color("text" if other or place == 0 else "muted")
        return fonts.scaled(0.94) if role == Qt.ItemDataRole.FontRole else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section <= len(self.table.titles):
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            title = self.table.titles[section - 1] if section else "Difference"
            return brief(title) if role == Qt.ItemDataRole.DisplayRole else title
        if role == Qt.ItemDataRole.ForegroundRole and section:
            return QColor(self.tokens[section - 1])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


class DifferencePage(QWidget):
    """The table with a sentence above it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runs_difference")
        self.setAccessibleName("What differs between the chosen runs")
        self.model = DifferenceModel(self)
        self.sentence = wrapping(TintedLabel("", "muted"))
        self.sentence.setObjectName("runs_difference_sentence")
        self.sentence.setFont(fonts.scaled(0.94))
        self.view = DifferenceView(self.model)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 4, 4)
        column.setSpacing(4)
        column.addWidget(self.sentence)
        column.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        colors.changed.connect(self.view.viewport().update)

    def show_table(self, table: SideBySide, tokens: tuple[str, ...]) -> None:
        """Shows a comparison."""
        if not self.model.show_table(table, tokens):
            return
        count = self.model.rowCount()
        told = f"{counted(count, 'difference')}; the first run is the measure."
        weights = " All end with the same weights, bit by bit." if table.same_weights else ""
        self.sentence.setText((told if count else _SAME) + weights)
        self.sentence.set_token("ok" if table.same_weights else "muted")
        self.view.setVisible(bool(count))
        self.view.fit()

    def csv(self) -> str:
        """The comparison as comma-separated text."""
        return as_csv(self.model.table)


class DifferenceView(QTableView):
    """The table; Ctrl+C copies the chosen cells."""

    def __init__(self, model: DifferenceModel) -> None:
        super().__init__()
        self.setObjectName("runs_difference_table")
        self.setAccessibleName("What differs between the chosen runs")
        self.setModel(model)
        quieten(self)
        self.setWordWrap(True)
        self.viewport().setAutoFillBackground(False)
        header = QuietHeader("runs_difference_header", "The runs that are compared", self)
        header.setSectionsMovable(False)
        header.setSectionsClickable(False)
        header.setSortIndicatorShown(False)
        header.setStretchLastSection(True)
        self.setHorizontalHeader(header)

    def fit(self) -> None:
        """Gives each column as much width as its text needs, within reason; fields give way first."""
        self.resizeColumnsToContents()
        widths = [
            min(max(self.columnWidth(column) + 8, _NARROWEST), _WIDEST)
            for column in range(self.model().columnCount())
        ]
        if len(widths) > 1:
            room = self.viewport().width()
            widths[0] = max(_FIELD_NARROWEST, min(widths[0], room - sum(widths[1:])))
            share = max(_NARROWEST, (room - widths[0]) // (len(widths) - 1))
            if sum(widths) > room:
                widths[1:] = [min(width, share) for width in widths[1:]]
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)
        self.resizeRowsToContents()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Copies the chosen cells as lines with tabs."""
        rows: dict[int, list[str]] = {}
        for index in sorted(self.selectedIndexes(), key=lambda one: (one.row(), one.column())):
            rows.setdefault(index.row(), []).append(str(index.data()).replace("\n", "; "))
        QGuiApplication.clipboard().setText("\n".join("\t".join(cells) for cells in rows.values()))


def _field(part: Part, row: Row) -> str:
    """What a row is about; results need no word before them."""
    return row.field if part.title == "result" else f"{part.title} · {row.field}"
