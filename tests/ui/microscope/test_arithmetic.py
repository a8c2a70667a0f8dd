"""Arithmetic and curve share their room so that lines stay readable."""

from pytestqt.qtbot import QtBot

from nnbuilder.protocol.worked import Curve
from nnbuilder.ui.microscope.arithmetic import Arithmetic
from nnbuilder.ui.microscope.curve_view import CurveView
from nnbuilder.ui.microscope.worked_view import WorkedView


def test_the_curve_goes_below_where_there_is_little_room(qtbot: QtBot) -> None:
    worked, curve = WorkedView(), CurveView()
    both = Arithmetic(worked, curve)
    qtbot.addWidget(both)
    curve.show_curve(Curve("ReLU", (-1.0, 1.0), (0.0, 1.0), ((0.5, 0.5),)))
    both.resize(240, 180)
    with qtbot.waitExposed(both):
        both.show()
    qtbot.waitUntil(lambda: worked.width() == 240)
    assert curve.y() >= worked.height()
    assert worked.height() > curve.height() >= 60
    both.resize(600, 180)
    qtbot.waitUntil(lambda: curve.x() >= worked.width())
    assert worked.width() > curve.width()
