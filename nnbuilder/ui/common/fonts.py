"""Fonts derived from the application's own: bold, small and fixed-width ones."""

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication


def scaled(factor: float = 1.0, *, bold: bool = False) -> QFont:
    """The application's font at another size."""
    font = QFont(QGuiApplication.font())
    if font.pixelSize() > 0:
        font.setPixelSize(max(round(font.pixelSize() * factor), 1))
    else:
        font.setPointSizeF(max(font.pointSizeF() * factor, 1.0))
    font.setBold(bold)
    return font


def pixels(size: int, *, bold: bool = False) -> QFont:
    """The application's font at a size in pixels, for scenes whose cards must not follow the screen's DPI."""
    font = QFont(QGuiApplication.font())
    font.setPixelSize(size)
    font.setBold(bold)
    return font


def fixed(factor: float = 1.0) -> QFont:
    """The system's fixed-width font, scaled against the application's size."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    base = scaled(factor)
    if base.pixelSize() > 0:
        font.setPixelSize(base.pixelSize())
    else:
        font.setPointSizeF(base.pointSizeF())
    return font


def fixed_pixels(size: int) -> QFont:
    """The system's fixed-width font at a size in pixels."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(size)
    return font
