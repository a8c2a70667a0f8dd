"""The actions of the project's weights: taking them from a file, and going back to the seed."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from nnbuilder.project.edits import SetWeights
from nnbuilder.runs.weights import PICKLED, SUFFIXES
from nnbuilder.session.session import Session
from nnbuilder.ui import dialogs
from nnbuilder.ui.common.action_table import set_usable

_FILTER = f"Weights ({' '.join(f'*{suffix}' for suffix in SUFFIXES)})"

_PICKLE = (
    "It is a pickle, which could hold more than numbers. Only tensors are taken from it, nothing in it is "
    "run, and the process that reads it ends afterwards. A safetensors file would need no question."
)


class WeightActions(QObject):
    """Imports weights and resets them; `said` tells what became of it.

    `network_wanted` carries a file's name and the `WeightsFitted` whose own network is to be drawn.
    """

    said = Signal(str)
    network_wanted = Signal(str, object)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._reset: QAction | None = None
        session.document.changed.connect(lambda _diff: self._review())
        session.document.replaced.connect(self._review)

    @property
    def handlers(self) -> dict[str, Callable[[], object]]:
        """What each action does."""
        return {"weights.import": self.ask, "weights.reset": self.reset}

    def adopt(self, actions: Mapping[str, QAction]) -> None:
        """Takes charge of when these actions can be used."""
        self._reset = actions["weights.reset"]
        self._review()

    def ask(self) -> None:
        """Asks for a file of weights."""
        folder = self._session.document.folder or Path.home()
        dialogs.ask_file(self._window, "Import weights", folder, _FILTER, self.open)

    def open(self, path: Path) -> None:
        """Shows how a file fits the network; asks before a pickle is read."""
        if path.suffix.lower() in PICKLED:
            title = f"Read {path.name}?"
            dialogs.confirm(self._window, title, _PICKLE, "Read it", lambda: self._show(path, unpickle=True))
        else:
            self._show(path)

    def reset(self) -> None:
        """Lets the project start from its seed again."""
        self._session.document.apply(SetWeights(None))
        self.said.emit("The project stands at the seed's weights again.")

    def _show(self, path: Path, *, unpickle: bool = False) -> None:
        from nnbuilder.ui.weights import WeightsDialog

        dialog = WeightsDialog(self._session, path, self._window, unpickle=unpickle)
        dialog.said.connect(self.said)
        dialog.network_wanted.connect(lambda fitted: self.network_wanted.emit(path.name, fitted))
        dialog.show()

    def _review(self) -> None:
        if self._reset is not None:
            own = self._session.document.project.weights
            set_usable(self._reset, "" if own else "The project stands at the seed's weights.")
