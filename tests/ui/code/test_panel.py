"""The code panel on a real document: typing, drawing, selecting, undoing."""

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from nnbuilder.graph.edits import RemoveNodes, SetArg
from nnbuilder.graph.graph import Graph, NodeId
from nnbuilder.project.project import Project
from nnbuilder.session.source_text import SourceText
from nnbuilder.ui.code.panel import CodePanel
from nnbuilder.ui.common import colors
from tests.ui.canvas.drawings import chain, ids
from tests.ui.code.conftest import CONTROL, SHIFT, Desk
from tests.ui.workbench import Open

N2, N3, N4 = ids(2, 3, 4)
WRITTEN = """from torch import nn

model = nn.Sequential(
    nn.Linear(4, 16),
    nn.ReLU(),
    nn.Linear(16, 3),
)
"""


def test_it_shows_the_drawing(desk: Desk) -> None:
    assert desk.editor.text == WRITTEN
    assert desk.sentence == "The drawing shows this text."
    assert not desk.panel.faults.link.isVisible()
    assert not desk.editor.textCursor().hasSelection()
    assert desk.editor.textCursor().position() == 0


def test_a_newcomer_types_a_layer(desk: Desk) -> None:
    desk.click_at("nn.ReLU(),", len("nn.ReLU(),"))
    desk.type("\nnn.Dropout(0.5),")
    desk.key(Qt.Key.Key_Escape)
    desk.read()
    assert desk.types == ["Linear", "ReLU", "Linear", "Dropout"]
    assert "    nn.ReLU(),\n    nn.Dropout(0.5),\n    nn.Linear(16, 3),\n" in desk.editor.text
    assert desk.sentence == "The drawing shows this text."
    assert [desk.graph.nodes[node].type for node in desk.bench.selection.nodes] == ["Dropout"]
    assert marked_lines(desk) == {5}


def test_a_fault_is_underlined_and_the_drawing_stays(desk: Desk) -> None:
    before = desk.graph
    desk.click_at("nn.ReLU", len("nn.ReL"))
    desk.type("x")
    desk.read()
    assert desk.graph is before
    [fault] = desk.panel.faults.faults
    assert fault.line == 5
    assert desk.editor.shown[fault.start : fault.end] == "nn.ReLxU"
    assert desk.sentence == "Line 5 is not read yet: the drawing keeps the last network."
    assert desk.panel.faults.link.isVisible()
    assert fault.sentence in desk.panel.editor.tip_at(fault.start + 1)
    desk.key(Qt.Key.Key_Backspace)
    desk.read()
    assert desk.sentence == "The drawing shows this text."
    assert not desk.panel.faults.link.isVisible()


def test_who_still_types_is_not_told_of_faults(desk: Desk) -> None:
    desk.click_at("nn.ReLU", len("nn.ReL"))
    desk.type("x")
    desk.source.read()
    assert desk.sentence == "Not read yet: the drawing keeps the last network."
    assert desk.panel.faults.faults == ()
    desk.bench.qtbot.waitUntil(lambda: bool(desk.panel.faults.faults), timeout=5000)


def test_f8_walks_the_faults_both_ways(desk: Desk) -> None:
    desk.click_at("nn.ReLU", len("nn.ReL"))
    desk.type("x")
    desk.click_at("nn.Linear(16", len("nn.Linea"))
    desk.type("x")
    desk.read()
    first, second = desk.panel.faults.faults
    assert (first.line, second.line) == (5, 6)
    assert desk.panel.faults.count.text().endswith("of 2")
    desk.key(Qt.Key.Key_Home, CONTROL)
    desk.key(Qt.Key.Key_F8)
    assert desk.editor.textCursor().position() == first.start
    desk.key(Qt.Key.Key_F8)
    assert desk.editor.textCursor().position() == second.start
    desk.key(Qt.Key.Key_F8, SHIFT)
    assert desk.editor.textCursor().position() == first.start


