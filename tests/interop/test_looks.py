"""What cards say of groups and of layers that are switched off."""

from nnbuilder.catalog.colors import UNKNOWN_COLOR
from nnbuilder.graph.analysis import LayerAnalysis
from nnbuilder.graph.graph import GROUP, Node, NodeId
from nnbuilder.interop.looks import card_look

N1 = NodeId("n1")


def test_a_group_says_what_it_holds() -> None:
    layer = LayerAnalysis(N1, "block", GROUP, parameters=80)
    look = card_look(Node(N1, GROUP, name="block"), layer, (), inside=2)
    assert (look.title, look.caption, look.detail, look.corner) == ("block", GROUP, "2 layers", "80")
    assert look.color != UNKNOWN_COLOR
    assert look.group
    assert card_look(Node(N1, GROUP), None, (), inside=1).detail == "1 layer"
    assert card_look(Node(N1, GROUP), None, ()).title == GROUP


def test_a_disabled_layer_is_a_ghost() -> None:
    look = card_look(Node(N1, "ReLU", disabled=True), None, ())
    assert (look.ghost, look.corner) == (True, "off")
    assert not card_look(Node(N1, "ReLU"), None, ()).ghost
