"""The row above the canvas that tells in which group one is."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnbuilder.graph.edits import Group, Rename, SetDisabled
from nnbuilder.graph.graph import GROUP, Node, NodeId
from nnbuilder.ui.canvas.breadcrumb import Breadcrumb
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import ids

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)
OUTER, INNER = NodeId("outer"), NodeId("inner")


@pytest.fixture
def row(desk: Desk, qtbot: QtBot) -> Breadcrumb:
    """A row above a canvas with a group in a group."""
    desk.document.apply(Group((N2, N3, N4), Node(OUTER, GROUP, name="body")))
    desk.document.apply(Group((N2, N3), Node(INNER, GROUP, name="a very long name of a group of layers")))
    row = Breadcrumb(desk.document, desk.view.level)
    qtbot.addWidget(row)
    return row


def test_it_shows_the_way_and_goes_back(desk: Desk, row: Breadcrumb, qtbot: QtBot) -> None:
    assert row.isHidden()
    desk.view.level.go(INNER)
    assert not row.isHidden()
    assert [button.toolTip() for button in row.buttons] == [
        "Network",
        "body",
        "a very long name of a group of layers",
    ]
    assert len(row.buttons[2].text()) < 30
    assert row.buttons[1].accessibleName() == "Go to body"
    assert row.buttons[2].accessibleName().endswith("shown now")
    with qtbot.waitSignal(row.went):
        QTest.mouseClick(row.buttons[1], Qt.MouseButton.LeftButton)
    assert desk.view.level.group == OUTER
    QTest.mouseClick(row.buttons[0], Qt.MouseButton.LeftButton)
    assert desk.view.level.group is None
    assert row.isHidden()


def test_it_follows_names_and_is_not_built_anew_for_other_edits(desk: Desk, row: Breadcrumb) -> None:
    desk.view.level.go(INNER)
    buttons = row.buttons
    desk.document.apply(SetDisabled((N2,), True))
    assert row.buttons == buttons
    desk.document.apply(Rename(OUTER, "tail & head"))
    assert row.buttons[1].toolTip() == "tail & head"
    assert row.buttons[1].text() == "tail && head"
