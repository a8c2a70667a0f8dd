"""What the code editor looks like: margin, colours, marks over the text, letters of any size."""

from collections.abc import Callable, Collection

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QHelpEvent, QPaintEvent, QResizeEvent, QTextOption, QWheelEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QToolTip, QWidget

from nnbuilder.ui.code import marks, paint
from nnbuilder.ui.code.gutter import Gutter
from nnbuilder.ui.code.highlighter import Highlighter
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.scrollbar import ThinScrollBar

_ZOOMS = range(-5, 21)


class CodeSurface(QPlainTextEdit):
    """A plain text with line numbers, coloured as Python; `tip_at` says what is at a place of it."""

    zoomed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zoom = 0
        self._marks: dict[marks.Layer, list[marks.Mark]] = {}
        self._hint = ""
        self.tip_at: Callable[[int], str] = _no_tip
        self.gutter = Gutter(self, self)
        self.highlighter = Highlighter(self.document())
        self._set_up()
        self._resize_letters()
        self.gutter.pressed.connect(self._select_lines)
        self.blockCountChanged.connect(self._fit_margin)
        self.updateRequest.connect(self._scroll_gutter)
        self.cursorPositionChanged.connect(self._mark_line)
        colors.changed.connect(self._mark_line)
        self._mark_line()

    # What lies over it

    def mark(self, layer: marks.Layer, found: list[marks.Mark]) -> None:
        """Lays marks over the text, in place of those of the same layer."""
        if found or self._marks.get(layer):
            self._marks[layer] = found
            self.setExtraSelections([one for name in marks.LAYERS for one in self._marks.get(name, ())])

    def show_faults(self, lines: Collection[int]) -> None:
        """Shows in the margin where faults are."""
        self.gutter.show_faults(lines)

    def set_hint(self, hint: str) -> None:
        """Says something below the text; empty for nothing."""
        if hint != self._hint:
            self._hint = hint
            self.viewport().update()

    @property
    def hint(self) -> str:
        """What is said below the text."""
        return self._hint

    # Lines, for the margin

    def lines_in_view(self) -> list[tuple[int, float, float]]:
        """The lines that can be seen, counted from 0: number, upper edge, height."""
        block, found = self.firstVisibleBlock(), []
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if box.top() > self.viewport().height():
                break
            found.append((block.blockNumber(), box.top(), box.height()))
            block = block.next()
        return found

    def caret_line(self) -> int:
        """The line of the caret, counted from 0."""
        return self.textCursor().blockNumber()

    def line_count(self) -> int:
        """How many lines there are."""
        return self.blockCount()

    def line_at(self, y: int) -> int:
        """The line at a height, counted from 0."""
        return self.cursorForPosition(QPoint(0, y)).blockNumber()

    def in_view(self, start: int, end: int) -> bool:
        """Whether the lines of some characters can be seen, at least the first of them."""
        seen = [number for number, top, height in self.lines_in_view() if self._is_whole(top, height)]
        line = self.document().findBlock(start).blockNumber()
        return bool(seen) and seen[0] <= line <= seen[-1]

    def scroll_to(self, position: int) -> None:
        """Brings a line into the middle, without moving the caret."""
        line = self.document().findBlock(position).blockNumber()
        self.verticalScrollBar().setValue(max(line - len(self.lines_in_view()) // 2, 0))

    # Zoom

    @property
    def zoom(self) -> int:
        """How many steps larger the letters are than those of the window."""
        return self._zoom

    def set_zoom(self, steps: int) -> None:
        """Makes the letters larger or smaller."""
        steps = min(max(steps, _ZOOMS[0]), _ZOOMS[-1])
        if steps != self._zoom:
            self._zoom = steps
            self._resize_letters()
            self.zoomed.emit(steps)

    # Qt

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if turned := event.angleDelta().y():
                self.set_zoom(self._zoom + (1 if turned > 0 else -1))
            event.accept()
        else:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = self.tip_at(self.cursorForPosition(event.pos()).position())
            QToolTip.showText(event.globalPos(), paint.as_tip(tip), self.viewport())
            return True
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint.hidden_letters(self)
        if self._hint:
            paint.hint(self, self._hint)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_gutter()

    def _set_up(self) -> None:
        self.setObjectName("code_editor")
        self.setAccessibleName("PyTorch source of the drawing")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.setTabChangesFocus(False)
        self.setMouseTracking(True)
        self.setVerticalScrollBar(ThinScrollBar())
        self.setHorizontalScrollBar(ThinScrollBar(orientation=Qt.Orientation.Horizontal))
        option = self.document().defaultTextOption()
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        self.document().setDefaultTextOption(option)

    def _resize_letters(self) -> None:
        font = fonts.fixed(0.96)
        if font.pixelSize() > 0:
            font.setPixelSize(max(font.pixelSize() + self._zoom, 5))
        else:
            font.setPointSizeF(max(font.pointSizeF() + self._zoom * 0.75, 4.0))
        self.setFont(font)
        self.gutter.setFont(font)
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self._fit_margin()

    def _fit_margin(self) -> None:
        self.setViewportMargins(self.gutter.wide, 0, 0, 0)
        self._place_gutter()

    def _place_gutter(self) -> None:
        room = self.contentsRect()
        self.gutter.setGeometry(QRect(room.left(), room.top(), self.gutter.wide, room.height()))

    def _scroll_gutter(self, _changed: QRect, _by: int) -> None:
        self.gutter.update()

    def _select_lines(self, first: int, last: int) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        first, last = min(first, last), max(first, last)
        start, end = (self.document().findBlockByNumber(line) for line in (first, last))
        self.setTextCursor(marks.over(self.document(), start.position(), end.position() + end.length()))

    def _mark_line(self) -> None:
        cursor = self.textCursor()
        cursor.clearSelection()
        self.mark("line", [marks.line_mark(cursor, marks.line_ground())])
        self.gutter.update()

    def _is_whole(self, top: float, height: float) -> bool:
        return top >= -1 and top + height <= self.viewport().height() + 1


def _no_tip(_position: int) -> str:
    """Where nobody explains the text."""
    return ""
