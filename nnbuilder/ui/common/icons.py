"""Icons from `resources/icons`, tinted with a colour of the theme in use."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from nnbuilder.project.resources import resources_folder
from nnbuilder.ui.common import colors

TEXT = "text"

_SIZES = (16, 32)
"""Rendered twice, for screens with one and with two pixels a point."""


def icon(name: str, token: str = TEXT) -> QIcon:
    """An icon in a token's colour; disabled it is faint. Ask again after `colors.changed`."""
    palette = colors.current()
    made = QIcon()
    for mode, color in (
        (QIcon.Mode.Normal, palette.color(token).name()),
        (QIcon.Mode.Disabled, palette.color("faint").name()),
    ):
        for size in _SIZES:
            made.addPixmap(_pixmap(name, color, size), mode)
    return made


def application_icon() -> QIcon:
    """The program's own icon."""
    return QIcon(str(resources_folder() / "icons" / "nnbuilder.svg"))


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    return (resources_folder() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def _pixmap(name: str, color: str, size: int) -> QPixmap:
    source = _source(name).replace("currentColor", color)
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
