"""Responses of a layer's neurons as tiles below its card; made into a picture only where it is painted."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.common.heat import Bytes, sheet

_GAP = 2.0
_BELOW = 5.0
_SIZES = ((5, 2), (8, 3), (11, 4))
"""Tiles in a line, and lines at most: large tiles for a few neurons, small ones for many.

They end above the height at which edges run back to the next row of a tidy drawing.
"""


class Tiles:
    """Some of a layer's neurons below its card, at `place`; uint8 (neurons, rows, columns)."""

    def __init__(self, pictures: Bytes, room: float, table: Bytes) -> None:
        columns, lines = _arranged(len(pictures), room)
        self.shown = min(len(pictures), columns * lines)
        self._pictures = pictures[: self.shown]
        self._columns = columns
        self._table = table
        self._image: QImage | None = None
        tall, cells = pictures.shape[1:]
        self._gap = round(cells * _GAP * columns / geo.CARD_WIDTH)
        scale = geo.CARD_WIDTH / (columns * cells + (columns - 1) * self._gap)
        across = min(columns, max(self.shown, 1))
        down = -(-self.shown // columns)
        width, height = across * (cells + self._gap) - self._gap, down * (tall + self._gap) - self._gap
        self.place = QRectF(0.0, geo.CARD_HEIGHT + _BELOW, width * scale, max(height, 0) * scale)

    @property
    def image(self) -> QImage:
        """All tiles side by side."""
        if self._image is None:
            self._image = sheet(self._pictures, self._columns, self._gap, self._table)
        return self._image


def _arranged(neurons: int, room: float) -> tuple[int, int]:
    """Tiles in a line, and how many lines fit into `room` below a card: the largest tiles that show all."""
    for columns, most in _SIZES:
        pitch = (geo.CARD_WIDTH + _GAP) / columns
        lines = max(min(most, int((room - 2 * _BELOW + _GAP) // pitch)), 0)
        if neurons <= columns * lines:
            break
    return columns, lines
