"""From panel to panel by keyboard."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from nnbuilder.graph.graph import NodeId
from tests.ui.conftest import Stage

CONTROL = Qt.KeyboardModifier.ControlModifier
BACK = CONTROL | Qt.KeyboardModifier.ShiftModifier


def panels(stage: Stage) -> list[QWidget]:
    """The panels that the keys go through."""
    shown = stage.window.panels
    return [shown.palette, shown.canvas, shown.inspector, shown.plots]


def here(stage: Stage) -> QWidget | None:
    """The panel that has the keyboard."""
    focus = QApplication.focusWidget()
    return next(
        (panel for panel in panels(stage) if focus is panel or (focus and panel.isAncestorOf(focus))), None
    )


def test_control_tab_goes_round(stage: Stage) -> None:
    stage.window.selection.set([NodeId("n2")])
    stage.window.panels.canvas.setFocus()
    seen = []
    for _ in range(4):
        stage.key(Qt.Key.Key_Tab, CONTROL)
        seen.append(here(stage))
    palette, canvas, inspector, plots = panels(stage)
    assert seen == [inspector, plots, palette, canvas]


def test_and_back(stage: Stage) -> None:
    stage.window.selection.set([NodeId("n2")])
    stage.window.panels.canvas.setFocus()
    stage.key(Qt.Key.Key_Backtab, BACK)
    assert here(stage) is stage.window.panels.palette


def test_a_hidden_panel_is_left_out(stage: Stage) -> None:
    stage.window.docks.toggles[1].trigger()
    stage.window.panels.canvas.setFocus()
    stage.key(Qt.Key.Key_Tab, CONTROL)
    assert here(stage) is stage.window.panels.plots
