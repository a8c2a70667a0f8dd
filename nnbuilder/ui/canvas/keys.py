"""The keys of the canvas that are no actions of the table: walking, ports, Space and Esc."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from nnbuilder.ui.canvas.mouse import Mouse
from nnbuilder.ui.canvas.operations import Operations
from nnbuilder.ui.canvas.port_keys import PortKeys
from nnbuilder.ui.canvas.walk import Walker

_Key = Qt.Key
_Modifier = Qt.KeyboardModifier
_ARROWS = (_Key.Key_Left, _Key.Key_Right, _Key.Key_Up, _Key.Key_Down)
_BACK = (_Key.Key_Left, _Key.Key_Up)
_ENTER = (_Key.Key_Return, _Key.Key_Enter)
_ENDS = (_Key.Key_Home, _Key.Key_End)


class Keys:
    """What each key does; answers whether it did something."""

    def __init__(self, operations: Operations, mouse: Mouse, walker: Walker, ports: PortKeys) -> None:
        self._do = operations
        self._mouse = mouse
        self._walker = walker
        self._ports = ports

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key is for the canvas before it is anybody's shortcut."""
        key, plain = _Key(event.key()), not event.modifiers() & ~_Modifier.KeypadModifier
        if not plain:
            return False
        if self._ports.connecting:
            return key in {*_ARROWS, *_ENTER, _Key.Key_Escape}
        return self._ports.focused is not None and key in _ENTER

    def press(self, event: QKeyEvent) -> bool:
        """A key went down."""
        key = _Key(event.key())
        modifiers = event.modifiers() & ~_Modifier.KeypadModifier
        if key == _Key.Key_Escape and self._mouse.cancel():  # whatever is held for the gesture
            return True
        if modifiers & ~_Modifier.ShiftModifier:
            return False
        if self._for_port(key):
            return True
        return self._walk(key, extend=bool(modifiers)) or self._act(key, repeated=event.isAutoRepeat())

    def release(self, event: QKeyEvent) -> bool:
        """A key went up."""
        if event.key() != _Key.Key_Space or event.isAutoRepeat():
            return False
        self._mouse.panning = False
        self._mouse.show_cursor(Qt.CursorShape.ArrowCursor)
        return True

    def tab(self, *, forward: bool) -> bool:
        """Tab or Shift+Tab was pressed; False where the keyboard is to leave the canvas."""
        return self._ports.tab(forward=forward)

    def _for_port(self, key: Qt.Key) -> bool:
        """Keys while a port has the keyboard, or an edge is drawn from it."""
        if key in _ENTER and self._ports.focused is not None:
            if self._ports.connecting:
                self._ports.accept()
            else:
                self._ports.start()
            return True
        if self._ports.connecting and key in _ARROWS:
            self._ports.choose(-1 if key in _BACK else 1)
            return True
        return False

    def _walk(self, key: Qt.Key, *, extend: bool) -> bool:
        if key in {_Key.Key_Left, _Key.Key_Right}:
            self._walker.step(1 if key == _Key.Key_Right else -1, extend=extend)
        elif key in {_Key.Key_Up, _Key.Key_Down}:
            self._walker.vertically(down=key == _Key.Key_Down, extend=extend)
        elif key in _ENDS:
            self._walker.to_end(last=key == _Key.Key_End, extend=extend)
        else:
            return False
        return True

    def _act(self, key: Qt.Key, *, repeated: bool) -> bool:
        if key == _Key.Key_Escape:
            self._escape()
        elif key == _Key.Key_Space:
            if not repeated:
                self._mouse.panning = True
                self._mouse.show_cursor(Qt.CursorShape.OpenHandCursor)
        else:
            return False
        return True

    def _escape(self) -> None:
        """Cancels the gesture, leaves the port, closes the bubble, deselects, leaves the group: the first."""
        if self._mouse.cancel() or self._ports.cancel() or self._do.bubbles.dismiss():
            return
        if not self._do.select_nothing():
            self._do.leave()
