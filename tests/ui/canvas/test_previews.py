"""What each node does to the first rows, below its card."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from pytestqt.qtbot import QtBot
from torch import nn

from nnbuilder.engine.preview import Previewer
from nnbuilder.graph.edits import MoveNodes, RemoveNodes, SetArg
from nnbuilder.graph.graph import ArgValue, NodeId
from nnbuilder.project.project import Project
from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.live import Watch
from nnbuilder.protocol.messages import Request
from nnbuilder.protocol.preview import NodePreview, Preview, Previewed
from nnbuilder.session.channel import Channel
from nnbuilder.session.live import Live
from nnbuilder.session.preview import Previews, Shown
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.detail import FULL_CARDS
from nnbuilder.ui.canvas.previews import PreviewStrips
from nnbuilder.ui.canvas.responses import Responses
from nnbuilder.ui.canvas.strip import BESIDE, HEIGHT, fitting, number, told, within
from nnbuilder.ui.common import colors
from tests.ui.canvas.answering import Answering
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import chain, ids

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)


def torchs(parent: QObject) -> Answering:
    """What works previews out."""
    previewer = Previewer()

    def work(request: Request) -> tuple[Previewed, Arrays]:
        assert isinstance(request, Preview)
        return previewer.preview(request)

    return Answering(parent, work)


def asked(line: Answering) -> list[Preview]:
    """All that was asked of it."""
    return [one for one in line.sent if isinstance(one, Preview)]


@pytest.fixture
def lines() -> list[Answering]:
    """The processes that were started."""
    return []


@pytest.fixture
def strips(desk: Desk, lines: list[Answering], tmp_path: Path) -> PreviewStrips:
    """Previews on the canvas of a network on Iris, switched on."""

    def open_line(parent: QObject) -> Channel:
        lines.append(torchs(parent))
        return lines[-1]

    previews = Previews(desk.document, lambda: tmp_path, desk.document, open_line)
    strips = PreviewStrips(desk.view, previews, desk.selection)
    strips.set_wanted(True)
    return strips


def wait_for(strips: PreviewStrips, qtbot: QtBot, *nodes: NodeId) -> None:
    """Waits until exactly these nodes have strips."""
    qtbot.waitUntil(lambda: set(strips.strips) == set(nodes), timeout=20_000)


def first_numbers(strips: PreviewStrips, node: NodeId) -> list[float]:
    """The first row as it is shown."""
    own = strips.strips[node].shown
    assert own is not None
    return [float(one) for one in own.first]


def made(*first: float, shape: tuple[int, ...] = (8, 4), **more: object) -> Shown:
    """What a node may be said to do."""
    node = msgspec.structs.replace(NodePreview(N1, shape, "float32", -1.0, 2.0), **more)
    return Shown(node, np.zeros((1, 8, 4), np.float32), np.array(first, np.float32), np.ones(24))


def test_each_card_shows_what_torch_computes_and_follows_edits(
    desk: Desk, strips: PreviewStrips, qtbot: QtBot
) -> None:
    wait_for(strips, qtbot, N1, N2, N3, N4, N5)
    torch.manual_seed(desk.document.project.training.seed)
    linear = nn.Linear(4, 16)
    x = torch.tensor([first_numbers(strips, N1)])
    assert first_numbers(strips, N2) == pytest.approx(linear(x)[0, :8].tolist(), abs=1e-6)
    assert first_numbers(strips, N3) == pytest.approx(linear(x).relu()[0, :8].tolist(), abs=1e-6)
    desk.document.apply(SetArg(N2, "out_features", 5))
    qtbot.waitUntil(lambda: len(first_numbers(strips, N2)) == 5, timeout=20_000)
    torch.manual_seed(desk.document.project.training.seed)
    assert first_numbers(strips, N2) == pytest.approx(nn.Linear(4, 5)(x)[0].tolist(), abs=1e-6)
    desk.document.undo_stack.undo()
    qtbot.waitUntil(lambda: len(first_numbers(strips, N2)) == 8, timeout=20_000)


def test_switched_on_it_has_room_below_the_last_cards(desk: Desk, strips: PreviewStrips) -> None:
    """A drawing that was all in view still is, with what comes below it; one that was not stays put."""
    strips.set_wanted(False)
    camera, operations = desk.view.camera, desk.view.operations
    camera.fit(desk.view.bench.level.bounds.adjusted(60.0, 60.0, -60.0, -60.0), 4.0)
    before = camera.visible()
    strips.set_wanted(True)
    assert camera.visible() == before
    strips.set_wanted(False)
    bounds = desk.view.bench.level.bounds
    desk.view.resize(desk.view.width(), 260)
    operations.fit()
    camera.look_at(QPointF(bounds.center().x(), bounds.bottom() - camera.visible().height() / 2 + 5.0), 1.0)
    assert camera.visible().contains(bounds)
    strips.set_wanted(True)
    assert camera.visible().contains(bounds.adjusted(0.0, 0.0, 0.0, geo.CARD_HEIGHT / 2 + HEIGHT / 2))


def test_a_break_takes_the_strips_behind_it_and_is_said(
    desk: Desk, strips: PreviewStrips, qtbot: QtBot
) -> None:
    wait_for(strips, qtbot, N1, N2, N3, N4, N5)
    said: list[str] = []
    strips.said.connect(said.append)
    desk.document.apply(SetArg(N4, "in_features", 7))
    wait_for(strips, qtbot, N1, N2, N3, N4)
    assert len(said) == 1
    assert "mat1 and mat2" in said[0]
    assert strips.strips[N4].end == said[0]
    assert not strips.strips[N3].end
    desk.document.undo_stack.undo()
    wait_for(strips, qtbot, N1, N2, N3, N4, N5)
    assert not strips.strips[N4].end


def test_where_nothing_goes_in_the_input_says_why(desk: Desk, strips: PreviewStrips, qtbot: QtBot) -> None:
    wait_for(strips, qtbot, N1, N2, N3, N4, N5)
    desk.document.apply(SetArg(N1, "shape", (1, 28, 28)))
    wait_for(strips, qtbot, N1)
    assert "the Input takes N×1×28×28" in strips.strips[N1].end
    picture = desk.view.viewport().grab().toImage()
    place = strips.strips[N1].boundingRect().translated(desk.view.canvas.cards[N1].pos())
    shades = {
        picture.pixelColor(desk.at(place.topLeft() + QPointF(8.0 + step, 12.0))).name() for step in range(100)
    }
    assert len(shades) > 3, "the sentence is painted"


def test_a_card_that_goes_takes_its_strip_and_one_that_comes_back_has_it(
    desk: Desk, strips: PreviewStrips, qtbot: QtBot
) -> None:
    wait_for(strips, qtbot, N1, N2, N3, N4, N5)
    desk.document.apply(RemoveNodes((N3,)))
    wait_for(strips, qtbot, N1, N2, N4, N5)
    desk.document.undo_stack.undo()
    wait_for(strips, qtbot, N1, N2, N3, N4, N5)
    assert strips.strips[N3].parentItem() is desk.view.canvas.cards[N3]


def test_nothing_is_asked_unless_it_can_be_seen(
    desk: Desk, strips: PreviewStrips, lines: list[Answering], qtbot: QtBot
) -> None:
    wait_for(strips, qtbot, N1, N2, N3, N4, N5)
    desk.view.hide()
    qtbot.wait(80)
    count = len(lines[0].sent)
    desk.document.apply(SetArg(N2, "out_features", 5))
    qtbot.wait(150)
    assert len(lines[0].sent) == count
    desk.view.show()
    qtbot.waitUntil(lambda: len(lines[0].sent) > count)
    wait_for(strips, qtbot, N1, N2, N3, N4, N5)
    strips.set_wanted(False)
    assert not strips.strips
    desk.document.apply(SetArg(N2, "out_features", 6))
    qtbot.wait(150)
    assert len(lines) == 1


def test_of_a_long_chain_only_what_is_in_view_is_asked_for(
    desk: Desk, strips: PreviewStrips, lines: list[Answering], qtbot: QtBot
) -> None:
    said: list[str] = []
    strips.said.connect(said.append)
    tanh: tuple[str, dict[str, ArgValue]] = ("Tanh", {})
    layers = [("Input", {}), *[tanh] * (2 * FULL_CARDS), ("Loss", {})]
    desk.document.new(Project(chain(layers)))
    desk.view.camera.fit(desk.view.level.bounds)
    qtbot.waitUntil(lambda: bool(said))
    assert "Zoom in" in said[-1]
    assert not strips.strips
    desk.view.camera.look_at(desk.middle(N3), 1.0)
    qtbot.waitUntil(lambda: bool(strips.strips), timeout=20_000)
    seen = set(desk.view.canvas.nodes_in(desk.view.camera.visible()))
    assert 0 < len(asked(lines[-1])[-1].nodes) <= len(seen) + 5 < 40
    assert {node for node in strips.strips if node not in seen} <= set(asked(lines[-1])[-1].nodes)


def test_between_close_cards_it_stands_beside_and_without_room_it_goes(
    desk: Desk, strips: PreviewStrips, qtbot: QtBot
) -> None:
    wait_for(strips, qtbot, N1, N2, N3, N4, N5)
    cards = desk.view.canvas.cards
    at = cards[N5].pos()
    desk.document.apply(MoveNodes({N4: (at.x(), at.y() + geo.CARD_HEIGHT + HEIGHT + 10)}))
    qtbot.waitUntil(lambda: strips.strips[N5].boundingRect() == BESIDE)
    desk.document.apply(MoveNodes({N3: (at.x() + BESIDE.left(), at.y())}))
    qtbot.waitUntil(lambda: strips.strips[N5].boundingRect() != BESIDE)
    desk.document.apply(MoveNodes({N4: (at.x(), at.y() + geo.CARD_HEIGHT + HEIGHT - 2)}))
    wait_for(strips, qtbot, N1, N2, N3, N4)


def test_a_sentence_is_cut_to_the_room_there_is() -> None:
    metrics, room = QFontMetricsF(QFont()), QRectF(0.0, 0.0, 120.0, 40.0)
    assert within("It ends before 4 (Linear): too large.", room, metrics) == "too large."
    cut = within("word " * 200, room, metrics)
    assert cut.endswith("word…")
    assert metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), cut).height() <= room.height()


def test_it_is_painted_in_both_themes(desk: Desk, strips: PreviewStrips, qtbot: QtBot) -> None:
    wait_for(strips, qtbot, N1, N2, N3, N4, N5)
    strip = strips.strips[N3]
    spot = desk.at(desk.view.canvas.cards[N3].pos() + strip.boundingRect().topRight() - QPointF(3, -3))
    before = colors.current()
    assert desk.view.viewport().grab().toImage().pixelColor(spot) == before.color("card")
    try:
        colors.use(colors.DARK)
        assert desk.view.viewport().grab().toImage().pixelColor(spot) == colors.DARK.color("card")
    finally:
        colors.use(before)


def test_neurons_give_way_to_previews(desk: Desk, strips: PreviewStrips) -> None:
    responses = Responses(desk.view, desk.run, Live(desk.run, desk.document))
    strips.switched.connect(responses.set_covered)
    desk.run.start()
    desk.engine.run.start()

    def watched() -> tuple[str, ...]:
        return [one for one in desk.engine.run.sent if isinstance(one, Watch)][-1].reports

    assert watched() == ("Neurons",)
    strips.set_wanted(True)
    assert watched() == ()
    strips.set_wanted(False)
    assert watched() == ("Neurons",)


def test_who_walks_by_keys_hears_the_numbers(desk: Desk, strips: PreviewStrips, qtbot: QtBot) -> None:
    wait_for(strips, qtbot, N1, N2, N3, N4, N5)
    said: list[str] = []
    strips.said.connect(said.append)
    desk.selection.set([N4])
    [sentence] = said
    assert sentence.startswith("out (8, 3) float32, on the cpu, in eval mode; from ")
    strips.set_wanted(False)
    desk.selection.set([N2])
    assert len(said) == 1
    strips.set_wanted(True)
    assert "first numbers take a moment" in said[1]


def test_numbers_are_written_as_far_as_there_is_room() -> None:
    shown = made(0.5, -1.25, 1e-5, 4000.0)
    assert fitting(shown, len, 100) == "0.50  −1.25  1.0e−05  4.0e+03"
    assert fitting(shown, len, 14) == "0.50  −1.25  …"
    assert fitting(made(1.0, 2.0, 3.0, shape=(8, 3)), len, 10) == "1.00  …"
    assert fitting(made(shape=(8, 3, 5, 5), image=True), len, 5) == "−1.00 … 2.00"
    assert fitting(made(1.5, loss=True), len, 5) == "loss 1.50"
    assert number(float("-inf")) == "−inf"
    assert number(-3.0, "int64") == "−3"


def test_the_tip_says_it_in_sentences() -> None:
    text = told(made(0.5, nonfinite=3), "Rows 0 to 7 of the data.")
    assert text.splitlines() == [
        "Rows 0 to 7 of the data:",
        "out (8, 4) float32, on the cpu, in eval mode",
        "from -1 to 2, mean 0, std 0",
        "first row: 0.5",
        "3 of its numbers are NaN or infinite",
    ]
    assert "loss of each row" in told(made(0.5, loss=True), "")
