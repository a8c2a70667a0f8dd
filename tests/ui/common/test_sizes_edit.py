"""Pairs and triples of numbers, linked and not."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.graph.graph import ArgValue
from nnbuilder.ui.common.arg_editor import make_editor
from nnbuilder.ui.common.sizes_edit import SizesEdit
from tests.ui.workbench import retype, show_active

PAIR = ArgSpec(
    name="kernel_size",
    kind="ints",
    help="How large.",
    initial=(3, 3),
    minimum=1,
    lengths=(2,),
    parts=("height", "width"),
)
TRIPLE = ArgSpec(
    name="stride",
    kind="ints",
    help="How far.",
    default=(1, 1, 1),
    minimum=1,
    lengths=(3,),
    parts=("depth", "height", "width"),
)


@pytest.fixture
def edit(qtbot: QtBot) -> SizesEdit:
    """The editor of a pair."""
    made = make_editor(PAIR)
    assert isinstance(made, SizesEdit)
    show_active(qtbot, made)
    return made


@pytest.fixture
def said(edit: SizesEdit) -> list[ArgValue]:
    """Every value that the editor committed."""
    values: list[ArgValue] = []
    edit.committed.connect(values.append)
    return values


def texts(edit: SizesEdit) -> list[str]:
    """What stands in the fields."""
    return [field.text() for field in edit.fields]


def test_equal_numbers_begin_linked_and_change_together(edit: SizesEdit, said: list[ArgValue]) -> None:
    assert edit.link.isChecked()
    retype(edit.fields[1], "2**2 + 1")
    assert said == [(5, 5)]
    assert texts(edit) == ["5", "5"]


def test_unlinked_numbers_change_alone_and_linking_makes_them_equal(
    edit: SizesEdit, said: list[ArgValue]
) -> None:
    QTest.mouseClick(edit.link, Qt.MouseButton.LeftButton)
    edit.fields[1].setFocus()
    QTest.keyClick(edit.fields[1], Qt.Key.Key_Up)
    assert said == [(3, 4)]
    QTest.mouseClick(edit.link, Qt.MouseButton.LeftButton)
    assert said == [(3, 4), (3, 3)]


def test_a_value_with_different_numbers_opens_the_link(edit: SizesEdit) -> None:
    edit.set_value((3, 5))
    assert not edit.link.isChecked()
    assert texts(edit) == ["3", "5"]


def test_a_fault_stays_at_its_field(edit: SizesEdit, said: list[ArgValue]) -> None:
    faults: list[str] = []
    edit.fault_changed.connect(faults.append)
    retype(edit.fields[0], "0", end=None)
    assert faults[-1].startswith("kernel_size height takes a whole number at least 1")
    QTest.keyClick(edit.fields[0], Qt.Key.Key_Escape)
    assert faults[-1] == ""
    assert (said, texts(edit)) == ([], ["3", "3"])


def test_mixed_layers_get_one_pair(edit: SizesEdit, said: list[ArgValue]) -> None:
    edit.set_mixed()
    assert texts(edit) == ["", ""]
    retype(edit.fields[0], "7")
    assert said == [(7, 7)]


def test_a_triple_has_three_fields_with_names(qtbot: QtBot) -> None:
    made = make_editor(TRIPLE)
    qtbot.addWidget(made)
    assert isinstance(made, SizesEdit)
    assert [field.accessibleName() for field in made.fields] == [
        "stride depth",
        "stride height",
        "stride width",
    ]


def test_auto_shows_what_it_stands_for(edit: SizesEdit) -> None:
    edit.set_value("auto")
    assert texts(edit) == ["auto", "auto"]
    edit.set_value("auto", (28, 14))
    assert texts(edit) == ["28", "14"]


WORDS = ArgSpec(
    name="padding",
    kind="int",
    help="Rows.",
    default=0,
    minimum=0,
    none=True,
    choices=("valid", "same"),
    lengths=(2,),
    parts=("height", "width"),
)


def worded(qtbot: QtBot) -> tuple[SizesEdit, list[ArgValue]]:
    """An editor that takes words in place of numbers, and what it commits."""
    made = make_editor(WORDS)
    assert isinstance(made, SizesEdit)
    show_active(qtbot, made)
    values: list[ArgValue] = []
    made.committed.connect(values.append)
    return made, values


def test_a_word_is_chosen_from_a_menu_and_stands_alone(qtbot: QtBot) -> None:
    edit, said = worded(qtbot)
    assert edit.words is not None
    QTimer.singleShot(0, lambda: press_word("same"))
    QTest.mouseClick(edit.words, Qt.MouseButton.LeftButton)
    assert said == ["same"]
    assert [field.isVisible() for field in edit.fields] == [True, False]
    assert not edit.link.isVisible()
    assert edit.fields[0].text() == "same"
    retype(edit.fields[0], "2")
    assert said == ["same", 2]
    assert texts(edit) == ["2", "2"]
    assert edit.fields[1].isVisible()


def press_word(text: str) -> None:
    """Chooses a word in the open menu by keys."""
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    words = [action.text() for action in menu.actions()]
    for _ in range(words.index(text) + 1):
        QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)


def test_a_word_is_typed_too(qtbot: QtBot) -> None:
    edit, said = worded(qtbot)
    retype(edit.fields[1], "none")
    retype(edit.fields[0], "valid")
    retype(edit.fields[0], "both")
    assert said == [None, "valid"]
    assert "padding" in edit.fields[0].fault


def test_without_words_there_is_no_menu(edit: SizesEdit) -> None:
    assert edit.words is None
