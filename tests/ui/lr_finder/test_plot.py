"""The marker of the learning-rate plot: suggested, clicked, moved by keys."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnbuilder.protocol.tasks import RateFound
from nnbuilder.ui.lr_finder.plot import RatePlot
from tests.ui.workbench import show_active

RATES = tuple(10.0 ** (power / 4) for power in range(-20, 1))
FOUND = RateFound(RATES, tuple(1.0 for _ in RATES), tuple(1.0 - 0.01 * n for n in range(21)), suggested=0.01)


@pytest.fixture
def plot(qtbot: QtBot) -> RatePlot:
    """A plot with a test from 0.00001 to 1."""
    made = RatePlot()
    made.resize(560, 300)
    show_active(qtbot, made)
    made.show_found(FOUND)
    return made


def test_the_marker_begins_at_the_suggestion(plot: RatePlot) -> None:
    assert plot.rate == 0.01


def test_arrow_keys_move_it_by_a_step(plot: RatePlot) -> None:
    said: list[float] = []
    plot.chosen.connect(said.append)
    plot.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left):
        QTest.keyClick(plot, key)
    assert said == [0.018, 0.01, 0.0056]


def test_a_click_chooses_the_rate_below_it(plot: RatePlot) -> None:
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(52, 100))
    assert plot.rate == 1e-5
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(52 + (560 - 66) * 3 // 5, 100))
    assert plot.rate == 0.01
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(559, 100))
    assert plot.rate == 1.0


def test_it_paints_the_curve_and_nothing_without_one(plot: RatePlot) -> None:
    def colors(image: QImage) -> int:
        return len({image.pixel(x, y) for x in range(0, 560, 2) for y in range(0, 300, 2)})

    assert colors(plot.grab().toImage()) > 20
    plot.show_found(None)
    assert colors(plot.grab().toImage()) == 1
