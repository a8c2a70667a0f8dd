"""Lines of layers over the steps of a run."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnbuilder.ui.common import colors
from nnbuilder.ui.plots.layers.lines import Chart, Line, LinesView, line_color, reach

STEPS = np.array([0.0, 10.0, 20.0, 40.0])


def chart(*values: float, log: bool = True) -> Chart:
    """One line over four steps."""
    return Chart(STEPS, (Line("Linear", np.array(values)),), log=log)


def test_values_are_those_of_the_step_before() -> None:
    drawn = chart(0.1, 0.2, 0.3, 0.4)
    assert [drawn.at(drawn.lines[0], step) for step in (None, 0, 9, 10, 39, -5)] == [
        0.4,
        0.1,
        0.1,
        0.2,
        0.3,
        0.1,
    ]


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ((2e-4, 3e-3, 5e-3, 1e-3), (1e-4, 1e-2)),
        ((0.0, float("nan"), float("inf"), 0.5), (1e-1, 10.0)),
        ((0.0, 0.0, 0.0, 0.0), (1e-4, 1e-2)),
    ],
)
def test_powers_of_ten_lie_around_all_values(values: tuple[float, ...], ends: tuple[float, float]) -> None:
    assert reach(chart(*values)) == pytest.approx(ends)


def test_a_line_is_where_its_values_are(qtbot: QtBot) -> None:
    view = LinesView()
    qtbot.addWidget(view)
    view.resize(500, 220)
    view.show_chart(chart(0.0, 0.0, 1.0, 1.0, log=False), "Dead units")
    rows = [y for x, y in stroke(view.grab().toImage()) if x < 100]
    late = [y for x, y in stroke(view.grab().toImage()) if 280 < x < 340]
    assert min(rows) > 150  # 0 % at the bottom
    assert max(late) < 30  # 100 % at the top


def test_a_gap_where_a_value_is_no_number(qtbot: QtBot) -> None:
    view = LinesView()
    qtbot.addWidget(view)
    view.resize(500, 220)
    view.show_chart(chart(0.5, float("nan"), 0.5, 0.5, log=False), "Dead units")
    columns = {x for x, y in stroke(view.grab().toImage()) if 90 < y < 120}
    assert not columns & set(range(60, 200))
    assert columns & set(range(250, 340))


def test_the_mouse_tells_the_step(qtbot: QtBot) -> None:
    view = LinesView()
    qtbot.addWidget(view)
    view.resize(500, 220)
    view.show_chart(chart(0.1, 0.2, 0.3, 0.4), "Changes")
    view.show()
    told: list[float | None] = []
    view.pointed.connect(told.append)
    still = view.grab().toImage()
    QTest.mouseMove(view, QPoint(200, 100))
    qtbot.waitUntil(lambda: bool(told))
    assert told[-1] is not None
    assert 0 < told[-1] < 40
    assert view.grab().toImage() != still


@pytest.mark.parametrize("palette", [colors.LIGHT, colors.DARK])
def test_layers_have_colours_of_their_own(palette: colors.Palette) -> None:
    assert len({line_color(place / 7, palette).name() for place in range(8)}) == 8


def stroke(image: QImage) -> list[tuple[int, int]]:
    """The pixels of the first layer's colour left of the names."""
    wanted = line_color(0.0, colors.current())
    return [
        (x, y)
        for x in range(45, 350)
        for y in range(image.height())
        if _near(image.pixelColor(x, y).getRgb(), wanted.getRgb())
    ]


def _near(one: object, other: object) -> bool:
    return bool(np.abs(np.array(one, float) - np.array(other, float)).max() < 60)
