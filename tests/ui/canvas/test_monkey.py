"""Random real events on the canvas: nothing breaks, whatever hand and keyboard do."""

import random
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnbuilder.graph.graph import Graph
from nnbuilder.project.text import dump_project, parse_project
from tests.conftest import SOAK
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import chain

EVENTS = 5000 if SOAK else 400
KEYS = (
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Tab, Qt.Key.Key_Delete),
    *(Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Backspace),
    *(Qt.Key.Key_D, Qt.Key.Key_F, Qt.Key.Key_G, Qt.Key.Key_N, Qt.Key.Key_Z, Qt.Key.Key_A, Qt.Key.Key_X),
)
BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)
MODIFIERS = (
    *(Qt.KeyboardModifier.NoModifier,) * 4,
    *(
        Qt.KeyboardModifier.ControlModifier,
        Qt.KeyboardModifier.ShiftModifier,
        Qt.KeyboardModifier.AltModifier,
    ),
)


class Monkey:
    """Draws one event after another and sends it to the canvas as Qt would."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk = desk
        self.chance = random.Random(seed)  # noqa: S311  (a monkey keeps no secrets)
        self.port = desk.view.viewport()

    def act(self) -> None:
        """One event, or one whole drag."""
        self.chance.choice((self.drag, self.drag, self.click, self.press, self.press, self.turn, self.undo))()

    def place(self) -> QPoint:
        """A place on the canvas, more often than not on a card."""
        cards = list(self.desk.view.canvas.cards.values())
        if cards and self.chance.random() < 0.7:
            spot = self.chance.choice(cards).sceneBoundingRect()
            at = QPointF(
                self.chance.uniform(spot.left(), spot.right()), self.chance.uniform(spot.top(), spot.bottom())
            )
            point = self.desk.view.mapFromScene(at)
            if self.port.rect().contains(point):
                return point
        return QPoint(self.chance.randrange(self.port.width()), self.chance.randrange(self.port.height()))

    def drag(self) -> None:
        """A drag over some places; now and then Esc in the middle."""
        button, held = self.chance.choice(BUTTONS), self.chance.choice(MODIFIERS)
        QTest.mousePress(self.port, button, held, self.place())
        for _ in range(self.chance.randrange(1, 6)):
            QTest.mouseMove(self.port, self.place())
        if self.chance.random() < 0.2:
            QTest.keyClick(self.desk.view, Qt.Key.Key_Escape)
        QTest.mouseRelease(self.port, button, held, self.place())

    def click(self) -> None:
        """A click or a double click."""
        send = self.chance.choice((QTest.mouseClick, QTest.mouseClick, QTest.mouseDClick))
        send(self.port, Qt.MouseButton.LeftButton, self.chance.choice(MODIFIERS), self.place())

    def press(self) -> None:
        """A key, to whatever has the focus within the canvas."""
        focus = QApplication.focusWidget()
        target = focus if focus is not None and self.desk.view.isAncestorOf(focus) else self.desk.view
        QTest.keyClick(target, self.chance.choice(KEYS), self.chance.choice(MODIFIERS))

    def turn(self) -> None:
        """The wheel."""
        at = QPointF(self.place())
        event = QWheelEvent(
            at,
            QPointF(self.port.mapToGlobal(at.toPoint())),
            QPoint(),
            QPoint(0, self.chance.choice((-120, 120))),
            Qt.MouseButton.NoButton,
            self.chance.choice(MODIFIERS),
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.port, event)

    def undo(self) -> None:
        """Takes back or does again."""
        stack = self.desk.document.undo_stack
        self.chance.choice((stack.undo, stack.redo))()


@pytest.mark.timeout(1800 if SOAK else 120)
@pytest.mark.parametrize("seed", range(1, 8) if SOAK else (1, 2))
def test_a_monkey_at_the_canvas_breaks_nothing(open_desk: Callable[[Graph], Desk], seed: int) -> None:
    layers = [("Linear", {"out_features": 8}), ("ReLU", {}), ("Dropout", {})] * 3
    desk = open_desk(chain([("Input", {}), *layers, ("Loss", {})], columns=4))
    monkey = Monkey(desk, seed)
    for number in range(EVENTS // 2):
        monkey.act()
        if number % 20 == 0:
            QApplication.processEvents()
            assert set(desk.view.canvas.cards) == set(desk.view.level.graph.nodes)
    text = dump_project(desk.document.project)
    assert dump_project(parse_project(text).project) == text
