"""One node as a card; how much of it is painted depends on how many are in view."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFontMetricsF, QPainter, QPen, QStaticText
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from nnbuilder.graph.geometry import SNOWFLAKE, snowflake, weight_bar
from nnbuilder.graph.graph import NodeId
from nnbuilder.interop.looks import CardLook
from nnbuilder.session.alarms import Alarm
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.ink import SHADOW, Ink
from nnbuilder.ui.canvas.tiles import Tiles

BARS = 24
"""Bars of the small histogram."""

_BARS_BOTTOM = geo.CARD_HEIGHT - 8.0
_BARS_TOP = geo.CARD_HEIGHT - 34.0
_SIDE = 10.0
_BODY = geo.card_rect()
_BOUNDS = _BODY.adjusted(-geo.MARGIN, -geo.MARGIN, geo.MARGIN, geo.MARGIN)
_HEADER = QRectF(0.0, 0.0, geo.CARD_WIDTH, geo.HEADER_HEIGHT)
_STACKED = tuple(_BODY.adjusted(inset, 12.0, -inset, lower) for inset, lower in geo.STACK)
"""The cards below a group's own, the lowest first."""

_SHADOW_AT = QPointF(-SHADOW, -SHADOW)
_PORT_IN = QPointF(0.0, geo.PORT_Y)
_PORT_OUT = QPointF(geo.CARD_WIDTH, geo.PORT_Y)

_ALARM = 12.0
"""The side of the triangle in the header of a layer that is in trouble."""

BADGE_AT = QPointF(geo.CARD_WIDTH - 3.0, 2.0)
"""The middle of the problem badge, from the card's corner."""


_FLAKE = [QLineF(*start, *end) for start, end in snowflake()]


class Detail(IntEnum):
    """How much of each card is painted."""

    FLAT = 0
    BOX = 1
    FULL = 2


class Shared:
    """What all items of one scene share: ink, and the level of detail of the frame being painted."""

    def __init__(self) -> None:
        self.ink = Ink()
        self.detail = Detail.FULL
        self.titles = True
        self.exposed: tuple[QRectF, ...] = ()
        """What of the scene is being painted, piece by piece; empty where nobody knows."""


