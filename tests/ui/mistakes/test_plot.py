"""Two courses over each other: their means, their scale, and what is drawn of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from nnbuilder.ui.common import colors
from nnbuilder.ui.mistakes.plot import PairPlot, means, tick_text

VALUES = st.lists(st.none() | st.floats(-100, 100), min_size=1, max_size=40)


@given(VALUES, st.integers(1, 8))
def test_means_are_those_of_the_values_before(course: list[float | None], window: int) -> None:
    for place, mean in enumerate(means(course, window)):
        seen = [one for one in course[max(0, place - window + 1) : place + 1] if one is not None]
        if course[place] is None:
            assert mean is None
        else:
            assert mean == pytest.approx(np.mean(seen), abs=1e-9)


def painted(qtbot: QtBot, right: list[float | None], wrong: list[float | None]) -> set[str]:
    """The colours that a plot of two courses consists of."""
    plot = PairPlot("plot", "Loss", "step", smooth=False)
    qtbot.addWidget(plot)
    plot.resize(320, 200)
    plot.show_values(right, wrong)
    image = plot.grab().toImage()
    return {QColor(image.pixel(x, y)).name() for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize(
    ("right", "wrong", "drawn"),
    [
        ([1.0, 0.5, 0.2], [1.0, 2.0, 3.0], {"ok", "error"}),
        ([1.0, 0.5, 0.2], [1e30, None, 1e-30], {"ok", "error"}),
        ([0.0, -1.0], [], {"ok"}),
        ([None, None], [5.0, 5.0], {"error"}),
        ([3.0], [3.0], {"error"}),
        ([], [], set()),
    ],
)
def test_both_courses_are_drawn(
    qtbot: QtBot, right: list[float | None], wrong: list[float | None], drawn: set[str]
) -> None:
    found = painted(qtbot, right, wrong)
    palette = colors.current()
    assert {token for token in ("ok", "error") if palette.color(token).name() in found} == drawn


def test_a_single_epoch_stands_in_the_middle(qtbot: QtBot) -> None:
    plot = PairPlot("plot", "Loss", "epoch", smooth=False)
    qtbot.addWidget(plot)
    plot.resize(320, 200)
    plot.show_values([3.0], [1.0])
    image, wanted = plot.grab().toImage(), colors.current().color("error").name()
    columns = {x for x in range(320) for y in range(200) if QColor(image.pixel(x, y)).name() == wanted}
    middle = 46 + (320 - 46 - 10) / 2
    assert columns
    assert max(abs(x - middle) for x in columns) < 4


def test_values_are_written_as_people_write_them() -> None:
    values = [0.001, 2.5, 40.0, 1000.0, 250_000.0, 1e30]
    assert [tick_text(one) for one in values] == ["0.001", "2.5", "40", "1,000", "250,000", "1e+30"]
