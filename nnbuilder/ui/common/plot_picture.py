"""A plot as a picture of its own: its title, its sentence and its words above what it shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QWidget

from nnbuilder.ui.common import colors, fonts

SCALE = 2
"""Pixels of a picture for each pixel of the window."""

_EDGE = 12.0
_GAP = 6.0

Caption = tuple[str, str]
"""A word of the legend and the token of its colour."""

Paint = Callable[[QPainter, QRectF], None]
"""Paints what a plot shows into a rectangle."""


@dataclass(frozen=True, slots=True)
class PlotPicture:
    """What a picture of a plot consists of; `size` is that of what it shows, in pixels of the window."""

    title: str
    sentence: str
    captions: Sequence[Caption]
    size: QSizeF
    paint: Paint

    def image(self, scale: int = SCALE) -> QImage:
        """The picture in pixels."""
        size = self._whole()
        image = QImage(size * scale, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(scale)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw(painter, size)
        painter.end()
        return image

    def png(self) -> bytes:
        """The picture as a PNG file."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(self.image())
        return bytes(buffer.data().data())

    def svg(self) -> bytes:
        """The picture as an SVG file: lines stay lines and words stay words."""
        from PySide6.QtSvg import QSvgGenerator

        size = self._whole()
        buffer = QBuffer()
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(size)
        generator.setViewBox(QRect(QPoint(0, 0), size))
        generator.setResolution(96)
        generator.setTitle(self.title)
        generator.setDescription(self.sentence)
        painter = QPainter(generator)
        self._draw(painter, size)
        painter.end()
        return bytes(buffer.data().data())

    def _whole(self) -> QSize:
        height = self.size.height() + 2 * _EDGE + sum(_height(font) + _GAP for font, *_ in self._lines())
        return QSizeF(self.size.width() + 2 * _EDGE, height).toSize()

    def _lines(self) -> list[tuple[QFont, Sequence[Caption]]]:
        """Rows of words above the plot, each with its font."""
        small = fonts.scaled(0.92)
        rows: list[tuple[QFont, Sequence[Caption]]] = [(fonts.scaled(1.1, bold=True), [(self.title, "text")])]
        if self.sentence:
            rows.append((small, [(self.sentence, "muted")]))
        return [*rows, *((small, row) for row in self._wrapped(QFontMetricsF(small)))]

    def _wrapped(self, metrics: QFontMetricsF) -> list[list[Caption]]:
        """The legend in as many rows as it takes."""
        rows: list[list[Caption]] = []
        left = 0.0
        for word, token in self.captions:
            wide = metrics.horizontalAdvance(word) + 2 * _GAP
            if not rows or left + wide > self.size.width():
                rows.append([])
                left = 0.0
            rows[-1].append((word, token))
            left += wide
        return rows

    def _draw(self, painter: QPainter, size: QSize) -> None:
        palette = colors.current()
        painter.fillRect(QRect(QPoint(0, 0), size), palette.color("canvas"))
        top, width = _EDGE, self.size.width()
        for font, words in self._lines():
            painter.setFont(font)
            left, room = _EDGE, width + _EDGE
            for text, token in words:
                painter.setPen(palette.color(token))
                shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room - left)
                painter.drawText(
                    QRectF(left, top, room - left, _height(font)), Qt.AlignmentFlag.AlignLeft, shown
                )
                left += QFontMetricsF(font).horizontalAdvance(shown) + 2 * _GAP
            top += _height(font) + _GAP
        painter.save()
        self.paint(painter, QRectF(QRectF(_EDGE, top, width, self.size.height())))
        painter.restore()


def paint_widget(widget: QWidget) -> Paint:
    """Paints a widget as it stands, in vectors where it paints in vectors."""

    def paint(painter: QPainter, area: QRectF) -> None:
        painter.translate(area.topLeft())
        painter.setClipRect(QRectF(0, 0, area.width(), area.height()))
        widget.render(painter, QPoint(0, 0))

    return paint


def _height(font: QFont) -> float:
    return QFontMetricsF(font).height()
