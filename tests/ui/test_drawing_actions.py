"""Drawing in the whole window, with the mouse on the canvas and the keys of the table."""

from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnbuilder.graph.graph import Edge, NodeId
from nnbuilder.graph.order import order_of
from nnbuilder.ui.canvas import geometry as geo
from tests.ui.canvas.drawings import ids
from tests.ui.conftest import Stage

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
N1, N2, N3, N4, N5, N6, N7 = ids(1, 2, 3, 4, 5, 6, 7)


def at(stage: Stage, node: NodeId, x: float, y: float) -> QPoint:
    """A point of a card in the viewport of the canvas."""
    canvas = stage.window.panels.canvas
    return canvas.mapFromScene(canvas.canvas.cards[node].pos() + QPointF(x, y))


def middle(stage: Stage, node: NodeId) -> QPoint:
    """The middle of a card."""
    return at(stage, node, geo.CARD_WIDTH / 2, geo.CARD_HEIGHT / 2)


def drag(stage: Stage, start: QPoint, end: QPoint, held: Qt.KeyboardModifier = PLAIN) -> None:
    """Drags with the left button over the canvas."""
    port = stage.window.panels.canvas.viewport()
    QTest.mousePress(port, LEFT, held, start)
    for share in (0.3, 0.7, 1.0):
        spot = QPointF(start) + QPointF(end - start) * share
        none = Qt.MouseButton.NoButton
        move = QMouseEvent(QMouseEvent.Type.MouseMove, spot, port.mapToGlobal(spot), none, LEFT, held)
        QApplication.sendEvent(port, move)
    QTest.mouseRelease(port, LEFT, held, end)
    stage.settle()


def click(stage: Stage, spot: QPoint, held: Qt.KeyboardModifier = PLAIN) -> None:
    """Clicks on the canvas."""
    QTest.mouseClick(stage.window.panels.canvas.viewport(), LEFT, held, spot)
    stage.settle()


def chosen(stage: Stage) -> set[NodeId]:
    """What is selected."""
    return set(stage.window.selection.nodes)


def chain(stage: Stage) -> list[str]:
    """The types of the chain in its order."""
    return [stage.graph.nodes[key].type for key in order_of(stage.graph).chain]


def test_an_edge_let_go_in_the_void_asks_there_and_connects_what_is_typed(stage: Stage) -> None:
    click(stage, at(stage, N6, geo.CARD_WIDTH / 2, geo.CARD_HEIGHT / 2))
    goal = at(stage, N7, geo.CARD_WIDTH + 80.0, 60.0)
    drag(stage, at(stage, N6, geo.CARD_WIDTH, geo.PORT_Y), goal)
    box = stage.window.boxes.quick_add
    assert box.isVisible()
    assert QApplication.focusWidget() is box.field
    there = box.mapTo(stage.window, QPoint()) - stage.window.panels.canvas.mapTo(stage.window, goal)
    assert abs(there.y()) < 60, "it opens beside the mouse"
    stage.type("tanh")
    stage.key(Qt.Key.Key_Return)
    [new] = chosen(stage)
    assert {Edge(N6, new), Edge(new, N7)} <= set(stage.graph.edges)
    assert stage.session.document.undo_stack.count() == 1
    stage.key(Qt.Key.Key_Escape)
    assert stage.window.panels.canvas.hasFocus()


def test_many_layers_are_selected_by_every_means(stage: Stage) -> None:
    drag(stage, at(stage, N2, -30.0, -40.0), at(stage, N3, 40.0, 120.0))
    assert chosen(stage) == {N2, N3}
    click(stage, middle(stage, N3), CONTROL)
    assert chosen(stage) == {N2}
    click(stage, middle(stage, N4), SHIFT)
    assert chosen(stage) == {N2, N3, N4}
    stage.key(Qt.Key.Key_A, CONTROL)
    assert chosen(stage) == set(stage.graph.nodes)
    click(stage, middle(stage, N5))
    stage.key(Qt.Key.Key_A, CONTROL | SHIFT)
    assert chosen(stage) == {N5, N6, N7}


def test_what_is_done_with_many_is_one_step(stage: Stage) -> None:
    start, stack = stage.graph, stage.session.document.undo_stack
    drag(stage, at(stage, N2, -30.0, -40.0), at(stage, N3, 40.0, 120.0))
    steps = (
        (Qt.Key.Key_D, PLAIN, "Disable 2 layers"),
        (Qt.Key.Key_D, PLAIN, "Enable 2 layers"),
        (Qt.Key.Key_D, CONTROL, "Duplicate 2 layers"),
        (Qt.Key.Key_X, CONTROL, "Cut 2 layers"),
        (Qt.Key.Key_V, CONTROL, "Paste 2 layers"),
        (Qt.Key.Key_Delete, PLAIN, "Delete 2 layers"),
    )
    for number, (key, held, name) in enumerate(steps, start=1):
        stage.key(key, held)
        assert (stack.count(), stack.undoText()) == (number, name)
        assert stage.action("edit.undo").text() == f"Undo {name}"
    drag(stage, middle(stage, N2), middle(stage, N2) + QPoint(0, -30), CONTROL)
    assert stack.undoText() == "Move Linear"
    while stack.canUndo():
        stage.key(Qt.Key.Key_Z, CONTROL)
    assert stage.graph == start


def test_saving_keeps_every_step(stage: Stage, tmp_path: Path) -> None:
    start, stack = stage.graph, stage.session.document.undo_stack
    click(stage, middle(stage, N3))
    stage.key(Qt.Key.Key_Delete)
    assert chain(stage) == ["Input", "Linear", "Linear", "Tanh", "Linear", "Loss"]
    stage.trigger("file.save_as")
    stage.file_dialog().fileSelected.emit(str(tmp_path / "net.nnb"))
    stage.file_dialog().close()
    stage.window.activateWindow()
    assert QTest.qWaitForWindowActive(stage.window)
    click(stage, middle(stage, N5))
    stage.key(Qt.Key.Key_Delete)
    stage.trigger("file.save")
    assert stack.count() == 2
    assert not stage.window.isWindowModified()
    for _ in range(2):
        stage.key(Qt.Key.Key_Z, CONTROL)
    assert stage.graph == start
    assert stage.window.isWindowModified()


def test_nonsense_on_the_clipboard_is_answered_where_the_eyes_are(stage: Stage) -> None:
    canvas, before = stage.window.panels.canvas, stage.graph
    click(stage, middle(stage, N3))
    for text in (
        "",
        "hello",
        "{" * 5000,
        "\x00\ud83d",
        "import os; os.remove('x')",
    ):
        QApplication.clipboard().setText(text)
        canvas.sentence.hide()
        stage.key(Qt.Key.Key_V, CONTROL)
        assert canvas.sentence.isVisible()
        assert len(canvas.sentence.text()) < 200
    assert stage.graph is before
    assert stage.session.document.undo_stack.count() == 0
