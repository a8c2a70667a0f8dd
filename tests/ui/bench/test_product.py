"""The drawn product: its numbers, the row and column that meet, mouse and keys."""

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnbuilder.protocol.bench import BenchValue
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
    assert waited.args == [1, 1]
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
    product.show_product(ARRAYS)
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
    product.show_product(ARRAYS)
    before = product.grab().toImage()
    product.choose(1, 1)
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
        product.show_product((left @ right, left, right))
        assert all(product.rect().toRectF().contains(place) for place in product.places)
        assert len({product.grab().toImage().pixel(x, 40) for x in range(180)}) > 1
    product.show_product((np.ones(3), np.ones((3, 3)), np.ones(3)))
    assert not product.isVisible()
