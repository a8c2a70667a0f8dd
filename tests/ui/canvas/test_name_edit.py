"""Renaming on the card, with real keys."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import ids

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)


def type_name(desk: Desk, text: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
    """Presses F2 and types a name."""
    desk.key(Qt.Key.Key_F2)
    field = desk.view.name_edit
    assert field.hasFocus()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, end)


def test_f2_names_the_layer(desk: Desk) -> None:
    desk.selection.set([N2])
    type_name(desk, "dense d/")
    assert desk.graph.nodes[N2].name == "dense d/"
    assert desk.document.undo_stack.undoText() == "Rename to dense d/"
    assert desk.view.name_edit.isHidden()
    assert desk.view.hasFocus()


def test_escape_leaves_the_name(desk: Desk) -> None:
    desk.selection.set([N2])
    type_name(desk, "x", Qt.Key.Key_Escape)
    assert desk.graph.nodes[N2].name == ""
    assert desk.selected() == [N2]


def test_a_taken_name_is_refused_and_can_be_mended(desk: Desk) -> None:
    desk.selection.set([N2])
    type_name(desk, "fc")
    desk.selection.set([N4])
    type_name(desk, "fc")
    assert desk.view.sentence.text() == "Another layer is named fc already."
    field = desk.view.name_edit
    assert field.isVisible()
    QTest.keyClicks(field, "2")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert desk.graph.nodes[N4].name == "fc2"


def test_a_click_elsewhere_keeps_the_name(desk: Desk) -> None:
    desk.selection.set([N2])
    desk.key(Qt.Key.Key_F2)
    QTest.keyClicks(desk.view.name_edit, "kept")
    desk.click(desk.middle(N4))
    QApplication.processEvents()
    assert desk.graph.nodes[N2].name == "kept"
    assert desk.selected() == [N4]


def test_the_ends_have_no_name(desk: Desk) -> None:
    desk.selection.set([N1])
    desk.view.rename()
    assert desk.view.name_edit.isHidden()
    assert "Input" in desk.view.sentence.text()


def test_an_undo_of_the_layer_closes_the_field(desk: Desk) -> None:
    desk.view.operations.append_layer("Tanh")
    desk.key(Qt.Key.Key_F2)
    assert desk.view.name_edit.isVisible()
    desk.document.undo_stack.undo()
    assert desk.view.name_edit.isHidden()
