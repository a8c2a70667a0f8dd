"""Built networks, losses and optimizers, against what one would write by hand."""

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from nnbuilder.catalog.registry import LAYERS, LOSSES, OPTIMIZERS, new_node
from nnbuilder.engine import build as module
from nnbuilder.engine import modules as modules_module
from nnbuilder.engine.build import (
    BuildError,
    build_loss,
    build_optimizer,
    build_sequential,
    followed,
    resolve_args,
)
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import LOSS, Graph, Node, NodeId
from nnbuilder.project.project import TrainingConfig
from tests.engine.drawings import chain
from tests.engine.samples import same_weights
from tests.strategies import args_of, chains

FOUR = TensorType((None, 4))
N1, N2 = NodeId("n1"), NodeId("n2")


def deep() -> Graph:
    """A chain with every layer that holds parameters or buffers."""
    return chain(
        ("Linear", {"out_features": 8}),
        "BatchNorm1d",
        ("PReLU", {"num_parameters": 8, "init": 0.1}),
        Node(N1, "Linear", {"out_features": 6, "bias": False}, name="middle"),
        "LayerNorm",
        "Dropout",
        ("Linear", {"out_features": 3}),
        "Softmax",
    )


def by_hand() -> nn.Sequential:
    """The same network as one would write it."""
    return nn.Sequential(
        nn.Linear(4, 8),
        nn.BatchNorm1d(8),
        nn.PReLU(8, 0.1),
        nn.Linear(8, 6, bias=False),
        nn.LayerNorm(6),
        nn.Dropout(),
        nn.Linear(6, 3),
        nn.Softmax(-1),
    )


def test_weights_are_those_of_a_hand_written_script() -> None:
    torch.manual_seed(3)
    wanted = by_hand()
    torch.manual_seed(3)
    network = build_sequential(deep(), FOUR)
    renamed = {name.replace("middle", "3"): value for name, value in network.state_dict().items()}
    assert list(renamed) == list(wanted.state_dict())
    assert all(torch.equal(renamed[name], value) for name, value in wanted.state_dict().items())
    assert torch.equal(torch.rand(2), _next_after_by_hand())
    assert [name for name, _ in network.named_children()] == ["0", "1", "2", "middle", "4", "5", "6", "7"]
    assert repr(network) == repr(wanted).replace("(3)", "(middle)")


def _next_after_by_hand() -> torch.Tensor:
    """The random numbers that follow the hand-written network's."""
    torch.manual_seed(3)
    by_hand()
    return torch.rand(2)


@given(chains(most=4), st.integers(0, 2**32))
def test_building_twice_gives_the_same_bits(graph: Graph, seed: int) -> None:
    torch.manual_seed(seed)
    try:
        first = build_sequential(graph, FOUR)
    except BuildError:
        return
    torch.manual_seed(seed)
    assert same_weights(first, build_sequential(graph, FOUR))
    assert all(value.device.type == "cpu" for value in first.state_dict().values())


def test_a_failing_layer_is_named_with_torchs_text() -> None:
    graph = chain(("Linear", {"out_features": 8}), ("Linear", {"in_features": 9, "out_features": 3}))
    with pytest.raises(BuildError, match="mat1 and mat2 shapes cannot be multiplied") as caught:
        build_sequential(graph, FOUR)
    assert caught.value.node == N2


@pytest.mark.parametrize("kind", ["Module", "ModuleList", "__class__", "functional", "init", "", "Conv9d"])
def test_a_name_that_is_not_in_the_table_never_reaches_torch(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Watched:
        """Stands for torch.nn and tells what it is asked for."""

        Sequential, Module = nn.Sequential, nn.Module

        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(nn, name)

    monkeypatch.setattr(module, "nn", Watched())
    monkeypatch.setattr(modules_module, "nn", Watched())
    modules_module._class.cache_clear()
    with pytest.raises(BuildError, match="not a layer that this version knows") as caught:
        build_sequential(chain((kind, {})), FOUR)
    assert caught.value.node == N1
    with pytest.raises(BuildError, match="not a loss that this version knows"):
        build_loss(Node(N1, LOSS, {"loss": kind}))
    with pytest.raises(BuildError, match="not an optimizer that this version knows"):
        build_optimizer(TrainingConfig(optimizer=kind), [])
    assert asked == []
    build_sequential(chain("ReLU"), FOUR)
    assert "ReLU" in asked


def test_two_layers_of_one_name_are_not_silently_one() -> None:
    graph = chain(Node(N1, "ReLU", name="same"), Node(N2, "Tanh", name="same"))
    with pytest.raises(BuildError, match="Two layers are named same") as caught:
        build_sequential(graph, FOUR)
    assert caught.value.node == N2


@pytest.mark.parametrize("name", ["type", "forward", "a.b"])
def test_names_that_torch_refuses_are_an_error_of_the_layer(name: str) -> None:
    with pytest.raises(BuildError) as caught:
        build_sequential(chain(Node(N1, "ReLU", name=name)), FOUR)
    assert caught.value.node == N1
    assert str(caught.value).startswith(f"{name}: ")


def test_auto_follows_the_input() -> None:
    linear, batch, norm = (LAYERS[name] for name in ("Linear", "BatchNorm1d", "LayerNorm"))
    image = TensorType((None, 3, 5))
    assert followed(linear.args[0], image) == 5
    assert followed(batch.args[0], image) == 3
    assert followed(norm.args[0], image) == (5,)
    assert followed(linear.args[0], TensorType((None,))) == "auto"
    node = Node(N1, "Linear", {"out_features": 2})
    assert resolve_args(linear, node, image) == {"in_features": 5, "out_features": 2, "bias": True}
    assert resolve_args(linear, node, None)["in_features"] == "auto"
    assert resolve_args(linear, Node(N1, "Linear"), image)["out_features"] == 16


@given(st.sampled_from(sorted(LOSSES)), st.data())
def test_a_loss_is_torchs_own_with_its_arguments(name: str, data: st.DataObject) -> None:
    args = data.draw(args_of(LOSSES[name].args))
    loss = build_loss(Node(N1, LOSS, {"loss": name, **args}))
    assert type(loss) is getattr(nn, name)
    assert {key: getattr(loss, key) for key in args} == args


def test_a_new_loss_node_is_cross_entropy() -> None:
    assert isinstance(build_loss(new_node(LOSS, N1)), nn.CrossEntropyLoss)
    assert isinstance(build_loss(Node(N1, LOSS)), nn.CrossEntropyLoss)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_is_fused_where_torch_has_it(name: str) -> None:
    weights = nn.Linear(2, 2)
    optimizer = build_optimizer(TrainingConfig(name, {"lr": 0.125}), weights.parameters())
    assert type(optimizer) is getattr(torch.optim, name)
    group = optimizer.param_groups[0]
    assert group["lr"] == 0.125
    assert bool(group.get("fused")) == OPTIMIZERS[name].fused
    assert [id(one) for one in group["params"]] == [id(one) for one in weights.parameters()]


def test_what_torch_refuses_of_an_optimizer_is_a_build_error() -> None:
    with pytest.raises(BuildError, match="Nesterov momentum requires a momentum"):
        build_optimizer(TrainingConfig("SGD", {"nesterov": True}), nn.Linear(2, 2).parameters())
    with pytest.raises(BuildError, match="nothing to train"):
        build_optimizer(TrainingConfig(), [])
