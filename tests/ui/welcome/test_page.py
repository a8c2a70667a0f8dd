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
from nnbuilder.templates.registry import BY_NAME, start
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.colors import INPUT_COLOR, LOSS_COLOR, group_color
from nnbuilder.ui.welcome.page import WelcomePage
from nnbuilder.ui.welcome.silhouette import bars_of
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
    cards = page.examples.cards
    assert [card.key for card in cards[:2]] == ["iris", "wine"]
    QTest.mouseClick(cards[0], LEFT)
    cards[0].setFocus()
    QTest.keyClick(cards[0], Qt.Key.Key_Right)
    assert cards[1].hasFocus()
    QTest.keyClick(cards[1], Qt.Key.Key_Return)
    QTest.keyClick(cards[1], Qt.Key.Key_Space)
    QTest.keyClick(cards[1], Qt.Key.Key_Left)
    QTest.keyClick(cards[0], Qt.Key.Key_Down)
    assert opened == ["iris", "wine", "wine"]
    below = next(card for card in cards if card.hasFocus())
    assert (below.x(), below.y() > cards[0].y()) == (cards[0].x(), True)


def test_templates_open_by_mouse_and_keyboard(page: WelcomePage) -> None:
    opened: list[str] = []
    page.open_template.connect(opened.append)
    page.show_promise("Each fits itself to wine.")
    bar = page.tabs.tabBar()
    bar.setFocus()
    QTest.keyClick(bar, Qt.Key.Key_Right)
    cards = page.templates.cards
    assert [card.key for card in cards] == list(BY_NAME)
    assert cards[0].isVisible()
    assert page.promise.isVisible()
    QTest.keyClick(bar, Qt.Key.Key_Tab)
    assert cards[0].hasFocus()
    QTest.keyClick(cards[0], Qt.Key.Key_Down)
    QTest.keyClick(cards[page.templates.columns], Qt.Key.Key_Return)
    QTest.mouseClick(cards[-1], LEFT)
    assert opened == [cards[page.templates.columns].key, cards[-1].key]


def test_the_card_that_is_walked_to_is_seen(page: WelcomePage) -> None:
    page.tabs.setCurrentIndex(1)
    page.resize(700, 300)
    cards = page.templates.cards
    cards[0].setFocus()
    for card in cards[:-1]:
        QTest.keyClick(card, Qt.Key.Key_Right)
    assert cards[-1].hasFocus()
    seen = page.viewport().rect()
    assert seen.contains(cards[-1].mapTo(page.viewport(), cards[-1].rect().center()))


def test_every_card_shows_its_network_and_all_of_its_text(page: WelcomePage) -> None:
    page.tabs.setCurrentIndex(1)
    for card in page.templates.cards:
        assert card.graph.nodes
        assert card.height() >= card.height_for(card.width())
    assert [bool(card.graph.nodes) for card in page.examples.cards] == [True] * 10 + [False]


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
    qtbot.waitUntil(lambda: len({card.x() for card in page.examples.cards}) == columns)
    assert all(card.width() > 150 for card in page.examples.cards)


def test_everything_can_be_read_aloud(page: WelcomePage) -> None:
    for control in (*page.examples.cards, *page.templates.cards, *page.lines, page.new, page.open):
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


def test_silhouettes_show_what_narrows_and_widens() -> None:
    def heights(name: str) -> list[float]:
        return [bar.height for bar in bars_of(start(BY_NAME[name]).graph)]

    waist = heights("autoencoder")
    assert min(waist[1:-1]) == waist[3] < min(waist[1], waist[5])
    images = heights("small_cnn")
    assert images[0] == images[1] > images[4] > images[7]
    assert list(bars_of(Graph())) == []
    for name in BY_NAME:
        bars = list(bars_of(start(BY_NAME[name]).graph))
        assert all(0 < bar.height <= 1 and 0 < bar.width <= 1 for bar in bars)
        assert (bars[0].color, bars[-1].color) == (INPUT_COLOR, LOSS_COLOR)
