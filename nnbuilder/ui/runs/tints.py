"""The colours that runs are told apart by when several are looked at."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QColor

from nnbuilder.ui.common import colors

_LIGHT = ("#2563d9", "#d9660a", "#12855a", "#b82f7d", "#7447c9", "#0b8797", "#98690f", "#596270")
_DARK = ("#6aa3ff", "#ff9d52", "#4cc98f", "#f178b6", "#b193f7", "#4cc7d6", "#dcb04f", "#a9b3c2")


class Tints:
    """Gives each chosen run a colour, which stays its own as long as it is chosen."""

    def __init__(self) -> None:
        self._slots: dict[Path, int] = {}

    def choose(self, folders: Sequence[Path]) -> None:
        """Takes note of which runs are chosen now."""
        kept = {folder: slot for folder, slot in self._slots.items() if folder in folders}
        for folder in folders:
            if folder not in kept:
                taken = set(kept.values())
                free = (slot for slot in range(len(_LIGHT)) if slot not in taken)
                kept[folder] = next(free, len(kept) % len(_LIGHT))
        self._slots = kept

    def token(self, folder: Path) -> str:
        """The colour of a run as `#rrggbb`; empty where it is not chosen."""
        slot = self._slots.get(folder)
        if slot is None:
            return ""
        return (_DARK if colors.current().scheme == "dark" else _LIGHT)[slot]

    def color(self, folder: Path) -> QColor | None:
        """The colour of a run; None where it is not chosen."""
        token = self.token(folder)
        return QColor(token) if token else None
