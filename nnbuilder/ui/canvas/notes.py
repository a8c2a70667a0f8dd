"""Notes and frames on the canvas: text in a coloured box, or a titled box around a part of the drawing."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF, QStaticText, QTextOption
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from nnbuilder.catalog.colors import NOTES, UNKNOWN_COLOR
from nnbuilder.graph.graph import Note
from nnbuilder.ui.canvas.card import Detail, Shared

SMALLEST_NOTE = (60.0, 36.0)
TITLE_HEIGHT = 26.0
"""Of a frame: where it can be grabbed."""

SIDE = 10.0
TOP = 6.0
_GRIP = 14.0
_BORDER = 6.0
_RADIUS = 8.0
_LINE_END = "\u2028"
"""What ends a line in a text that is laid out as one paragraph."""

_EMPTY = {False: "Note: a double click writes", True: "Frame"}


class NoteItem(QGraphicsItem):
    """Paints one note or frame; it takes no events, gestures do."""

    def __init__(self, note: Note, shared: Shared) -> None:
        super().__init__()
        self._note = note
        self._shared = shared
        self._selected = False
        self._hovered = False
        self._text: QStaticText | None = None
        self.setPos(note.x, note.y)
        self._raise()

    @property
    def note(self) -> Note:
        """What it shows; while it is dragged it lies elsewhere."""
        return self._note

    @property
    def selected(self) -> bool:
        """Whether it is drawn as selected."""
        return self._selected

    def set_note(self, note: Note) -> None:
        """Shows another text, colour or size, at another place."""
        if note != self._note:
            self.prepareGeometryChange()
            self._note, self._text = note, None
            self._raise()
            self.update()
        self.setPos(note.x, note.y)

    def set_selected(self, selected: bool) -> None:
        """Draws the outline of a selected note, or not."""
        if selected != self._selected:
            self._selected = selected
            self.update()

    def set_hovered(self, hovered: bool) -> None:
        """Draws the border of a note under the mouse, or not."""
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def restyle(self) -> None:
        """Takes over the shared ink of another theme."""
        self._text = None
        self.update()

    def rect(self) -> QRectF:
        """The box in its own coordinates."""
        return QRectF(0.0, 0.0, self._note.width, self._note.height)

    def grip(self) -> QRectF:
        """The corner at which it is resized, in its own coordinates."""
        return QRectF(self._note.width - _GRIP, self._note.height - _GRIP, _GRIP + 2, _GRIP + 2)

    def holds(self, point: QPointF) -> bool:
        """Whether it can be grabbed at a point of the scene: a frame only at its title and border."""
        local, rect = point - self.pos(), self.rect()
        if not rect.contains(local):
            return False
        if not self._note.frame:
            return True
        return local.y() <= TITLE_HEIGHT or not rect.adjusted(_BORDER, 0, -_BORDER, -_BORDER).contains(local)

    def boundingRect(self) -> QRectF:
        return self.rect().adjusted(-3, -3, 3, 3)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        palette, note = self._shared.ink.palette, self._note
        strong = NOTES.get(note.color, UNKNOWN_COLOR)
        painter.setBrush(palette.mixed("canvas", strong, 0.07 if note.frame else 0.16))
        edge = palette.color("accent") if self._selected else palette.mixed("canvas", strong, 0.6)
        width = 2.0 if self._selected else 1.6 if self._hovered else 1.0
        painter.setPen(QPen(edge, width))
        if self._shared.detail == Detail.FLAT:
            painter.drawRect(self.rect())
            return
        painter.drawRoundedRect(self.rect(), _RADIUS, _RADIUS)
        if self._shared.titles:
            self._paint_text(painter)
        if self._selected or self._hovered:
            self._paint_grip(painter)

    def _paint_text(self, painter: QPainter) -> None:
        ink, note = self._shared.ink, self._note
        if self._text is None:
            self._text = self._laid()
        painter.setPen(ink.text if note.text else ink.muted)
        painter.setFont(ink.note_title_font if note.frame else ink.note_font)
        painter.save()
        painter.setClipRect(self.rect().adjusted(0, 0, 0, -3), Qt.ClipOperation.IntersectClip)
        painter.drawStaticText(QPointF(SIDE, TOP), self._text)
        painter.restore()

    def _paint_grip(self, painter: QPainter) -> None:
        right, bottom = self._note.width, self._note.height
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._shared.ink.palette.color("faint"))
        corner = [(right - 3, bottom - 11), (right - 3, bottom - 3), (right - 11, bottom - 3)]
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corner]))

    def _laid(self) -> QStaticText:
        ink, note = self._shared.ink, self._note
        room = max(note.width - 2 * SIDE, 10.0)
        if note.frame:
            title = note.text.partition("\n")[0] or _EMPTY[True]
            return _static(ink.elided(title, ink.note_title_metrics, room))
        text = _static((note.text or _EMPTY[False]).replace("\n", _LINE_END))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        text.setTextOption(option)
        text.setTextWidth(room)
        return text

    def _raise(self) -> None:
        """Frames lie behind everything, notes before everything."""
        self.setZValue(-3.0 if self._note.frame else 2.0)


def _static(text: str) -> QStaticText:
    static = QStaticText(text)
    static.setTextFormat(Qt.TextFormat.PlainText)
    return static
