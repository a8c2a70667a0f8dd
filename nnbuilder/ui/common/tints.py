"""The colour of each class, the same on points, planes and legends."""

from PySide6.QtGui import QColor

from nnbuilder.ui.common.colors import Palette

_TOKENS = (
    "low",
    "high",
    "#1f9d68",
    "#7a5af8",
    "#c0392b",
    "#0f9f9a",
    "#e3b008",
    "#a0568d",
    "#8f6a1f",
    "#626d7d",
)


def class_color(palette: Palette, index: int) -> QColor:
    """The colour of a class; the first two are the ends of the heat map."""
    return palette.color(_TOKENS[index % len(_TOKENS)])
