"""The tables and what a new node holds."""

import pytest

from nnbuilder.catalog.registry import (
    INPUT_SPEC,
    LAYERS,
    LOSS_SPEC,
    groups,
    layer,
    new_node,
    spec_of,
)
from nnbuilder.graph.graph import INPUT, LOSS, Node, NodeId

N1 = NodeId("n1")


def test_groups_hold_every_layer_once_in_order() -> None:
    listed = [spec.name for _, specs in groups() for spec in specs]
    assert sorted(listed) == sorted(LAYERS)
    assert [name for name, _ in groups()] == [
        "Linear",
        "Activation",
        "Convolution",
        "Pooling",
        "Normalization",
        "Dropout",
        "Recurrent",
        "Transformer",
        "Sparse",
        "Vision",
        "Padding",
        "Shape",
    ]


def test_layer_knows_only_the_table() -> None:
    assert layer("Linear") is LAYERS["Linear"]
    assert layer("Module") is None
    assert layer("__class__") is None


def test_spec_of_a_loss_holds_the_arguments_of_its_loss() -> None:
    spec = spec_of(Node(N1, LOSS, {"loss": "HuberLoss"}))
    assert spec is not None
    assert [arg.name for arg in spec.args] == ["loss", "delta"]
    assert spec_of(Node(N1, LOSS, {"loss": "NoSuchLoss"})) is LOSS_SPEC
    assert spec_of(Node(N1, INPUT)) is INPUT_SPEC
    assert spec_of(Node(N1, "Conv9d")) is None


@pytest.mark.parametrize("name", [*LAYERS, INPUT, LOSS])
def test_a_new_node_holds_what_fits_and_leaves_out_what_follows(name: str) -> None:
    node = new_node(name, N1, 3.0, 4.0)
    spec = spec_of(node)
    assert spec is not None
    assert (node.id, node.type, node.x, node.y) == (N1, name, 3.0, 4.0)
    for arg in spec.args:
        value = node.args.get(arg.name, arg.start)
        assert arg.fault(value) is None
        assert arg.follows is None or arg.name not in node.args


def test_a_new_linear_has_a_width_and_a_new_softmax_a_dim() -> None:
    assert new_node("Linear", N1).args == {"out_features": 16}
    assert new_node("Softmax", N1).args == {"dim": -1}
    assert new_node(LOSS, N1).args == {"loss": "CrossEntropyLoss"}
    assert new_node("Conv9d", N1).args == {}
