"""A monkey before the whole window: draws one real event after another and sends it as Qt would."""

import random

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QTreeView, QWidget

from nnbuilder.ui.common.mime import layer_data
from nnbuilder.ui.main_window import MainWindow

_Key = Qt.Key
_NONE = Qt.KeyboardModifier.NoModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier
_LEFT = Qt.MouseButton.LeftButton
_MIDDLE = Qt.MouseButton.MiddleButton

MODIFIERS = (_NONE, _NONE, _NONE, _NONE, _CONTROL, _SHIFT, _ALT)
PLAIN = (
    *(_Key.Key_Left, _Key.Key_Right, _Key.Key_Up, _Key.Key_Down, _Key.Key_Home, _Key.Key_End, _Key.Key_Tab),
    *(_Key.Key_Escape, _Key.Key_Return, _Key.Key_Delete, _Key.Key_Backspace, _Key.Key_F2, _Key.Key_F8),
    *(_Key.Key_C, _Key.Key_D, _Key.Key_F, _Key.Key_N, _Key.Key_Slash, _Key.Key_1, _Key.Key_6, _Key.Key_Space),
)
CHORDS = (
    *((key, _CONTROL) for key in (_Key.Key_A, _Key.Key_C, _Key.Key_X, _Key.Key_V, _Key.Key_D, _Key.Key_G)),
    *((key, _CONTROL) for key in (_Key.Key_Z, _Key.Key_Y, _Key.Key_L, _Key.Key_K, _Key.Key_Plus, _Key.Key_8)),
    *((key, _CONTROL | _SHIFT) for key in (_Key.Key_Z, _Key.Key_G, _Key.Key_A, _Key.Key_P)),
    *((key, _ALT) for key in (_Key.Key_Left, _Key.Key_Right)),
    *((key, _SHIFT) for key in (_Key.Key_Left, _Key.Key_Right, _Key.Key_N, _Key.Key_Tab)),
)
DRAGGED = ("Linear", "ReLU", "Dropout", "BatchNorm1d", "Flatten", "NoSuchLayer", "not a name")
TYPED = ("linear 8", "relu, tanh", "dropout .3", "nonsense!", "linear 0", "9")


