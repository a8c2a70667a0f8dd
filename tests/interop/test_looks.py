"""What cards say of groups and of layers that are switched off."""

from nnbuilder.catalog.colors import UNKNOWN_COLOR
from nnbuilder.graph.analysis import LayerAnalysis
from nnbuilder.graph.graph import GROUP, Node, NodeId
from nnbuilder.interop.looks import card_look

N1 = NodeId("n1")


def test_a_group_says_what_it_holds() -> None:
    inside = [LayerAnalysis(NodeId(key), key, "Linear", parameters=40) for key in ("a", "b")]
    look = card_look(Node(N1, GROUP, name="block"), None, (), inside=inside)
    assert (look.title, look.detail, look.corner) == ("block", "2 layers", "80")
    assert look.color != UNKNOWN_COLOR
    assert card_look(Node(N1, GROUP), None, (), inside=inside[:1]).detail == "1 layer"
    assert card_look(Node(N1, GROUP), None, ()).title == GROUP


def test_a_disabled_layer_is_a_ghost() -> None:
    assert card_look(Node(N1, "ReLU", disabled=True), None, ()).ghost
    assert not card_look(Node(N1, "ReLU"), None, ()).ghost
