"""The table of a matrix: tints by size, and numbers that are none."""

import math

import pytest
from PySide6.QtCore import Qt

from nnbuilder.ui.algebra.matrix import MatrixModel
from nnbuilder.ui.common import colors


@pytest.mark.usefixtures("qapp")
def test_cells_are_tinted_against_the_largest_finite_number() -> None:
    model = MatrixModel()
    model.show(
        ((math.nan, -2.0, 0.0, 1.0), (math.inf, 2.0, 1.0, math.nan)), ("a", "b", "c", "d"), ("x", "y"), 3
    )
    tints = [
        [model.index(row, at).data(Qt.ItemDataRole.BackgroundRole) for at in range(4)] for row in range(2)
    ]
    palette = colors.current()
    bad, high, low = (
        palette.color("error_soft"),
        *(palette.mixed("window", end, 0.6) for end in ("high", "low")),
    )
    assert tints[0] == [bad, low, None, None]
    assert tints[1] == [bad, high, palette.mixed("window", "high", 0.3), None]
    assert model.index(0, 0).data() == "nan"
