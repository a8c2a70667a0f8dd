"""Each neuron's response below its card, live, for networks on two features."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QRectF, QTimer
from PySide6.QtGui import QImage

from nnbuilder.protocol.live import LiveReport
from nnbuilder.protocol.predictions import Neurons
from nnbuilder.session.document import Document
from nnbuilder.session.live import Live
from nnbuilder.session.run import Run
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.view import CanvasView
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.heat import Bytes, diverging, sheet

if TYPE_CHECKING:
    from nnbuilder.ui.canvas.card import CardItem

_GAP = 2.0
_BELOW = 5.0
_SIZES = ((5, 2), (8, 3), (11, 4))
"""Tiles in a line, and lines at most: large tiles for a few neurons, small ones for many.

They end above the height at which edges run back to the next row of a tidy drawing.
"""

_SHOW_MS = 90


class Responses(QObject):
    """Shows the latest `Neurons` on the cards while the canvas is visible and this is `wanted`."""

    def __init__(
        self, canvas: CanvasView, document: Document, run: Run, live: Live, parent: QObject | None = None
    ) -> None:
        super().__init__(parent or canvas)
        self._canvas = canvas
        self._live = live
        self._wanted = True
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SHOW_MS)
        self._soon.timeout.connect(self.show_latest)
        canvas.installEventFilter(self)
        live.arrived.connect(self._arrived)
        run.state_changed.connect(self._later)
        document.changed.connect(self._later)
        document.replaced.connect(self._later)
        canvas.level.changed.connect(self._later)
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

    def show_latest(self) -> None:
        """Brings all cards up to date."""
        latest = self._live.latest(Neurons) if self._wanted else None
        cards = self._canvas.canvas.cards
        shown = {}
        if latest is not None:
            report, arrays = latest
            table = diverging(colors.current())
            shown = {
                node: tiles_of(np.asarray(pictures, np.uint8), self._room(cards[node]), table)
                for node, pictures in zip(report.layers, arrays, strict=False)
                if node in cards
            }
        for node, card in cards.items():
            card.set_tiles(shown.get(node))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.Show, QEvent.Type.Hide}:
            self._watch(visible=event.type() == QEvent.Type.Show)
        return False

    def _watch(self, visible: bool | None = None) -> None:
        visible = self._canvas.isVisible() if visible is None else visible
        (self._live.look if visible and self._wanted else self._live.look_away)(Neurons, self)

    def _arrived(self, kind: type[LiveReport]) -> None:
        if kind is Neurons:
            self._later()

    def _later(self, _change: object = None) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _room(self, card: "CardItem") -> float:
        """How far it is from the foot of a card to the next card below."""
        foot = card.y() + geo.CARD_HEIGHT
        below = (
            other.y() - foot
            for other in self._canvas.canvas.cards.values()
            if abs(other.x() - card.x()) < geo.CARD_WIDTH and other.y() > card.y()
        )
        return min(below, default=geo.ROW)


def tiles_of(pictures: Bytes, room: float, table: Bytes) -> tuple[QImage, QRectF] | None:
    """Responses uint8 (neurons, rows, columns) as one picture below a card; None where there is no room.

    As many neurons as fit into `room`, the first ones, in tiles as large as fit.
    """
    for columns, most in _SIZES:
        pitch = (geo.CARD_WIDTH + _GAP) / columns
        lines = min(most, int((room - 2 * _BELOW + _GAP) // pitch))
        if len(pictures) <= columns * lines:
            break
    if lines < 1:
        return None
    cells = pictures.shape[2]
    gap = round(cells * _GAP / (pitch - _GAP))
    image = sheet(pictures[: columns * lines], columns, gap, table)
    scale = geo.CARD_WIDTH / (columns * cells + (columns - 1) * gap)
    return image, QRectF(0.0, geo.CARD_HEIGHT + _BELOW, image.width() * scale, image.height() * scale)
