"""The palette with real keys and mouse: finding, appending, dragging layers."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnbuilder.catalog import registry
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.mime import dragged_layer
from nnbuilder.ui.palette import PalettePanel
from nnbuilder.ui.palette.model import COMMON, LAYER_ROLE, OFTEN_USED, layer_of

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def palette(qtbot: QtBot) -> Iterator[PalettePanel]:
    """A palette on the screen."""
    panel = PalettePanel()
    qtbot.addWidget(panel)
    panel.resize(200, 900)
    panel.show()
    yield panel
    panel.close()


def _rows(palette: PalettePanel) -> list[str]:
    """All layers listed, in order."""
    found: list[str] = []

    def visit(parent: QModelIndex) -> None:
        for row in range(palette.model.rowCount(parent)):
            index = palette.model.index(row, 0, parent)
            found.extend([layer_of(index)] if layer_of(index) else [])
            visit(index)

    visit(QModelIndex())
    return found


def _index(palette: PalettePanel, name: str) -> QModelIndex:
    [found] = palette.model.match(
        palette.model.index(0, 0),
        LAYER_ROLE,
        name,
        1,
        Qt.MatchFlag.MatchRecursive | Qt.MatchFlag.MatchExactly,
    )
    return found


def _point(palette: PalettePanel, name: str) -> QPoint:
    """Where a layer is, in a group that is opened for it."""
    index = _index(palette, name)
    palette.tree.expand(index.parent())
    palette.tree.scrollTo(index)
    return palette.tree.visualRect(index).center()


def _opened(palette: PalettePanel) -> list[str]:
    groups = (palette.model.index(row, 0) for row in range(palette.model.rowCount()))
    return [str(group.data()) for group in groups if palette.tree.isExpanded(group)]


def test_it_lists_the_whole_catalogue(palette: PalettePanel) -> None:
    assert _rows(palette) == [*OFTEN_USED, *registry.LAYERS]
    assert palette.tree.isExpanded(palette.model.index(0, 0))


def test_typing_finds_by_name_and_purpose(palette: PalettePanel) -> None:
    palette.focus_search()
    QTest.keyClicks(palette.field, "drop")
    assert _rows(palette)[0] == "Dropout"
    palette.field.setText("zzzz")
    assert palette.nothing.isVisible()
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert _rows(palette) == [*OFTEN_USED, *registry.LAYERS]
    assert not palette.nothing.isVisible()


def test_enter_appends_the_best_find(palette: PalettePanel, qtbot: QtBot) -> None:
    QTest.keyClicks(palette.field, "tanh")
    with qtbot.waitSignal(palette.add_requested) as asked:
        QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert asked.args == ["Tanh"]


def test_an_empty_search_appends_nothing(palette: PalettePanel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(palette.add_requested):
        QTest.keyClick(palette.field, Qt.Key.Key_Return)


def test_the_list_works_by_keyboard(palette: PalettePanel, qtbot: QtBot) -> None:
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    assert layer_of(palette.tree.currentIndex()) == "Linear"
    QTest.keyClick(palette.tree, Qt.Key.Key_Down)
    with qtbot.waitSignal(palette.add_requested) as asked:
        QTest.keyClick(palette.tree, Qt.Key.Key_Return)
    assert asked.args == ["ReLU"]


def test_a_double_click_appends(palette: PalettePanel, qtbot: QtBot) -> None:
    viewport = palette.tree.viewport()
    with qtbot.waitSignal(palette.add_requested) as asked:
        QTest.mouseClick(viewport, LEFT, pos=_point(palette, "ReLU"))
        QTest.mouseDClick(viewport, LEFT, pos=_point(palette, "ReLU"))
    assert asked.args == ["ReLU"]


def test_a_click_on_a_heading_closes_the_group(palette: PalettePanel, qtbot: QtBot) -> None:
    group = palette.model.index(0, 0)
    at = palette.tree.visualRect(group).center()
    for expanded in (False, True):
        QTest.mouseClick(palette.tree.viewport(), LEFT, pos=at)
        assert palette.tree.isExpanded(group) is expanded
    with qtbot.assertNotEmitted(palette.add_requested):
        QTest.mouseDClick(palette.tree.viewport(), LEFT, pos=at)


def test_all_groups_are_in_sight_and_stay_as_they_were_left(palette: PalettePanel) -> None:
    assert _opened(palette) == [COMMON]
    last = palette.model.index(palette.model.rowCount() - 1, 0)
    assert palette.tree.viewport().rect().contains(palette.tree.visualRect(last))
    for name in (COMMON, "Pooling"):
        [group] = palette.model.findItems(name)
        QTest.mouseClick(palette.tree.viewport(), LEFT, pos=palette.tree.visualRect(group.index()).center())
    assert _opened(palette) == ["Pooling"]
    palette.field.setText("drop")
    palette.field.clear()
    assert _opened(palette) == ["Pooling"]


def test_dragging_carries_the_layer(palette: PalettePanel) -> None:
    carried: list[str | None] = []

    def drag_ends(drag: QDrag) -> None:
        carried.append(dragged_layer(drag.mimeData()))

    palette.tree.run_drag = drag_ends
    start = _point(palette, "Dropout")
    viewport = palette.tree.viewport()
    QTest.mousePress(viewport, LEFT, pos=start)
    for step in (10, 30, 60):
        at = QPointF(start + QPoint(step, 0))
        event = QMouseEvent(QEvent.Type.MouseMove, at, at, Qt.MouseButton.NoButton, LEFT, PLAIN)
        QApplication.sendEvent(viewport, event)
    QTest.mouseRelease(viewport, LEFT, pos=start + QPoint(60, 0))
    assert carried == ["Dropout"]


def test_what_can_be_used_shows_it_under_the_mouse(palette: PalettePanel) -> None:
    viewport, tree = palette.tree.viewport(), palette.tree
    [heading] = palette.model.findItems("Pooling")
    shapes = {
        heading.index(): Qt.CursorShape.PointingHandCursor,
        _index(palette, "Dropout"): Qt.CursorShape.OpenHandCursor,
    }
    for index, shape in shapes.items():
        row = tree.visualRect(index)
        before = viewport.grab(row).toImage()
        QTest.mouseMove(viewport, row.center())
        QApplication.processEvents()
        assert viewport.cursor().shape() == shape
        assert viewport.grab(row).toImage() != before
    QTest.mouseMove(viewport, QPoint(20, viewport.height() - 4))
    assert viewport.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_tooltips_come_from_the_declaration(palette: PalettePanel) -> None:
    tip = str(_index(palette, "Linear").data(Qt.ItemDataRole.ToolTipRole))
    spec = registry.LAYERS["Linear"]
    assert spec.summary in tip
    assert all(arg.name in tip for arg in spec.args)


def test_it_is_painted_in_both_themes(palette: PalettePanel) -> None:
    before = colors.current()
    try:
        for look in (colors.DARK, colors.LIGHT):
            colors.use(look)
            rect = palette.tree.visualRect(_index(palette, "Linear"))
            picture = palette.tree.viewport().grab().toImage()
            bar = picture.pixelColor(rect.left() + 3, rect.center().y())
            assert bar.name() == colors.group_color("Linear")
    finally:
        colors.use(before)
