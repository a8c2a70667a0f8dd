"""Neurons' responses below their cards."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from nnbuilder.graph.edits import MoveNodes
from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.live import Watch
from nnbuilder.protocol.predictions import Neurons
from nnbuilder.session.live import Live
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.responses import Responses
from nnbuilder.ui.canvas.tiles import Tiles
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.heat import ZERO, diverging, sheet
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import ids

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)
CELLS = 30


@pytest.fixture
def responses(desk: Desk) -> Responses:
    """The follower on a canvas whose run goes on."""
    live = Live(desk.run, desk.document)
    responses = Responses(desk.view, desk.run, live)
    desk.run.start()
    desk.engine.run.start()
    return responses


def say(desk: Desk, sizes: dict[NodeId, int], byte: int = 255) -> None:
    """Sends layers of so many neurons that all respond the same everywhere."""
    run_id = desk.run.run_id
    message = Neurons(run_id, 1, ("x", "y"), (0.0, 0.0, 1.0, 1.0), tuple(sizes), tuple(sizes.values()))
    pictures = [np.full((size, CELLS, CELLS), byte, np.uint8) for size in sizes.values()]
    peaks = [np.ones(size, np.float32) for size in sizes.values()]
    desk.engine.run.received.emit(message, (*pictures, *peaks))


def tiles(desk: Desk, node: NodeId) -> Tiles | None:
    """What lies below a card."""
    return desk.view.canvas.cards[node].tiles


@pytest.mark.usefixtures("responses")
def test_each_layer_that_reports_has_tiles_in_its_colours(desk: Desk, qtbot: QtBot) -> None:
    say(desk, {N2: 8, N3: 8})
    qtbot.waitUntil(lambda: tiles(desk, N2) is not None)
    assert tiles(desk, N4) is None
    shown = tiles(desk, N3)
    assert shown is not None
    assert shown.shown == 8
    middle = desk.view.canvas.cards[N3].pos() + shown.place.topLeft()
    spot = desk.at(middle + QRectF(0, 0, 16, 16).center())
    picture = desk.view.viewport().grab().toImage()
    assert picture.pixelColor(spot).name() == colors.current().color("high").name()


def test_they_are_asked_for_only_while_they_can_be_seen(desk: Desk, responses: Responses) -> None:
    def watched() -> tuple[str, ...]:
        return [one for one in desk.engine.run.sent if isinstance(one, Watch)][-1].reports

    assert watched() == ("Neurons",)
    responses.set_wanted(False)
    assert watched() == ()
    responses.set_wanted(True)
    assert watched() == ("Neurons",)
    desk.view.hide()
    assert watched() == ()


def test_switched_off_they_vanish(desk: Desk, responses: Responses, qtbot: QtBot) -> None:
    say(desk, {N2: 8})
    qtbot.waitUntil(lambda: tiles(desk, N2) is not None)
    responses.set_wanted(False)
    assert tiles(desk, N2) is None
    responses.set_wanted(True)
    assert tiles(desk, N2) is not None


@pytest.mark.usefixtures("responses")
def test_another_run_begins_without_them(desk: Desk, qtbot: QtBot) -> None:
    say(desk, {N2: 8})
    desk.engine.run.end()
    qtbot.waitUntil(lambda: tiles(desk, N2) is not None)
    desk.run.start()
    qtbot.waitUntil(lambda: tiles(desk, N2) is None)


@pytest.mark.usefixtures("responses")
def test_a_card_that_comes_back_has_its_tiles(desk: Desk, qtbot: QtBot) -> None:
    say(desk, {N2: 8})
    desk.selection.set([N2])
    desk.view.operations.delete_selected()
    assert N2 not in desk.view.canvas.cards
    desk.document.undo_stack.undo()
    qtbot.waitUntil(lambda: tiles(desk, N2) is not None)


@pytest.mark.usefixtures("responses")
def test_a_card_close_below_leaves_less_room(desk: Desk, qtbot: QtBot) -> None:
    say(desk, {N2: 40})
    qtbot.waitUntil(lambda: tiles(desk, N2) is not None)
    before, card = tiles(desk, N2), desk.view.canvas.cards[N2]
    assert before is not None
    assert before.shown == 40
    desk.document.apply(MoveNodes({N3: (card.x() + 20, card.y() + geo.CARD_HEIGHT + 30)}))
    qtbot.waitUntil(lambda: tiles(desk, N2) is not before)
    after = tiles(desk, N2)
    assert after is not None
    assert 0 < after.shown < 40
    assert after.place.bottom() <= geo.CARD_HEIGHT + 30


@pytest.mark.parametrize("count", [1, 2, 5, 6, 10, 11, 24, 25, 32, 64])
def test_tiles_lie_below_the_card_within_its_width(count: int) -> None:
    shown = Tiles(
        np.full((count, CELLS, CELLS), ZERO, np.uint8), geo.ROW - geo.CARD_HEIGHT, diverging(colors.LIGHT)
    )
    assert shown.shown == min(count, 44)
    assert shown.place.left() == 0
    assert shown.place.right() <= geo.CARD_WIDTH + 1e-6
    assert shown.place.top() > geo.CARD_HEIGHT
    assert shown.place.bottom() < geo.PORT_Y + geo.ROW / 2, "edges run back there"
    image = shown.image
    assert image.width() / image.height() == pytest.approx(shown.place.width() / shown.place.height())


def test_a_sheet_has_each_picture_upright_and_nothing_between() -> None:
    pictures = np.full((3, 4, 4), ZERO, np.uint8)
    pictures[0, 0], pictures[1, 3], pictures[2] = 255, 1, 0
    table = diverging(colors.LIGHT)
    image = sheet(pictures, 2, 2, table)
    assert (image.width(), image.height()) == (10, 10)
    named = {token: colors.LIGHT.color(token).name() for token in ("low", "high", "card", "error")}
    assert image.pixelColor(0, 3).name() == named["high"], "the first row is the lowest"
    assert image.pixelColor(0, 0).name() == named["card"]
    assert image.pixelColor(6, 0).name() == named["low"]
    assert image.pixelColor(1, 7).name() == named["error"], "not finite"
    assert image.pixelColor(5, 1).alpha() == image.pixelColor(7, 7).alpha() == 0
