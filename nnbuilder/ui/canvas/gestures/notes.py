"""Resizing notes and frames at their corner; they are carried as cards are."""

import msgspec
from PySide6.QtCore import QPointF, Qt

from nnbuilder.graph.edits import ChangeNote
from nnbuilder.graph.graph import NodeId, Note
from nnbuilder.ui.canvas.gestures.base import Bench, Gesture, Modifiers
from nnbuilder.ui.canvas.notes import SMALLEST_NOTE


class ResizeGesture(Gesture):
    """Draws a note or frame larger or smaller by its lower right corner."""

    cursor = Qt.CursorShape.SizeFDiagCursor

    def __init__(self, bench: Bench, key: NodeId, start: QPointF) -> None:
        self._bench = bench
        self._start = start
        self._note = bench.scene.notes[key].note

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        self._show(self._sized(point))

    def end(self, point: QPointF, modifiers: Modifiers) -> None:
        sized = self._sized(point)
        if sized == self._note or not self._bench.apply(ChangeNote(sized, "size")):
            self.cancel()

    def cancel(self) -> None:
        self._show(self._note)

    def _show(self, note: Note) -> None:
        if note.id in self._bench.scene.notes:
            self._bench.scene.notes[note.id].set_note(note)

    def _sized(self, point: QPointF) -> Note:
        away = point - self._start
        width = max(round(self._note.width + away.x()), SMALLEST_NOTE[0])
        height = max(round(self._note.height + away.y()), SMALLEST_NOTE[1])
        return msgspec.structs.replace(self._note, width=float(width), height=float(height))
