"""A tensor of the microscope as table, heat map, image, histogram and lines, and the window on it."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnbuilder.protocol.microscope import Looked, Place, Tensor
from nnbuilder.session.microscope import View
from nnbuilder.ui.common.picture import heat, image
from nnbuilder.ui.microscope.tensor_view import TensorView

IMAGES = np.random.default_rng(0).normal(size=(2, 3, 5, 6)).astype(np.float32)
ROWS = np.arange(8, dtype=np.float32).reshape(2, 4) - 3


@dataclass
class Desk:
    """A view of one tensor, and what was chosen in it."""

    view: TensorView
    chosen: list[tuple[str, int, int]] = field(default_factory=list)

    def show(self, array: NDArray[np.generic], *place: int, window: tuple[tuple[int, ...], ...] = ()) -> None:
        """Shows an array with a chosen place."""
        tensor = Tensor("Output", array.shape, str(array.dtype), place, "output", window)
        self.view.show_view(View(Looked(1, Place("forward"), (), tensors=(tensor,)), (array,)))

    def pick(self, how: str) -> None:
        """Has it shown in some way."""
        self.view.how.show_value(how)
        self.view.how.activated.emit(self.view.how.currentIndex())

    def click(self, row: int, column: int) -> None:
        """Clicks a pixel of the picture."""
        self.view.picture.grab()
        spot = self.view.picture.rect_of([row], [column]).center()
        QTest.mouseClick(
            self.view.picture, Qt.MouseButton.LeftButton, pos=QPoint(int(spot.x()), int(spot.y()))
        )


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    """A view on the screen."""
    view = TensorView("given", 0)
    qtbot.addWidget(view)
    view.resize(320, 260)
    view.show()
    desk = Desk(view)
    view.chosen.connect(lambda tensor, row, flat: desk.chosen.append((tensor.title, row, flat)))
    return desk


def test_rows_stand_in_a_table_and_images_in_colours_until_somebody_chooses(desk: Desk) -> None:
    desk.show(ROWS, 1, 2)
    assert desk.view.pages.currentWidget() is desk.view.table
    assert desk.view.model.chosen == (1, 2)
    assert not desk.view.slice.isVisible()
    assert "(2, 4) float32, cpu" in desk.view.words.text()
    desk.show(IMAGES, 1, 2, 3, 4)
    assert desk.view.pages.currentWidget() is desk.view.picture
    assert desk.view.slice.text() == "[1, 2]"
    desk.pick("table")
    desk.show(IMAGES, 0, 1, 2, 3)
    assert desk.view.pages.currentWidget() is desk.view.table
    assert desk.view.table.currentIndex().row() == 2


def test_every_slice_has_the_numbers_of_the_tensor_and_tells_its_place(desk: Desk) -> None:
    desk.show(IMAGES, 0, 0, 0, 0)
    model = desk.view.model
    for at in range(6):
        desk.view.slice.setValue(at)
        row, channel = divmod(at, 3)
        assert np.array_equal(model.matrix, IMAGES[row, channel])
        assert desk.view.slice.text() == f"[{row}, {channel}]"
        index = model.index(4, 5)
        assert model.place(index) == f"[{row}, {channel}, 4, 5]"
        assert IMAGES.reshape(-1)[model.flat(index)] == IMAGES[row, channel, 4, 5]
    assert model.chosen is None, "the chosen number lies in another slice"


def test_a_clicked_pixel_or_cell_is_chosen_with_its_row(desk: Desk) -> None:
    desk.show(IMAGES, 1, 2, 0, 0)
    desk.click(3, 4)
    assert desk.chosen == [("Output", 1, int(np.ravel_multi_index((1, 2, 3, 4), IMAGES.shape)))]
    desk.pick("table")
    desk.view.table.setCurrentIndex(desk.view.model.index(1, 1))
    assert desk.chosen[-1] == ("Output", 1, int(np.ravel_multi_index((1, 2, 1, 1), IMAGES.shape)))


def test_arrow_keys_go_from_pixel_to_pixel(desk: Desk) -> None:
    desk.show(IMAGES, 0, 0, 4, 5)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(desk.view.picture, key)
    places = [np.unravel_index(flat, IMAGES.shape)[2:] for _, _, flat in desk.chosen]
    assert [tuple(map(int, one)) for one in places] == [(4, 4), (3, 5), (4, 5), (4, 5)]


def test_the_window_lies_over_the_row_that_it_is_of(desk: Desk) -> None:
    desk.show(IMAGES, 1, window=((-1, 0, 1), (2, 3)))
    model = desk.view.model
    assert desk.view.slice.text() == "[1, 0]"
    assert model.window == ((-1, 0, 1), (2, 3))
    bold = {
        (row, column)
        for row in range(5)
        for column in range(6)
        if QFont(model.index(row, column).data(Qt.ItemDataRole.FontRole)).bold()
    }
    assert bold == {(0, 2), (0, 3), (1, 2), (1, 3)}
    desk.view.slice.setValue(5)
    assert model.window == ((-1, 0, 1), (2, 3)), "a window reaches through all channels"
    desk.view.slice.setValue(0)
    assert model.window is None, "another row"
    desk.show(IMAGES, 1, window=((-1, 0, 1), (2, 3)))
    assert desk.view.slice.text() == "[0, 0]", "the slice that somebody looks at stays"


def test_windows_of_sequences_and_volumes(desk: Desk) -> None:
    desk.show(IMAGES[:, 0], 1, window=((3, 4),))
    assert desk.view.model.window == ((0, 1, 2, 3, 4), (3, 4))
    volume = np.zeros((2, 1, 4, 5, 6), np.float32)
    desk.show(volume, 0, window=((1, 2), (0, 1), (2, 3)))
    assert desk.view.model.window is None
    desk.view.slice.setValue(2)
    assert desk.view.model.window == ((0, 1), (2, 3))


def test_pictures_have_the_tensors_numbers(desk: Desk) -> None:
    desk.show(IMAGES, 1, 0, 0, 0)
    for how, wanted in (
        ("heat", heat(IMAGES[1, 0].astype(np.float64))),
        ("image", image(IMAGES[1].astype(np.float64))),
    ):
        desk.pick(how)
        picture = desk.view.picture.grab().toImage()
        for row, column in ((0, 5), (4, 2)):
            spot = desk.view.picture.rect_of([row], [column]).center().toPoint()
            assert picture.pixelColor(spot) == wanted.pixelColor(column, row), how
    desk.pick("histogram")
    assert "mean" in desk.view.histogram.toolTip()
    desk.pick("line")
    assert "line" in desk.view.picture.accessibleName()
    desk.show(np.arange(5.0), 3)
    desk.pick("line")
    assert "1 by 5" in desk.view.picture.accessibleName()


def test_of_a_large_tensor_it_is_said_how_much_is_there(desk: Desk) -> None:
    tensor = Tensor("Output", (100, 2000), "float32", (90, 1500))
    sent = np.zeros((32, 2000), np.float32)
    desk.view.show_view(View(Looked(1, Place("forward"), (), tensors=(tensor,)), (sent,)))
    assert "the first 32 of 100 rows" in desk.view.words.text()
    assert "1,024 of 2,000 columns" in desk.view.words.text()
    assert desk.view.model.chosen is None


def test_nothing_and_a_single_number(desk: Desk) -> None:
    desk.view.show_view(None)
    assert desk.view.model.rowCount() == 0
    assert desk.view.words.text() == ""
    desk.show(np.array(2.5))
    assert desk.view.model.data(desk.view.model.index(0, 0)) == "2.5"
    assert desk.view.model.place(desk.view.model.index(0, 0)) == ""
    desk.show(np.zeros((0, 3, 4, 4), np.float32))
    assert desk.view.model.rowCount() == 0


@pytest.mark.parametrize(
    ("typed", "there"),
    [("[1, 2]", "[1, 2]"), ("1 0", "[1, 0]"), ("1,1", "[1, 1]"), ("[2, 0]", "[0, 1]"), ("5", "[0, 1]")],
)
def test_a_slice_is_typed_by_its_indices(desk: Desk, typed: str, there: str) -> None:
    desk.show(IMAGES, 0, 1, 0, 0)
    desk.view.slice.selectAll()
    QTest.keyClicks(desk.view.slice, typed)
    QTest.keyClick(desk.view.slice, Qt.Key.Key_Return)
    assert desk.view.slice.text() == there
    row, channel = (int(one) for one in there.strip("[]").split(", "))
    assert desk.view.slice.value() == row * 3 + channel
    assert desk.view.model.matrix.tolist() == IMAGES[row, channel].tolist()
