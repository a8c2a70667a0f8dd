"""The header of a table: quiet titles, the sorted one with an arrow."""

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPolygonF
from PySide6.QtWidgets import QHeaderView, QWidget

from nnbuilder.ui.common import colors, fonts

_SIDE = 8
_ARROW = 12


class QuietHeader(QHeaderView):
    """Columns can be sorted, moved, sized; the first stays where it is.

    Sorting by the first column shows no arrow where that is the table's own order (`ranked` False). A title
    has the colour that the model has for it.
    """

    def __init__(self, name: str, heard: str, parent: QWidget | None = None, *, ranked: bool = False) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._ranked = ranked
        self.setObjectName(name)
        self.setAccessibleName(heard)
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
        palette, model = colors.current(), self.model()
        title = str(model.headerData(section, self.orientation()) or "")
        place = model.headerData(section, self.orientation(), Qt.ItemDataRole.TextAlignmentRole)
        right = bool((place or Qt.AlignmentFlag.AlignLeft) & Qt.AlignmentFlag.AlignRight)
        chosen = self.sortIndicatorSection() == section and (section > 0 or self._ranked)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, palette.color("window"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, palette.color("border"))
        box = rect.adjusted(_SIDE, 0, -_SIDE, 0)
        painter.setFont(_font(bold=chosen))
        ink = model.headerData(section, self.orientation(), Qt.ItemDataRole.ForegroundRole)
        own = ink if isinstance(ink, QColor) else None
        painter.setPen(own or palette.color("text" if chosen else "muted"))
        if chosen:
            box = self._paint_arrow(painter, box, right=right)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        shown = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, box.width())
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
