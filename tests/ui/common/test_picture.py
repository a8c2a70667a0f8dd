"""Pictures of numbers: where pixels are, and what is framed."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnbuilder.ui.common import colors
from nnbuilder.ui.common.histogram import histogram_of
from nnbuilder.ui.common.picture import Picture, heat, slices

NUMBERS = np.arange(12.0).reshape(3, 4) - 5


@pytest.fixture
def picture(qtbot: QtBot) -> Picture:
    """A heat map of three rows and four columns on the screen."""
    picture = Picture("numbers")
    qtbot.addWidget(picture)
    picture.resize(180, 120)
    picture.show()
    picture.show_numbers(NUMBERS, "heat")
    picture.grab()
    return picture


def test_a_window_over_the_edge_leaves_room_for_its_padding(picture: Picture) -> None:
    before = picture.rect_of([0], [0])
    picture.frame((0, 0), ((-1, 0, 1), (-1, 0, 1)))
    image = picture.grab().toImage()
    after = picture.rect_of([0], [0])
    assert after.width() < before.width()
    window = picture.rect_of((-1, 0, 1), (-1, 0, 1))
    assert window.left() >= 0
    assert window.top() >= 0
    accent = colors.current().color("accent")
    assert image.pixelColor(window.topLeft().toPoint() + QPoint(0, 4)) == accent
    inside = picture.rect_of([1], [3]).center().toPoint()
    assert image.pixelColor(inside) == heat(NUMBERS).pixelColor(3, 1)


def test_an_empty_window_and_no_window_frame_nothing(picture: Picture) -> None:
    plain = picture.grab().toImage()
    picture.frame(None, ((), (1, 2)))
    assert picture.grab().toImage() == plain
    picture.frame(None, ((0, 2), (1, 3)))
    assert picture.grab().toImage() != plain, "places that lie apart are framed one by one"
    picture.frame(None, None)
    assert picture.grab().toImage() == plain


def test_clicks_beside_the_picture_choose_nothing(picture: Picture) -> None:
    found: list[tuple[int, int]] = []
    picture.pixel_chosen.connect(lambda row, column: found.append((row, column)))
    spot = picture.rect_of([2], [1]).center().toPoint()
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    QTest.keyClick(picture, Qt.Key.Key_Left)
    assert found == [(2, 1)], "no key moves where nothing is chosen"


def test_slices_and_histograms_keep_every_number() -> None:
    assert [one.tolist() for one in slices(NUMBERS.reshape(3, 2, 2))] == NUMBERS.reshape(3, 2, 2).tolist()
    assert slices(np.arange(3))[0].shape == (1, 3)
    found = histogram_of(np.array([1.0, 2.0, np.nan, np.inf, 2.0]))
    assert found.total == 3
    assert found.nonfinite == 2
    assert (found.low, found.high) == (1.0, 2.0)
