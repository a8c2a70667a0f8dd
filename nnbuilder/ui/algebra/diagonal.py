"""What the layers give over what the one Linear gives: on the diagonal where both say the same."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from nnbuilder.protocol.algebra import Matrix
from nnbuilder.ui.algebra.scatter import Plane, PlaneView, span_of
from nnbuilder.ui.common import colors


class Diagonal(PlaneView):
    """A point for each output of each row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("algebra_diagonal", "Outputs of the layers over those of one Linear", parent)
        self._pairs: list[tuple[float, float]] = []
        self._same = True

    def show_outputs(self, single: Matrix, layers: Matrix, *, same: bool) -> None:
        """Shows outputs (rows, outputs) of both."""
        self._same = same
        self._pairs = [
            pair for one, other in zip(single, layers, strict=True) for pair in zip(one, other, strict=True)
        ]
        self.update()

    @property
    def pairs(self) -> list[tuple[float, float]]:
        """What is shown: what the one gives, and what the layers do."""
        return self._pairs

    def paint(self, painter: QPainter, box: QRectF) -> None:
        if not self._pairs:
            return
        palette = colors.current()
        span = span_of([number for pair in self._pairs for number in pair])
        plane = Plane(box, span, span)
        plane.paint_scales(painter, "what one Linear gives", "what the layers give")
        painter.setPen(QPen(palette.color("muted"), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(plane.place(span[0], span[0]), plane.place(span[1], span[1]))
        pen = QPen(palette.color("ok" if self._same else "high", 0.75), 5.0)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        places: list[QPointF] = [plane.place(*pair) for pair in self._pairs]
        painter.drawPoints(QPolygonF(places))
