"""What is done with parameters in boxes of their own: drawing them anew, loading them from a file."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from nnbuilder.runs.weights import PICKLED
from nnbuilder.session.session import Session
from nnbuilder.ui import dialogs
from nnbuilder.ui.panels import Panels

if TYPE_CHECKING:
    from nnbuilder.ui.weights_editor import WeightsEditor

_PICKLE = (
    "It is a pickle, which could hold more than numbers. Only tensors are taken from it, nothing in it is "
    "run, and the process that reads it ends afterwards."
)


class ParameterActions(QObject):
    """Opens the boxes of the parameters; `said` carries a sentence."""

    said = Signal(str)

    def __init__(
        self, session: Session, panels: Panels, show: Callable[[QWidget], object], window: QWidget
    ) -> None:
        super().__init__(window)
        self._session = session
        self._panels = panels
        self._reveal = show
        self._window = window
        panels.inspector.page.numbers.clicked.connect(self.show)
        panels.late.parameters.then(lambda panel: panel.said.connect(self.said))
        panels.late.weights_editor.then(self._join_editor)

    @property
    def handlers(self) -> dict[str, Callable[[], object]]:
        """What each action does."""
        return {"view.parameters": self.show, "weights.initialize": self.initialize}

    def _join_editor(self, editor: "WeightsEditor") -> None:
        editor.said.connect(self.said)
        editor.load_wanted.connect(self.ask)
        editor.file_dropped.connect(self.load)
        editor.initialize_wanted.connect(self.initialize)

    def show(self) -> None:
        """Goes to the table."""
        self._reveal(self._panels.parameters)

    def initialize(self) -> None:
        """Opens the box in which parameters are drawn anew."""
        from nnbuilder.ui.weights_editor import InitializeDialog

        known = self._session.parameters
        if known.listing is None or known.chosen is None:
            self.show()
            self.said.emit("Choose a parameter in the table, then re-initialize it, its layer or all.")
            return
        several = tuple(row.key for row in self._panels.parameters.table.chosen)
        InitializeDialog(known, known.chosen, several, self._window).show()

    def ask(self) -> None:
        """Asks for a file with numbers for the chosen parameter."""
        from nnbuilder.ui.weights_editor import SUFFIXES

        folder = self._session.document.folder or Path.home()
        files = f"Numbers ({' '.join(f'*{suffix}' for suffix in SUFFIXES)})"
        dialogs.ask_file(self._window, "Load numbers", folder, files, self.load)

    def load(self, path: Path) -> None:
        """Shows what a file would make of the chosen parameter; asks before a pickle is read."""
        if path.suffix.lower() in PICKLED:
            title = f"Read {path.name}?"
            dialogs.confirm(self._window, title, _PICKLE, "Read it", lambda: self._load(path, unpickle=True))
        else:
            self._load(path)

    def _load(self, path: Path, *, unpickle: bool = False) -> None:
        from nnbuilder.ui.weights_editor import LoadDialog

        known = self._session.parameters
        row = None if known.chosen is None else known.row(known.chosen)
        if row is not None:
            LoadDialog(known, row, path, self._window, unpickle=unpickle).show()
