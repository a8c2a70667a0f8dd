"""The curve of an activation: where its points and the chosen number are painted, and how far it reaches."""

import pytest
import torch
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot
from torch import nn

from nnbuilder.engine.explain.case import Case
from nnbuilder.engine.explain.layers import explain_layer
from nnbuilder.protocol.worked import Curve
from nnbuilder.ui.common import colors
from nnbuilder.ui.microscope.curve_view import CurveView


def like(one: QColor, other: QColor) -> bool:
    """Whether two colours look the same."""
    gaps = (one.red() - other.red(), one.green() - other.green(), one.blue() - other.blue())
    return all(abs(gap) < 40 for gap in gaps)


def curve_of(chosen: float) -> Curve:
    """Tanh with a chosen number before it."""
    x = torch.tensor([[chosen, 4.0, -4.0]])
    module = nn.Tanh()
    found = explain_layer(Case(module, x, module(x), (0, 0))).curve
    assert found is not None
    return found


@pytest.mark.parametrize("chosen", [-2.0, 0.0, 3.0])
@pytest.mark.parametrize("size", [(120, 130), (300, 240)])
def test_the_chosen_number_is_marked_where_it_lies(
    chosen: float, size: tuple[int, int], qtbot: QtBot
) -> None:
    view = CurveView()
    qtbot.addWidget(view)
    view.resize(*size)
    view.show_curve(curve_of(chosen))
    image = view.grab().toImage()
    across = 8 + (chosen + 4) / 8 * (size[0] - 16)
    found = [
        y
        for y in range(image.height())
        if like(image.pixelColor(QPoint(round(across), y)), colors.current().color("accent"))
    ]
    heights = range(round(0.1 * size[1]), round(0.92 * size[1]))
    middle = sum(found) / len(found)
    up = (1 + torch.tanh(torch.tensor(chosen)).item()) / 2
    assert middle == pytest.approx(heights[0] + (1 - up) * len(heights), abs=0.12 * size[1])


def test_nothing_is_shown_without_a_curve(qtbot: QtBot) -> None:
    view = CurveView()
    qtbot.addWidget(view)
    view.show_curve(None)
    assert view.isHidden()
