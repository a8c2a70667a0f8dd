"""Points of data on a picture: training points with a pale rim, held-out points with a dark one."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from nnbuilder.ui.common import colors
from nnbuilder.ui.predictions.axes import Axes

_FEW = 700
"""Points up to which they are painted at full size."""

_SMALLEST, _LARGEST = 2.4, 5.0


def paint_dots(
    painter: QPainter, axes: Axes, points: NDArray[np.float32], color: QColor, *, held_out: bool
) -> None:
    """Paints points (n, 2) of one colour; those outside the axes are left out."""
    room = math.sqrt(axes.area.width() * axes.area.height()) / (50 if len(points) <= _FEW else 70)
    size = min(max(room, _SMALLEST), _LARGEST)
    finite = points[np.isfinite(points).all(1)]
    places = QPolygonF([place for x, y in finite.tolist() if axes.area.contains(place := axes.place(x, y))])
    rim = colors.current().color("text" if held_out else "card")
    for pen_color, width in ((rim, size + (1.8 if held_out else 1.0)), (color, size)):
        pen = QPen(pen_color, width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(places)


def paint_dot(painter: QPainter, place: QPointF, color: QColor, *, held_out: bool) -> None:
    """Paints one point, for a legend."""
    rim = colors.current().color("text" if held_out else "card")
    painter.setPen(QPen(rim, 1.2))
    painter.setBrush(color)
    painter.drawEllipse(place, 3.4, 3.4)
