"""The dialog of the shortcuts: all actions with their keys, to read, to change and to print."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nnbuilder.ui.common.fuzzy import score
from nnbuilder.ui.common.labels import TintedLabel, quiet
from nnbuilder.ui.shortcuts.keymap import FIXED, IN_CODE, Keymap
from nnbuilder.ui.shortcuts.sheet import TITLE, sheet_document, sheet_html, sheet_pdf

_NAME = Qt.ItemDataRole.UserRole
_NATIVE = QKeySequence.SequenceFormat.NativeText


class ShortcutsDialog(QDialog):
    """Lists every action; the keys of the chosen one are typed into the field below."""

    def __init__(self, keymap: Keymap, parent: QWidget) -> None:
        super().__init__(parent)
        self._keymap = keymap
        self._wanted = ""
        self.filter = QLineEdit()
        self.list = QTreeWidget()
        self.edit = QKeySequenceEdit()
        self.line = quiet()
        self.setObjectName("dialog.shortcuts")
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.buttons = {
            name: self._button(name, text, tip, act)
            for name, text, tip, act in (
                ("take", "Assign anyway", "Take the key from the other action", self._take),
                ("remove", "No shortcut", "Take all keys from this action", self._remove),
                ("reset", "Reset", "Give this action its first keys again", self._reset),
                ("reset_all", "Reset all", "Give all actions their first keys again", keymap.reset_all),
                ("html", "Save as HTML…", "Save the sheet as a web page", partial(self._ask, "html")),
                ("pdf", "Save as PDF…", "Save the sheet as pages to keep or send", partial(self._ask, "pdf")),
                ("print", "Print…", "Print the sheet of all shortcuts (Ctrl+P)", self.print),
            )
        }
        self._set_up()
        self._fill()
        keymap.changed.connect(self._fill)
        self.filter.textChanged.connect(self._filter)
        self.list.currentItemChanged.connect(self._chosen)
        self.edit.keySequenceChanged.connect(self._typed)

    @property
    def current(self) -> str:
        """The name of the chosen action; empty where a heading or nothing is chosen."""
        item = self.list.currentItem()
        return str(item.data(0, _NAME) or "") if item is not None else ""

    def choose(self, name: str) -> None:
        """Chooses an action."""
        for item in self._items():
            if item.data(0, _NAME) == name:
                self.list.setCurrentItem(item)

    def save(self, kind: str, path: Path) -> None:
        """Writes the sheet; says where that fails."""
        try:
            if kind == "pdf":
                path.write_bytes(sheet_pdf(self._keymap))
            else:
                path.write_text(sheet_html(self._keymap), encoding="utf-8")
        except OSError as error:
            self._say(f"The sheet was not saved: {error.strerror or error}.", "warning")
        else:
            self._say(f"Saved as {path.name}.")

    def print(self) -> None:
        """Asks for a printer and prints the sheet."""
        from nnbuilder.ui.common.printing import ask_print

        ask_print(TITLE, sheet_document(self._keymap), self._say, self)

    def _typed(self, sequence: QKeySequence) -> None:
        """Assigns what was typed, or says who has it."""
        name, key = self.current, sequence.toString()
        self.buttons["take"].hide()
        if not name or not key or key in self._keymap.keys(name):
            return
        holder = self._keymap.holder(key, name)
        if not holder:
            self._assign(name, key)
            return
        self._wanted = key
        can_take = bool(self._keymap.action_with(key, name))
        self.buttons["take"].setVisible(can_take)
        self._say(f"{sequence.toString(_NATIVE)} is the key of {holder}.", "warning")

    def _take(self) -> None:
        if self.current and self._wanted:
            self._assign(self.current, self._wanted)

    def _assign(self, name: str, key: str) -> None:
        self.buttons["take"].hide()
        self._keymap.assign(name, (key,))
        shown = QKeySequence(key).toString(_NATIVE)
        self._say(f"{shown} is {self._keymap.row(name).text.rstrip('…')} now.")

    def _remove(self) -> None:
        if self.current:
            self._keymap.assign(self.current, ())
            self._show_keys()

    def _reset(self) -> None:
        if self.current:
            self._keymap.reset(self.current)
            self._show_keys()

    def _chosen(self) -> None:
        self.buttons["take"].hide()
        self._say("Type the keys into the field." if self.current else "")
        self._show_keys()

    def _show_keys(self) -> None:
        name = self.current
        keys = self._keymap.keys(name) if name else ()
        self.edit.blockSignals(True)
        self.edit.setKeySequence(QKeySequence(keys[0]) if keys else QKeySequence())
        self.edit.blockSignals(False)
        for widget in (self.edit, self.buttons["remove"], self.buttons["reset"]):
            widget.setEnabled(bool(name))

    def _fill(self) -> None:
        chosen = self.current
        self.list.blockSignals(True)
        self.list.clear()
        headings: dict[str, QTreeWidgetItem] = {}
        for row in self._keymap.rows:
            if row.menu not in headings:
                headings[row.menu] = self._heading(row.menu)
            keys = ", ".join(QKeySequence(key).toString(_NATIVE) for key in self._keymap.keys(row.name))
            item = QTreeWidgetItem(headings[row.menu], [row.text.rstrip("…"), keys])
            item.setData(0, _NAME, row.name)
            item.setToolTip(0, row.tip)
            font = item.font(1)
            font.setBold(self._keymap.is_changed(row.name))
            item.setFont(1, font)
        for title, fixed in (("On the canvas", FIXED), ("In the code", IN_CODE)):
            heading = self._heading(title)
            for words, tip in fixed:
                QTreeWidgetItem(heading, [tip, ", ".join(words)])
        self.list.expandAll()
        self.choose(chosen)
        self.list.blockSignals(False)
        self._filter(self.filter.text())

    def _heading(self, title: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self.list, [title])
        font = item.font(0)
        font.setBold(True)
        item.setFont(0, font)
        return item

    def _filter(self, text: str) -> None:
        for index in range(self.list.topLevelItemCount()):
            heading = self.list.topLevelItem(index)
            if heading is None:
                continue
            shown = 0
            for child in _children(heading):
                fits = score(text, child.text(0), (child.text(1), child.toolTip(0))) is not None
                child.setHidden(not fits)
                shown += fits
            heading.setHidden(not shown)

    def _items(self) -> list[QTreeWidgetItem]:
        return self.list.findItems("*", Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive)

    def _ask(self, kind: str) -> None:
        """Asks where the sheet is to be saved."""
        dialog = QFileDialog(self, "Save the sheet", f"shortcuts.{kind}", f"{kind.upper()} files (*.{kind})")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        dialog.fileSelected.connect(lambda name: self.save(kind, Path(name)))
        dialog.open()

    def _say(self, text: str, color: str = "muted") -> None:
        self.line.setText(text)
        self.line.set_token(color)

    def _button(self, name: str, text: str, tip: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"shortcuts.{name}")
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: act())
        return button

    def _set_up(self) -> None:
        self.filter.setObjectName("shortcuts.filter")
        self.filter.setAccessibleName("Find an action")
        self.filter.setPlaceholderText("Find an action or a key")
        self.filter.setToolTip("Shows the actions whose name, key or purpose fits")
        self.filter.setClearButtonEnabled(True)
        self.list.setObjectName("shortcuts.list")
        self.list.setAccessibleName("Actions and their shortcuts")
        self.list.setHeaderLabels(["Action", "Keys"])
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setStretchLastSection(False)
        self.edit.setObjectName("shortcuts.edit")
        self.edit.setAccessibleName("Keys of the action")
        self.edit.setToolTip("Type the keys that are to trigger the chosen action")
        self.edit.setMaximumSequenceLength(1)
        self.line.setObjectName("shortcuts.line")
        self.line.setWordWrap(True)
        column = QVBoxLayout(self)
        column.addWidget(self.filter)
        column.addWidget(self.list, 1)
        column.addLayout(_row(TintedLabel("Keys", "text"), self.edit, *self._of("remove", "reset")))
        column.addLayout(_row(self.line, self.buttons["take"]))
        column.addLayout(_row(*self._of("reset_all", "html", "pdf", "print")))
        self.buttons["print"].setShortcut(QKeySequence("Ctrl+P"))
        self.buttons["take"].hide()
        self._show_keys()
        self.resize(560, 640)

    def _of(self, *names: str) -> list[QWidget]:
        return [self.buttons[name] for name in names]


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = (item.child(index) for index in range(item.childCount()))
    return [child for child in found if child is not None]


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for part in parts:
        row.addWidget(part, 1 if isinstance(part, TintedLabel) and part.wordWrap() else 0)
    return row
