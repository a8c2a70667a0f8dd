"""Notes and frames on the canvas."""

import msgspec
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from nnbuilder.graph.edits import AddNote, ChangeNote, Group, MoveNodes, RemoveNotes
from nnbuilder.graph.graph import GROUP, NOTE_COLORS, Node, NodeId, Note
from nnbuilder.project.project import Project
from nnbuilder.ui.canvas.notes import SMALLEST_NOTE
from nnbuilder.ui.canvas.scene import Hit
from nnbuilder.ui.common import colors
from tests.ui.canvas.conftest import LEFT, PLAIN, Desk
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


def test_a_new_note_comes_with_its_text_as_one_step(desk: Desk) -> None:
    desk.view.annotations.add_note(QPointF(100, -100))
    seen = desk.view.camera.visible()
    field = desk.view.note_edit
    assert QApplication.focusWidget() is field
    assert not desk.graph.notes
    QTest.keyClicks(field, "Why 16")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClicks(field, "neurons?")
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    [made] = desk.graph.notes.values()
    assert (made.text, made.x, made.y, made.frame) == ("Why 16\nneurons?", 100.0, -100.0, False)
    assert desk.selected() == [made.id]
    assert not field.isVisible()
    assert desk.view.camera.visible() == seen
    assert desk.view.hasFocus()
    assert desk.document.undo_stack.index() == 1
    assert desk.document.undo_stack.undoText() == "Add note"


def test_escape_and_an_empty_text_add_nothing(desk: Desk) -> None:
    field = desk.view.note_edit
    desk.view.annotations.add_note()
    QTest.keyClicks(field, "No")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    desk.view.annotations.add_note()
    desk.view.setFocus()
    assert not field.isVisible()
    assert not desk.graph.notes
    assert desk.document.undo_stack.index() == 0


def test_a_double_click_writes_into_a_note(desk: Desk) -> None:
    desk.document.apply(AddNote(NOTE))
    desk.view.operations.fit()
    middle = desk.at(desk.view.canvas.rect_of(TEXT).center())
    QTest.mouseClick(desk.view.viewport(), LEFT, PLAIN, middle)
    QTest.mouseDClick(desk.view.viewport(), LEFT, PLAIN, middle)
    field = desk.view.note_edit
    assert field.isVisible()
    assert field.toPlainText() == "Why 16?"
    QTest.keyClicks(field, "Because")
    desk.view.setFocus()
    assert desk.graph.notes[TEXT].text == "Because"
    assert desk.document.undo_stack.undoText() == "Change text of note"


def test_a_frame_goes_around_what_is_selected(desk: Desk) -> None:
    desk.selection.set([N2, N3])
    desk.view.annotations.add_frame()
    QTest.keyClicks(desk.view.note_edit, "Hidden layers")
    QTest.keyClick(desk.view.note_edit, Qt.Key.Key_Return)
    [made] = desk.graph.notes.values()
    assert (made.text, made.frame) == ("Hidden layers", True)
    assert set(desk.view.canvas.framed(made.id)) == {N2, N3}
    desk.view.grab()


def test_a_note_is_added_to_the_group_that_is_shown(desk: Desk) -> None:
    desk.document.apply(Group((N2, N3), Node(BLOCK, GROUP)))
    desk.view.level.go(BLOCK)
    desk.view.annotations.add_note()
    QTest.keyClicks(desk.view.note_edit, "inside")
    desk.view.note_edit.keep()
    [made] = desk.graph.notes.values()
    assert made.parent == BLOCK


def test_a_corner_resizes_as_one_step(desk: Desk) -> None:
    desk.document.apply(AddNote(NOTE))
    desk.view.operations.fit()
    corner = desk.view.canvas.rect_of(TEXT).bottomRight() - QPointF(4, 4)
    desk.drag(corner, corner + QPointF(40, 30))
    sized = desk.graph.notes[TEXT]
    assert abs(sized.width - 200) < 3
    assert abs(sized.height - 90) < 3
    assert desk.document.undo_stack.undoText() == "Change size of note"
    desk.drag(desk.view.canvas.rect_of(TEXT).bottomRight() - QPointF(4, 4), QPointF(-900, -900))
    assert (desk.graph.notes[TEXT].width, desk.graph.notes[TEXT].height) == SMALLEST_NOTE


def test_colors_are_chosen_in_the_menu_for_all_selected(desk: Desk) -> None:
    desk.document.apply(AddNote(NOTE))
    desk.document.apply(AddNote(frame(desk, N2)))
    desk.selection.set([TEXT, FRAME])
    menu = QMenu(desk.view)
    desk.view.annotations.fill_menu(menu, TEXT)
    [green] = [action for action in menu.findChildren(QAction) if action.objectName() == "note.color.green"]
    green.trigger()
    assert {note.color for note in desk.graph.notes.values()} == {"green"}
    assert desk.document.undo_stack.undoText() == "Paint 2 notes green"


def test_layers_and_notes_are_deleted_together(desk: Desk) -> None:
    desk.document.apply(AddNote(NOTE))
    desk.selection.set([N3, TEXT])
    desk.view.operations.delete_selected()
    assert N3 not in desk.graph.nodes
    assert not desk.graph.notes
    desk.document.undo_stack.undo()
    desk.selection.set([TEXT])
    desk.view.operations.delete_selected()
    assert not desk.graph.notes


def test_a_note_taken_back_while_it_is_written_closes_the_field(desk: Desk) -> None:
    desk.document.apply(AddNote(NOTE))
    assert desk.view.annotations.edit(TEXT)
    assert not desk.view.annotations.edit(N2)
    desk.document.undo_stack.undo()
    assert not desk.view.note_edit.isVisible()
