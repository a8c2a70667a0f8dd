"""Menu View and what is written on the drawing: preferences are kept, groups are entered and left."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu

from nnbuilder.graph.analysis import Analysis
from nnbuilder.graph.edits import Group
from nnbuilder.graph.graph import GROUP, Node, NodeId
from nnbuilder.project.problem import Problem
from nnbuilder.protocol.messages import Analyze, Analyzed
from nnbuilder.ui.canvas.breadcrumb import Breadcrumb
from tests.fakes import IRIS
from tests.ui.conftest import Stage

N2, N3, N4 = NodeId("n2"), NodeId("n3"), NodeId("n4")
BLOCK = NodeId("block")
CONTROL = Qt.KeyboardModifier.ControlModifier


def _group(stage: Stage) -> None:
    place = stage.graph.nodes[N2]
    group = Node(BLOCK, GROUP, x=place.x, y=place.y, name="body")
    stage.session.document.apply(Group((N2, N3, N4), group))
    stage.settle()


def _faulty(request: Analyze) -> tuple[Analyzed]:
    """An answer with a problem on a layer, wherever it lies."""
    problem = Problem("error", "shape-mismatch", "It does not fit.", node=N4)
    return (Analyzed(request.request_id, request.revision, Analysis(), (problem,), IRIS),)


def test_enter_goes_into_a_group_and_escape_out(stage: Stage) -> None:
    _group(stage)
    canvas = stage.window.panels.canvas
    stage.window.selection.set([BLOCK])
    canvas.setFocus()
    stage.key(Qt.Key.Key_Return)
    assert canvas.level.group == BLOCK
    breadcrumb = stage.window.findChild(Breadcrumb)
    assert breadcrumb is not None
    assert breadcrumb.isVisible()
    stage.window.selection.set([N3])
    stage.key(Qt.Key.Key_Escape)
    assert canvas.level.group == BLOCK
    stage.key(Qt.Key.Key_Escape)
    assert canvas.level.group is None
    assert stage.window.selection.nodes == (BLOCK,)
    assert not breadcrumb.isVisible()


def test_backspace_deletes_what_is_selected_and_else_goes_out(stage: Stage) -> None:
    _group(stage)
    canvas = stage.window.panels.canvas
    canvas.level.go(BLOCK)
    canvas.setFocus()
    stage.window.selection.set([N3])
    stage.key(Qt.Key.Key_Backspace)
    assert N3 not in stage.graph.nodes
    assert canvas.level.group == BLOCK
    stage.key(Qt.Key.Key_Backspace)
    assert canvas.level.group is None


def test_leaving_is_offered_only_in_a_group(stage: Stage) -> None:
    _group(stage)
    assert not stage.action("network.leave").isEnabled()
    stage.window.panels.canvas.level.go(BLOCK)
    stage.trigger("network.leave")
    assert stage.window.panels.canvas.level.group is None


def test_the_next_problem_is_found_in_a_group(stage: Stage) -> None:
    stage.engine.answer = _faulty
    _group(stage)
    card = stage.window.panels.canvas.canvas.cards[BLOCK]
    assert card.look.severity == "error"
    stage.trigger("network.problem")
    assert stage.window.panels.canvas.level.group == BLOCK
    assert stage.window.selection.nodes == (N4,)


def test_layout_and_minimap_are_kept_for_the_next_time(open_stage: Callable[[], Stage]) -> None:
    first = open_stage()
    column = first.window.findChild(QAction, "layout.vertical")
    assert column is not None
    column.trigger()
    first.trigger("view.minimap")
    first.trigger("view.responses")
    assert not first.action("view.preview").isChecked()
    first.trigger("view.preview")
    assert not first.action("view.minimap").isChecked()
    assert not first.window.panels.canvas.minimap.isVisible()
    nodes = first.graph.nodes
    assert len({node.x for node in nodes.values()}) == 1
    second = open_stage()
    assert second.window.panels.canvas.arranger.style == "vertical"
    assert not second.action("view.minimap").isChecked()
    assert not second.action("view.responses").isChecked()
    assert not second.window.panels.responses.wanted
    assert not second.window.panels.canvas.minimap.isVisible()
    assert second.action("view.preview").isChecked()
    assert second.window.panels.previews.wanted
    second.trigger("view.preview")
    assert not second.window.panels.previews.wanted
    second.trigger("view.responses")
    assert second.window.panels.responses.wanted
    second.trigger("view.minimap")
    assert second.window.panels.canvas.minimap.isVisible()


def test_n_writes_a_note_and_the_menu_of_the_ground_too(stage: Stage) -> None:
    canvas = stage.window.panels.canvas
    canvas.setFocus()
    stage.key(Qt.Key.Key_N)
    assert QApplication.focusWidget() is canvas.note_edit
    QTest.keyClicks(canvas.note_edit, "nd/")
    QTest.keyClick(canvas.note_edit, Qt.Key.Key_Return, CONTROL)
    assert [note.text for note in stage.graph.notes.values()] == ["nd/"]
    assert QApplication.focusWidget() is canvas
    menu = canvas.menus.menu_for(canvas.canvas.hit(canvas.mapToScene(5, 5)), canvas.mapToScene(5, 5))
    [add] = [action for action in menu.actions() if action.text() == "Add note"]
    add.trigger()
    assert canvas.note_edit.note is not None
    assert canvas.note_edit.note.x == round(canvas.mapToScene(5, 5).x())
    menu.close()


def test_the_menu_of_a_note_colours_and_deletes_it(stage: Stage) -> None:
    canvas = stage.window.panels.canvas
    canvas.annotations.add_note()
    QTest.keyClicks(canvas.note_edit, "x")
    canvas.note_edit.keep()
    [key] = stage.graph.notes
    spot = canvas.canvas.rect_of(key).center()
    menu = canvas.menus.menu_for(canvas.canvas.hit(spot), spot)
    blue = menu.findChild(QAction, "note.color.blue")
    assert blue is not None
    blue.trigger()
    assert stage.graph.notes[key].color == "blue"
    delete = next(action for action in menu.actions() if action.text() == "Delete")
    delete.trigger()
    assert not stage.graph.notes
    menu.close()


def test_chain_and_history_are_beside_the_palette(stage: Stage) -> None:
    stage.trigger("view.chain")
    assert stage.window.panels.chain.isVisible()
    focused = QApplication.focusWidget()
    assert focused is not None
    assert stage.window.panels.chain.isAncestorOf(focused)
    stage.trigger("view.history")
    assert stage.window.panels.history.isVisible()
    stage.trigger("network.find")
    assert stage.window.panels.palette.isVisible()


def test_the_report_opens_below_and_asks_for_arguments(stage: Stage) -> None:
    stage.trigger("view.report")
    report = stage.window.panels.report
    assert report.isVisible()
    assert QApplication.focusWidget() is report.table
    report.table.show_nodes([N2])
    assert stage.window.selection.nodes == (N2,)
    stage.key(Qt.Key.Key_Return)
    assert stage.window.panels.inspector.isAncestorOf(QApplication.focusWidget() or stage.window)


def test_the_report_is_printed(stage: Stage, tmp_path: Path) -> None:
    stage.trigger("view.report")
    stage.window.panels.report.print_out()
    stage.settle()
    [asked] = stage.window.findChildren(QDialog, "dialog.print")
    assert isinstance(asked, QPrintDialog)
    asked.printer().setOutputFileName(str(tmp_path / "report.pdf"))
    asked.accepted.emit(asked.printer())
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    asked.close()
    stage.settle()


def test_the_menu_of_the_chain_is_that_of_the_canvas(stage: Stage) -> None:
    stage.window.selection.set([N2])
    stage.window.panels.chain.menu_requested.emit(QPoint(20, 20))
    stage.settle()
    menu = stage.window.findChild(QMenu, "canvas.menu")
    assert menu is not None
    assert "Rename" in [action.text() for action in menu.actions()]
    menu.close()
