"""The field in which the text of a note or the title of a frame is typed, right on the drawing."""

import msgspec
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QGraphicsView, QPlainTextEdit

from nnbuilder.catalog.colors import NOTES, UNKNOWN_COLOR
from nnbuilder.graph.edits import AddNote, ChangeNote
from nnbuilder.graph.graph import Note
from nnbuilder.ui.canvas.gestures.base import Bench
from nnbuilder.ui.canvas.notes import SIDE, TITLE_HEIGHT, TOP
from nnbuilder.ui.common import colors, fonts

_MARGIN = 4.0
_NARROWEST = 120
_LOWEST = 24
_SMALLEST_FONT = 9
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class NoteEdit(QPlainTextEdit):
    """Types into one note at a time; a new one comes into the document with its text, as one step."""

    def __init__(self, view: QGraphicsView, bench: Bench) -> None:
        super().__init__(view)
        self._view = view
        self._bench = bench
        self._note: Note | None = None
        self._new = False
        self.setObjectName("canvas.note")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        bench.document.changed.connect(self._follow)
        bench.document.replaced.connect(self.leave)
        bench.level.changed.connect(self.leave)
        colors.changed.connect(self._tint)
        self.hide()

    @property
    def note(self) -> Note | None:
        """The note that is being written."""
        return self._note

    def open(self, note: Note, *, new: bool = False) -> None:
        """Lets the user type; a `new` note is added when there is a text."""
        self._note, self._new = note, new
        what = "Title of the frame" if note.frame else "Text of the note"
        ends = "Enter keeps it" if note.frame else "Ctrl+Enter or a click elsewhere keeps it"
        self.setAccessibleName(what)
        self.setToolTip(f"{ends}, Esc leaves it as it was")
        self.setPlaceholderText(what)
        self.setPlainText(note.text)
        self._tint()
        self.place()
        self.show()
        self.raise_()
        self.selectAll()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def place(self) -> None:
        """Keeps to its note, in the size that the zoom gives it."""
        if self._note is None:
            return
        scale = self._bench.camera.scale
        font = fonts.pixels(max(round(12 * scale), _SMALLEST_FONT), bold=self._note.frame)
        if font != self.font():
            self.setFont(font)
            self.document().setDefaultFont(font)
        height = TITLE_HEIGHT + 2 if self._note.frame else self._note.height
        inner = QRectF(self._note.x, self._note.y, self._note.width, height)
        inner.adjust(SIDE - _MARGIN, TOP - _MARGIN, _MARGIN - SIDE, -2)
        spot = self._view.mapFromScene(inner).boundingRect()
        self.document().setDocumentMargin(_MARGIN * scale)
        self.setGeometry(spot.x(), spot.y(), max(spot.width(), _NARROWEST), max(spot.height(), _LOWEST))

    def keep(self) -> None:
        """Keeps what was typed and closes the field."""
        note, new = self._note, self._new
        text = self.toPlainText().strip()
        self.leave()
        if note is None or (new and not text and not note.frame):
            return
        written = msgspec.structs.replace(note, text=text)
        if new:
            if self._bench.apply(AddNote(written)):
                self._bench.selection.set([written.id])
        elif written != note:
            self._bench.apply(ChangeNote(written, "text"))

    def leave(self) -> None:
        """Closes the field with nothing changed."""
        if self._note is None:
            return
        self._note = None
        had_focus = self.hasFocus()
        self.hide()
        if had_focus:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # every key is typed here
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in _ENTER and (control or (self._note is not None and self._note.frame)):
            self.keep()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        kept_open = {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason}
        if self.isVisible() and event.reason() not in kept_open:
            self.keep()

    def _follow(self) -> None:
        """Takes over what else changed about the note; closes where it is gone."""
        if self._note is None or self._new:
            return
        found = self._bench.graph.notes.get(self._note.id)
        if found is None:
            self.leave()
        else:
            self._note = found
            self.place()

    def _tint(self) -> None:
        if self._note is None:
            return
        palette, mine = colors.current(), self.palette()
        strong = NOTES.get(self._note.color, UNKNOWN_COLOR)
        mine.setColor(QPalette.ColorRole.Base, palette.mixed("canvas", strong, 0.16))
        mine.setColor(QPalette.ColorRole.Text, palette.color("text"))
        self.setPalette(mine)