def test_a_click_on_the_line_below_goes_to_the_fault(desk: Desk) -> None:
    desk.click_at("nn.ReLU", len("nn.ReL"))
    desk.type("x")
    desk.read()
    desk.key(Qt.Key.Key_Home, CONTROL)
    QTest.mouseClick(desk.child("code_fault_line"), Qt.MouseButton.LeftButton)
    assert desk.editor.textCursor().blockNumber() == 4
    assert desk.editor.hasFocus()


def test_the_canvas_changes_only_what_it_touches(desk: Desk) -> None:
    desk.click_at("nn.Linear(16", 3)
    caret = desk.editor.textCursor().position()
    desk.bench.document.apply(SetArg(N2, "out_features", 32))
    desk.settle()
    assert desk.editor.text == WRITTEN.replace("4, 16", "4, 32").replace("16, 3", "32, 3")
    assert desk.editor.textCursor().position() == caret
    desk.bench.document.apply(RemoveNodes((N3,)))
    desk.settle()
    cursor = desk.editor.textCursor()
    assert cursor.block().text() == "    nn.Linear(32, 3),"
    assert cursor.positionInBlock() == 7


def test_a_selection_stays_where_the_canvas_writes(desk: Desk) -> None:
    desk.click_at("nn.ReLU()")
    for _ in "nn.ReLU":
        desk.key(Qt.Key.Key_Right, SHIFT)
    desk.bench.document.apply(SetArg(N2, "out_features", 1024))
    desk.settle()
    assert desk.editor.textCursor().selectedText() == "nn.ReLU"


def test_comments_outlive_the_canvas(desk: Desk) -> None:
    desk.click_at("nn.ReLU(),", len("nn.ReLU(),"))
    desk.type("  # kinks")
    desk.read()
    desk.bench.document.apply(SetArg(N2, "out_features", 32))
    desk.settle()
    assert "    nn.Linear(4, 32),\n    nn.ReLU(),  # kinks\n    nn.Linear(32, 3),\n" in desk.editor.text


