"""The frame around plots: what can be taken out of it, by mouse and by keys."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from nnbuilder.ui.common import colors
from nnbuilder.ui.common.plot_frame import PlotFrame
from tests.ui.workbench import show_active

_SVG = "{http://www.w3.org/2000/svg}"
_INK = "#c02080"


class _Line(QWidget):
    """A plot of one diagonal line."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QColor(_INK))
        painter.drawLine(0, 0, self.width(), self.height())
        painter.end()


def _rows() -> Iterator[str]:
    yield "step,loss\n"
    yield "1,0.5\n2,0.25\n"


@pytest.fixture
def frame(qtbot: QtBot) -> PlotFrame:
    """A frame of 400 x 240 with a line and two rows of data."""
    made = PlotFrame("line_plot", "Line", "How a line runs.", _Line(), table=_rows)
    made.resize(400, 240)
    show_active(qtbot, made)
    return made


def test_it_says_what_it_tells_where_there_is_room(frame: PlotFrame) -> None:
    assert frame.accessibleName() == "Line plot"
    assert frame.sentence.isVisible()
    assert frame.sentence.text() == "How a line runs."
    frame.resize(400, 120)
    assert not frame.sentence.isVisible()
    assert frame.toolTip() == "How a line runs."


def test_keys_copy_picture_and_data(frame: PlotFrame) -> None:
    frame.setFocus()
    clipboard = QGuiApplication.clipboard()
    clipboard.clear()
    QTest.keyClick(frame, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    image = clipboard.image()
    assert image.width() == 2 * (frame.body.width() + 24)
    assert _has(image, QColor(_INK))
    assert _has(image, colors.current().color("text"))
    assert frame.sentence.text() == "Copied as a picture."
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(frame, Qt.Key.Key_C, both)
    assert clipboard.text() == "step,loss\n1,0.5\n2,0.25\n"


def test_files_hold_lines_words_and_rows(frame: PlotFrame, tmp_path: Path) -> None:
    frame.captions = (("train 0.1", "train"),)
    for form in ("svg", "png", "csv"):
        frame.write(tmp_path / f"a.{form}", form)
        assert frame.sentence.text() == f"Saved a.{form}."
    tree = ET.parse(tmp_path / "a.svg")  # noqa: S314 - written a line above
    words = {part.text for part in tree.iter(f"{_SVG}text")}
    assert {"Line", "How a line runs.", "train 0.1"} <= words
    assert not list(tree.iter(f"{_SVG}image"))
    assert _INK in (tmp_path / "a.svg").read_text()
    assert _has(QImage(str(tmp_path / "a.png")), QColor(_INK))
    assert (tmp_path / "a.csv").read_bytes() == b"step,loss\n1,0.5\n2,0.25\n"


def test_a_file_that_cannot_be_written_is_said(frame: PlotFrame, tmp_path: Path) -> None:
    frame.write(tmp_path / "nowhere" / "a.csv", "csv")
    assert "nowhere" in frame.sentence.text()
    assert not (tmp_path / "nowhere").exists()


def test_the_menu_leads_to_a_file(frame: PlotFrame, qtbot: QtBot, tmp_path: Path) -> None:
    frame.window().setWindowFilePath(str(tmp_path / "iris.nnb"))
    entries = {entry.objectName(): entry for entry in frame.findChildren(QMenu)[0].actions()}
    assert {"line_plot_copy", "line_plot_svg", "line_plot_png", "line_plot_csv"} <= set(entries)
    entries["line_plot_csv"].trigger()
    dialog = frame.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert [Path(name) for name in dialog.selectedFiles()] == [tmp_path / "iris-line.csv"]
    dialog.accept()
    qtbot.waitUntil((tmp_path / "iris-line.csv").is_file)


def test_without_data_only_pictures_are_offered(qtbot: QtBot) -> None:
    frame = PlotFrame("bare_plot", "Bare", "Nothing to see.", _Line())
    qtbot.addWidget(frame)
    names = {entry.objectName() for entry in frame.menu.actions()}
    assert names == {"bare_plot_copy", "bare_plot_svg", "bare_plot_png"}


def _has(image: QImage, color: QColor) -> bool:
    pixels = (image.pixelColor(x, y) for y in range(image.height()) for x in range(image.width()))
    return any(pixel.rgb() == color.rgb() for pixel in pixels)
