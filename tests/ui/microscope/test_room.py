"""What the microscope shows where there is little room, little to show, or no process any more."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from nnbuilder.graph.graph import NodeId
from nnbuilder.session.channel import Channel
from nnbuilder.session.microscope import Microscope
from nnbuilder.ui.microscope.panel import MicroscopePanel, place_words
from tests.engine.samples import chain, make_project
from tests.ui.microscope.near import Near
from tests.ui.workbench import Open, Workbench, find

NARROW, WIDE = 764, 1200
"""The panel in a window of 1280 by 720, and in a large one."""

PICTURES = make_project(
    chain(
        ("Unflatten", {"dim": 1, "unflattened_size": (1, 1, 2)}),
        ("Conv2d", {"out_channels": 16, "kernel_size": 1}),
        ("Flatten", {}),
        ("Linear", {"out_features": 2}),
    )
)


@dataclass
class Room:
    """A panel of some width, and what it asks."""

    bench: Workbench
    scope: Microscope
    panel: MicroscopePanel
    lines: list[Channel] = field(default_factory=list)

    def settle(self) -> None:
        """Waits for the answer."""
        self.bench.qtbot.waitUntil(lambda: not self.scope.waiting, timeout=20_000)
        self.bench.settle()

    def visit(self, stage: str) -> None:
        """Goes to a stop."""
        self.scope.visit(next(place for place in self.scope.walk if place.stage == stage))
        self.settle()


MakeRoom = Callable[[int], Room]


@pytest.fixture
def make_room(open_bench: Open) -> MakeRoom:
    """Shows a panel of a width, before its first answer."""

    def make(width: int) -> Room:
        bench = open_bench(PICTURES)
        lines: list[Channel] = []

        def opener(parent: QObject) -> Channel:
            lines.append(Near(parent))
            return lines[-1]

        scope = Microscope(bench.document, bench.runs, bench.document, opener)
        panel = MicroscopePanel(scope, bench.selection)
        assert not panel.stop.isVisibleTo(panel)
        assert not panel.made.isVisibleTo(panel)
        assert not panel.update_bar.isVisibleTo(panel)
        room = Room(bench, scope, panel, lines)
        bench.show(panel, width, 260)
        room.settle()
        return room

    return make


def test_in_little_room_the_arithmetic_has_the_room_of_a_tensor(make_room: MakeRoom) -> None:
    room = make_room(NARROW)
    panel = room.panel
    assert panel.width() == NARROW
    assert not panel.given.isVisible()
    assert [panel.made.choice.itemText(at) for at in range(2)] == ["Input", "Output"]
    letter = panel.worked.fontMetrics().horizontalAdvance("0")
    assert panel.worked.viewport().width() >= 36 * letter
    room.visit("update")
    assert panel.made.choice.currentText() == "weight.grad"
    panel.resize(WIDE, 260)
    assert panel.given.isVisible()
    panel.given.take_focus()
    panel.resize(NARROW, 260)
    assert panel.made.isAncestorOf(panel.focusWidget())


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_shape_is_whole_beside_the_choice_of_its_slice(make_room: MakeRoom, width: int) -> None:
    room = make_room(width)
    room.bench.select("n2")
    room.settle()
    made = room.panel.made
    assert made.slice.isVisible()
    shape = "(8, 16, 1, 2)"
    assert made.words.text() == f"{shape} float32, cpu"
    assert made.words.width() >= made.words.fontMetrics().horizontalAdvance(shape)


def test_a_weight_without_a_gradient_is_shown_once(make_room: MakeRoom) -> None:
    room = make_room(WIDE)
    assert room.panel.given.isVisible()
    room.visit("zero_grad")
    assert room.panel.made.choice.currentText() == "weight"
    assert not room.panel.given.isVisible()
    room.visit("backward")
    room.panel.batch.click()
    room.settle()
    assert room.panel.given.isVisible()
    assert room.panel.made.choice.currentText() == "weight.grad from before"


def test_a_lost_process_is_asked_again_by_a_button(make_room: MakeRoom) -> None:
    room = make_room(NARROW)
    room.visit("update")
    again = find(room.panel, QAbstractButton, "microscope_again")
    assert not again.isVisible()
    room.lines[-1].closed.emit("It was ended by a signal.")
    room.bench.settle()
    assert "Look again" in room.panel.worked.toPlainText()
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    room.settle()
    assert len(room.lines) == 2
    assert not again.isVisible()
    assert "One step of Adam: 1.weight[0, 0, 0, 0]\n" in room.panel.worked.toPlainText()


def test_the_card_of_the_loss_leads_to_its_stop(make_room: MakeRoom) -> None:
    room = make_room(NARROW)
    room.bench.select("loss")
    room.settle()
    assert place_words(room.scope.place) == "Loss"
    assert "CrossEntropyLoss" in room.panel.worked.toPlainText()
    assert room.bench.selection.nodes == (NodeId("loss"),)


def test_a_layer_that_was_selected_meanwhile_is_looked_at(make_room: MakeRoom) -> None:
    room = make_room(NARROW)
    room.panel.hide()
    room.bench.select("n4")
    room.panel.show()
    room.settle()
    assert place_words(room.scope.place) == "3 Linear forward"
    assert room.bench.selection.nodes == (NodeId("n4"),)
