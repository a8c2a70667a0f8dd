"""Scrolling pages and their sections, as all panels beside the drawing use them."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from nnbuilder.ui.common import colors
from nnbuilder.ui.common.labels import TintedLabel, heading
from nnbuilder.ui.common.scrollbar import ThinScrollBar

MARGIN = 14
"""Pixels between a page's edge and its content."""


class ScrollPage(QScrollArea):
    """A column of widgets that scrolls vertically and takes the width that it is given."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setVerticalScrollBar(ThinScrollBar())
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setObjectName(f"{name}_content")
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self.column.setSpacing(10)
        self.setWidget(inner)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)

    def add(self, widget: QWidget) -> None:
        """Puts a widget at the end of the column."""
        self.column.addWidget(widget)


class Section(QWidget):
    """A heading with a number at its right, and content below."""

    def __init__(self, title: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.title = heading(title)
        self.corner = TintedLabel("", "accent")
        self.corner.setFont(self.title.font())
        self.corner.setAlignment(Qt.AlignmentFlag.AlignRight)
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.corner)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self.column.addLayout(top)

    def add(self, widget: QWidget) -> None:
        """Puts a widget below the heading."""
        self.column.addWidget(widget)


class Rule(QWidget):
    """A thin line between parts of a page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAutoFillBackground(True)
        colors.changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, colors.current().color("border"))
        self.setPalette(palette)


def wrapping(label: TintedLabel) -> TintedLabel:
    """Lets a label break its text into lines and never widen its page."""
    label.setWordWrap(True)
    label.setMinimumWidth(1)
    return label
