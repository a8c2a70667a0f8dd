"""The colours as plain values: light and dark tokens, and one colour for each group of layers.

The window paints with them through `ui.common.colors`, pictures that are written to files directly.
"""

from typing import Literal

import msgspec

Scheme = Literal["light", "dark"]


class Tokens(msgspec.Struct, frozen=True):
    """All colours of one scheme as `#rrggbb`.

    `window` is behind panels and bars, `canvas` behind the drawing and plots, `field` behind typed text,
    `raised` behind buttons and list entries, `card` behind a node. `train` and `validation` are the two
    series of every plot, `low` and `high` the ends of a diverging heat map around `card`.
    """

    scheme: Scheme
    window: str
    canvas: str
    field: str
    raised: str
    hover: str
    card: str
    border: str
    dots: str
    text: str
    muted: str
    faint: str
    edge: str
    accent: str
    on_accent: str
    accent_soft: str
    warning: str
    warning_soft: str
    error: str
    error_soft: str
    ok: str
    train: str
    validation: str
    low: str
    high: str


LIGHT = Tokens(
    scheme="light",
    window="#ffffff",
    canvas="#f6f7f9",
    field="#f6f7f9",
    raised="#ffffff",
    hover="#eff1f4",
    card="#ffffff",
    border="#dfe3e8",
    dots="#dfe2e7",
    text="#1d2430",
    muted="#626d7d",
    faint="#aab3bf",
    edge="#6b7686",
    accent="#2f6fed",
    on_accent="#ffffff",
    accent_soft="#e8effd",
    warning="#d98a00",
    warning_soft="#fdf3e0",
    error="#c0392b",
    error_soft="#fbeae8",
    ok="#1f9d68",
    train="#2f6fed",
    validation="#d98a00",
    low="#2f6fed",
    high="#f27b35",
)

DARK = Tokens(
    scheme="dark",
    window="#1c2027",
    canvas="#15181e",
    field="#15181e",
    raised="#232932",
    hover="#2b323d",
    card="#222a32",
    border="#2f3641",
    dots="#262b34",
    text="#e6e9ef",
    muted="#929cac",
    faint="#5a6473",
    edge="#8d97a7",
    accent="#6b9bff",
    on_accent="#ffffff",
    accent_soft="#25304a",
    warning="#f0ad3a",
    warning_soft="#332b1c",
    error="#ef6a5a",
    error_soft="#392322",
    ok="#46c28e",
    train="#6b9bff",
    validation="#f0ad3a",
    low="#2f6fed",
    high="#f27b35",
)

INPUT_COLOR = "#64748b"
LOSS_COLOR = "#c0392b"
UNKNOWN_COLOR = "#6b7280"
FROZEN_COLOR = "#0a7ea4"
"""Behind the snowflake of a frozen layer."""

_GROUPS = (
    ("linear", "#2f6fed"),
    ("activation", "#d9822b"),
    ("normalization", "#7a5af8"),
    ("dropout", "#8a8f98"),
    ("convolution", "#0f9f9a"),
    ("pooling", "#5b8c2a"),
    ("shape", "#a0568d"),
    ("utilit", "#a0568d"),
    ("input", INPUT_COLOR),
    ("loss", LOSS_COLOR),
    ("recurrent", "#b4456f"),
    ("transformer", "#8f6a1f"),
    ("sparse", "#3c7d96"),
    ("vision", "#7a6652"),
    ("padding", "#5f7a8a"),
    ("container", "#4a5568"),
)


NOTES = {
    "yellow": "#e3b008",
    "orange": "#d9822b",
    "red": "#c0392b",
    "purple": "#7a5af8",
    "blue": "#2f6fed",
    "green": "#1f9d68",
    "gray": "#6b7280",
}
"""The strong shade of each colour of notes and frames; their ground is a little of it on the canvas."""


def group_color(group: str) -> str:
    """The header colour, as `#rrggbb`, of a group of layers; the same in light and dark."""
    name = group.lower()
    name = name.replace("non-linear", "").replace("nonlinear", "")
    return next((color for word, color in _GROUPS if word in name), UNKNOWN_COLOR)


def mixed(one: str, other: str, share: float) -> str:
    """A mix of two colours as `#rrggbb`: all `one` at share 0, all `other` at share 1."""
    parts = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(here + (there - here) * share):02x}" for here, there in parts)


def _parts(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
