"""What can be done with notes and frames: added, written, coloured."""

from collections.abc import Iterable
from functools import partial

import msgspec
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QActionGroup, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu

from nnbuilder.catalog.colors import NOTES
from nnbuilder.graph.edits import ChangeNote
from nnbuilder.graph.graph import NOTE_COLORS, NodeId, Note, fresh_id
from nnbuilder.project.edits import Several
from nnbuilder.ui.canvas.gestures.base import Bench
from nnbuilder.ui.canvas.note_edit import NoteEdit
from nnbuilder.ui.canvas.notes import TITLE_HEIGHT

NOTE_SIZE = (200.0, 76.0)
FRAME_SIZE = (360.0, 200.0)
_AROUND = 20.0


class Annotations:
    """Adds notes and frames to the part of the drawing that is shown, and changes them."""

    def __init__(self, bench: Bench, field: NoteEdit) -> None:
        self._bench = bench
        self._field = field

    def add_note(self, at: QPointF | None = None) -> None:
        """Opens a new note at a point of the scene or in the middle of the view; its text makes it stay."""
        self._field.open(self._note(self._box(at, NOTE_SIZE)), new=True)

    def add_frame(self, at: QPointF | None = None) -> None:
        """Opens a new frame: around what is selected, or else at a point or in the middle of the view."""
        around = QRectF()
        for key in self._bench.selection.nodes if at is None else ():
            around = around.united(self._bench.scene.rect_of(key))
        if around.isNull():
            box = self._box(at, FRAME_SIZE)
        else:
            box = around.adjusted(-_AROUND, -_AROUND - TITLE_HEIGHT, _AROUND, _AROUND)
        note = msgspec.structs.replace(self._note(box), frame=True, color="blue")
        self._field.open(note, new=True)

    def edit(self, key: NodeId) -> bool:
        """Lets the user write into a note; False where there is none of this id."""
        note = self._bench.graph.notes.get(key)
        if note is None:
            return False
        self._field.open(note)
        return True

    def paint(self, keys: Iterable[NodeId], color: str) -> None:
        """Gives notes and frames another colour, as one step."""
        notes = [self._bench.graph.notes[key] for key in keys if key in self._bench.graph.notes]
        edits = [
            ChangeNote(msgspec.structs.replace(note, color=color), "color")
            for note in notes
            if note.color != color
        ]
        if len(edits) == 1:
            self._bench.apply(edits[0])
        elif edits:
            self._bench.apply(Several(f"Paint {len(edits)} notes {color}", tuple(edits)))

    def fill_menu(self, menu: QMenu, key: NodeId) -> None:
        """Adds what can be done with a note, which is selected first, to a menu."""
        selection, notes = self._bench.selection, self._bench.graph.notes
        if key not in selection.nodes:
            selection.set([key])
        write = menu.addAction("Edit title" if notes[key].frame else "Edit text")
        write.triggered.connect(lambda _checked=False: self.edit(key))
        shades = menu.addMenu("Colour")
        group = QActionGroup(shades)
        chosen = [one for one in selection.nodes if one in notes]
        for color in NOTE_COLORS:
            action = shades.addAction(swatch(color), color.capitalize())
            action.setObjectName(f"note.color.{color}")
            action.setCheckable(True)
            action.setChecked(notes[key].color == color)
            action.triggered.connect(partial(self._painted, chosen, color))
            group.addAction(action)

    def _painted(self, keys: list[NodeId], color: str, _checked: bool = False) -> None:
        self.paint(keys, color)

    def _box(self, at: QPointF | None, size: tuple[float, float]) -> QRectF:
        centre = at if at is not None else self._bench.camera.visible().center()
        corner = centre if at is not None else centre - QPointF(size[0] / 2, size[1] / 2)
        return QRectF(round(corner.x()), round(corner.y()), *size)

    def _note(self, box: QRectF) -> Note:
        key = fresh_id(self._bench.graph)
        return Note(
            key, "", box.x(), box.y(), box.width(), box.height(), NOTE_COLORS[0], parent=self._bench.group
        )


def swatch(color: str) -> QIcon:
    """A disc in a colour of notes."""
    pixmap = QPixmap(32, 32)
    pixmap.fill(QColor(0, 0, 0, 0))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(NOTES[color]))
    painter.setPen(QColor(NOTES[color]).darker(120))
    painter.drawEllipse(4, 4, 24, 24)
    painter.end()
    return QIcon(pixmap)
