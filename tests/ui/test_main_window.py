"""The window as a whole: what menus, keys and panels do to each other."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QDockWidget, QTabWidget

from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.ui.actions import ACTIONS, MENUS
from nnbuilder.ui.common import colors
from nnbuilder.ui.layout import FRAME, Layout
from tests.ui.conftest import Stage

N2, N4 = NodeId("n2"), NodeId("n4")
CONTROL = Qt.KeyboardModifier.ControlModifier


def test_it_opens_on_the_starter(stage: Stage) -> None:
    assert stage.window.windowTitle() == "iris[*] — NNBuilder"
    assert not stage.window.isWindowModified()
    assert len(stage.window.panels.canvas.canvas.cards) == len(stage.graph.nodes) == 7
    assert stage.window.status.engine.text() == "Engine ready · torch 2.13.0 · cpu"
    assert "train 120 / validation 30" in stage.window.status.facts.text()


def test_every_action_has_a_handler_a_menu_and_a_tip(stage: Stage) -> None:
    assert set(stage.window.actions_by_name) == {row.name for row in ACTIONS}
    titles = [action.text() for action in stage.window.menuBar().actions()]
    assert titles == [f"&{title}" for title in MENUS]
    assert len({title[0] for title in MENUS}) == len(MENUS)
    for row in ACTIONS:
        assert row.menu in MENUS
        assert stage.action(row.name).toolTip()


def test_no_two_actions_share_a_shortcut() -> None:
    keys = [QKeySequence(key).toString() for row in ACTIONS for key in row.keys]
    assert len(keys) == len(set(keys))
    assert all(keys)


def test_every_button_can_be_named_and_explained(stage: Stage) -> None:
    for name in ("toolbar", "palette", "inspector", "training", "data", "problems"):
        for button in stage.child(name).findChildren(QAbstractButton):
            if button.isVisibleTo(stage.window):
                assert button.accessibleName() or button.text(), button.objectName()


def test_the_palette_appends_and_undo_is_named(stage: Stage) -> None:
    stage.window.panels.palette.add_requested.emit("Dropout")
    stage.settle()
    assert any(node.type == "Dropout" for node in stage.graph.nodes.values())
    assert stage.window.isWindowModified()
    assert stage.action("edit.undo").text() == "Undo Insert Dropout"
    stage.window.panels.canvas.setFocus()
    stage.key(Qt.Key.Key_Z, CONTROL)
    assert len(stage.graph.nodes) == 7
    assert not stage.window.isWindowModified()
    stage.key(Qt.Key.Key_Y, CONTROL)
    assert len(stage.graph.nodes) == 8


def test_slash_adds_layers_from_anywhere_but_a_field(stage: Stage) -> None:
    stage.window.panels.canvas.setFocus()
    stage.key(Qt.Key.Key_Slash)
    box = stage.window.boxes.quick_add
    assert box.isVisible()
    assert QApplication.focusWidget() is box.field
    stage.key(Qt.Key.Key_Slash)
    assert box.field.text() == "/"
    stage.key(Qt.Key.Key_Escape)
    assert not box.isVisible()
    assert QApplication.focusWidget() is stage.window.panels.canvas
    stage.window.panels.palette.tree.setFocus()
    stage.key(Qt.Key.Key_K, CONTROL)
    assert box.isVisible()


def test_control_f_searches_the_palette(stage: Stage) -> None:
    stage.window.panels.canvas.setFocus()
    stage.key(Qt.Key.Key_F, CONTROL)
    assert QApplication.focusWidget() is stage.window.panels.palette.field


def test_delete_in_a_field_leaves_the_drawing_alone(stage: Stage) -> None:
    stage.window.selection.set([N2])
    stage.window.panels.palette.focus_search()
    stage.key(Qt.Key.Key_Delete)
    assert N2 in stage.graph.nodes
    stage.window.panels.canvas.setFocus()
    stage.key(Qt.Key.Key_Delete)
    assert N2 not in stage.graph.nodes


def test_enter_on_a_card_goes_to_its_form(stage: Stage) -> None:
    stage.window.selection.set([N2])
    stage.window.panels.canvas.setFocus()
    stage.key(Qt.Key.Key_Return)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert stage.window.panels.inspector.isAncestorOf(focused)


def test_problems_are_counted_and_walked(stage: Stage) -> None:
    stage.trigger("network.problem")
    assert "no problem" in stage.window.status.message.text()
    stage.session.document.apply(SetArg(N4, "in_features", 99))
    stage.settle()
    tabs = stage.window.docks.bottom
    assert "Problems 1" in [tabs.tabText(index) for index in range(tabs.count())]
    stage.trigger("network.problem")
    assert list(stage.window.selection.nodes) == [N4]
    assert stage.window.panels.canvas.bubbles.bubble.isVisible()


def test_the_welcome_page_opens_examples_and_lets_go(stage: Stage) -> None:
    stage.trigger("file.welcome")
    assert stage.window.pages.shows_welcome
    stage.key(Qt.Key.Key_Escape)
    assert not stage.window.pages.shows_welcome
    stage.trigger("file.welcome")
    stage.window.panels.welcome.open_example.emit("xor")
    stage.settle()
    assert not stage.window.pages.shows_welcome
    assert stage.window.windowTitle() == "xor[*] — NNBuilder"


def test_the_theme_can_be_switched_in_the_menu(stage: Stage) -> None:
    dark = stage.window.findChild(QAction, "theme.dark")
    assert dark is not None
    dark.trigger()
    assert colors.current() is colors.DARK
    assert stage.session.settings.value("theme") == "dark"


def test_the_layout_is_kept_and_can_be_reset(open_stage: Callable[[], Stage]) -> None:
    first = open_stage()
    dock = first.window.findChild(QDockWidget, "dock.palette")
    assert dock is not None
    dock.hide()
    first.window.close()
    first.settle()
    second = open_stage()
    again = second.window.findChild(QDockWidget, "dock.palette")
    assert again is not None
    assert again.isHidden()
    second.window.layout_keeper.reset()
    assert not again.isHidden()


def test_the_first_window_fits_on_the_screen_with_its_frame(qapp: QApplication, stage: Stage) -> None:
    stage.window.resize(4000, 3000)
    stage.session.settings.clear()
    Layout(stage.window, stage.session.settings).restore()
    room = qapp.primaryScreen().availableSize()
    assert stage.window.height() <= room.height() - FRAME.height()


def test_no_panel_below_takes_width_from_those_beside_it(stage: Stage) -> None:
    below = stage.window.findChildren(QDockWidget, "dock.bottom")[0].widget()
    assert isinstance(below, QTabWidget)
    pages = {below.tabText(at): below.widget(at) for at in range(below.count())}
    wide = {title: page.minimumSizeHint().width() for title, page in pages.items() if page is not None}
    assert {title: width for title, width in wide.items() if width > 1280 - 212 - 296} == {}


def test_titles_of_docks_can_be_shown(stage: Stage) -> None:
    dock = stage.window.findChild(QDockWidget, "dock.palette")
    assert dock is not None
    assert dock.titleBarWidget() is not None
    stage.window.docks.show_titles(True)
    assert dock.titleBarWidget() is None


def test_the_version_can_be_read(stage: Stage) -> None:
    stage.trigger("help.about")
    box = stage.box()
    assert box.informativeText()
    box.close()
    stage.settle()
