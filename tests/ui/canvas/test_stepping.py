"""Where the microscope is, on the canvas: the layer is lit, its edges show the tensors."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QObject, QPointF
from pytestqt.qtbot import QtBot
from torch import nn

from nnbuilder.engine.microscope.look import Scope
from nnbuilder.graph.edits import RemoveNodes, SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import Event, Request
from nnbuilder.protocol.microscope import Look
from nnbuilder.session.channel import Channel
from nnbuilder.session.microscope import Microscope
from nnbuilder.ui.canvas.spotlight import Glimpse, plaque_place
from nnbuilder.ui.canvas.stepping import Spotlight
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.picture import heat
from tests.ui.canvas.answering import Answering
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import ids

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)


@pytest.fixture
def scope(desk: Desk, tmp_path: Path) -> Microscope:
    """A microscope on the drawing, with the rows [[1, 2, 3, 4]] and class 1."""
    found = Scope()

    def work(request: Request) -> tuple[Event, Arrays]:
        assert isinstance(request, Look)
        return found.look(request)

    def open_line(parent: QObject) -> Channel:
        return Answering(parent, work)

    scope = Microscope(desk.document, lambda: tmp_path, desk.document, open_line)
    scope.ask(rows="[[1.0, 2.0, 3.0, 4.0], [0.0, -1.0, 0.5, 2.0]]", targets="1")
    return scope


@pytest.fixture
def light(desk: Desk, scope: Microscope) -> Spotlight:
    """The spotlight on the canvas."""
    return Spotlight(desk.view, desk.document, scope)


def go(scope: Microscope, qtbot: QtBot, stage: str, node: NodeId | None = None) -> None:
    """Goes to a stop."""
    if not scope.looking:
        scope.look()
        qtbot.waitUntil(lambda: not scope.waiting, timeout=20_000)
    [place] = [one for one in scope.walk if one.stage == stage and node in {None, one.node}]
    scope.visit(place)
    qtbot.waitUntil(lambda: not scope.waiting, timeout=20_000)
    assert not scope.trouble


def seen(light: Spotlight) -> dict[str, Glimpse]:
    """The tensors on the edges."""
    assert light.item is not None
    return {one.side: one for one in light.item.glimpses}


def by_hand() -> tuple[nn.Sequential, torch.Tensor]:
    """The network and the rows as a script has them."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
    return model, torch.tensor([[1.0, 2.0, 3.0, 4.0], [0.0, -1.0, 0.5, 2.0]])


def test_edges_show_what_comes_and_goes_forward(
    desk: Desk, scope: Microscope, light: Spotlight, qtbot: QtBot
) -> None:
    assert light.item is None, "nobody looks yet"
    go(scope, qtbot, "forward", N3)
    model, x = by_hand()
    assert light.item is not None
    assert light.item.parentItem() is desk.view.canvas.cards[N3]
    assert light.item.way == "forward"
    assert np.array_equal(seen(light)["in"].numbers, model[0](x).detach().numpy())
    assert np.array_equal(seen(light)["out"].numbers, model[:2](x).detach().numpy())
    assert seen(light)["out"].title == "out 2×16 float32"
    scene, card = desk.view.canvas, desk.view.canvas.cards[N3]
    above = card.pos() + plaque_place("in").center()
    assert light.item in scene.items(above)
    assert "in 2×16 float32: " in light.item.toolTip()
    assert light.item not in scene.items(desk.middle(N3)), "the card keeps its own words"


