"""What a node does to the first rows, below its card: small pictures, a histogram and first numbers."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPen, QStaticText
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from nnbuilder.session.preview import Shown
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.card import CardItem, Detail, Shared
from nnbuilder.ui.common.histogram import bins_for, merged
from nnbuilder.ui.common.picture import heat, image

if TYPE_CHECKING:
    from nnbuilder.ui.canvas.ink import Ink

HEIGHT = 43.0
"""It ends above the labels of edges that run back to the next row of a tidy drawing."""

_PLACE = QRectF(0.0, geo.CARD_HEIGHT + 4.0, geo.CARD_WIDTH, HEIGHT)
BESIDE = QRectF(geo.CARD_WIDTH + 54.0, 20.0, geo.CARD_WIDTH, HEIGHT)
"""Where it stands beside a card, right of an edge that bends down to the next one."""

_WRAPPED = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap)
_GROUP = 6.0
"""How much lower it hangs below a group, whose card is a stack."""

_PAD = 4.0
_TALL = 23.0
_TILES = 3
_GAP = 3.0


class StripItem(QGraphicsItem):
    """Hangs below a card; it paints itself where whole cards are painted, and takes no events."""

    def __init__(self, card: CardItem, shared: Shared) -> None:
        super().__init__(card)
        self._shared = shared
        self._input = not card.look.has_in
        self._shown: Shown | None = None
        self._ink: Ink | None = None
        self._images: list[tuple[QRectF, QImage]] = []
        self._bars: list[QRectF] = []
        self._zero: QPointF | None = None
        self._text = QStaticText()
        self._end = ""
        self._said = ""
        self._group = card.look.group
        self._place = _PLACE

    def hang(self, *, below: bool) -> None:
        """Hangs below its card, or stands beside the bend of the edge that leaves it."""
        down = _GROUP if below and self._group else 0.0
        place = (_PLACE if below else BESIDE).translated(0.0, down)
        if place != self._place:
            self.prepareGeometryChange()
            self._place, self._ink = place, None

    @property
    def end(self) -> str:
        """Why the preview ends here, empty where it does not."""
        return self._end

    @property
    def shown(self) -> Shown | None:
        """What it shows."""
        return self._shown

    @property
    def text(self) -> str:
        """The numbers as they are written."""
        self._prepare()
        return self._text.text()

    def show_node(self, shown: Shown, note: str) -> None:
        """Shows what a node does; `note` says to which rows."""
        self._shown, self._ink, self._end = shown, None, ""
        self.setToolTip(told(shown, note))
        self.update()

    def show_end(self, why: str) -> None:
        """Says in place of numbers why there are none from here on."""
        self._shown, self._end, self._ink = None, why, None
        self.setToolTip(why)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._place

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self._shared.detail != Detail.FULL:
            return
        self._prepare()
        ink = self._shared.ink
        painter.setPen(ink.ghost if self._end else ink.border)
        painter.setBrush(ink.body)
        painter.drawRoundedRect(self._place, 5.0, 5.0)
        painter.setFont(ink.caption_font)
        if self._end:
            painter.setPen(ink.muted)
            painter.drawText(self._inner(), _WRAPPED, self._said)
        else:
            self._paint_numbers(painter, ink)

    def _paint_numbers(self, painter: QPainter, ink: "Ink") -> None:
        for place, picture in self._images:
            painter.drawImage(place, picture)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.bars("#5b7fa8"))
        painter.drawRects(self._bars)
        painter.setPen(QPen(ink.palette.color("muted"), 1.0))
        if self._zero is not None:
            painter.drawLine(self._zero, self._zero + QPointF(0.0, 3.0))
        painter.drawStaticText(
            QPointF(self._place.left() + _PAD, self._place.top() + _PAD + _TALL + 1.0), self._text
        )

    def _prepare(self) -> None:
        """Makes pictures and text for the theme in use; done when they are painted for the first time."""
        ink, shown = self._shared.ink, self._shown
        if ink is self._ink:
            return
        self._ink = ink
        if shown is None:
            self._said = within(self._end, self._inner(), ink.caption_metrics)
            return
        area = self._place.adjusted(_PAD, _PAD, -_PAD, 0.0)
        area.setHeight(_TALL)
        right = self._lay_pictures(shown, area)
        self._lay_bars(shown, QRectF(right, area.top(), area.right() - right, _TALL))
        inner = area.width()
        self._text = QStaticText(fitting(shown, ink.caption_metrics.horizontalAdvance, inner))
        self._text.setTextFormat(Qt.TextFormat.PlainText)

    def _inner(self) -> QRectF:
        return self._place.adjusted(_PAD, 1.0, -_PAD, -1.0)

    def _lay_pictures(self, shown: Shown, area: QRectF) -> float:
        """Puts the pictures to the left; answers where the histogram begins."""
        pictures = shown.pictures.astype(np.float64)
        if not shown.told.image:
            place = QRectF(area.left(), area.top(), (area.width() - 6.0) / 2, area.height())
            self._images = [(place, heat(pictures[0]))]
            return place.right() + 6.0
        if self._input:
            found = [image(pictures[:3] if len(pictures) == 3 else pictures[0])]
        else:
            found = _together(pictures[:_TILES])
        self._images = []
        left = area.left()
        for picture in found:
            wide = min(_TALL * picture.width() / max(picture.height(), 1), 2 * _TALL)
            self._images.append((QRectF(left, area.top(), wide, _TALL), picture))
            left += wide + _GAP
        return min(left + 3.0, area.right() - 16.0)

    def _lay_bars(self, shown: Shown, area: QRectF) -> None:
        told, total = shown.told, float(shown.counts.sum())
        bins = min(bins_for(total), len(shown.counts))
        counts = merged(shown.counts.astype(np.float64), bins)
        most = float(counts.max(initial=0.0)) or 1.0
        step = area.width() / max(len(counts), 1)
        self._bars = [
            QRectF(area.left() + at * step, area.bottom() - tall, max(step - 0.4, 0.4), tall)
            for at, count in enumerate(counts.tolist())
            if (tall := area.height() * count / most) > 0
        ]
        within = told.low <= 0 <= told.high and told.high > told.low
        share = -told.low / (told.high - told.low) if within else 0.0
        self._zero = QPointF(area.left() + share * area.width(), area.bottom()) if within else None


def _together(pictures: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[QImage]:
    """Channels in the colours of one scale."""
    count, tall, wide = pictures.shape
    whole = heat(pictures.reshape(count * tall, wide))
    return [whole.copy(0, at * tall, wide, tall) for at in range(count)]


def fitting(shown: Shown, width: Callable[[str], float], room: float) -> str:
    """The first numbers that fit into a line."""
    told = shown.told
    if told.loss:
        return f"loss {number(float(shown.first[0]))}" if len(shown.first) else "loss"
    if told.image:
        return f"{number(told.low)} … {number(told.high)}"
    words = [number(float(one), told.dtype) for one in shown.first]
    whole = int(np.prod(told.shape[1:])) if len(told.shape) > 1 else len(words)
    return as_many(words, width, room, more=len(words) < whole)


def as_many(words: Sequence[str], width: Callable[[str], float], room: float, *, more: bool) -> str:
    """The first words that fit into a line; an ellipsis where there are `more`, or not all fit."""
    for count in range(len(words), 0, -1):
        text = "  ".join(words[:count]) + ("  …" if more or count < len(words) else "")
        if width(text) <= room:
            return text
    return words[0] if words else ""


def within(sentence: str, room: QRectF, metrics: QFontMetricsF) -> str:
    """As much of a sentence as there is room for; of one about this layer what comes behind the colon."""
    words = (sentence.partition("): ")[2] or sentence).split()
    for count in range(len(words), 0, -1):
        text = " ".join(words[:count]) + ("…" if count < len(words) else "")
        if metrics.boundingRect(room, _WRAPPED, text).height() <= room.height():
            return text
    return ""


def told(shown: Shown, note: str) -> str:
    """The same in sentences."""
    one = shown.told
    lines = [note.rstrip(".") + ":" if note else "The first rows:"]
    if one.loss:
        return "\n".join(
            (*lines, f"loss of each row from {one.low:.6g} to {one.high:.6g}, mean {one.mean:.6g}")
        )
    lines.append(f"out {tuple(one.shape)} {one.dtype}, on the cpu, in eval mode")
    lines.append(f"from {one.low:.6g} to {one.high:.6g}, mean {one.mean:.6g}, std {one.spread:.6g}")
    lines.append("first row: " + ", ".join(f"{float(value):.6g}" for value in shown.first))
    if one.nonfinite:
        lines.append(f"{one.nonfinite:,} of its numbers are NaN or infinite")
    return "\n".join(lines)


def number(value: float, dtype: str = "float32") -> str:
    """A number in few letters, with a real minus."""
    if not np.isfinite(value):
        return str(value).replace("-", "−")
    if dtype.startswith(("int", "bool")):
        return str(int(value)).replace("-", "−")
    small = 0.005 <= abs(value) < 1000
    return (f"{value:.2f}" if small or value == 0 else f"{value:.1e}").replace("-", "−")
