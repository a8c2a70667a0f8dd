"""Cards tell how their layers fare while they train."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QStyleOptionGraphicsItem

from nnbuilder.graph.edits import Group, SetArg
from nnbuilder.graph.graph import GROUP, Graph, Node, NodeId
from nnbuilder.interop.looks import CardLook
from nnbuilder.protocol.layers import Activations
from nnbuilder.protocol.live import Watch
from nnbuilder.session.alarms import Alarm, Severity
from nnbuilder.session.layer_course import LayerCourse
from nnbuilder.session.live import Live
from nnbuilder.ui.canvas.card import CardItem, Shared
from nnbuilder.ui.canvas.vitals import Vitals
from nnbuilder.ui.common import colors
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import chain, ids

NAN = float("nan")
LINEAR, RELU, LAST = ids(2, 3, 4)


class Stage:
    """A desk whose run says what its layers give out."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.course = LayerCourse(desk.run, Live(desk.run, desk.document), desk.document)
        self.vitals = Vitals(desk.view, desk.document, self.course)
        desk.run.start()
        desk.engine.run.start()

    def say(self, dead: float) -> None:
        """Says what the layers give out, and lets the cards follow."""
        message = Activations(self.desk.run.run_id, 1, (LINEAR, RELU, LAST), (0,) * 3, (False,) * 3, 50)
        edges = [[-1.0, 1.0], [0.0, 1.0], [-1.0, 1.0]]
        self.desk.engine.run.say(message, np.ones((3, 64)), edges, [NAN, dead, NAN], [NAN, 0.5, NAN])
        self.vitals.show_latest()


@pytest.fixture
def stage(open_desk: Callable[[Graph], Desk]) -> Iterator[Stage]:
    """A run of Linear, ReLU and Linear."""
    stage = Stage(open_desk(chain()))
    yield stage
    stage.desk.run.shutdown()


def test_a_header_warms_and_says_why(stage: Stage) -> None:
    cards = stage.desk.view.canvas.cards
    stage.say(dead=0.1)
    assert cards[RELU].alarm is None
    stage.say(dead=0.8)
    assert cards[RELU].alarm is not None
    assert cards[LINEAR].alarm is None
    stage.desk.hover(stage.desk.middle(RELU))
    assert "80% of its units are dead" in stage.desk.view.viewport().toolTip()
    stage.say(dead=0.1)
    assert cards[RELU].alarm is None


def test_layers_without_weights_have_bars_of_what_they_give_out(stage: Stage) -> None:
    cards = stage.desk.view.canvas.cards
    stage.say(dead=0.0)
    assert cards[RELU].bars is not None
    assert cards[LINEAR].bars is None  # its weights have not come yet


def test_a_group_warms_with_a_layer_in_it(stage: Stage) -> None:
    desk, block = stage.desk, NodeId("block")
    desk.document.apply(Group((LINEAR, RELU), Node(block, GROUP, name="body")))
    QApplication.processEvents()
    stage.say(dead=0.8)
    alarm = desk.view.canvas.cards[block].alarm
    assert alarm is not None
    assert alarm.text.startswith("ReLU (1): 80% of its units are dead")


def test_it_follows_edits(stage: Stage) -> None:
    stage.say(dead=0.8)
    stage.desk.document.apply(SetArg(LINEAR, "out_features", 7))
    QApplication.processEvents()
    stage.vitals.show_latest()
    assert stage.desk.view.canvas.cards[RELU].alarm is not None


def test_it_looks_only_while_the_canvas_is_visible(stage: Stage) -> None:
    stage.desk.view.hide()
    stage.desk.view.show()
    told = [message.reports for message in stage.desk.engine.run.sent if isinstance(message, Watch)]
    assert told[-1] == ("Activations", "Updates")
    assert () in told


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("severity", ["warning", "error"])
def test_the_colour_of_the_header(severity: Severity) -> None:
    cold, warm = (header(alarm) for alarm in (None, Alarm(severity, "")))
    color = colors.current().color(severity)
    wanted = color.red(), color.green(), color.blue()
    assert distance(warm, wanted) < 60 < distance(cold, wanted)


def header(alarm: Alarm | None) -> tuple[int, ...]:
    """The colour of a blue card's header."""
    card = CardItem(NodeId("n1"), CardLook("Linear", color="#2f6fed"), Shared())
    card.set_alarm(alarm)
    image = QImage(200, 120, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    card.paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    color = image.pixelColor(100, 12)
    return color.red(), color.green(), color.blue()


def distance(one: object, other: object) -> float:
    """How far two colours are apart."""
    return float(np.abs(np.array(one, float) - np.array(other, float)).max())
