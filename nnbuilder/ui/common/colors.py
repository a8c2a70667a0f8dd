"""The colours that a view may paint with: the palette in use, as Qt's own values."""

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

from nnbuilder.catalog import colors
from nnbuilder.catalog.colors import INPUT_COLOR, LOSS_COLOR, UNKNOWN_COLOR, Scheme, Tokens, group_color

__all__ = [
    "DARK",
    "INPUT_COLOR",
    "LIGHT",
    "LOSS_COLOR",
    "UNKNOWN_COLOR",
    "Palette",
    "Scheme",
    "changed",
    "current",
    "group_color",
    "use",
]


class Palette(Tokens, frozen=True):
    """All colours of one scheme as `#rrggbb`; `Palette.color` gives them as QColor."""

    def color(self, token: str, alpha: float = 1.0) -> QColor:
        """A token, or a literal `#rrggbb`, as a QColor with an opacity of 0 to 1."""
        color = QColor(token if token.startswith("#") else getattr(self, token))
        color.setAlphaF(alpha)
        return color

    def mixed(self, token: str, other: str, share: float) -> QColor:
        """A mix of two tokens or literals: all `token` at share 0, all `other` at share 1."""
        one, two = self.color(token), self.color(other)
        return QColor.fromRgbF(
            one.redF() + (two.redF() - one.redF()) * share,
            one.greenF() + (two.greenF() - one.greenF()) * share,
            one.blueF() + (two.blueF() - one.blueF()) * share,
        )


LIGHT = Palette(**msgspec.structs.asdict(colors.LIGHT))
DARK = Palette(**msgspec.structs.asdict(colors.DARK))


class _Notifier(QObject):
    changed = Signal()


_notifier = _Notifier()
_state = {"palette": LIGHT}

changed = _notifier.changed
"""Emitted after `current()` answers another palette: repaint."""


def current() -> Palette:
    """The palette in use."""
    return _state["palette"]


def use(palette: Palette) -> None:
    """Makes a palette the current one and tells everybody; `ui.theme` alone calls it."""
    if palette is not _state["palette"]:
        _state["palette"] = palette
        changed.emit()
