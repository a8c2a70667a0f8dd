"""Cards of layers in which much of the network lies carry a bar, and say why."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QStyleOptionGraphicsItem

from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import Graph, Node, NodeId
from nnbuilder.graph.report.rows import Shares
from nnbuilder.interop.looks import CardLook, card_look
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.card import CardItem, Shared
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import chain, ids

N1 = NodeId("n1")
DEEP = chain(
    (("Input", {}), *(("Linear", {"out_features": 8}),) * 4, ("Linear", {"out_features": 3}), ("Loss", {}))
)


def test_shares_are_in_the_tip() -> None:
    look = card_look(Node(N1, "ReLU"), None, (), heavy=Shares(0.4, None, 0.75))
    assert look.heavy == 0.75
    assert look.tip.splitlines()[-2:] == [
        "40.0 % of all parameters",
        "75.0 % of the memory that training needs",
    ]
    assert card_look(Node(N1, "ReLU"), None, ()).heavy == 0


def test_a_group_can_be_heavy() -> None:
    assert card_look(Node(N1, "Sequential"), None, (), heavy=Shares(0.5)).heavy == 0.5


@pytest.mark.usefixtures("qapp")
def test_the_bar_is_as_long_as_the_share() -> None:
    lengths = [_foot(CardLook("Linear", heavy=share)) for share in (0.0, 0.3, 0.6, 1.0)]
    assert lengths[0] == 0
    assert lengths == sorted(lengths)
    assert 1.7 < lengths[2] / lengths[1] < 2.3


def test_it_follows_the_drawing(open_desk: Callable[[Graph], Desk]) -> None:
    desk = open_desk(DEEP)
    heavy = [card.look.heavy for card in desk.view.canvas.cards.values()]
    assert max(heavy) < 0.5
    desk.document.apply(SetArg(ids(3)[0], "out_features", 500))
    QApplication.processEvents()
    QApplication.processEvents()
    cards = desk.view.canvas.cards
    assert cards[ids(4)[0]].look.heavy > 0.4
    assert "of all parameters" in cards[ids(4)[0]].look.tip
    assert cards[ids(6)[0]].look.heavy == 0


def _foot(look: CardLook) -> int:
    """How many pixels of the lowest rows of a card have the colour of the bar."""
    shared = Shared()
    image = QImage(int(geo.CARD_WIDTH) + 1, int(geo.CARD_HEIGHT) + 1, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    CardItem(N1, look, shared).paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    row = int(geo.CARD_HEIGHT) - 3
    colors = [image.pixelColor(x, row) for x in range(image.width())]
    return sum(color.saturation() > 120 for color in colors)
