"""An activation function as a curve, with the numbers of this pass on it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
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
        painter.setFont(fonts.scaled(0.85))
        palette = colors.current()
        frame = _Frame(curve, QRectF(self.rect()), painter.fontMetrics().height())
        painter.setPen(QPen(palette.color("muted", 0.5), 1))
        painter.drawLine(frame.at(curve.x[0], 0), frame.at(curve.x[-1], 0))
        painter.drawLine(frame.at(0, frame.low), frame.at(0, frame.high))
        painter.setPen(QPen(palette.color("accent"), 2))
        points = zip(curve.x, curve.y, strict=True)
        painter.drawPolyline(QPolygonF([frame.at(x, y) for x, y in points]))
        painter.setPen(QPen(palette.color("text", 0.55), 4))
        painter.drawPoints(QPolygonF([frame.at(x, y) for x, y in curve.marks[1:]]))
        for x, y in curve.marks[:1]:
            painter.setPen(QPen(palette.color("text"), 1.5))
            painter.setBrush(palette.color("accent"))
            painter.drawEllipse(frame.at(x, y), 5, 5)
        painter.setPen(palette.color("muted"))
        taken: list[QRectF] = []
        for place, flags, text in frame.labels():
            room = QRectF(painter.boundingRect(place, int(flags), text))
            if not any(room.adjusted(-4, 0, 4, 0).intersects(other) for other in taken):
                painter.drawText(place, flags, text)
                taken.append(room)
        painter.end()


class _Frame:
    """Where numbers lie in the picture; a line of text is kept free above and below."""

    def __init__(self, curve: Curve, whole: QRectF, line: int) -> None:
        self._curve = curve
        self._whole = whole.adjusted(_MARGIN, 2, -_MARGIN, -2)
        self._line = line
        self._area = whole.adjusted(_MARGIN, line + _MARGIN, -_MARGIN, -line - _MARGIN)
        self.low, self.high = min(*curve.y, 0.0), max(*curve.y, 0.0)

    def at(self, x: float, y: float) -> QPointF:
        """Where a number of the curve lies."""
        first, last = self._curve.x[0], self._curve.x[-1]
        up = (y - self.low) / (self.high - self.low or 1.0)
        area = self._area
        return QPointF(
            area.left() + (x - first) / (last - first) * area.width(), area.bottom() - up * area.height()
        )

    def labels(self) -> list[tuple[QRectF, Qt.AlignmentFlag, str]]:
        """The name of the function, how far it reaches, and the chosen number before and after it.

        Where there is no room for all, the first ones are shown.
        """
        curve, whole = self._curve, self._whole
        above = QRectF(whole.left(), whole.top(), whole.width(), self._line)
        below = QRectF(whole.left(), whole.bottom() - self._line, whole.width(), self._line)
        z, a = curve.marks[0] if curve.marks else (0.0, 0.0)
        chosen = f"{z:.3g} → {a:.3g}" if curve.marks else ""
        return [
            (above, Qt.AlignmentFlag.AlignLeft, curve.name),
            (below, Qt.AlignmentFlag.AlignLeft, f"z {curve.x[0]:.3g}"),
            (below, Qt.AlignmentFlag.AlignRight, f"{curve.x[-1]:.3g}"),
            (above, Qt.AlignmentFlag.AlignRight, chosen),
            (below, Qt.AlignmentFlag.AlignHCenter, f"a {self.low:.3g} to {self.high:.3g}"),
        ]
