"""Mouse shapes of our own: scissors over the place where an edge is cut."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QCursor, QPainter, QPainterPath, QPen, QPixmap

_SIZE = 24


def scissors() -> QCursor:
    """Scissors that point to the upper left, black with a white border: seen on light and dark."""
    pixmap = QPixmap(_SIZE, _SIZE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath(QPointF(3.0, 6.0))
    path.lineTo(16.0, 15.0)
    path.moveTo(6.0, 3.0)
    path.lineTo(15.0, 16.0)
    path.addEllipse(QPointF(19.0, 16.0), 3.2, 3.2)
    path.addEllipse(QPointF(16.0, 19.0), 3.2, 3.2)
    for color, width in ((Qt.GlobalColor.white, 4.5), (Qt.GlobalColor.black, 2.0)):
        painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPath(path)
    painter.end()
    return QCursor(pixmap, 9, 9)