def test_edges_show_the_gradients_backward_and_the_loss_its_output(
    desk: Desk, scope: Microscope, light: Spotlight, qtbot: QtBot
) -> None:
    go(scope, qtbot, "loss")
    assert light.item is not None
    assert light.item.parentItem() is desk.view.canvas.cards[N5]
    model, x = by_hand()
    assert np.array_equal(seen(light)["in"].numbers, model(x).detach().numpy())
    assert set(seen(light)) == {"in"}
    go(scope, qtbot, "backward", N4)
    hidden = model[:2](x).detach().requires_grad_()
    output = model[2](hidden)
    output.retain_grad()
    torch.autograd.backward(nn.functional.cross_entropy(output, torch.tensor([1, 1])))
    assert output.grad is not None
    assert hidden.grad is not None
    assert light.item is not None
    assert light.item.way == "backward"
    assert np.allclose(seen(light)["out"].numbers, output.grad.numpy())
    assert np.allclose(seen(light)["in"].numbers, hidden.grad.numpy())
    assert seen(light)["in"].title == "◂ ∂loss/∂in 2×16 float32"


def test_it_goes_when_nobody_looks_and_with_its_card(
    desk: Desk, scope: Microscope, light: Spotlight, qtbot: QtBot
) -> None:
    go(scope, qtbot, "forward", N3)
    scope.look_away()
    assert light.item is None
    scope.look()
    qtbot.waitUntil(lambda: light.item is not None, timeout=20_000)
    desk.document.apply(RemoveNodes((N3,)))
    qtbot.waitUntil(lambda: not scope.waiting, timeout=20_000)
    assert light.item is not None
    assert light.item.parentItem() is desk.view.canvas.cards[N2], "the first stop of the new way"


@pytest.mark.usefixtures("light")
def test_the_ring_and_the_tensors_are_painted_and_brought_into_view(
    desk: Desk, scope: Microscope, qtbot: QtBot
) -> None:
    desk.view.camera.look_at(desk.middle(N5) + QPointF(0.0, 300.0), 1.0)
    go(scope, qtbot, "forward", N4)
    card = desk.view.canvas.cards[N4]
    seen_now = desk.view.camera.visible()
    assert seen_now.contains(plaque_place("in").translated(card.pos()))
    assert seen_now.contains(plaque_place("out").translated(card.pos()))
    palette = colors.current()
    picture = desk.view.viewport().grab().toImage()
    edge = desk.at(card.pos() + QPointF(60.0, -5.0))
    assert picture.pixelColor(edge) != palette.color("canvas")
    inside = desk.at(card.pos() + plaque_place("out").bottomRight() - QPointF(4.0, 4.0))
    assert picture.pixelColor(inside) == palette.color("card")


def test_a_glimpse_of_an_image_is_a_channel_of_the_row() -> None:
    numbers = np.arange(2 * 3 * 4 * 5, dtype=np.float32).reshape(2, 3, 4, 5)
    glimpse = Glimpse("in", "in", numbers, 1)
    picture = glimpse.picture()
    assert picture is not None
    assert picture == heat(numbers[1, 0].astype(np.float64))
    assert glimpse.words[0] == "60.00"
    large = Glimpse("in", "in", np.zeros((1, 1, 200, 100), np.float32)).picture()
    assert large is not None
    assert max(large.width(), large.height()) <= 28
    assert Glimpse("in", "in", np.zeros((0, 4), np.float32)).picture() is None
    assert Glimpse("in", "in", np.array([3, 4])).words == ["3"]


def test_no_bubble_covers_the_tensors_unless_it_is_asked_for(
    desk: Desk, scope: Microscope, light: Spotlight, qtbot: QtBot
) -> None:
    fix = Fix("Set out_features to 2", (SetArg(N4, "out_features", 2),))
    desk.analysis.problems = (Problem("error", "output-size", "It needs 2.", node=N4, fixes=(fix,)),)
    bubbles = desk.view.bubbles
    desk.selection.set([N4])
    assert bubbles.bubble.isVisible()
    go(scope, qtbot, "forward", N4)
    assert not bubbles.bubble.isVisible()
    desk.analysis.updated.emit()
    assert not bubbles.bubble.isVisible()
    assert bubbles.focus_fix()
    assert bubbles.bubble.isVisible()
    scope.look_away()
    assert light.item is None
    desk.selection.set([])
    desk.selection.set([N4])
    assert bubbles.bubble.isVisible()