def test_undo_takes_back_what_is_not_read_then_the_document(desk: Desk) -> None:
    desk.bench.document.apply(SetArg(N2, "out_features", 32))
    desk.settle()
    changed = desk.editor.text
    desk.click_at("nn.ReLU", len("nn.ReL"))
    desk.type("xx")
    desk.read()
    assert not desk.source.agrees
    desk.key(Qt.Key.Key_Z, CONTROL)
    assert desk.editor.text == changed
    assert desk.source.agrees
    desk.key(Qt.Key.Key_Z, CONTROL)
    assert desk.editor.text == WRITTEN
    assert desk.graph.nodes[N2].args["out_features"] == 16
    desk.key(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert desk.editor.text == changed


def test_what_was_typed_in_vain_can_be_redone(desk: Desk) -> None:
    desk.click_at("nn.ReLU", len("nn.ReL"))
    desk.type("x")
    desk.read()
    desk.key(Qt.Key.Key_Z, CONTROL)
    assert desk.editor.text == WRITTEN
    desk.key(Qt.Key.Key_Y, CONTROL)
    assert "nn.ReLxU" in desk.editor.text


def test_typing_is_one_step_of_the_document(desk: Desk) -> None:
    steps = desk.bench.undo_steps
    desk.click_at("3),", 1)
    desk.type("00")
    desk.read()
    assert desk.graph.nodes[N4].args["out_features"] == 300
    assert desk.bench.undo_steps == steps + 1
    desk.key(Qt.Key.Key_Z, CONTROL)
    assert desk.editor.text == WRITTEN
    assert desk.bench.undo_steps == steps


def test_the_drawings_text_can_be_taken_and_given_back(desk: Desk) -> None:
    desk.click_at("nn.ReLU", len("nn.ReL"))
    desk.type("x")
    desk.read()
    QTest.mouseClick(desk.child("code_take"), Qt.MouseButton.LeftButton)
    desk.settle()
    assert desk.editor.text == WRITTEN
    assert desk.source.agrees
    assert not desk.child("code_take").isVisible()
    desk.key(Qt.Key.Key_Z, CONTROL)
    assert "nn.ReLxU" in desk.editor.text
    assert desk.panel.faults.faults


def test_the_caret_selects_its_layer_and_keeps_the_keyboard(desk: Desk) -> None:
    desk.click_at("nn.ReLU", 2)
    assert desk.bench.selection.nodes == (N3,)
    desk.key(Qt.Key.Key_Down)
    assert desk.bench.selection.nodes == (N4,)
    desk.key(Qt.Key.Key_End)
    assert desk.bench.selection.nodes == (N4,)
    assert desk.editor.hasFocus()
    desk.key(Qt.Key.Key_Home, CONTROL)
    assert desk.bench.selection.nodes == (N4,)


def marked_lines(desk: Desk) -> set[int]:
    """The lines that are shown as those of the selection."""
    return {mark.cursor.blockNumber() for mark in desk.editor._marks["node"]}


def test_a_node_selected_elsewhere_shows_its_lines(desk: Desk) -> None:
    desk.bench.select("n2", "n4")
    assert marked_lines(desk) == {3, 5}
    desk.bench.select("n1")
    assert marked_lines(desk) == set()


def test_it_scrolls_to_the_selection_only_where_nobody_types(desk: Desk) -> None:
    lines = "".join(f"    nn.Linear({size}, {size + 1}),\n" for size in range(4, 84))
    desk.editor.selectAll()
    desk.editor.insertPlainText(f"from torch import nn\n\nmodel = nn.Sequential(\n{lines})\n")
    desk.read()
    assert len(desk.types) == 80
    desk.key(Qt.Key.Key_Home, CONTROL)
    last = list(desk.source.spans)[-1]
    desk.bench.select(last)
    assert desk.editor.verticalScrollBar().value() == 0
    desk.child("code_copy").setFocus()
    desk.bench.select("n2")
    assert desk.editor.verticalScrollBar().value() == 0
    desk.bench.select(last)
    assert desk.editor.in_view(*desk.panel._ranges.of(last) or (0, 0))


def test_nothing_is_done_while_it_is_hidden(desk: Desk) -> None:
    desk.panel.hide()
    told = QSignalSpy(desk.source.text_changed)
    desk.bench.document.apply(SetArg(N2, "out_features", 32))
    desk.bench.select("n2")
    assert desk.editor.text == WRITTEN
    assert told.count() == 0
    desk.panel.show()
    desk.settle()
    assert "nn.Linear(4, 32)" in desk.editor.text
    assert marked_lines(desk) == {3}


def test_it_is_written_as_a_class_and_back(desk: Desk, settings: QSettings) -> None:
    QTest.mouseClick(desk.child("code_view_class"), Qt.MouseButton.LeftButton)
    desk.settle()
    assert "class Network" in desk.editor.text
    assert desk.sentence == "The drawing shows this text."
    desk.click_at("nn.ReLU", 2)
    assert desk.bench.selection.nodes == (N3,)
    assert settings.value("code/view") == "class"
    QTest.mouseClick(desk.child("code_view_sequential"), Qt.MouseButton.LeftButton)
    desk.settle()
    assert desk.editor.text == WRITTEN


def test_the_form_stays_while_a_text_is_not_read(desk: Desk) -> None:
    desk.click_at("nn.ReLU", len("nn.ReL"))
    desk.type("x")
    desk.read()
    assert not desk.child("code_view_class").isEnabled()
    assert "mended" in desk.child("code_view_class").toolTip()


def test_the_whole_text_is_copied(desk: Desk) -> None:
    said = QSignalSpy(desk.panel.said)
    QTest.mouseClick(desk.child("code_copy"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == WRITTEN
    assert said.count() == 1


def test_an_empty_drawing_says_how_to_begin(open_bench: Open) -> None:
    bench = open_bench(Project(graph=Graph()))
    source = SourceText(bench.document, bench.analysis, bench.document)
    panel = bench.show(CodePanel(bench.document, source, bench.selection), 900, 320)
    assert "Type layers" in panel.editor.hint
    assert panel.editor.text == "from torch import nn\n\nmodel = nn.Sequential()\n"
    panel.editor.setFocus()
    panel.editor.select(panel.editor.shown.index("()") + 1)
    QTest.keyClicks(panel.editor, "nn.Linear(4, 3)")
    source.read()
    bench.settle()
    assert panel.editor.hint == ""
    assert "Linear" in [node.type for node in bench.document.project.graph.nodes.values()]


def test_an_empty_text_keeps_the_drawing_and_says_so(desk: Desk) -> None:
    before = desk.graph
    desk.bench.select("n4")
    desk.key(Qt.Key.Key_A, CONTROL)
    desk.key(Qt.Key.Key_Delete)
    desk.read()
    assert desk.graph is before
    assert desk.bench.selection.nodes == (N4,)
    assert desk.sentence == "The text is empty: the drawing keeps the last network."
    assert "Type or paste" in desk.editor.hint
    desk.key(Qt.Key.Key_Z, CONTROL)
    assert desk.editor.text == WRITTEN
    assert desk.editor.hint == ""


def test_another_project_brings_its_own_text(desk: Desk) -> None:
    desk.click_at("nn.ReLU", len("nn.ReL"))
    desk.type("x")
    text = "# mine\r\n" + WRITTEN.replace("\n", "\r\n")
    desk.bench.document.replace(Project(graph=chain(), source=text))
    desk.settle()
    assert desk.editor.text == f"# mine\n{WRITTEN}"
    assert not desk.editor.document().isUndoAvailable()
    desk.click_at("nn.ReLU", 2)
    assert desk.bench.selection.nodes == (N3,)
    desk.bench.document.apply(SetArg(N2, "out_features", 32))
    desk.settle()
    assert desk.editor.text == f"# mine\n{WRITTEN}".replace("4, 16", "4, 32").replace("16, 3", "32, 3")


def test_every_control_is_named_and_explained(desk: Desk) -> None:
    for part in [*desk.panel.findChildren(QAbstractButton), *desk.panel.findChildren(QLineEdit)]:
        assert part.objectName()
        assert part.toolTip(), part.objectName()
        assert part.accessibleName(), part.objectName()
    assert desk.editor.accessibleName()
    assert desk.editor.accessibleDescription() == desk.sentence


@pytest.mark.parametrize("palette", [colors.LIGHT, colors.DARK])
def test_colours_follow_the_theme(desk: Desk, palette: colors.Palette) -> None:
    before = colors.current()
    try:
        colors.use(palette)
        desk.settle()
        block = desk.editor.document().findBlockByNumber(3)
        found = {form.format.foreground().color().name() for form in block.layout().formats()}
        assert len(found) >= 2
        assert palette.color("text").name() not in found
    finally:
        colors.use(before)


def test_colours_cut_no_letter_in_two(desk: Desk) -> None:
    desk.click_at("model =", 0)
    desk.editor.insertPlainText("# a 🙂 b\nx = '🙂'  # c\n")
    desk.settle()
    block = desk.editor.document().findBlockByNumber(2)
    [comment] = block.layout().formats()
    assert (comment.start, comment.length) == (0, len("# a xx b"))


def test_the_fault_of_the_carets_line_is_told(desk: Desk) -> None:
    desk.click_at("nn.ReLU", len("nn.ReL"))
    desk.type("x")
    desk.click_at("nn.Linear(16", len("nn.Linea"))
    desk.type("x")
    desk.read()
    assert desk.panel.faults.link.text() == "Line 6"
    desk.key(Qt.Key.Key_Up)
    assert desk.panel.faults.link.text() == "Line 5"


def test_letters_beyond_the_first_plane_shift_nothing(desk: Desk) -> None:
    desk.click_at("model =", 0)
    desk.editor.insertPlainText("# 🙂🙂\n")
    desk.read()
    assert desk.source.agrees
    desk.click_at("nn.ReLU", 2 + 2)
    assert desk.bench.selection.nodes == (N3,)
    desk.bench.document.apply(SetArg(NodeId("n4"), "out_features", 5))
    desk.settle()
    assert "nn.Linear(16, 5)" in desk.editor.text
    assert "# 🙂🙂\n" in desk.editor.text
