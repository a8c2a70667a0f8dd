"""Each neuron's response below its card, live, for networks on two features."""

import numpy as np
from PySide6.QtCore import QEvent, QObject, QTimer

from nnbuilder.protocol.live import LiveReport
from nnbuilder.protocol.predictions import Neurons
from nnbuilder.session.live import Live
from nnbuilder.session.run import Run
from nnbuilder.ui.canvas.rooms import Rooms
from nnbuilder.ui.canvas.tiles import Tiles
from nnbuilder.ui.canvas.view import CanvasView
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.heat import diverging

_SHOW_MS = 90


class Responses(QObject):
    """Shows the latest `Neurons` on the cards while the canvas is visible and this is `wanted`."""

    def __init__(self, canvas: CanvasView, run: Run, live: Live) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._live = live
        self._wanted = True
        self._covered = False
        self._rooms = Rooms(canvas.canvas)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SHOW_MS)
        self._soon.timeout.connect(self.show_latest)
        canvas.installEventFilter(self)
        live.arrived.connect(self._arrived)
        run.state_changed.connect(self._later)
        canvas.canvas.altered.connect(self._later)
        colors.changed.connect(self._later)
        self._watch()

    @property
    def wanted(self) -> bool:
        """Whether responses are to be shown."""
        return self._wanted

    def set_wanted(self, wanted: bool) -> None:
        """Shows responses, or leaves the cards as they are without them."""
        self._wanted = wanted
        self._watch()
        self.show_latest()

    def set_covered(self, covered: bool) -> None:
        """Shows none as long as something else is shown in their place."""
        self._covered = covered
        self._watch()
        self.show_latest()

    def show_latest(self) -> None:
        """Brings all cards up to date."""
        latest = self._live.latest(Neurons) if self._wanted and not self._covered else None
        cards = self._canvas.canvas.cards
        shown = {}
        if latest is not None:
            report, arrays = latest
            table, rooms = diverging(colors.current()), self._rooms.below()
            shown = {
                node: Tiles(np.asarray(pictures, np.uint8), rooms[node], table)
                for node, pictures in zip(report.layers, arrays, strict=False)
                if node in cards
            }
        for node, card in cards.items():
            tiles = shown.get(node)
            card.set_tiles(tiles if tiles and tiles.shown else None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.Show, QEvent.Type.Hide}:
            self._watch(visible=event.type() == QEvent.Type.Show)
        return False

    def _watch(self, visible: bool | None = None) -> None:
        visible = self._canvas.isVisible() if visible is None else visible
        shown = visible and self._wanted and not self._covered
        (self._live.look if shown else self._live.look_away)(Neurons, self)

    def _arrived(self, kind: type[LiveReport]) -> None:
        if kind is Neurons:
            self._later()

    def _later(self, _change: object = None) -> None:
        if not self._soon.isActive():
            self._soon.start()
