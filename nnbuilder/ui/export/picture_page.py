"""How the drawing is pictured: theme, ground and size, with a preview that follows the drawing."""

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QRectF, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.labels import TintedLabel
from nnbuilder.ui.common.tick import TickBox
from nnbuilder.ui.export.pictures import SCALES, Format, PictureChoice, image_of, size_of

Draw = Callable[[PictureChoice], str]
"""The SVG of what is to be pictured."""

_SQUARE = 9
_FRESH_MS = 150


class PicturePage(QWidget):
    """Chooses how a picture looks; `said` tells what became of a copy."""

    said = Signal(str)

    def __init__(self, draw: Draw, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draw = draw
        self._format: Format = "svg"
        self.svg = ""
        self.preview = Preview()
        self.scheme = _choice("export.theme", "Theme of the picture", [("Light", "light"), ("Dark", "dark")])
        self.scale = _choice("export.scale", "Size of a PNG", [(f"{one} ×", one) for one in SCALES])
        self.transparent = TickBox("export.transparent", "Transparent", "Leave out the ground")
        self.size_line = TintedLabel("", "muted")
        self.copy_button = QPushButton("Copy picture")
        self.copy_button.setObjectName("export.copy_picture")
        self.copy_button.setAccessibleName("Copy picture")
        self.copy_button.setToolTip("Put the picture on the clipboard, in pixels of the chosen size")
        self.copy_button.setAutoDefault(False)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_FRESH_MS)
        self._soon.timeout.connect(self.refresh)
        self._lay_out()
        for box in (self.scheme, self.scale):
            box.activated.connect(self.refresh)
        self.transparent.toggled.connect(self.refresh)
        self.copy_button.clicked.connect(self.copy)
        self.scale.show_value(2)
        self.scheme.show_value(colors.current().scheme)

    @property
    def choice(self) -> PictureChoice:
        """What is chosen now."""
        return PictureChoice(
            format=self._format,
            scheme=self.scheme.currentData(),
            transparent=self.transparent.isChecked(),
            scale=self.scale.currentData(),
        )

    def show_format(self, form: Format) -> None:
        """Pictures the drawing in another format."""
        self._format = form
        self.refresh()

    def renew(self) -> None:
        """The drawing changed: shows it anew in a moment, where anybody sees it."""
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def refresh(self) -> None:
        """Draws the picture anew."""
        choice = self.choice
        self.svg = self._draw(choice)
        self.preview.show_svg(self.svg)
        self.scale.setEnabled(choice.format == "png")
        size = size_of(self.svg)
        self.size_line.set_token("muted")
        if choice.format == "png":
            wide, high = round(size.width() * choice.scale), round(size.height() * choice.scale)
            self.size_line.setText(f"{wide:,} × {high:,} pixels")
        else:
            self.size_line.setText("Sharp at any size")

    def copy(self) -> None:
        """Puts the picture on the clipboard, in pixels."""
        try:
            QGuiApplication.clipboard().setImage(image_of(self.svg, self.choice.scale))
        except NNBuilderError as error:
            self.size_line.set_token("error")
            self.size_line.setText(str(error))
            return
        self.said.emit("The picture is on the clipboard.")

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        for widget in (self.scheme, self.scale, self.transparent, self.size_line):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.preview, 1)
        column.addLayout(row)


class Preview(QWidget):
    """Shows the picture as large as there is room; a transparent ground as squares."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._renderer: QSvgRenderer | None = None
        self.setObjectName("export.preview")
        self.setAccessibleName("Preview of the picture")
        self.setToolTip("The picture as it will be written")
        self.setMinimumSize(320, 150)

    def show_svg(self, svg: str) -> None:
        """Shows another picture."""
        self._renderer = QSvgRenderer(QByteArray(svg.encode()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_squares(painter)
        if self._renderer is not None:
            size = self._renderer.viewBoxF().size()
            room = QRectF(self.rect()).adjusted(6, 6, -6, -6)
            scale = min(room.width() / size.width(), room.height() / size.height(), 1.0)
            box = QRectF(0, 0, size.width() * scale, size.height() * scale)
            box.moveCenter(room.center())
            self._renderer.render(painter, box)
        painter.end()

    def _paint_squares(self, painter: QPainter) -> None:
        light, dark = QColor("#ffffff"), QColor("#e4e6ea")
        if colors.current().scheme == "dark":
            light, dark = QColor("#2a2f38"), QColor("#22262e")
        painter.fillRect(self.rect(), light)
        for y in range(0, self.height(), _SQUARE):
            for x in range((y // _SQUARE % 2) * _SQUARE, self.width(), 2 * _SQUARE):
                painter.fillRect(x, y, _SQUARE, _SQUARE, dark)


def _choice(name: str, tip: str, entries: list[tuple[str, object]]) -> ChoiceBox:
    box = ChoiceBox(name, tip)
    box.fill(entries)
    return box
