"""Notes and frames on the canvas."""

import msgspec
import pytest
from PySide6.QtCore import QPointF, QRectF

from nnbuilder.graph.edits import AddNote, ChangeNote, Group, MoveNodes, RemoveNotes
from nnbuilder.graph.graph import GROUP, NOTE_COLORS, Node, NodeId, Note
from nnbuilder.project.project import Project
from nnbuilder.ui.canvas.scene import Hit
from nnbuilder.ui.common import colors
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import ids

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)
TEXT, FRAME, BLOCK = NodeId("text"), NodeId("frame"), NodeId("block")


NOTE = Note(TEXT, "Why 16?", 60.0, -80.0, 160.0, 60.0)


def note(**changes: object) -> Note:
    """A note in the free room above the chain."""
    return msgspec.structs.replace(NOTE, **changes)


def frame(desk: Desk, *keys: NodeId) -> Note:
    """A frame around some cards."""
    around = QRectF()
    for key in keys:
        around = around.united(desk.view.canvas.rect_of(key))
    around = around.adjusted(-16, -34, 16, 16)
    return Note(FRAME, "Head", around.x(), around.y(), around.width(), around.height(), frame=True)


def test_notes_come_change_and_go(desk: Desk) -> None:
    desk.document.apply(AddNote(note()))
    item = desk.view.canvas.notes[TEXT]
    assert item.pos() == QPointF(60, -80)
    desk.document.apply(ChangeNote(note(text="Because", color="red", width=300.0), "text"))
    assert desk.view.canvas.notes[TEXT] is item
    assert (item.note.text, item.rect().width()) == ("Because", 300.0)
    desk.document.apply(MoveNodes({TEXT: (80.0, -60.0)}))
    assert item.pos() == QPointF(80, -60)
    desk.document.apply(RemoveNotes((TEXT,)))
    assert not desk.view.canvas.notes
    desk.document.undo_stack.undo()
    assert desk.view.canvas.notes[TEXT].pos() == QPointF(80, -60)


def test_notes_lie_in_the_drawing_of_their_group(desk: Desk) -> None:
    desk.document.apply(Group((N2, N3), Node(BLOCK, GROUP)))
    desk.document.apply(AddNote(note(parent=BLOCK)))
    assert not desk.view.canvas.notes
    desk.view.level.go(BLOCK)
    assert set(desk.view.canvas.notes) == {TEXT}
    desk.document.replace(Project())
    assert not desk.view.canvas.notes


def test_a_note_is_hit_before_a_card_and_a_frame_only_at_its_edge(desk: Desk) -> None:
    scene = desk.view.canvas
    desk.document.apply(AddNote(frame(desk, N2, N3)))
    around = scene.rect_of(FRAME)
    assert scene.hit(around.topLeft() + QPointF(40, 12)) == Hit("note", note=FRAME)
    assert scene.hit(QPointF(around.left() + 3, around.top() + 40)) == Hit("note", note=FRAME)
    assert scene.hit(around.bottomRight() - QPointF(3, 3)) == Hit("grip", note=FRAME)
    assert scene.hit(desk.middle(N2)) == Hit("card", N2)
    assert scene.hit(QPointF(around.left() + 10, around.bottom() - 20)).kind == "void"
    desk.document.apply(AddNote(note(x=scene.cards[N2].x(), y=scene.cards[N2].y())))
    assert scene.hit(desk.middle(N2)).note == TEXT


def test_a_frame_holds_what_lies_wholly_in_it(desk: Desk) -> None:
    desk.document.apply(AddNote(frame(desk, N2, N3)))
    scene = desk.view.canvas
    assert set(scene.framed(FRAME)) == {N2, N3}
    assert scene.framed(N2) == []
    assert scene.notes_in(scene.rect_of(N2)) == []
    assert scene.notes_in(scene.rect_of(FRAME).adjusted(-1, -1, 1, 1)) == [FRAME]
    desk.document.apply(AddNote(note()))
    assert scene.notes_in(QRectF(70, -70, 2, 2)) == [TEXT]


@pytest.mark.parametrize("color", NOTE_COLORS)
def test_every_color_can_be_told_in_light_and_dark(desk: Desk, color: str) -> None:
    before = colors.current()
    desk.document.apply(AddNote(note(color=color, text="")))
    desk.view.operations.fit()
    spot = desk.at(QPointF(200, -30))
    try:
        for palette in (colors.DARK, colors.LIGHT):
            colors.use(palette)
            seen = desk.view.grab().toImage().pixelColor(spot)
            assert seen != palette.color("canvas")
    finally:
        colors.use(before)
