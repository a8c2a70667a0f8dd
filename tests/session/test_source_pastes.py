"""The corpus of pastes typed into the code panel: the drawing follows, or the fault is told and it stays."""

import re

import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.graph.graph import GROUP, Graph
from nnbuilder.graph.order import order_of
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.reading import ReadLayer
from tests.corpus import Paste, pastes
from tests.session.test_source_text import Desk


def drawn(graph: Graph) -> list[object]:
    """The layers of the chain, groups with what lies in them."""

    def level(keys: tuple[str, ...]) -> list[object]:
        nodes = [node for key, node in graph.nodes.items() if key in keys]
        nodes.sort(key=lambda node: keys.index(node.id))
        return [
            (node.type, level(tuple(order_of(graph, node.id).chain))) if node.type == GROUP else node.type
            for node in nodes
        ]

    return level(tuple(order_of(graph).layers))


def written(layers: tuple[ReadLayer, ...]) -> list[object]:
    """The layers of a reading in the same form."""
    return [(layer.type, written(layer.layers)) if layer.type == GROUP else layer.type for layer in layers]


def without_sizes(text: str) -> str:
    """A text in which numbers do not count: a size that follows the layer before becomes what that gives."""
    return re.sub(r"\d+", "0", text)


@pytest.mark.parametrize("paste", pastes(), ids=str)
def test_the_corpus_typed_into_the_panel(qtbot: QtBot, paste: Paste) -> None:
    desk = Desk(qtbot)
    before = desk.graph
    desk.type(paste.text)
    reading = read_source(paste.text)
    assert without_sizes(desk.source.text) == without_sizes(paste.text)
    if reading.ok:
        assert desk.source.agrees, [str(problem) for problem in desk.source.problems]
        assert drawn(desk.graph) == written(reading.layers)
    else:
        assert desk.source.problems
        assert desk.graph is before
    desk.document.undo_stack.undo()
    assert desk.graph == before
