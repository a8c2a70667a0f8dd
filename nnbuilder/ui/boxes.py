"""What opens over the window by a key: adding layers, finding actions, and the list of shortcuts.

A dialog is imported when it is opened: the first paint needs none of them.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QTextDocument
from PySide6.QtWidgets import QMainWindow

from nnbuilder.graph.graph import NodeId
from nnbuilder.session.session import Session
from nnbuilder.ui.action_search.box import ActionSearch
from nnbuilder.ui.actions import ACTIONS
from nnbuilder.ui.canvas import CanvasView
from nnbuilder.ui.canvas.adding import Adding
from nnbuilder.ui.canvas.building import Spot
from nnbuilder.ui.quick_add.box import QuickAdd
from nnbuilder.ui.shortcuts.keymap import Keymap

if TYPE_CHECKING:
    from nnbuilder.ui.task_picker import TaskPicker
    from nnbuilder.ui.template_picker import TemplatePicker

More = Callable[[], Mapping[str, Iterable[QAction]]]


class Boxes:
    """The boxes of one window; `adopt` gives them the actions that they find and show."""

    def __init__(self, window: QMainWindow, session: Session, canvas: CanvasView) -> None:
        self._window = window
        self._session = session
        self._canvas = canvas
        self._adding = adding = Adding(canvas.bench, canvas.walker)
        self.quick_add = QuickAdd(session.document, adding.place_of, adding.add, window)
        self.quick_add.closed.connect(lambda: adding.aim(None))
        canvas.layers_wanted.connect(self.add_at)
        self.search: ActionSearch | None = None
        self.keymap: Keymap | None = None
        self.templates: TemplatePicker | None = None
        self.tasks: TaskPicker | None = None

    def adopt(self, actions: Mapping[str, QAction], more: More) -> None:
        """Lets the actions be found, and gives them the keys that the user chose."""
        self.keymap = Keymap(ACTIONS, actions, self._session.settings, self._window)
        self.search = ActionSearch(ACTIONS, actions, self._window, more)

    def add_at(self, spot: Spot, at: QPoint) -> None:
        """Lets layers be typed at a point of the canvas, for a spot of the drawing."""
        self._adding.aim(spot)
        self.quick_add.open(self._canvas.mapTo(self._window, at))

    def find_action(self) -> None:
        """Opens the search for actions."""
        if self.search is not None:
            self.search.open()

    def choose_template(self, promise: str, chosen: Callable[[str], object]) -> None:
        """Shows the templates; `promise` says what they do with the data that are there."""
        from nnbuilder.ui.template_picker import TemplatePicker

        if self.templates is None:
            self.templates = TemplatePicker(promise, self._window)
            self.templates.chosen.connect(chosen)
        self.templates.show_promise(promise)
        self.templates.show()
        self.templates.raise_()
        self.templates.activateWindow()

    def change_task(self, said: Callable[[str], object]) -> None:
        """Shows what a network can be trained to tell; what became of it is said."""
        from nnbuilder.ui.task_picker import TaskPicker

        if self.tasks is None:
            self.tasks = TaskPicker(self._session.document, self._session.analysis, self._window)
            self.tasks.said.connect(said)
        self.tasks.open_on()

    def print_page(self, title: str, page: QTextDocument, said: Callable[[str], object]) -> None:
        """Asks for a printer and prints a wide page; what became of it is said."""
        from nnbuilder.ui.common.printing import ask_print

        ask_print(title, page, lambda text, _color: said(text), self._window, what=title, wide=True)

    def find_rate(self, said: Callable[[str], object]) -> None:
        """Opens the test of learning rates; what became of it is said."""
        from nnbuilder.ui.lr_finder import RateDialog

        dialog = RateDialog(self._session, self._window)
        dialog.said.connect(said)
        dialog.show()

    def show_mistakes(self) -> None:
        """Opens the mistakes beside the right loop."""
        from nnbuilder.ui.mistakes import MistakesDialog

        MistakesDialog(self._session, self._window).show()

    def show_algebra(self, nodes: tuple[NodeId, ...], said: Callable[[str], object]) -> None:
        """Shows the Linear layers that these are among as one; what became of it is said."""
        from nnbuilder.ui.algebra import AlgebraDialog

        dialog = AlgebraDialog(self._session, self._window)
        dialog.said.connect(said)
        dialog.open_on(nodes)

    def train_together(self) -> None:
        """Shows the command for several processes."""
        from nnbuilder.ui.together import TogetherDialog

        TogetherDialog(self._session, self._window).show()

    def show_shortcuts(self) -> None:
        """Opens the list of shortcuts."""
        from nnbuilder.ui.shortcuts.dialog import ShortcutsDialog

        if self.keymap is not None:
            ShortcutsDialog(self.keymap, self._window).open()
