"""Panels that are made after the first paint: whoever needs one sooner finds it as if it had been there."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import SetSource
from nnbuilder.ui.late import Late
from tests.ui.conftest import Stage

N2 = NodeId("n2")


def made(stage: Stage) -> list[str]:
    """The panels that are there."""
    late = stage.window.panels.late
    return [panel.objectName() for one in late.every if (panel := one.made) is not None]


def room(stage: Stage) -> list[object]:
    """How the window is divided, and how small it can become."""
    window = stage.window
    docks = (window.docks.left, window.docks.right, window.docks.bottom)
    return [window.minimumSizeHint(), *((one.geometry(), one.minimumSizeHint()) for one in docks)]


def test_a_new_window_does_without_them(fresh_stage: Stage) -> None:
    assert made(fresh_stage) == []


def test_a_tab_that_is_chosen_shows_its_panel(fresh_stage: Stage) -> None:
    tabs = fresh_stage.window.docks.bottom
    titles = [tabs.tabText(index) for index in range(tabs.count())]
    for title in titles:
        QTest.mouseClick(
            tabs.tabBar(),
            Qt.MouseButton.LeftButton,
            pos=tabs.tabBar().tabRect(titles.index(title)).center(),
        )
        shown = tabs.currentWidget()
        assert (tabs.tabText(tabs.currentIndex()), shown.isVisible()) == (title, True)
        assert shown.accessibleName()
        assert [tabs.tabText(index) for index in range(tabs.count())] == titles
    assert all(late.made is not None for late in fresh_stage.window.panels.late.every)


def test_an_action_goes_to_its_panel_with_the_keyboard(fresh_stage: Stage) -> None:
    for name in ("code", "runs", "bench", "sweep", "report"):
        fresh_stage.trigger(f"view.{name}")
        panel = fresh_stage.window.docks.bottom.currentWidget()
        has_keys = QApplication.focusWidget()
        assert has_keys is not None
        assert panel.objectName() == name
        assert panel is has_keys or panel.isAncestorOf(has_keys)


def test_a_panel_says_what_it_has_to_say(fresh_stage: Stage) -> None:
    fresh_stage.trigger("view.code")
    fresh_stage.window.panels.code.copy()
    assert fresh_stage.window.status.message.text() == "Copied the text."
    assert QApplication.clipboard().text().startswith("from torch import nn")


def test_a_typed_text_follows_the_drawing_before_anybody_looks_at_it(fresh_stage: Stage) -> None:
    document = fresh_stage.session.document
    typed = "nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))  # own"
    document.apply(SetSource(typed))
    document.apply(SetArg(N2, "out_features", 32))
    assert document.project.source is not None
    assert "nn.Linear(4, 32)" in document.project.source
    assert document.project.source.endswith("# own")
    assert "code" not in made(fresh_stage)
    fresh_stage.trigger("view.code")
    assert fresh_stage.window.panels.code.editor.text == document.project.source


def test_all_are_there_once_a_training_begins(fresh_stage: Stage) -> None:
    fresh_stage.trigger("train.start")
    assert len(made(fresh_stage)) == len(fresh_stage.window.panels.late.every)


def test_making_them_moves_nothing(fresh_stage: Stage) -> None:
    before = room(fresh_stage)
    picture = fresh_stage.window.docks.bottom.grab().toImage()
    for _ in fresh_stage.window.panels.late.pieces():
        fresh_stage.settle()
    assert room(fresh_stage) == before
    assert fresh_stage.window.docks.bottom.grab().toImage() == picture
    assert len(made(fresh_stage)) == len(fresh_stage.window.panels.late.every)


@pytest.mark.usefixtures("qapp")
def test_what_is_wired_happens_once_with_one_panel() -> None:
    told: list[QWidget] = []
    late = Late(QWidget)
    late.then(told.append)
    assert (late.made, told) == (None, [])
    panel = late.get()
    assert panel is late.get() is late.made
    late.then(told.append)
    assert told == [panel, panel]
