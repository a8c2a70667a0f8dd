"""Dragging notes and frames: carried with what lies in them, or resized at their corner."""

import msgspec
from PySide6.QtCore import QPointF, Qt

from nnbuilder.graph.edits import ChangeNote, MoveNodes
from nnbuilder.graph.graph import NodeId, Note
from nnbuilder.graph.layout import Place
from nnbuilder.ui.canvas.gestures.base import Bench, Gesture, Modifiers
from nnbuilder.ui.canvas.notes import SMALLEST_NOTE

_ALONE = Qt.KeyboardModifier.ControlModifier


class CarryGesture(Gesture):
    """Carries notes, and cards selected with them; without Ctrl a frame takes along what lies in it."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, bench: Bench, keys: tuple[NodeId, ...], start: QPointF, modifiers: Modifiers) -> None:
        self._bench = bench
        self._start = start
        carried = dict.fromkeys(keys)
        if not modifiers & _ALONE:
            carried |= dict.fromkeys(inside for key in keys for inside in bench.scene.framed(key))
        self._from: dict[NodeId, Place] = {}
        for key in carried:
            if (item := bench.scene.item(key)) is not None:
                self._from[key] = (item.x(), item.y())

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        self._bench.scene.move(self._places(point))

    def end(self, point: QPointF, modifiers: Modifiers) -> None:
        places = self._places(point)
        if places == self._from or not self._bench.apply(MoveNodes(places)):
            self.cancel()

    def cancel(self) -> None:
        self._bench.scene.move(self._from)

    def _places(self, point: QPointF) -> dict[NodeId, Place]:
        away = point - self._start
        dx, dy = round(away.x()), round(away.y())
        return {key: (x + dx, y + dy) for key, (x, y) in self._from.items()}


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
