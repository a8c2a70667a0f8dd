"""The header of the report: quiet titles, the sorted one with an arrow."""

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPolygonF
from PySide6.QtWidgets import QHeaderView, QWidget

from nnbuilder.graph.report.columns import COLUMNS
from nnbuilder.ui.common import colors, fonts

_SIDE = 8
_ARROW = 12


class ReportHeader(QHeaderView):
    """Columns can be sorted, moved, sized; the first stays where it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("report_header")
        self.setAccessibleName("Columns of the report")
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setFirstSectionMovable(False)
        self.setStretchLastSection(False)
        self.setMinimumSectionSize(40)
        self.setSortIndicatorShown(True)
        self.setMouseTracking(True)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        colors.changed.connect(self.viewport().update)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), QFontMetrics(_font()).height() + 10)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        palette, column = colors.current(), COLUMNS[section]
        chosen = self.sortIndicatorSection() == section and section > 0
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, palette.color("window"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, palette.color("border"))
        box = rect.adjusted(_SIDE, 0, -_SIDE, 0)
        painter.setFont(_font(bold=chosen))
        painter.setPen(palette.color("text" if chosen else "muted"))
        if chosen:
            box = self._paint_arrow(painter, box, right=column.numeric)
        side = Qt.AlignmentFlag.AlignRight if column.numeric else Qt.AlignmentFlag.AlignLeft
        shown = painter.fontMetrics().elidedText(column.title, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
        painter.restore()

    def _paint_arrow(self, painter: QPainter, box: QRect, *, right: bool) -> QRect:
        """An arrow that points to where the small ones are; gives what is left for the title."""
        down = self.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        middle = QPointF(box.left() + 3 if right else box.right() - 3, box.center().y() + 1)
        tip = 3.0 if down else -3.0
        corners = [(-4.0, -tip / 1.5), (4.0, -tip / 1.5), (0.0, tip)]
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.current().color("accent"))
        painter.drawPolygon(QPolygonF([middle + QPointF(x, y) for x, y in corners]))
        painter.restore()
        return box.adjusted(_ARROW, 0, 0, 0) if right else box.adjusted(0, 0, -_ARROW, 0)


def _font(*, bold: bool = False) -> QFont:
    return fonts.scaled(0.9, bold=bold)
