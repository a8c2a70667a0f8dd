"""Redrawing only what changed, and only while it can be seen."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnbuilder.ui.plots.redraw import Redraw


class View(QWidget):
    """Counts its redraws."""

    def __init__(self, interval: int = 10) -> None:
        super().__init__()
        self.draws = 0
        self.redraw = Redraw(self, self.draw, interval)

    def draw(self) -> None:
        """One redraw."""
        self.draws += 1


def shown(qtbot: QtBot, view: View) -> View:
    """Shows a view and forgets its first redraw."""
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    qtbot.waitUntil(lambda: view.draws > 0 and not view.redraw.dirty)
    view.draws = 0
    return view


@pytest.fixture
def view(qtbot: QtBot) -> View:
    """A view that was drawn once."""
    return shown(qtbot, View())


def test_many_changes_are_one_redraw(view: View, qtbot: QtBot) -> None:
    for _ in range(50):
        view.redraw.touch()
    assert view.draws == 0
    qtbot.waitUntil(lambda: view.draws == 1)
    qtbot.wait(40)
    assert view.draws == 1


def test_hidden_it_draws_nothing_until_shown(view: View, qtbot: QtBot) -> None:
    view.hide()
    view.redraw.touch()
    view.redraw.now()
    qtbot.wait(40)
    assert (view.draws, view.redraw.dirty) == (0, True)
    view.show()
    qtbot.waitUntil(lambda: view.draws == 1)


def test_what_did_not_change_is_not_drawn_when_shown_again(view: View, qtbot: QtBot) -> None:
    view.hide()
    view.show()
    qtbot.wait(40)
    assert view.draws == 0


def test_now_does_not_wait(view: View) -> None:
    view.redraw.now()
    assert view.draws == 1


def test_redraws_keep_their_distance(qtbot: QtBot) -> None:
    slow = shown(qtbot, View(interval=60_000))
    slow.redraw.touch()
    qtbot.wait(60)
    assert (slow.draws, slow.redraw.dirty) == (0, True)
