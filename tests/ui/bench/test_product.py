"""The drawn product: its numbers, the row and column that meet, mouse and keys."""

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnbuilder.protocol.bench import BenchValue
from nnbuilder.ui.bench.matrices import Meeting, Product
from nnbuilder.ui.bench.product import ProductView
from nnbuilder.ui.bench.view import ValueView

LEFT = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
RIGHT = np.array([[1.0, 0.0], [0.0, -1.0], [2.0, 2.0]])
ARRAYS = (LEFT @ RIGHT, LEFT, RIGHT)
VALUE = BenchValue("Tensor", "", "", (2, 2), "float64", "cpu", 4, (2, 1))


def test_the_table_and_the_drawing_choose_the_same_number(qtbot: QtBot) -> None:
    view = ValueView()
    qtbot.addWidget(view)
    view.resize(700, 260)
    view.show_value(VALUE, ARRAYS)
    view.show()
    product = view.product
    assert product.isVisible()
    view.table.setCurrentIndex(view.model.index(1, 0))
    assert product.cell == (1, 0)
    *_, result = product.places
    with qtbot.waitSignal(view.cell_chosen) as waited:
        QTest.mouseClick(
            product, Qt.MouseButton.LeftButton, pos=result.bottomRight().toPoint() - QPoint(4, 4)
        )
    assert waited.args == [3]
    assert (view.table.currentIndex().row(), view.table.currentIndex().column()) == (1, 1)
    QTest.keyClick(product, Qt.Key.Key_Up)
    assert product.cell == (0, 1)
    assert view.table.currentIndex().row() == 0
    assert product.accessibleName() == "Result [0, 1]: row 0 of the left, column 1 of the right"
    view.show_value(VALUE, ARRAYS[:1])
    assert not product.isVisible()


def test_a_click_on_an_operand_chooses_its_row_or_column(qtbot: QtBot) -> None:
    product = ProductView()
    qtbot.addWidget(product)
    product.resize(320, 200)
    product.show_product(Product(*ARRAYS))
    left, right, _ = product.places
    QTest.mouseClick(product, Qt.MouseButton.LeftButton, pos=left.bottomLeft().toPoint() + QPoint(4, -4))
    assert product.cell == (1, 0)
    QTest.mouseClick(product, Qt.MouseButton.LeftButton, pos=right.topRight().toPoint() + QPoint(-4, 4))
    assert product.cell == (1, 1)
    QTest.mouseClick(product, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert product.cell == (1, 1)


def test_the_chosen_row_and_column_are_marked(qtbot: QtBot) -> None:
    """Choosing another number changes the picture at its row and column, and nowhere in the other corner."""
    product = ProductView()
    qtbot.addWidget(product)
    product.resize(320, 200)
    product.show_product(Product(*ARRAYS))
    before = product.grab().toImage()
    product.choose(3)
    after = product.grab().toImage()
    left, right, result = product.places
    for place in (left, right, result):
        box = place.toRect()
        points = [(x, y) for x in range(box.left(), box.right()) for y in range(box.top(), box.bottom())]
        assert any(before.pixel(x, y) != after.pixel(x, y) for x, y in points)
    assert before.pixel(round(right.left()) - 20, 10) == after.pixel(round(right.left()) - 20, 10)


def test_large_and_thin_matrices_fit(qtbot: QtBot) -> None:
    product = ProductView()
    qtbot.addWidget(product)
    product.resize(180, 90)
    for rows, inner, columns in ((400, 3, 5), (1, 500, 1), (60, 60, 60)):
        left, right = np.ones((rows, inner)), np.ones((inner, columns))
        product.show_product(Product(left @ right, left, right))
        assert all(product.rect().toRectF().contains(place) for place in product.places)
        assert len({product.grab().toImage().pixel(x, 40) for x in range(180)}) > 1
    product.show_product(None)
    assert not product.isVisible()


PAIRS = [
    ((3,), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3,)),
    ((2, 3), (3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((4, 1, 2, 3), (5, 3, 2)),
    ((5, 2, 3), (3,)),
    ((3,), (4, 5, 3, 2)),
]
"""Shapes whose product PyTorch knows, with one dimension, two, and several matrices."""


@pytest.mark.parametrize(("left", "right"), PAIRS, ids=str)
def test_every_number_is_the_row_times_the_column_that_are_named(
    left: tuple[int, ...], right: tuple[int, ...]
) -> None:
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.randn(shape, generator=generator) for shape in (left, right))
    made = torch.matmul(a, b)
    product = Product.of((made.numpy(), a.numpy(), b.numpy()))
    assert product is not None
    assert product.count * product.size[0] * product.size[1] == made.numel()
    for at, number in enumerate(made.flatten().tolist()):
        meeting = product.meeting(at)
        assert product.at(meeting) == at
        result, rows, columns = product.matrices(meeting.matrix)
        assert rows[meeting.row] @ columns[:, meeting.column] == pytest.approx(number, abs=1e-5)
        assert result[meeting.row, meeting.column] == number
        assert product.worked(at).endswith(f"=  {number:.4g}")


def test_the_matrices_that_meet_are_named() -> None:
    a, b = np.ones((4, 1, 2, 3)), np.ones((5, 3, 2))
    product = Product(a @ b, a, b)
    assert product.batch == (4, 5)
    assert product.named(product.meeting(product.at(Meeting(7, 1, 0))).matrix) == "left[1, 0] @ right[2]"
    assert product.worked(product.at(Meeting(7, 1, 0))) == (
        "[1, 2, 1, 0]  left[1, 0] @ right[2]:  1 * 1 + 1 * 1 + 1 * 1  =  3"
    )
    assert Product(LEFT @ RIGHT[:, 0], LEFT, RIGHT[:, 0]).worked(1) == "[1]:  4 * 1 + 5 * 0 + 6 * 2  =  16"
    assert Product(np.array(4.0), np.ones(4), np.ones(4)).worked(0) == "1 * 1 + 1 * 1 + 1 * 1 + 1 * 1  =  4"


def test_what_is_no_product_of_these_is_none() -> None:
    """Of a result that is too large only the first rows come."""
    assert Product.of((LEFT @ RIGHT,)) is None
    assert Product.of(((LEFT @ RIGHT)[:1], LEFT, RIGHT)) is None
    assert Product.of((np.ones((2, 2)), np.ones((2, 0)), np.ones((0, 2)))) is None


def test_matrix_by_matrix(qtbot: QtBot) -> None:
    """Page Down, the matrix beside the table and a cell of the table go to the same matrix."""
    view = ValueView()
    qtbot.addWidget(view)
    view.resize(700, 260)
    a = np.arange(12.0).reshape(2, 2, 3)
    made = a @ RIGHT
    view.show_value(BenchValue("Tensor", "", "", made.shape, "float64", "cpu", made.size), (made, a, RIGHT))
    view.show()
    product = view.product
    assert product.caption == "left[0] @ right"
    with qtbot.waitSignal(view.cell_chosen) as waited:
        QTest.keyClick(product, Qt.Key.Key_PageDown)
    assert waited.args == [4]
    assert (product.caption, view.slice.value()) == ("left[1] @ right", 1)
    view.table.setCurrentIndex(view.model.index(1, 0))
    assert product.cell == (1, 0)
    assert product.accessibleName() == (
        "left[1] @ right  Result [1, 0]: row 1 of the left, column 0 of the right"
    )
    view.slice.setValue(0)
    assert (product.caption, product.cell) == ("left[0] @ right", (1, 0))
    assert view.model.numbers.tolist() == made[0].tolist()
