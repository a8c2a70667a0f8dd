"""The list of all ways out, under a heading for each kind."""

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from nnbuilder.protocol.export_format import EXPORTS, ExportFormat, Source
from nnbuilder.ui.common import colors, fonts

HEADINGS: dict[Source, str] = {
    "weights": "Network with weights",
    "code": "Source",
    "drawing": "Drawing",
    "report": "Analysis",
    "run": "Training",
}
"""What stands above the formats of each kind."""

_WIDTH = 210
_NAME = Qt.ItemDataRole.UserRole


class FormatList(QListWidget):
    """Shows the formats; `chosen` carries the one that is looked at."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("export.formats")
        self.setAccessibleName("Formats")
        self.setToolTip("What to export")
        self.setFixedWidth(_WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._headings: list[QListWidgetItem] = []
        for source, title in HEADINGS.items():
            self._add_heading(title)
            for form in EXPORTS.values():
                if form.source == source:
                    self._add(form)
        self.currentItemChanged.connect(self._changed)
        colors.changed.connect(self._tint)
        self._tint()

    @property
    def form(self) -> ExportFormat:
        """The format that is looked at."""
        item = self.currentItem()
        return EXPORTS[item.data(_NAME) if item else next(iter(EXPORTS))]

    def choose(self, name: str) -> None:
        """Looks at a format; at the first one where there is none of that name."""
        names = [self.item(row).data(_NAME) for row in range(self.count())]
        self.setCurrentRow(names.index(name) if name in names else 1)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Where a key leads; Home and Page Up would end on a heading."""
        index = super().moveCursor(action, modifiers)
        heading = index.isValid() and not index.flags() & Qt.ItemFlag.ItemIsEnabled
        return self.model().index(index.row() + 1, 0) if heading else index

    def _add_heading(self, title: str) -> None:
        item = QListWidgetItem(title)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setFont(fonts.scaled(0.86, bold=True))
        height = self.fontMetrics().height()
        item.setSizeHint(QSize(0, round(height * (1.9 if self._headings else 1.5))))
        item.setTextAlignment(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft)
        self._headings.append(item)
        self.addItem(item)

    def _add(self, form: ExportFormat) -> None:
        item = QListWidgetItem(f"  {form.title}")
        item.setData(_NAME, form.name)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{form.title}: {form.summary}")
        item.setToolTip(form.summary)
        item.setSizeHint(QSize(0, round(self.fontMetrics().height() * 1.5)))
        self.addItem(item)

    def _changed(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(_NAME):
            self.chosen.emit(self.form)

    def _tint(self) -> None:
        for item in self._headings:
            item.setForeground(QBrush(colors.current().color("muted")))
