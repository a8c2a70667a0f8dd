"""The legend: as much as there is room for."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from nnbuilder.ui.common import colors
from nnbuilder.ui.plots.legend import Legend

LONG = [("train 0.123", "train"), ("validation 0.456", "validation")]
SHORT = [("0.123", "train"), ("0.456", "validation")]


def test_it_is_as_long_as_there_is_room(qtbot: QtBot) -> None:
    legend = Legend("legend", Qt.AlignmentFlag.AlignRight)
    qtbot.addWidget(legend)
    legend.show_entries(LONG, SHORT)
    legend.resize(400, 20)
    assert legend.shown == tuple(LONG)
    legend.resize(90, 20)
    assert legend.shown == tuple(SHORT)
    assert legend.accessibleName() == "train 0.123, validation 0.456"


def test_it_is_painted_in_the_colours_of_its_curves(qtbot: QtBot) -> None:
    legend = Legend("legend", Qt.AlignmentFlag.AlignLeft)
    qtbot.addWidget(legend)
    legend.resize(300, 20)
    legend.show_entries([("MMMM", "train"), ("MMMM", "#b6539b")])
    image = legend.grab().toImage()
    seen = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert {colors.current().color("train").name(), "#b6539b"} <= seen
