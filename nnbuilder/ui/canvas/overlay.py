"""What lies over the canvas: the line about the network, and a quiet sentence at the mouse."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from nnbuilder.graph.analysis import Analysis, TensorType
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.labels import TintedLabel

_SHOWN_MS = 3500
_ENDS = (4, 3, 2, 1, 0)
"""Sizes at each end of the line about the network; the middle of longer ones is left out."""


def summaries(analysis: Analysis, scale: float) -> list[str]:
    """The network in one line, its sizes, its parameters and the zoom; the longest line first."""
    zoom = f"{scale * 100:.0f} %"
    if not analysis.layers:
        return [zoom]
    frozen = analysis.parameters - analysis.trainable
    count = f"{analysis.parameters:,} parameters" + (f", {frozen:,} frozen" if frozen else "")
    sizes = _sizes(analysis)
    return [" · ".join(filter(None, ("Sequential", _path(sizes, ends), count, zoom))) for ends in _ENDS]


def _path(sizes: list[str], ends: int) -> str:
    """Sizes as "4 → 16 → 3", with that many at each end."""
    if len(sizes) > 2 * ends + 1:
        sizes = [*sizes[:ends], "…", *sizes[-ends:]] if ends else []
    return " → ".join(sizes)


def _sizes(analysis: Analysis) -> list[str]:
    """The sizes that the network goes through."""
    sizes: list[str] = []
    for tensor in (analysis.input, *(layer.output for layer in analysis.layers)):
        size = _size(tensor)
        if size and sizes[-1:] != [size]:
            sizes.append(size)
    return sizes


def _size(tensor: TensorType | None) -> str:
    return "" if tensor is None else "×".join(str(part) for part in tensor.shape[1:])


class StatusLine(TintedLabel):
    """The line at the lower left of the canvas, on a quiet ground; the mouse does not see it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", "muted", parent)
        self.setObjectName("canvas.status")
        self.setAccessibleName("Network summary")
        self.setFont(fonts.scaled(0.92))
        self.setContentsMargins(9, 4, 9, 4)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(palette.color("border"))
        painter.setBrush(palette.color("canvas", 0.94))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()
        super().paintEvent(event)

    def show_first(self, texts: Sequence[str], room: int) -> None:
        """Shows the first text that fits into so many pixels, else the last, at the lower left."""
        for text in texts:
            self.setText(text)
            if self.sizeHint().width() <= room:
                break
        self.adjustSize()
        self.place()

    def place(self) -> None:
        """Goes to the lower left of the parent."""
        parent = self.parentWidget()
        if parent is not None:
            self.move(10, parent.height() - self.height() - 8)


class _AtMouse(QLabel):
    """One line beside the mouse, which the mouse does not see."""

    def __init__(self, parent: QWidget, name: str, title: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setMargin(8)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._tone = "warning"
        self.hide()

    def show_at(self, text: str, at: QPoint, tone: str) -> None:
        """Shows a line beside a point of the parent, within the parent; `tone` colours its border."""
        if text != self.text() or tone != self._tone or not self.isVisible():
            self._tone = tone
            self.setText(text)
            self.setFixedWidth(min(self.fontMetrics().horizontalAdvance(text) + 24, 300))
            self.adjustSize()
            self.update()
        parent = self.parentWidget()
        room = parent.size() if parent is not None else self.size()
        x = min(at.x() + 14, room.width() - self.width() - 6)
        y = min(at.y() + 16, room.height() - self.height() - 6)
        self.move(max(x, 6), max(y, 6))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(palette.color(self._tone))
        painter.setBrush(palette.color("raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        painter.end()
        super().paintEvent(event)


class Sentence(_AtMouse):
    """One quiet sentence at the mouse, gone by itself."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "canvas.sentence", "Hint")
        self._gone = QTimer(self)
        self._gone.setSingleShot(True)
        self._gone.setInterval(_SHOWN_MS)
        self._gone.timeout.connect(self.hide)

    def say(self, text: str, at: QPoint) -> None:
        """Shows a sentence beside a point of the parent."""
        self.show_at(text, at, "warning")
        self._gone.start()


class DragHint(_AtMouse):
    """What a release would do, at the mouse while something is dragged; or why it would be refused."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "canvas.hint", "What a release does")

    def hint(self, text: str, at: QPoint, *, refused: bool) -> None:
        """Shows a line beside a point of the parent; none for an empty text."""
        if text:
            self.show_at(text, at, "error" if refused else "accent")
        else:
            self.hide()
