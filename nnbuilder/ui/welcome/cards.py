"""What can be opened from the welcome page: cards of examples and lines of recent files."""

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from nnbuilder.graph.graph import Graph
from nnbuilder.project.resources import Example
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.welcome.thumbnail import paint_thumbnail

_PAD = 12
_PICTURE = 58
_LINES = 4
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
            event.ignore()  # the page knows rows and columns
        else:
            super().keyPressEvent(event)

    def paint_box(self, painter: QPainter) -> None:
        """Paints the box, lively under the mouse and with the focus."""
        palette = colors.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lively = self.underMouse() or self.isDown()
        painter.setPen(QPen(palette.color("accent" if self.hasFocus() else "border"), 1.0))
        painter.setBrush(palette.color("hover" if lively else "raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)


class ExampleCard(Openable):
    """An example: its network as a small picture, its title and what it shows."""

    def __init__(self, example: Example, parent: QWidget | None = None) -> None:
        super().__init__(f"example_{example.name}", f"Open {example.title}", parent)
        self.example = example
        self._graph = Graph()
        self.setText(example.title)
        self.setAccessibleName(f"{example.title}: {example.summary}")

    def show_graph(self, graph: Graph) -> None:
        """Draws this network in the picture."""
        self._graph = graph
        self.update()

    def sizeHint(self) -> QSize:
        title, text = QFontMetrics(fonts.scaled(bold=True)), QFontMetrics(fonts.scaled(0.92))
        return QSize(220, _PICTURE + 3 * _PAD + title.height() + _LINES * text.lineSpacing())

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        self.paint_box(painter)
        inner = QRectF(self.rect()).adjusted(_PAD, _PAD, -_PAD, -_PAD)
        picture = QRectF(inner.left(), inner.top(), inner.width(), _PICTURE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color("canvas"))
        painter.drawRoundedRect(picture, 5, 5)
        paint_thumbnail(painter, picture.adjusted(6, 4, -6, -4), self._graph, palette)
        text = inner.adjusted(0, _PICTURE + _PAD - 2, 0, _PAD - 4)
        painter.setFont(fonts.scaled(bold=True))
        painter.setPen(palette.color("text"))
        painter.drawText(text, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, self.text())
        text.setTop(text.top() + painter.fontMetrics().height() + 3)
        painter.setFont(fonts.scaled(0.92))
        painter.setPen(palette.color("muted"))
        painter.drawText(text, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, self.example.summary)
        painter.end()


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