class CardItem(QGraphicsItem):
    """Paints a node; it holds no logic and takes no events: the view's gestures do."""

    def __init__(self, node: NodeId, look: CardLook, shared: Shared) -> None:
        super().__init__()
        self.node = node
        self._shared = shared
        self._bars: NDArray[np.float32] | None = None
        self._tiles: Tiles | None = None
        self._alarm: Alarm | None = None
        self._alarm_at = QRectF()
        self._rects: list[QRectF] = []
        self._selected = False
        self._hovered = False
        self._texts: list[tuple[QPointF, QStaticText]] = []
        self._look = look
        self._stale = True

    @property
    def look(self) -> CardLook:
        """What it shows."""
        return self._look

    @property
    def selected(self) -> bool:
        """Whether it is drawn as selected."""
        return self._selected

    @property
    def bars(self) -> NDArray[np.float32] | None:
        """Heights of the small histogram, 0 to 1, or None."""
        return self._bars

    def set_look(self, look: CardLook) -> None:
        """Shows other texts or colours."""
        if look != self._look:
            self._look = look
            self._stale = True
            self.update()

    def set_bars(self, heights: NDArray[np.float32] | None) -> None:
        """Shows a histogram of `BARS` heights from 0 to 1, or none."""
        if heights is None and self._bars is None:
            return
        self._bars = heights
        self._rects = []
        if self._shared.detail == Detail.FULL:
            self.update(QRectF(0, _BARS_TOP - 1, geo.CARD_WIDTH, _BARS_BOTTOM - _BARS_TOP + 2))

    @property
    def tiles(self) -> Tiles | None:
        """The responses of its neurons below the card, or None."""
        return self._tiles

    def set_tiles(self, tiles: Tiles | None) -> None:
        """Shows responses of its neurons below the card, or none."""
        place = None if self._tiles is None else self._tiles.place
        if (None if tiles is None else tiles.place) != place:
            self.prepareGeometryChange()
        self._tiles = tiles
        if tiles is not None and self._shared.detail == Detail.FULL:
            self.update(tiles.place)

    @property
    def alarm(self) -> Alarm | None:
        """What is wrong in the layer while it trains, or None."""
        return self._alarm

    def set_alarm(self, alarm: Alarm | None) -> None:
        """Warms the header where something is wrong in the layer, or lets it cool down."""
        if alarm != self._alarm:
            self._alarm = alarm
            self._stale = True
            self.update()

    def set_selected(self, selected: bool) -> None:
        """Draws the outline of a selected card, or not."""
        if selected != self._selected:
            self._selected = selected
            self.setZValue(1.0 if selected else 0.0)
            self.update()

    def set_hovered(self, hovered: bool) -> None:
        """Draws the border of a card under the mouse, or not."""
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def restyle(self) -> None:
        """Takes over the shared ink of another theme."""
        self._stale = True
        self.update()

    def boundingRect(self) -> QRectF:
        return _BOUNDS if self._tiles is None else _BOUNDS.united(self._tiles.place)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        detail = self._shared.detail
        if detail == Detail.FULL:
            self._paint_full(painter)
        elif detail == Detail.BOX:
            self._paint_box(painter)
        else:
            ink = self._shared.ink
            painter.fillRect(_BODY, ink.selected.color() if self._selected else self._header())

    def _header(self) -> QBrush:
        ink, look = self._shared.ink, self._look
        if self._alarm is not None and not look.ghost:
            return ink.warm(look.color, self._alarm.severity)
        return ink.faded(look.color) if look.ghost else ink.header(look.color)

    def _paint_box(self, painter: QPainter) -> None:
        ink = self._shared.ink
        if self._look.group:
            painter.fillRect(_STACKED[0], ink.border.color())
        painter.fillRect(_BODY, ink.canvas if self._look.ghost else ink.body)
        painter.fillRect(_HEADER, self._header())
        if self._shared.titles:
            if self._stale:
                self._layout()
            painter.setPen(ink.header_text)
            painter.setFont(ink.title_font)
            painter.drawStaticText(*self._texts[0])
        if self._selected or self._look.severity:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(self._border())
            painter.drawRect(_BODY)

    def _paint_full(self, painter: QPainter) -> None:
        ink, look = self._shared.ink, self._look
        if self._stale:
            self._layout()
        if not look.ghost:
            painter.drawPixmap(_SHADOW_AT, ink.shadow)
        if look.group:
            self._paint_stack(painter)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.canvas if look.ghost else ink.body)
        painter.drawRoundedRect(_BODY, geo.RADIUS, geo.RADIUS)
        painter.setBrush(self._header())
        painter.drawPath(ink.header_path)
        if look.heavy:
            painter.setBrush(ink.heavy)
            painter.drawRect(_weight_bar(look.heavy))
        if self._bars is not None:
            painter.setBrush(ink.bars(look.color))
            painter.drawRects(self._bar_rects())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self._border())
        painter.drawRoundedRect(_BODY, geo.RADIUS, geo.RADIUS)
        self._paint_texts(painter)
        self._paint_ports(painter)
        if self._alarm is not None and not look.ghost:
            self._paint_alarm(painter)
        if look.severity:
            self._paint_badge(painter)
        if look.frozen:
            self._paint_snowflake(painter)
        if self._tiles is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self._tiles.place, self._tiles.image)

    def _paint_stack(self, painter: QPainter) -> None:
        """The edges of two more cards below a group."""
        ink = self._shared.ink
        painter.setPen(ink.border)
        painter.setBrush(ink.body)
        for rect in _STACKED:
            painter.drawRoundedRect(rect, geo.RADIUS, geo.RADIUS)

    def _paint_texts(self, painter: QPainter) -> None:
        ink = self._shared.ink
        kinds = (
            (ink.header_text, ink.title_font),
            (ink.header_text, ink.corner_font),
            (ink.muted if self._look.ghost else ink.text, ink.detail_font),
            (ink.muted, ink.caption_font),
        )
        for (pen, font), (place, text) in zip(kinds, self._texts, strict=True):
            if text.text():
                painter.setPen(pen)
                painter.setFont(font)
                painter.drawStaticText(place, text)

    def _paint_ports(self, painter: QPainter) -> None:
        ink, look = self._shared.ink, self._look
        painter.setPen(ink.port(look.color))
        painter.setBrush(ink.canvas)
        if look.has_in:
            painter.drawEllipse(_PORT_IN, geo.PORT_RADIUS, geo.PORT_RADIUS)
        if look.has_out:
            painter.drawEllipse(_PORT_OUT, geo.PORT_RADIUS, geo.PORT_RADIUS)

    def _paint_badge(self, painter: QPainter) -> None:
        ink = self._shared.ink
        painter.setPen(Qt.PenStyle.NoPen)
        note = self._look.severity == "note"
        painter.setBrush(ink.palette.color("muted" if note else self._look.severity or "warning"))
        painter.drawEllipse(BADGE_AT, geo.BADGE_RADIUS, geo.BADGE_RADIUS)
        painter.setPen(ink.header_text)
        painter.setFont(ink.title_font)
        box = QRectF(BADGE_AT.x() - 10, BADGE_AT.y() - 10, 20, 20)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "i" if note else "!")

    def _paint_snowflake(self, painter: QPainter) -> None:
        """A disc with a snowflake at the corner of a frozen layer."""
        ink = self._shared.ink
        x, y, radius = SNOWFLAKE
        painter.setPen(ink.around)
        painter.setBrush(ink.frozen)
        painter.drawEllipse(QPointF(x, y), radius, radius)
        painter.setPen(ink.snow)
        painter.drawLines(_FLAKE)

    def _paint_alarm(self, painter: QPainter) -> None:
        """A triangle in the header, so that the warmth does not rest on its colour alone."""
        ink, at = self._shared.ink, self._alarm_at
        painter.setPen(ink.header_text)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon([QPointF(at.center().x(), at.top()), at.bottomRight(), at.bottomLeft()])
        middle, foot = QPointF(at.center().x(), at.top() + 4.5), QPointF(at.center().x(), at.bottom() - 4.0)
        painter.drawLine(middle, foot)
        painter.drawPoint(QPointF(foot.x(), foot.y() + 2.2))

    def _border(self) -> QPen:
        ink, look = self._shared.ink, self._look
        if self._selected:
            return ink.selected
        if look.unknown:
            return ink.ghost_error if look.severity == "error" else ink.ghost
        if look.severity == "error":
            return ink.error
        if look.ghost:
            return ink.disabled
        if self._alarm is not None:
            return ink.error if self._alarm.severity == "error" else ink.alarmed
        return ink.hover if self._hovered else ink.border

    def _layout(self) -> None:
        """Prepares the texts; done when they are painted for the first time."""
        ink, look = self._shared.ink, self._look
        inner = geo.CARD_WIDTH - 2 * _SIDE
        corner_width = ink.corner_metrics.horizontalAdvance(look.corner)
        badge = geo.BADGE_RADIUS if look.severity else 0.0
        alarm = _ALARM + 6.0 if self._alarm is not None else 0.0
        free = inner - alarm - (corner_width + badge + 6.0 if look.corner else badge)
        title = ink.elided(look.title, ink.title_metrics, free)
        detail = ink.elided(look.detail, ink.detail_metrics, inner)
        caption = ink.elided(look.caption, ink.caption_metrics, inner)
        self._texts = [
            (QPointF(_SIDE, _centred(ink.title_metrics)), _static(title)),
            (
                QPointF(geo.CARD_WIDTH - _SIDE - badge - corner_width, _centred(ink.corner_metrics)),
                _static(look.corner),
            ),
            (QPointF(_SIDE, geo.HEADER_HEIGHT + 6.0), _static(detail)),
            (QPointF(_SIDE, geo.HEADER_HEIGHT + 20.0), _static(caption)),
        ]
        right = geo.CARD_WIDTH - _SIDE - badge - (corner_width + 6.0 if look.corner else 0.0)
        self._alarm_at = QRectF(right - _ALARM, (geo.HEADER_HEIGHT - _ALARM) / 2, _ALARM, _ALARM)
        self._stale = False

    def _bar_rects(self) -> list[QRectF]:
        if not self._rects and self._bars is not None:
            width = (geo.CARD_WIDTH - 2 * _SIDE) / BARS
            tall = _BARS_BOTTOM - _BARS_TOP
            self._rects = [
                QRectF(_SIDE + index * width, _BARS_BOTTOM - tall * height, width - 1.0, tall * height)
                for index, height in enumerate(self._bars.tolist())
            ]
        return self._rects


def _weight_bar(share: float) -> QRectF:
    """The bar at the foot of a heavy layer's card, as long as its share."""
    return QRectF(*weight_bar(share))


def _static(text: str) -> QStaticText:
    static = QStaticText(text)
    static.setTextFormat(Qt.TextFormat.PlainText)
    return static


def _centred(metrics: QFontMetricsF) -> float:
    """Where a line of text starts to stand in the middle of the header."""
    return (geo.HEADER_HEIGHT - metrics.height()) / 2
