"""The keys of the canvas."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from nnbuilder.ui.canvas.mouse import Mouse
from nnbuilder.ui.canvas.operations import Operations

_Key = Qt.Key


class Keys:
    """What each key does; answers whether it did something."""

    def __init__(self, operations: Operations, mouse: Mouse) -> None:
        self._do = operations
        self._mouse = mouse

    def press(self, event: QKeyEvent) -> bool:
        """A key went down."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if control:
            return self._with_control(_Key(event.key()))
        return self._walk(_Key(event.key())) or self._act(_Key(event.key()), repeated=event.isAutoRepeat())

    def release(self, event: QKeyEvent) -> bool:
        """A key went up."""
        if event.key() != _Key.Key_Space or event.isAutoRepeat():
            return False
        self._mouse.panning = False
        self._mouse.show_cursor(Qt.CursorShape.ArrowCursor)
        return True

    def _walk(self, key: Qt.Key) -> bool:
        if key in {_Key.Key_Left, _Key.Key_Right}:
            self._do.step(1 if key == _Key.Key_Right else -1)
        elif key in {_Key.Key_Up, _Key.Key_Down}:
            self._do.step_vertically(down=key == _Key.Key_Down)
        else:
            return False
        return True

    def _act(self, key: Qt.Key, *, repeated: bool) -> bool:
        if key in {_Key.Key_Delete, _Key.Key_Backspace}:
            self._do.delete_selected()
        elif key in {_Key.Key_Return, _Key.Key_Enter}:
            self._do.inspect()
        elif key == _Key.Key_Escape:
            self._escape()
        elif key == _Key.Key_F:
            self._do.fit()
        elif key == _Key.Key_Space:
            if not repeated:
                self._mouse.panning = True
                self._mouse.show_cursor(Qt.CursorShape.OpenHandCursor)
        else:
            return False
        return True

    def _with_control(self, key: Qt.Key) -> bool:
        if key == _Key.Key_A:
            self._do.select_all()
        elif key == _Key.Key_Period:
            self._do.bubbles.focus_fix()
        elif key == _Key.Key_0:
            self._do.camera.actual_size()
        elif key in {_Key.Key_Plus, _Key.Key_Equal}:
            self._do.camera.zoom_in()
        elif key == _Key.Key_Minus:
            self._do.camera.zoom_out()
        else:
            return False
        return True

    def _escape(self) -> None:
        """Cancels the gesture, or closes the bubble, or deselects: one at a time."""
        if not self._mouse.cancel() and not self._do.bubbles.dismiss():
            self._do.select_nothing()
