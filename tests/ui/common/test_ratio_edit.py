"""Sliders for shares, with real mouse and keys."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyle, QStyleOptionSlider
from pytestqt.qtbot import QtBot

from nnbuilder.catalog import registry
from nnbuilder.graph.graph import ArgValue
from nnbuilder.ui.common.arg_editor import make_editor
from nnbuilder.ui.common.ratio_edit import RatioEdit
from tests.ui.workbench import retype, show_active


@pytest.fixture
def edit(qtbot: QtBot) -> RatioEdit:
    """The editor of Dropout's p."""
    spec = registry.LAYERS["Dropout"].arg("p")
    assert spec is not None
    made = make_editor(spec)
    assert isinstance(made, RatioEdit)
    made.resize(220, 30)
    show_active(qtbot, made)
    made.set_value(0.5)
    return made


@pytest.fixture
def said(edit: RatioEdit) -> list[ArgValue]:
    """Every value that the editor committed."""
    values: list[ArgValue] = []
    edit.committed.connect(values.append)
    return values


def handle(edit: RatioEdit) -> QPoint:
    """The middle of the slider's handle."""
    option = QStyleOptionSlider()
    edit.slider.initStyleOption(option)
    style, control = edit.slider.style(), QStyle.ComplexControl.CC_Slider
    return style.subControlRect(control, option, QStyle.SubControl.SC_SliderHandle, edit.slider).center()


def test_a_drag_shows_its_value_and_counts_once(edit: RatioEdit, said: list[ArgValue]) -> None:
    start = handle(edit)
    QTest.mousePress(edit.slider, Qt.MouseButton.LeftButton, pos=start)
    for x in range(start.x(), edit.slider.width() + 20, 4):
        QTest.mouseMove(edit.slider, QPoint(x, start.y()))
        edit.set_value(0.5)  # the document may speak at any time
    assert said == []
    assert edit.slider.value() == edit.slider.maximum()
    QTest.mouseRelease(edit.slider, Qt.MouseButton.LeftButton, pos=QPoint(edit.slider.width(), start.y()))
    assert said == [1.0]


def test_a_click_on_the_handle_changes_nothing(edit: RatioEdit, said: list[ArgValue]) -> None:
    edit.set_value(0.123)
    QTest.mouseClick(edit.slider, Qt.MouseButton.LeftButton, pos=handle(edit))
    assert said == []
    assert edit.field.text() == "0.123"


def test_keys_move_the_slider_by_its_step(edit: RatioEdit, said: list[ArgValue]) -> None:
    edit.slider.setFocus()
    QTest.keyClick(edit.slider, Qt.Key.Key_Right)
    QTest.keyClick(edit.slider, Qt.Key.Key_Right)
    assert said == [0.55, 0.6]


def test_the_slider_follows_the_field(edit: RatioEdit, said: list[ArgValue]) -> None:
    retype(edit.field, "1/4")
    assert said == [0.25]
    assert edit.slider.value() == 5
    retype(edit.field, "3")
    assert edit.field.fault.startswith("p takes a number at least 0 and at most 1")
    assert edit.slider.value() == 5


def test_mixed_layers_show_no_number(edit: RatioEdit, said: list[ArgValue]) -> None:
    edit.set_mixed()
    assert (edit.field.text(), edit.field.lineEdit().placeholderText()) == ("", "mixed")
    edit.flush()
    assert said == []
    retype(edit.field, "0.5")
    assert said == [0.5]
