"""The actions that open the box of all ways out, on the last format or on the drawing."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from nnbuilder.graph.graph import NodeId
from nnbuilder.session.session import Session
from nnbuilder.ui.canvas import CanvasView

if TYPE_CHECKING:
    from nnbuilder.ui.export.dialog import ExportDialog
    from nnbuilder.ui.export.pictures import PictureChoice


class ExportActions(QObject):
    """Opens one box on a session and its canvas; `said` tells what became of it."""

    said = Signal(str)

    def __init__(
        self, canvas: CanvasView, session: Session, flush: Callable[[], None], window: QWidget
    ) -> None:
        super().__init__(window)
        self._canvas = canvas
        self._session = session
        self._flush = flush
        self._window = window

    @property
    def handlers(self) -> dict[str, Callable[[], object]]:
        """What each action does."""
        return {"file.export": self.open, "file.picture": self.open_picture}

    def open(self) -> "ExportDialog":
        """Opens the box, or brings it to the front."""
        from nnbuilder.ui.export.dialog import ExportDialog

        self._flush()
        dialog = self._window.findChild(ExportDialog)
        if not isinstance(dialog, ExportDialog) or not dialog.isVisible():
            dialog = ExportDialog(self._session, self._draw, self._window)
            dialog.said.connect(self.said)
            dialog.layer_wanted.connect(self._reveal)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        dialog.formats.setFocus()
        return dialog

    def open_picture(self) -> "ExportDialog":
        """Opens the box on a picture of the drawing."""
        dialog = self.open()
        if dialog.formats.form.source != "drawing":
            dialog.show_format("svg")
        return dialog

    def open_run(self, form: str, run: str) -> "ExportDialog":
        """Opens the box on the course of one run."""
        from nnbuilder.ui.export.run_choice import Chosen

        dialog = self.open()
        dialog.show_format(form)
        dialog.runs.show_value(Chosen(run))
        return dialog

    def _reveal(self, node: NodeId) -> None:
        self._canvas.operations.reveal(node)
        self._window.activateWindow()
        self._canvas.setFocus()

    def _draw(self, choice: "PictureChoice") -> str:
        """The SVG of the drawing, or of the group that is looked into, with the histograms of its cards."""
        from nnbuilder.ui.export.pictures import svg_of

        return svg_of(self._session, choice, self._canvas.bench.group, self._bars())

    def _bars(self) -> dict[NodeId, list[float]]:
        """The small histograms on the cards."""
        cards = self._canvas.canvas.cards
        return {key: card.bars.tolist() for key, card in cards.items() if card.bars is not None}
