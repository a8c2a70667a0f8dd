"""The boundaries of both regressions over the training rows: one line where they agree."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from nnbuilder.protocol.algebra import Fitted, Regressed
from nnbuilder.ui.algebra.scatter import Plane, PlaneView, span_of
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.tints import class_color


class BoundaryView(PlaneView):
    """Rows in the colours of their classes, and a line for each way of fitting."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("algebra_boundary", "Boundaries between the classes", parent)
        self._found: Regressed | None = None

    def show_found(self, found: Regressed | None) -> None:
        """Shows a comparison; nothing without two features."""
        self._found = found if found is not None and found.points else None
        self.setVisible(self._found is not None)
        self.update()

    def paint(self, painter: QPainter, box: QRectF) -> None:
        found = self._found
        if found is None:
            return
        x, y = zip(*found.points, strict=True)
        plane = Plane(box, span_of(x), span_of(y))
        plane.paint_scales(painter, *found.features)
        palette = colors.current()
        painter.save()
        painter.setClipRect(plane.stage)
        for index in range(len(found.classes)):
            own = zip(found.points, found.targets, strict=True)
            places: list[QPointF] = [plane.place(*point) for point, target in own if target == index]
            pen = QPen(class_color(palette, index), 5.0)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPoints(QPolygonF(places))
        for fit, (token, width, style) in zip(found.fits, LINES, strict=False):
            _paint_lines(painter, plane, fit, QPen(palette.color(token), width, style))
        painter.restore()


LINES = (
    ("ok", 5.0, Qt.PenStyle.SolidLine),
    ("text", 1.6, Qt.PenStyle.DashLine),
    ("muted", 1.6, Qt.PenStyle.DotLine),
)
"""How the boundary of each way is drawn: token, width, dashes."""


def _paint_lines(painter: QPainter, plane: Plane, fit: Fitted, pen: QPen) -> None:
    painter.setPen(pen)
    for x0, y0, x1, y1 in fit.segments:
        painter.drawLine(plane.place(x0, y0), plane.place(x1, y1))
