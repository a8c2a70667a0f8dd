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


def test_a_frozen_layer_has_a_snowflake_and_says_so() -> None:
    still = LayerAnalysis(N1, "0", "Linear", parameters=80)
    look = card_look(Node(N1, "Linear", frozen=True), still, ())
    assert look.frozen
    assert "Frozen: training leaves its weights as they are." in look.tip
    assert card_look(Node(N1, "Linear"), still, ()).frozen  # a group around it is
    assert not card_look(
        Node(N1, "Linear"), LayerAnalysis(N1, "0", "Linear", parameters=80, trainable=80), ()
    ).frozen
    assert not card_look(Node(N1, "ReLU", frozen=True), None, ()).frozen
    assert not card_look(Node(N1, "Linear", frozen=True, disabled=True), still, ()).frozen
    some = LayerAnalysis(N1, "0", GROUP, parameters=80, trainable=30)
    assert "50 of them frozen" in card_look(Node(N1, GROUP), some, (), inside=2).tip


def test_a_disabled_layer_is_a_ghost() -> None:
    look = card_look(Node(N1, "ReLU", disabled=True), None, ())
    assert (look.ghost, look.corner) == (True, "off")
    assert not card_look(Node(N1, "ReLU"), None, ()).ghost
