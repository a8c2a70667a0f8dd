"""What is looked at before Qt is loaded: a broken pair of Python and PySide6, and a display."""

import os
import sys
from collections.abc import Mapping

BROKEN_QT = (6, 12)
"""The first PySide6 that drops references to None on every call under Python 3.10 and 3.11."""


def unusable(python: tuple[int, ...] = sys.version_info[:2], qt: str | None = None) -> str:
    """Why the window cannot run with these versions, or an empty text."""
    installed = qt if qt is not None else _pyside_version()
    if not installed:
        return "PySide6 is not installed: run `make run`, or `pip install nnbuilder`."
    numbers = tuple(int(part) for part in installed.split(".")[:2] if part.isdigit())
    if numbers >= BROKEN_QT and python < (3, 12):
        return (
            f"PySide6 {installed} crashes on Python {python[0]}.{python[1]}: "
            "use Python 3.12 or newer, or `pip install 'PySide6_Essentials<6.12'`."
        )
    return ""


def has_display(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether a window can be shown; a platform chosen by hand counts as one."""
    if environment.get("QT_QPA_PLATFORM") or not platform.startswith(("linux", "freebsd")):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def _pyside_version() -> str:
    """The package's own word, of which no module of Qt is a part; its metadata take longer to find."""
    try:
        from PySide6 import __version__
    except ImportError:
        return ""
    return str(__version__)
