"""Light and dark, the switch between them, and what outlives the program."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from nnbuilder.ui.common import colors
from nnbuilder.ui.common.icons import icon
from nnbuilder.ui.theme import MODES, Theme, qt_palette


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Settings in a file of their own."""
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def theme(qapp: QApplication, settings: QSettings) -> Iterator[Theme]:
    """A theme on the application; its look and colours are put back."""
    before, style, palette = colors.current(), qapp.style().objectName(), qapp.palette()
    made = Theme(qapp, settings)
    yield made
    Shiboken.delete(made)
    qapp.setStyle(style)
    qapp.setPalette(palette)
    colors.use(before)


def test_a_mode_is_one_signal_and_is_kept(theme: Theme, settings: QSettings, qtbot: QtBot) -> None:
    assert theme.mode == "system"
    theme.set_mode("light")
    with qtbot.waitSignal(colors.changed):
        theme.set_mode("dark")
    assert colors.current() is colors.DARK
    assert QApplication.palette().color(QPalette.ColorRole.Window).name() == colors.DARK.window
    assert settings.value("theme") == "dark"


def test_the_kept_mode_is_taken_up(theme: Theme, settings: QSettings, qapp: QApplication) -> None:
    theme.set_mode("dark")
    again = Theme(qapp, settings)
    assert again.mode == "dark"
    Shiboken.delete(again)
    settings.setValue("theme", "plaid")
    other = Theme(qapp, settings)
    assert other.mode == "system"
    Shiboken.delete(other)


@pytest.mark.parametrize("palette", [colors.LIGHT, colors.DARK])
def test_text_can_be_read_on_every_ground(palette: colors.Palette) -> None:
    for ground in ("window", "canvas", "field", "raised", "card", "hover"):
        assert _contrast(palette, "text", ground) >= 7.0
        assert _contrast(palette, "muted", ground) >= 4.4


@pytest.mark.parametrize("palette", [colors.LIGHT, colors.DARK])
def test_disabled_text_is_faint(palette: colors.Palette) -> None:
    made = qt_palette(palette)
    group, role = QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText
    assert made.color(group, role).name() == palette.faint


def test_every_mode_has_a_name() -> None:
    assert MODES == ("system", "light", "dark")


@pytest.mark.usefixtures("qapp")
def test_icons_are_tinted() -> None:
    image = icon("train", "accent").pixmap(16, 16).toImage()
    assert image.pixelColor(7, 8).name() == colors.current().accent


def _contrast(palette: colors.Palette, one: str, other: str) -> float:
    """The contrast ratio of WCAG."""
    first, second = sorted((_luminance(palette, one), _luminance(palette, other)), reverse=True)
    return (first + 0.05) / (second + 0.05)


def _luminance(palette: colors.Palette, token: str) -> float:
    color = palette.color(token)
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.redF(), color.greenF(), color.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
