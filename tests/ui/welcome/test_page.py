"""The welcome page."""

from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnbuilder.graph.graph import Graph
from nnbuilder.project.recent import RecentFiles
from nnbuilder.project.resources import Example, examples
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.colors import INPUT_COLOR, LOSS_COLOR, group_color
from nnbuilder.ui.welcome.page import WelcomePage
from nnbuilder.ui.welcome.thumbnail import paint_thumbnail
from tests.ui.canvas.drawings import chain
from tests.ui.workbench import show_active

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> WelcomePage:
    """The page with the shipped examples, one that cannot be read, and two recent files."""
    recent = RecentFiles()
    for name in ("older.nnb", "newer.nnb"):
        (tmp_path / name).write_text("{}")
        recent.add(tmp_path / name)
    broken = Example("broken", "Broken", "Cannot be read.", tmp_path / "older.nnb")
    page = WelcomePage(recent, (*examples(), broken))
    page.resize(1280, 720)
    show_active(qtbot, page)
    return page


def test_examples_open_by_mouse_and_keyboard(page: WelcomePage) -> None:
    opened: list[str] = []
    page.open_example.connect(opened.append)
    assert [card.example.name for card in page.cards[:2]] == ["iris", "wine"]
    QTest.mouseClick(page.cards[0], LEFT)
    page.cards[0].setFocus()
    QTest.keyClick(page.cards[0], Qt.Key.Key_Right)
    assert page.cards[1].hasFocus()
    QTest.keyClick(page.cards[1], Qt.Key.Key_Return)
    QTest.keyClick(page.cards[1], Qt.Key.Key_Space)
    QTest.keyClick(page.cards[1], Qt.Key.Key_Left)
    QTest.keyClick(page.cards[0], Qt.Key.Key_Down)
    assert opened == ["iris", "wine", "wine"]
    below = next(card for card in page.cards if card.hasFocus())
    assert (below.x(), below.y() > page.cards[0].y()) == (page.cards[0].x(), True)


def test_recent_files_open_newest_first(page: WelcomePage) -> None:
    opened: list[Path] = []
    page.open_path.connect(opened.append)
    for line in page.lines:
        QTest.mouseClick(line, LEFT)
    assert [path.name for path in opened] == ["newer.nnb", "older.nnb"]


def test_recent_files_are_read_when_shown(page: WelcomePage) -> None:
    page.lines[0].path.unlink()
    page.hide()
    page.show()
    assert [line.path.name for line in page.lines] == ["older.nnb"]


def test_new_and_open(page: WelcomePage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.new_project):
        QTest.keyClick(page.new, Qt.Key.Key_Space)
    with qtbot.waitSignal(page.open_file):
        QTest.mouseClick(page.open, LEFT)


@pytest.mark.parametrize(("width", "columns"), [(700, 2), (1280, 4), (3840, 5)])
def test_cards_fill_the_width(page: WelcomePage, qtbot: QtBot, width: int, columns: int) -> None:
    page.resize(width, 700)
    qtbot.waitUntil(lambda: len({card.x() for card in page.cards}) == columns)
    assert all(card.width() > 150 for card in page.cards)


def test_everything_can_be_read_aloud(page: WelcomePage) -> None:
    for control in (*page.cards, *page.lines, page.new, page.open):
        assert control.accessibleName()
        assert control.toolTip()
        assert control.objectName()


def test_thumbnails_show_each_layer_in_its_colour() -> None:
    image = QImage(150, 60, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    paint_thumbnail(painter, QRectF(0, 0, 150, 60), Graph(), colors.LIGHT)
    paint_thumbnail(painter, QRectF(0, 0, 150, 60), chain(), colors.LIGHT)
    painter.end()
    seen = {image.pixelColor(x, y).name() for x in range(150) for y in range(60)}
    assert {INPUT_COLOR, LOSS_COLOR, group_color("Linear Layers")} <= seen
