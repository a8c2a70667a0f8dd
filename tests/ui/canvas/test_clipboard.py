"""Cut, copy and paste, with what other programs leave on the clipboard."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QImage

from nnbuilder.graph import layout
from nnbuilder.graph.clip import Clip
from nnbuilder.graph.graph import Edge, Graph, Node, NodeId
from nnbuilder.graph.layout import STYLES, Style
from nnbuilder.graph.order import order_of
from nnbuilder.project.clip import MIME, clip_text
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import ids, order

pytestmark = pytest.mark.usefixtures("qapp", "empty")

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def empty() -> Iterator[None]:
    """An empty clipboard before and after."""
    QGuiApplication.clipboard().clear()
    yield
    QGuiApplication.clipboard().clear()


def paste(desk: Desk, text: str | None = None) -> str:
    """Pastes, a text of another program if one is given; answers with what is said about it."""
    if text is not None:
        QGuiApplication.clipboard().setText(text)
    desk.view.sentence.setText("")
    desk.key(Qt.Key.Key_V, CONTROL)
    return desk.view.sentence.text()


def test_copy_and_paste_is_one_step_and_selects_the_copy(desk: Desk) -> None:
    desk.selection.set([N2, N3, N4])
    desk.key(Qt.Key.Key_C, CONTROL)
    assert paste(desk) == ""
    assert len(desk.graph.nodes) == 8
    new = desk.selected()
    assert [desk.graph.nodes[node].type for node in new] == ["Linear", "ReLU", "Linear"]
    assert Edge(new[0], new[1]) in desk.graph.edges
    assert desk.document.undo_stack.undoText() == "Paste 3 layers"
    desk.document.undo_stack.undo()
    assert len(desk.graph.nodes) == 5


def test_it_lies_in_view_and_covers_nothing_twice(desk: Desk) -> None:
    desk.selection.set([N2])
    desk.key(Qt.Key.Key_C, CONTROL)
    for _ in range(3):
        paste(desk)
        [node] = desk.selected()
        assert desk.view.camera.visible().contains(desk.view.canvas.cards[node].sceneBoundingRect())
    spots = [(node.x, node.y) for node in desk.graph.nodes.values()]
    assert len(set(spots)) == len(spots)


def test_the_clipboard_holds_json_and_source(desk: Desk) -> None:
    desk.selection.set([N3, N2])
    desk.key(Qt.Key.Key_C, CONTROL)
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.hasFormat(MIME)
    assert mime.text() == "nn.Sequential(\n    nn.Linear(4, 16),\n    nn.ReLU(),\n)\n"


def test_what_cannot_be_written_as_source_is_still_copied(desk: Desk) -> None:
    desk.view.operations.add_layer("Linear", desk.middle(N5))
    desk.key(Qt.Key.Key_C, CONTROL)
    text = QGuiApplication.clipboard().mimeData().text()
    assert text.startswith('{"nnbuilder-clip"')
    assert paste(desk, text) == ""
    assert len(desk.graph.nodes) == 7


def test_cut_closes_the_gap_and_can_be_pasted(desk: Desk) -> None:
    desk.selection.set([N3])
    desk.key(Qt.Key.Key_X, CONTROL)
    assert order(desk.graph) == ["Input", "Linear", "Linear", "Loss"]
    assert desk.document.undo_stack.undoText() == "Cut ReLU"
    paste(desk)
    assert [desk.graph.nodes[node].type for node in desk.selected()] == ["ReLU"]
    assert desk.document.undo_stack.count() == 2


def test_between_windows(desk: Desk, open_desk: Callable[[Graph], Desk]) -> None:
    desk.selection.set([N1, N2, N3, N4, N5])
    desk.key(Qt.Key.Key_C, CONTROL)
    other = open_desk(Graph())
    paste(other)
    assert order(other.graph) == ["Input", "Linear", "ReLU", "Linear", "Loss"]


def test_a_sequential_from_a_text_is_pasted(desk: Desk) -> None:
    source = """
    import torch.nn as nn
    model = nn.Sequential(
        nn.Linear(784, 128),
        nn.ReLU(),
        nn.Sequential(nn.Dropout(0.2), nn.Linear(128, 10)),
    )
    """
    assert paste(desk, source) == ""
    new = desk.selected()
    assert [desk.graph.nodes[node].type for node in new] == ["Linear", "ReLU", "Sequential"]
    inside = order_of(desk.graph, new[-1]).chain
    assert [desk.graph.nodes[node].type for node in inside] == ["Dropout", "Linear"]
    assert desk.document.undo_stack.count() == 1


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("source", [False, True])
def test_what_has_no_places_is_laid_out_as_preferred(
    open_desk: Callable[[Graph], Desk], style: Style, source: bool
) -> None:
    keys = ids(*range(1, 13))
    nodes = tuple(Node(key, "ReLU") for key in keys)
    bare = clip_text(Clip(nodes, tuple(Edge(*pair) for pair in pairwise(keys))))
    desk = open_desk(Graph())
    desk.view.arranger.prefer(style)
    paste(desk, f"nn.Sequential({', '.join(['nn.ReLU()'] * 12)})" if source else bare)
    assert len(desk.graph.nodes) == 12
    assert layout.tidy(desk.graph, style) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello world", "holds no layers"),
        ("", "holds no layers"),
        ("print('gone')", "no nn.Sequential"),
        ("nn.Sequential(nn.Linear(3, 4), nn.Foo())", "Foo"),
        ("nn.Sequential(\n  nn.Linear(3, 'x'),\n)", "Line 2: "),
        ("nn.Sequential(" * 500, "Python cannot read this"),
        ('{"nnbuilder-clip": 99}', "newer NNBuilder"),
        ('{"nnbuilder-clip": 1, "nodes": 7}', "cannot be pasted"),
        ('{"nnbuilder-clip": 1', "nothing that can be pasted"),
        ("x" * 3_000_000 + "(", ""),
    ],
)
def test_nonsense_is_answered_with_a_quiet_sentence(desk: Desk, text: str, said: str) -> None:
    before = desk.graph
    sentence = paste(desk, text)
    assert sentence
    assert said in sentence
    assert len(sentence) < 200
    assert desk.graph is before
    assert desk.document.undo_stack.count() == 0


def test_a_picture_is_no_layer(desk: Desk) -> None:
    QGuiApplication.clipboard().setImage(QImage(4, 4, QImage.Format.Format_RGB32))
    assert "picture" in paste(desk)


def test_ten_thousand_nodes_are_refused(desk: Desk) -> None:
    nodes = tuple(Node(NodeId(f"x{index}"), "ReLU") for index in range(10_000))
    mime = QMimeData()
    mime.setData(MIME, clip_text(Clip(nodes)).encode())
    QGuiApplication.clipboard().setMimeData(mime)
    before = desk.graph
    assert "2000" in paste(desk).replace(",", "")
    assert desk.graph is before
    layers = "nn.ReLU()," * 10_000
    assert "2,000 layers" in paste(desk, f"nn.Sequential({layers})")
    assert desk.graph is before


def test_a_second_input_stays_out(desk: Desk) -> None:
    desk.selection.set([N1, N2])
    desk.key(Qt.Key.Key_C, CONTROL)
    paste(desk)
    assert len(desk.graph.of_type("Input")) == 1
    desk.selection.set([N1])
    desk.key(Qt.Key.Key_C, CONTROL)
    assert "one Input" in paste(desk)
