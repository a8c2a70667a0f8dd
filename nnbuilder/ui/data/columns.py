"""Which columns of a table the network gets: a list of all but the target, each with a box to tick."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPalette
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QVBoxLayout, QWidget

from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.link_button import LinkButton

_MOST_ROWS = 8
"""So many columns are seen at once."""

_FONT = 0.96
_AIR = 3
"""Pixels above and below a name."""

_CHECK = Qt.ItemDataRole.CheckStateRole
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class ColumnModel(QAbstractListModel):
    """The columns with what is said of them; `toggled` carries a name and whether it is to be left out."""

    toggled = Signal(str, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.names: tuple[str, ...] = ()
        self._known: frozenset[str] = frozenset()
        self._left_out: frozenset[str] = frozenset()
        self._textual: frozenset[str] = frozenset()

    @property
    def used(self) -> int:
        """How many columns the network gets."""
        return sum(name not in self._left_out and name not in self._textual for name in self.names)

    @property
    def count(self) -> int:
        """How many columns there are to choose from in the table."""
        return sum(name in self._known for name in self.names)

    def follow(self, names: tuple[str, ...], known: frozenset[str], left_out: frozenset[str]) -> None:
        """Shows these columns; those not `known` are left out of a table that has none of that name."""
        if names != self.names:
            self.beginResetModel()
            self.names, self._known, self._left_out = names, known, left_out
            self.endResetModel()
        elif (known, left_out) != (self._known, self._left_out):
            self._known, self._left_out = known, left_out
            self._say_again()

    def show_textual(self, names: frozenset[str]) -> None:
        """Marks columns that hold no numbers."""
        if names != self._textual:
            self._textual = names
            self._say_again()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.names)

    def flags(self, index: Index) -> Qt.ItemFlag:
        plain = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return plain | Qt.ItemFlag.ItemIsUserCheckable if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        name = self.names[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return name + self._remark(name)
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.StatusTipRole:
                return self._tip(name)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{name}{self._remark(name)}, {'left out' if name in self._left_out else 'used'}"
            case Qt.ItemDataRole.SizeHintRole:
                return QSize(0, QFontMetrics(fonts.scaled(_FONT)).height() + 2 * _AIR)
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Unchecked if name in self._left_out else Qt.CheckState.Checked
            case Qt.ItemDataRole.ForegroundRole if name in self._left_out or name in self._textual:
                return colors.current().color("muted")
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid() or role != _CHECK:
            return False
        self.toggled.emit(self.names[index.row()], Qt.CheckState(value) == Qt.CheckState.Unchecked)
        return True

    def _remark(self, name: str) -> str:
        if name not in self._known:
            return "  (not in the table)"
        return "  (no numbers)" if name in self._textual and name not in self._left_out else ""

    def _tip(self, name: str) -> str:
        if name not in self._known:
            return f"The table has no column {name}: tick it to forget it"
        if name in self._left_out:
            return f"{name} is left out, whatever its cells hold: tick it to give it to the network"
        if name in self._textual:
            return f"{name} holds text or nothing at all, so the network does not get it: untick it to say so"
        return f"The network gets {name}: untick it to leave it out"

    def _say_again(self) -> None:
        if self.names:
            self.dataChanged.emit(self.index(0), self.index(len(self.names) - 1))


class ColumnList(QListView):
    """As high as its columns, up to some; the space bar ticks, arrows walk."""

    def __init__(self, model: ColumnModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("csv_columns")
        self.setAccessibleName("Columns that the network gets")
        self.setToolTip("The network gets the columns with a tick; the space bar sets and clears it")
        self.setModel(model)
        self.setFont(fonts.scaled(_FONT))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        model.modelReset.connect(self.updateGeometry)
        colors.changed.connect(self._tint)
        self._tint()

    def sizeHint(self) -> QSize:
        rows = max(1, min(_MOST_ROWS, self.model().rowCount()))
        high = self.sizeHintForRow(0) if self.model().rowCount() else self.fontMetrics().height() + 4
        return QSize(120, rows * high + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _tint(self) -> None:
        """Fusion draws a box without an outline on a dark ground: the box is lifted from it."""
        palette, tokens = self.palette(), colors.current()
        share = 0.14 if tokens.scheme == "dark" else 0.0
        palette.setColor(QPalette.ColorRole.Base, tokens.mixed("field", "text", share))
        self.setPalette(palette)


class ColumnChoice(QWidget):
    """The list under its heading; `edited` carries the columns that are to be left out, in their order."""

    edited = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._left_out: tuple[str, ...] = ()
        self.model = ColumnModel(self)
        self.list = ColumnList(self.model)
        self.heading = quiet("Columns", factor=0.96)
        self.heading.setBuddy(self.list)
        self.all = LinkButton("Take all")
        self.all.setObjectName("csv_all_columns")
        self.all.setAccessibleName("Take all columns")
        self.all.setToolTip("Give the network every column that holds numbers")
        top = QHBoxLayout()
        top.addWidget(self.heading, 1)
        top.addWidget(self.all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(top)
        column.addWidget(self.list)
        self.model.toggled.connect(self._toggle)
        self.all.clicked.connect(self._take_all)

    def show_columns(self, names: tuple[str, ...], target: str, left_out: tuple[str, ...]) -> None:
        """Shows the columns of a table but its target; none where the table cannot be read."""
        self._left_out = left_out
        known = frozenset(names)
        strange = tuple(name for name in dict.fromkeys(left_out) if name not in known)
        others = tuple(name for name in names if name != target)
        self.model.follow((*others, *strange), known, frozenset(left_out))
        self._count()

    def show_unused(self, names: tuple[str, ...]) -> None:
        """Marks the columns that the engine did not use, of those that are not left out by choice."""
        self.model.show_textual(frozenset(names).difference(self._left_out))
        self._count()

    def _count(self) -> None:
        self.heading.setText(f"Columns: {self.model.used:,} of {self.model.count:,} used")
        self.all.setVisible(bool(self._left_out))
        self.setVisible(bool(self.model.names))

    def _toggle(self, name: str, out: bool) -> None:
        rest = [one for one in self._left_out if one != name]
        if not out:
            self.edited.emit(tuple(rest))
            return
        order = {one: place for place, one in enumerate(self.model.names)}
        self.edited.emit(tuple(sorted((*rest, name), key=lambda one: order.get(one, len(order)))))

    def _take_all(self) -> None:
        self.list.setFocus()  # the button goes away
        self.edited.emit(())
