"""Asks how the drawing is to be pictured, shows it, and writes it to a file; nothing waits for it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.labels import TintedLabel
from nnbuilder.ui.common.primary_button import PrimaryButton
from nnbuilder.ui.common.tick import TickBox
from nnbuilder.ui.export.pictures import (
    FORMATS,
    SCALES,
    PictureChoice,
    image_of,
    size_of,
    write_picture,
)

Draw = Callable[[PictureChoice], str]
"""The SVG of what is to be pictured."""

_SQUARE = 9
_FRESH_MS = 150


class PictureDialog(QDialog):
    """Chooses format, size, theme and ground; `said` tells what became of it."""

    said = Signal(str)

    def __init__(self, draw: Draw, suggestion: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draw = draw
        self._suggestion = suggestion
        self._svg = ""
        self.setObjectName("pictures")
        self.setWindowTitle("Export picture")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.preview = Preview()
        self.format = _choice("pictures.format", "File format", [(one.upper(), one) for one in FORMATS])
        self.scale = _choice("pictures.scale", "Size of a PNG", [(f"{one} ×", one) for one in SCALES])
        self.scheme = _choice("pictures.scheme", "Theme", [("Light", "light"), ("Dark", "dark")])
        self.transparent = TickBox("pictures.transparent", "Transparent", "Leave out the ground")
        self.size_line = TintedLabel("", "muted")
        self.size_line.setWordWrap(True)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_FRESH_MS)
        self._soon.timeout.connect(self.refresh)
        self._lay_out()
        self._connect()
        self.scale.show_value(2)
        self.scheme.show_value(colors.current().scheme)
        self.refresh()

    @property
    def choice(self) -> PictureChoice:
        """What is chosen now."""
        return PictureChoice(
            format=self.format.currentData(),
            scheme=self.scheme.currentData(),
            transparent=self.transparent.isChecked(),
            scale=self.scale.currentData(),
        )

    def renew(self) -> None:
        """The drawing changed: shows it anew in a moment."""
        if not self._soon.isActive():
            self._soon.start()

    def refresh(self) -> None:
        """Draws the picture anew."""
        choice = self.choice
        self._svg = self._draw(choice)
        self.preview.show_svg(self._svg)
        self.scale.setEnabled(choice.format == "png")
        size = size_of(self._svg)
        if choice.format == "png":
            wide, high = round(size.width() * choice.scale), round(size.height() * choice.scale)
            self.size_line.setText(f"{wide:,} × {high:,} pixels")
        else:
            self.size_line.setText("Sharp at any size")

    def ask_place(self) -> QFileDialog:
        """Asks where the picture goes."""
        ending = self.choice.format
        dialog = QFileDialog(self, "Export picture", str(self._suggestion.parent))
        dialog.setObjectName("dialog.picture")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(f"{ending.upper()} pictures (*.{ending})")
        dialog.setDefaultSuffix(ending)
        dialog.selectFile(self._suggestion.with_suffix(f".{ending}").name)
        dialog.fileSelected.connect(lambda name: self.write(Path(name)))
        dialog.open()
        return dialog

    def write(self, path: Path) -> None:
        """Writes the picture and closes; where that fails, says why and stays."""
        try:
            write_picture(path, self._svg, self.choice)
        except (NNBuilderError, OSError) as error:
            self.size_line.set_token("error")
            self.size_line.setText(str(error))
            return
        self.said.emit(f"The picture is in {path}.")
        self.close()

    def copy(self) -> None:
        """Puts the picture on the clipboard, in pixels."""
        try:
            QGuiApplication.clipboard().setImage(image_of(self._svg, self.choice.scale))
        except NNBuilderError as error:
            self.size_line.set_token("error")
            self.size_line.setText(str(error))
            return
        self.said.emit("The picture is on the clipboard.")

    def _chosen(self) -> None:
        self.size_line.set_token("muted")
        self.refresh()

    def _connect(self) -> None:
        for box in (self.format, self.scale, self.scheme):
            box.activated.connect(self._chosen)
        self.transparent.toggled.connect(self._chosen)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.addRow("Format", self.format)
        form.addRow("Size", self.scale)
        form.addRow("Theme", self.scheme)
        form.addRow("Ground", self.transparent)
        side = QVBoxLayout()
        side.addLayout(form)
        side.addWidget(self.size_line)
        side.addStretch(1)
        side.addLayout(self._buttons())
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(16)
        row.addWidget(self.preview, 1)
        row.addLayout(side)
        self.resize(820, 400)

    def _buttons(self) -> QHBoxLayout:
        export = PrimaryButton("Export…", "pictures.export")
        export.setToolTip("Choose a file for the picture")
        export.setDefault(True)
        export.clicked.connect(self.ask_place)
        copy = QPushButton("Copy")
        copy.setToolTip("Put the picture on the clipboard, in pixels of the chosen size")
        close = QPushButton("Close")
        close.setToolTip("Close without exporting")
        copy.clicked.connect(self.copy)
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        for name, button in (("copy", copy), ("close", close)):
            button.setObjectName(f"pictures.{name}")
            button.setAccessibleName(button.text())
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addWidget(export)
        return row


class Preview(QWidget):
    """Shows the picture as large as there is room; a transparent ground as squares."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._renderer: QSvgRenderer | None = None
        self.setObjectName("pictures.preview")
        self.setAccessibleName("Preview of the picture")
        self.setMinimumSize(320, 220)

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
