"""The bar below a parameter's numbers shows whatever a parameter can hold."""

import math

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnbuilder.ui.weights_editor.cell_bar import NARROW, STEPS, CellBar


@pytest.mark.parametrize(
    ("value", "text", "place"),
    [(0.5, "0.5", STEPS // 4), (math.nan, "nan", 0), (math.inf, "inf", 0), (-math.inf, "-inf", 0)],
)
def test_a_number_that_is_none_is_shown_and_the_slider_rests(
    qtbot: QtBot, value: float, text: str, place: int
) -> None:
    bar = CellBar()
    qtbot.addWidget(bar)
    tried: list[float] = []
    bar.tried.connect(tried.append)
    bar.show_cell("[0, 0]", value, 2.0)
    assert bar.field.text() == text
    assert bar.slider.value() == place
    assert tried == []


def test_the_slider_stays_long_enough_to_be_drawn(qtbot: QtBot) -> None:
    bar = CellBar()
    qtbot.addWidget(bar)
    bar.show_cell("[12, 345]", 0.123456789, 2.0)
    bar.show()
    for width in (270, 500, 300, 500):
        bar.resize(width, 60)
        QTest.qWait(1)
        assert bar.slider.width() > 180
        assert (bar.slider.y() > bar.field.geometry().bottom()) is (width < NARROW)
        assert not bar.slider.geometry().intersects(bar.all.geometry())
