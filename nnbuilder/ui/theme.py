"""Light and dark: Fusion with our own palettes, following the system or the user's choice."""

from typing import Literal, get_args

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from nnbuilder.ui.common import colors

Mode = Literal["system", "light", "dark"]
MODES: tuple[Mode, ...] = get_args(Mode)

_ROLES = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "field",
    QPalette.ColorRole.AlternateBase: "hover",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "raised",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "error",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.LinkVisited: "accent",
    QPalette.ColorRole.PlaceholderText: "muted",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Mid: "border",
    QPalette.ColorRole.Midlight: "hover",
    QPalette.ColorRole.Dark: "border",
    QPalette.ColorRole.Light: "hover",
}
_FAINT = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
    QPalette.ColorRole.HighlightedText,
)


class Theme(QObject):
    """Keeps the application in the chosen mode; the choice outlives the program."""

    mode_changed = Signal(str)

    def __init__(self, application: QApplication, settings: QSettings) -> None:
        super().__init__(application)
        self._application = application
        self._settings = settings
        stored = settings.value("theme", "system")
        self._mode: Mode = next((mode for mode in MODES if mode == stored), "system")
        application.setStyle("Fusion")
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def mode(self) -> Mode:
        """What the user chose."""
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Chooses a mode and keeps it."""
        if mode != self._mode:
            self._mode = mode
            self._settings.setValue("theme", mode)
            self._apply()
            self.mode_changed.emit(mode)

    def _apply(self) -> None:
        dark = self._mode == "dark" or (self._mode == "system" and _system_is_dark())
        palette = colors.DARK if dark else colors.LIGHT
        self._application.setPalette(qt_palette(palette))
        colors.use(palette)


def qt_palette(palette: colors.Palette) -> QPalette:
    """Our colours as Qt's roles; what is disabled is faint."""
    made = QPalette()
    for role, token in _ROLES.items():
        made.setColor(role, palette.color(token))
    for role in _FAINT:
        made.setColor(QPalette.ColorGroup.Disabled, role, palette.color("faint"))
    made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Highlight, palette.color("border"))
    made.setColor(QPalette.ColorRole.Shadow, palette.color("#000000"))
    return made


def _system_is_dark() -> bool:
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
