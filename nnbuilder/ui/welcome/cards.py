"""What can be opened from the welcome page: cards of networks and lines of recent files."""

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from nnbuilder.graph.graph import Graph
from nnbuilder.project.resources import Example
from nnbuilder.templates.registry import Template
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.colors import Palette
from nnbuilder.ui.welcome.silhouette import paint_silhouette
from nnbuilder.ui.welcome.thumbnail import paint_thumbnail

_PAD = 11
_PICTURE = 54
_WRAPPED = Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
_ARROWS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down}


class Openable(QAbstractButton):
    """A box that opens something on a click, Enter or Space."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setToolTip(tip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        colors.changed.connect(self.update)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        elif event.key() in _ARROWS:
            event.ignore()  # who holds the cards knows rows and columns
        else:
            super().keyPressEvent(event)

    def paint_box(self, painter: QPainter) -> None:
        """Paints the box, lively under the mouse and with the focus."""
        palette = colors.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lively, focused = self.underMouse() or self.isDown(), self.hasFocus()
        painter.setPen(QPen(palette.color("accent" if focused else "border"), 1.6 if focused else 1.0))
        painter.setBrush(palette.color("hover" if lively else "raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.8, 0.8, -0.8, -0.8), 7, 7)


class NetworkCard(Openable):
    """A network to start from: a small picture, its title and what it shows."""

    def __init__(
        self, kind: str, network: Example | Template, tip: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(f"{kind}_{network.name}", tip, parent)
        self.key = network.name
        self.graph = Graph()
        self._summary = network.summary
        self.setText(network.title)
        self.setAccessibleName(f"{network.title}: {network.summary}")

    def show_graph(self, graph: Graph) -> None:
        """Draws this network in the picture."""
        self.graph = graph
        self.update()

    def height_for(self, width: int) -> int:
        """How high it has to be at this width, so that all of its text is shown."""
        title, text = QFontMetrics(fonts.scaled(bold=True)), QFontMetrics(fonts.scaled(0.92))
        room = text.boundingRect(0, 0, max(1, width - 2 * _PAD), 10_000, _WRAPPED, self._summary)
        return _PICTURE + 3 * _PAD + title.height() + room.height()

    def paint_picture(self, painter: QPainter, area: QRectF, palette: Palette) -> None:
        """Paints the network."""
        paint_thumbnail(painter, area, self.graph, palette)

    def sizeHint(self) -> QSize:
        return QSize(220, self.height_for(220))

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        self.paint_box(painter)
        inner = QRectF(self.rect()).adjusted(_PAD, _PAD, -_PAD, -_PAD)
        picture = QRectF(inner.left(), inner.top(), inner.width(), _PICTURE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color("canvas"))
        painter.drawRoundedRect(picture, 5, 5)
        self.paint_picture(painter, picture.adjusted(6, 5, -6, -5), palette)
        text = inner.adjusted(0, _PICTURE + _PAD - 3, 0, _PAD - 4)
        painter.setFont(fonts.scaled(bold=True))
        painter.setPen(palette.color("text"))
        painter.drawText(text, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, self.text())
        text.setTop(text.top() + painter.fontMetrics().height() + 3)
        painter.setFont(fonts.scaled(0.92))
        painter.setPen(palette.color("muted"))
        painter.drawText(text, _WRAPPED, self._summary)
        painter.end()


class TemplateCard(NetworkCard):
    """A template: the picture shows how wide its layers are."""

    def paint_picture(self, painter: QPainter, area: QRectF, palette: Palette) -> None:
        paint_silhouette(painter, area, self.graph, palette)


class RecentLine(Openable):
    """A recent file: its name, and the folder where it lies."""

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(f"recent_{path.name}", f"Open {path}", parent)
        self.path = path
        self.setText(path.name)
        self.setAccessibleName(f"Open {path.name} in {path.parent}")

    def sizeHint(self) -> QSize:
        name, folder = QFontMetrics(fonts.scaled()), QFontMetrics(fonts.scaled(0.88))
        return QSize(200, name.height() + folder.height() + 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        self.paint_box(painter)
        inner = self.rect().adjusted(10, 6, -10, -6)
        for font, token, words, side in (
            (fonts.scaled(), "text", self.path.name, Qt.AlignmentFlag.AlignTop),
            (fonts.scaled(0.88), "muted", str(self.path.parent), Qt.AlignmentFlag.AlignBottom),
        ):
            painter.setFont(font)
            painter.setPen(palette.color(token))
            shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideMiddle, inner.width())
            painter.drawText(inner, side | Qt.AlignmentFlag.AlignLeft, shown)
        painter.end()