class Monkey:
    """What it does is decided by a seed alone; `did` is the last thing, for a failure's message."""

    def __init__(self, window: MainWindow, seed: int) -> None:
        self._window = window
        self._canvas = window.panels.canvas
        self._port = self._canvas.viewport()
        self._chance = random.Random(seed)  # noqa: S311  (a monkey keeps no secrets)
        self._often = (
            (8, self.drag),
            (5, self.click),
            (5, self.press),
            (4, self.chord),
            (3, self.wheel),
            (3, self.drop),
            (2, self.choose),
            (2, self.type),
            (2, self.undo),
            (1, self.menu),
        )
        self.did: list[str] = []

    def act(self) -> None:
        """Does one thing, and closes what asks for an answer."""
        weights = [weight for weight, _ in self._often]
        [(_, deed)] = self._chance.choices(self._often, weights)
        self.did = [*self.did[-7:], deed.__name__]
        deed()
        self.dismiss()

    def drag(self) -> None:
        """Presses, moves over some places and lets go; now and then Esc or undo comes in between."""
        button, held = self._chance.choice((_LEFT, _LEFT, _LEFT, _MIDDLE)), self._chance.choice(MODIFIERS)
        QTest.mousePress(self._port, button, held, self._place())
        for _ in range(self._chance.randrange(1, 7)):
            self._move(self._place(), button, held)
            if self._chance.random() < 0.2:
                QApplication.processEvents()
        if self._chance.random() < 0.15:
            QTest.keyClick(self._canvas, _Key.Key_Escape)
        elif self._chance.random() < 0.1:
            self.undo()
        QTest.mouseRelease(self._port, button, held, self._place())

    def click(self) -> None:
        """Comes by and clicks, once or twice."""
        at, held = self._place(), self._chance.choice(MODIFIERS)
        self._move(at, Qt.MouseButton.NoButton, held)
        QTest.mouseClick(self._port, _LEFT, held, at)
        if self._chance.random() < 0.2:
            QTest.mouseDClick(self._port, _LEFT, held, at)

    def press(self) -> None:
        """A key where the keyboard is."""
        QTest.keyClick(self._focus(), self._chance.choice(PLAIN), self._chance.choice((_NONE, _NONE, _SHIFT)))

    def chord(self) -> None:
        """A shortcut, mostly on the canvas."""
        if self._chance.random() < 0.6:
            self._canvas.setFocus()
        QTest.keyClick(self._focus(), *self._chance.choice(CHORDS))

    def type(self) -> None:
        """Some words and Enter where the keyboard is, or in the box that adds layers."""
        if self._chance.random() < 0.6:
            self._canvas.setFocus()
            QTest.keyClick(self._canvas, _Key.Key_Slash)
        focus = self._focus()
        if focus is not self._canvas:
            QTest.keyClicks(focus, self._chance.choice(TYPED))
            QTest.keyClick(self._focus(), self._chance.choice((_Key.Key_Return, _Key.Key_Escape)))

    def wheel(self) -> None:
        """The wheel, over the canvas."""
        at, turn = QPointF(self._place()), self._chance.choice((-120, -120, 120))
        there, held = QPointF(self._port.mapToGlobal(at.toPoint())), self._chance.choice(MODIFIERS)
        phase = Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(at, there, QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, held, phase, False)
        QApplication.sendEvent(self._port, event)

    def drop(self) -> None:
        """Drags a layer, or something else, from elsewhere over the canvas; lets it go or takes it away."""
        mime = layer_data(self._chance.choice(DRAGGED)) if self._chance.random() < 0.8 else _rubbish()
        copy, held = Qt.DropAction.CopyAction, self._chance.choice((_NONE, _CONTROL))
        QApplication.sendEvent(self._port, QDragEnterEvent(self._place(), copy, mime, _LEFT, held))
        for _ in range(self._chance.randrange(1, 4)):
            QApplication.sendEvent(self._port, QDragMoveEvent(self._place(), copy, mime, _LEFT, held))
        if self._chance.random() < 0.2:
            QApplication.sendEvent(self._port, QDragLeaveEvent())
        else:
            QApplication.sendEvent(self._port, QDropEvent(QPointF(self._place()), copy, mime, _LEFT, held))

    def choose(self) -> None:
        """A click or a double click in the palette."""
        tree: QTreeView = self._window.panels.palette.tree
        send = self._chance.choice((QTest.mouseClick, QTest.mouseDClick))
        at = QPoint(self._chance.randrange(10, 120), self._chance.randrange(max(tree.viewport().height(), 1)))
        send(tree.viewport(), _LEFT, _NONE, at)

    def undo(self) -> None:
        """Takes back or does again."""
        stack = self._window.session.document.undo_stack
        self._chance.choice((stack.undo, stack.undo, stack.redo))()

    def menu(self) -> None:
        """A context menu, walked down by some steps; what is there is done or not."""
        at = self._place()
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(self._port, QContextMenuEvent(reason, at, self._port.mapToGlobal(at), _NONE))
        keys = [_Key.Key_Down] * self._chance.randrange(1, 9)
        for key in (*keys, self._chance.choice((_Key.Key_Return, _Key.Key_Right, _Key.Key_Escape))):
            popup = QApplication.activePopupWidget()
            if popup is not None:
                QTest.keyClick(popup, key)

    def dismiss(self) -> None:
        """Closes menus and dialogs, as somebody does who did not want them."""
        for _ in range(4):
            popup = QApplication.activePopupWidget()
            if popup is not None:
                QTest.keyClick(popup, _Key.Key_Escape)
        for dialog in self._window.findChildren(QDialog):
            dialog.reject()

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self._window

    def _move(self, at: QPoint, button: Qt.MouseButton, held: Qt.KeyboardModifier) -> None:
        there = QPointF(self._port.mapToGlobal(at))
        none = Qt.MouseButton.NoButton
        event = QMouseEvent(QMouseEvent.Type.MouseMove, QPointF(at), there, none, button, held)
        QApplication.sendEvent(self._port, event)

    def _place(self) -> QPoint:
        """A point of the canvas: often on a card, a port or an edge, else anywhere."""
        canvas, chance = self._canvas, self._chance.random()
        scene, point = canvas.canvas, None
        if scene.cards and chance < 0.6:
            spot = self._chance.choice(list(scene.cards.values())).sceneBoundingRect()
            x, y = self._chance.random(), self._chance.choice((0.1, 0.5, 0.5, 0.9))
            point = QPointF(spot.x() + x * spot.width(), spot.y() + y * spot.height())
        elif scene.edges.edges and chance < 0.8:
            path = scene.edges.path(self._chance.choice(scene.edges.edges))
            point = path.pointAtPercent(self._chance.choice((0.2, 0.5)))
        at = QPoint(-1, -1) if point is None else canvas.mapFromScene(point)
        if self._port.rect().contains(at):
            return at
        return QPoint(self._chance.randrange(self._port.width()), self._chance.randrange(self._port.height()))


def _rubbish() -> QMimeData:
    mime = QMimeData()
    mime.setData("text/uri-list", b"file:///tmp/cat.png")
    return mime
