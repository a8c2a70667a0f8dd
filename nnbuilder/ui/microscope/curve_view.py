"""An activation function as a curve, with the numbers of this pass on it."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnbuilder.protocol.worked import Curve
from nnbuilder.ui.common import colors, fonts

_MARGIN = 8


class CurveView(QWidget):
    """Paints a curve; the chosen number is the large mark."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("microscope_curve")
        self.setAccessibleName("The activation function with the numbers of this pass")
        self.setToolTip("The function; each dot is a number of this pass, the large one is the chosen number")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._curve: Curve | None = None
        colors.changed.connect(self.update)

    def show_curve(self, curve: Curve | None) -> None:
        """Shows another curve; hidden without one."""
        self._curve = curve
        self.setVisible(curve is not None)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(210, 130)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 60)

    def paintEvent(self, _event: QPaintEvent) -> None:
        curve = self._curve
        if curve is None or not curve.x:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = colors.current()
        low, high = min(*curve.y, 0.0), max(*curve.y, 0.0)
        height = high - low or 1.0
        area = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)

        def at(x: float, y: float) -> QPointF:
            across = (x - curve.x[0]) / (curve.x[-1] - curve.x[0])
            return QPointF(
                area.left() + across * area.width(), area.bottom() - (y - low) / height * area.height()
            )

        painter.setPen(QPen(palette.color("muted", 0.5), 1))
        painter.drawLine(at(curve.x[0], 0), at(curve.x[-1], 0))
        painter.drawLine(at(0, low), at(0, high))
        painter.setPen(QPen(palette.color("accent"), 2))
        painter.drawPolyline(QPolygonF([at(x, y) for x, y in zip(curve.x, curve.y, strict=True)]))
        painter.setPen(QPen(palette.color("text", 0.55), 4))
        painter.drawPoints(QPolygonF([at(x, y) for x, y in curve.marks[1:]]))
        for x, y in curve.marks[:1]:
            painter.setPen(QPen(palette.color("text"), 1.5))
            painter.setBrush(palette.color("accent"))
            painter.drawEllipse(at(x, y), 5, 5)
        painter.setFont(fonts.scaled(0.85))
        painter.setPen(palette.color("muted"))
        painter.drawText(area.topLeft() + QPointF(2, 10), curve.name)
        painter.end()
