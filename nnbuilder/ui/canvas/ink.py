"""Pens, brushes, fonts and the shadow of the canvas, made once for each theme and shared by all items."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QStaticText,
)

from nnbuilder.catalog.colors import FROZEN_COLOR
from nnbuilder.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, HEADER_HEIGHT, RADIUS
from nnbuilder.ui.common import colors, fonts

SHADOW = 6
"""Pixels that the shadow reaches beyond a card."""


class Ink:
    """Everything to paint with, for the theme in use when it was made."""

    def __init__(self) -> None:
        palette = colors.current()
        self.palette = palette
        self.canvas = palette.color("canvas")
        self.body = QBrush(palette.color("card"))
        self.body_color = palette.color("card")
        self.border = QPen(palette.color("border"), 1.0)
        self.hover = QPen(palette.color("faint"), 1.2)
        self.selected = QPen(palette.color("accent"), 2.0)
        self.error = QPen(palette.color("error"), 2.0)
        self.alarmed = QPen(palette.color("warning"), 2.0)
        self.warning = QPen(palette.color("warning"), 1.4)
        self.disabled = QPen(palette.color("faint"), 1.4, Qt.PenStyle.DashLine)
        self.ghost = QPen(palette.color("muted"), 1.4, Qt.PenStyle.DashLine)
        self.ghost_error = QPen(palette.color("error"), 1.8, Qt.PenStyle.DashLine)
        self.heavy = QBrush(palette.color("warning", 0.85))
        self.frozen = QBrush(QColor(FROZEN_COLOR))
        self.around = QPen(palette.color("canvas"), 1.5)
        self.snow = QPen(QColor("#ffffff"), 1.1)
        self.header_text = QPen(QColor("#ffffff"))
        self.text = QPen(palette.color("text"))
        self.muted = QPen(palette.color("muted"))
        self.edge = QPen(palette.color("edge"), 2.2)
        self.edge_selected = QPen(palette.color("accent"), 3.2)
        self.edge_drop = QPen(palette.color("accent"), 5.0)
        self.edge_error = QPen(palette.color("error"), 2.6)
        self.edge_warning = QPen(palette.color("warning"), 2.6)
        self.title_font = fonts.pixels(13, bold=True)
        self.corner_font = fonts.pixels(11)
        self.detail_font = fonts.fixed_pixels(11)
        self.caption_font = fonts.pixels(10)
        self.caption_metrics = QFontMetricsF(self.caption_font)
        self.label_font = fonts.fixed_pixels(10)
        self.label_font.setBold(True)
        self.detail_metrics = QFontMetricsF(self.detail_font)
        self.label_metrics = QFontMetricsF(self.label_font)
        self.title_metrics = QFontMetricsF(self.title_font)
        self.corner_metrics = QFontMetricsF(self.corner_font)
        self.note_font = fonts.pixels(12)
        self.note_title_font = fonts.pixels(12, bold=True)
        self.note_title_metrics = QFontMetricsF(self.note_title_font)
        self.header_path = _header_path()
        self.shadow = _shadow(palette.scheme == "dark")
        self.label_height = self.label_metrics.height()
        self._labels: dict[str, tuple[QStaticText, float]] = {}
        self._brushes: dict[str, QBrush] = {}
        self._bars: dict[str, QBrush] = {}
        self._ports: dict[str, QPen] = {}

    def header(self, color: str) -> QBrush:
        """The brush of a header."""
        if color not in self._brushes:
            self._brushes[color] = QBrush(QColor(color))
        return self._brushes[color]

    def faded(self, color: str) -> QBrush:
        """The brush of the header of a disabled card."""
        key = f"faded {color}"
        if key not in self._brushes:
            self._brushes[key] = QBrush(self.palette.mixed(color, "canvas", 0.62))
        return self._brushes[key]

    def warm(self, color: str, severity: str) -> QBrush:
        """The brush of the header of a layer in which something is wrong while it trains."""
        key = f"{severity} {color}"
        if key not in self._brushes:
            self._brushes[key] = QBrush(self.palette.mixed(color, severity, 0.82))
        return self._brushes[key]

    def bars(self, color: str) -> QBrush:
        """The brush of the bars on a card with this header."""
        if color not in self._bars:
            self._bars[color] = QBrush(self.palette.mixed(color, "card", 0.46))
        return self._bars[color]

    def port(self, color: str) -> QPen:
        """The pen of a port on a card with this header."""
        if color not in self._ports:
            self._ports[color] = QPen(QColor(color), 2.0)
        return self._ports[color]

    def label(self, text: str) -> tuple[QStaticText, float]:
        """The label of an edge with its width, laid out once for all edges that say the same."""
        found = self._labels.get(text)
        if found is None:
            static = QStaticText(text)
            static.setTextFormat(Qt.TextFormat.PlainText)
            found = self._labels[text] = (static, self.label_metrics.horizontalAdvance(text))
        return found

    def severity_pen(self, severity: str | None) -> QPen:
        """The pen of an edge with a problem, or of one without."""
        return {"error": self.edge_error, "warning": self.edge_warning}.get(severity or "", self.edge)

    def elided(self, text: str, metrics: QFontMetricsF, width: float) -> str:
        """The text, cut with an ellipsis where it is too wide."""
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


def font_of(size: int) -> QFont:
    """A font for overlays of the canvas, in pixels."""
    return fonts.pixels(size)


def _header_path() -> QPainterPath:
    """A header: rounded above, straight below."""
    path = QPainterPath()
    path.moveTo(0.0, HEADER_HEIGHT)
    path.lineTo(0.0, RADIUS)
    path.arcTo(QRectF(0.0, 0.0, 2 * RADIUS, 2 * RADIUS), 180.0, -90.0)
    path.lineTo(CARD_WIDTH - RADIUS, 0.0)
    path.arcTo(QRectF(CARD_WIDTH - 2 * RADIUS, 0.0, 2 * RADIUS, 2 * RADIUS), 90.0, -90.0)
    path.lineTo(CARD_WIDTH, HEADER_HEIGHT)
    path.closeSubpath()
    return path


def _shadow(dark: bool) -> QPixmap:
    """A soft shadow of a card as one pixmap that all cards share."""
    width, height = int(CARD_WIDTH) + 2 * SHADOW, int(CARD_HEIGHT) + 2 * SHADOW
    pixmap = QPixmap(width, height)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 20 if dark else 4))
    for step in range(SHADOW):
        rect = QRectF(step, step + 1.0, width - 2.0 * step, height - 2.0 * step - 1.0)
        painter.drawRoundedRect(rect, RADIUS + SHADOW - step, RADIUS + SHADOW - step)
    painter.end()
    return pixmap
