"""A form derived from declarations: one row for each argument, which keeps its focus while values change."""

from collections.abc import Collection, Iterable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.graph.graph import ArgValue
from nnbuilder.ui.common.form_row import ArgRow


class ArgForm(QWidget):
    """Rows for arguments; `edited` carries a name and a value that fits, `reset` a name.

    A terse form keeps its help in tool tips. The form never changes what it shows by itself: its owner
    applies an edit and calls `show_values`.
    """

    edited = Signal(str, object)
    reset = Signal(str)

    def __init__(self, *, terse: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._terse = terse
        self._rows: dict[str, ArgRow] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6 if terse else 9)

    @property
    def rows(self) -> Mapping[str, ArgRow]:
        """The rows by the names of their arguments."""
        return self._rows

    def show_specs(self, specs: Iterable[ArgSpec]) -> None:
        """Shows a row for each declaration; rows whose declaration stays keep their editor and focus."""
        old, self._rows = self._rows, {}
        for place, spec in enumerate(specs):
            kept = old.pop(spec.name, None)
            if kept is not None and kept.spec != spec:
                _drop(kept)
                kept = None
            row = kept or self._new_row(spec)
            self._rows[spec.name] = row
            if self._layout.indexOf(row) != place:
                self._layout.insertWidget(place, row)
        for row in old.values():
            _drop(row)
        self.setVisible(bool(self._rows))

    def show_values(
        self,
        values: Mapping[str, ArgValue],
        resolved: Mapping[str, ArgValue],
        mixed: Collection[str] = (),
    ) -> None:
        """Shows what is set explicitly (`values`) and what "auto" stands for (`resolved`).

        Arguments in `mixed` have several values, in several layers.
        """
        for name, row in self._rows.items():
            if name in mixed:
                row.show_mixed(resolved.get(name))
            else:
                row.show_value(values, resolved.get(name))

    def refuse(self, name: str, why: str) -> None:
        """Shows at a row why its value was refused."""
        if name in self._rows:
            self._rows[name].editor.set_fault(why)

    def flush(self) -> None:
        """Commits what was typed and fits."""
        for row in list(self._rows.values()):
            row.editor.flush()

    def restore(self) -> None:
        """Forgets what was typed and does not fit."""
        for row in self._rows.values():
            row.editor.restore()

    def focus_first(self) -> None:
        """Puts the cursor into the first field that is no follower, or into the first."""
        rows = list(self._rows.values())
        for row in [row for row in rows if row.spec.follows is None] or rows[:1]:
            row.take_focus()
            return

    def _new_row(self, spec: ArgSpec) -> ArgRow:
        row = ArgRow(spec, terse=self._terse, parent=self)
        row.edited.connect(self.edited)
        row.reset.connect(self.reset)
        return row


def _drop(row: ArgRow) -> None:
    row.hide()
    row.setParent(None)
    row.deleteLater()
