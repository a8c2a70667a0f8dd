"""Networks told from state_dicts; PyTorch is the judge: what is built has the same names and shapes."""

from collections.abc import Callable, Mapping

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from nnbuilder.engine.build import build_sequential
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.edits import Connect
from nnbuilder.graph.graph import INPUT, Edge, Graph, Node, NodeId
from nnbuilder.interop.reading import Reading, ReadLayer
from nnbuilder.interop.state.state_reader import read_state

Shapes = dict[str, tuple[int, ...]]


def shapes_of(module: nn.Module) -> Shapes:
    """Names and shapes of a state_dict."""
    return {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}


def rebuilt(reading: Reading, kind: TensorType) -> nn.Sequential:
    """What is built from a reading behind an Input of this type."""
    source = Node(NodeId("in"), INPUT, {}, 0.0, 0.0)
    start = Graph({source.id: source}, ())
    piece = reading.fragment(start)
    first = next(key for key, node in piece.nodes.items() if node.parent is None)
    graph = Graph({**start.nodes, **piece.nodes}, piece.edges)
    return build_sequential(Connect(Edge(source.id, first)).apply(graph), kind)


FEATURES = TensorType((None, 8), "float32")
IMAGES = TensorType((None, 3, 12, 12), "float32")
STEPS = TensorType((None, 5, 8), "float32")

NETWORKS: list[tuple[nn.Module, TensorType]] = [
    (nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 3)), FEATURES),
    (nn.Sequential(nn.Linear(8, 4, bias=False), nn.Tanh(), nn.BatchNorm1d(4), nn.Linear(4, 3)), FEATURES),
    (nn.Sequential(nn.Linear(8, 6), nn.LayerNorm(6), nn.PReLU(), nn.Linear(6, 1)), FEATURES),
    (nn.Sequential(nn.RMSNorm(8), nn.Linear(8, 4), nn.BatchNorm1d(4, affine=False)), FEATURES),
    (
        nn.Sequential(
            nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 6, (3, 1), groups=3), nn.PReLU(6)
        ),
        IMAGES,
    ),
    (nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(400, 5)), IMAGES),
    (nn.Sequential(nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU()), nn.ConvTranspose2d(4, 7, 2)), IMAGES),
    (nn.Sequential(nn.LSTM(8, 5, num_layers=2, bidirectional=True)), STEPS),
    (nn.Sequential(nn.GRU(8, 5, bias=False)), STEPS),
    (nn.Sequential(nn.RNN(8, 5)), STEPS),
    (nn.Sequential(nn.LSTM(8, 6, proj_size=2)), STEPS),
]


@pytest.mark.parametrize(("network", "kind"), NETWORKS, ids=[str(index) for index in range(len(NETWORKS))])
def test_names_and_shapes_come_back(network: nn.Module, kind: TensorType) -> None:
    reading = read_state(shapes_of(network))
    assert reading.ok, reading.problems
    assert shapes_of(rebuilt(reading, kind)) == shapes_of(network)


@pytest.mark.parametrize("count", [None, 3])
def test_heads_are_asked_for(count: int | None) -> None:
    layer = nn.TransformerEncoderLayer(8, 2, 16)
    body = layer if count is None else nn.TransformerEncoder(layer, count, enable_nested_tensor=False)
    shapes = shapes_of(nn.Sequential(body, nn.Linear(8, 3)))
    reading = read_state(shapes)
    assert [(asked.name, asked.arg) for asked in reading.asked] == [("0.nhead", "nhead")]
    assert not reading.ok
    answered = read_state(shapes, {"0.nhead": 2})
    assert answered.ok, answered.problems
    assert shapes_of(rebuilt(answered, STEPS)) == shapes


def test_groups_of_a_norm_are_asked_for() -> None:
    shapes = shapes_of(nn.Sequential(nn.Conv2d(3, 8, 3), nn.GroupNorm(4, 8)))
    assert [asked.name for asked in read_state(shapes).asked] == ["1.num_groups"]
    assert shapes_of(rebuilt(read_state(shapes, {"1.num_groups": 4}), IMAGES)) == shapes


def test_named_layers_keep_their_names() -> None:
    shapes: Shapes = {"fc1.weight": (4, 8), "fc1.bias": (4,), "head.0.weight": (3, 4), "head.0.bias": (3,)}
    reading = read_state(shapes)
    assert [layer.name for layer in reading.layers] == ["fc1", "head"]
    assert shapes_of(rebuilt(reading, FEATURES)) == shapes
    assert any("activations" in problem.message for problem in reading.problems)


def test_sorted_names_are_put_in_the_order_of_their_numbers() -> None:
    shapes = {f"fc{index}.weight": (index + 1, index) for index in (1, 10, 2, 3, 4, 5, 6, 7, 8, 9)}
    reading = read_state(shapes, ordered=False)
    assert [layer.name for layer in reading.layers] == [f"fc{index}" for index in range(1, 11)]


@pytest.mark.parametrize("wrapper", ["module.", "_orig_mod.", "_orig_mod.module."])
def test_wrappers_are_left_out_and_said(wrapper: str) -> None:
    shapes = {wrapper + name: shape for name, shape in shapes_of(nn.Sequential(nn.Linear(8, 2))).items()}
    reading = read_state(shapes)
    assert reading.layers[0].type == "Linear"
    assert any(wrapper in problem.message for problem in reading.problems)


def test_gaps_are_said() -> None:
    reading = read_state(shapes_of(nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Tanh(), nn.Linear(4, 3))))
    assert [layer.type for layer in reading.layers] == ["Linear", "Identity", "Identity", "Linear"]
    assert any("1 to 2 have no weights" in problem.message for problem in reading.problems)


@pytest.mark.parametrize(
    "shapes",
    [
        {},
        {"anchor": (3,)},
        {"weird.kernel": (3, 3)},
        {"0.weight": (2, 2, 2, 2, 2, 2)},
        {"0.weight": (4, 3), "0.bias": (5,)},
        {"99999999.weight": (3, 3), "99999999.bias": (3,)},
        {"weight_ih_l0": (7, 3), "weight_hh_l0": (7, 2)},
    ],
    ids=str,
)
def test_what_no_layer_has_is_an_error(shapes: Mapping[str, tuple[int, ...]]) -> None:
    reading = read_state(shapes)
    assert not reading.ok
    assert any(problem.severity == "error" for problem in reading.problems)


NAMES = st.text("ab01.wl_", max_size=8) | st.sampled_from(["0.weight", "0.bias", "1.weight", "weight"])


@given(st.dictionaries(NAMES, st.lists(st.integers(0, 6), max_size=6).map(tuple), max_size=6))
def test_any_names_give_layers_or_an_error(shapes: Shapes) -> None:
    reading = read_state(shapes)
    assert reading.ok or reading.asked or any(fault.severity == "error" for fault in reading.problems)


@given(st.lists(st.sampled_from(["fc", "relu", "norm", "drop"]), min_size=1, max_size=12), st.integers(0, 99))
def test_random_chains_come_back(kinds: list[str], seed: int) -> None:
    torch.manual_seed(seed)
    made: dict[str, Callable[[], nn.Module]] = {
        "fc": lambda: nn.Linear(8, 8),
        "relu": nn.ReLU,
        "norm": lambda: nn.BatchNorm1d(8),
        "drop": nn.Dropout,
    }
    network = nn.Sequential(nn.Linear(8, 8), *(made[kind]() for kind in kinds), nn.Linear(8, 2))
    assert shapes_of(rebuilt(read_state(shapes_of(network)), FEATURES)) == shapes_of(network)


def test_a_tensor_without_numbers_is_an_error() -> None:
    reading = read_state({"0.weight": (3, 4), "0.bias": (3,), "1.weight": (0, 3), "1.bias": (0,)})
    assert not reading.ok
    assert [str(problem) for problem in reading.problems] == [
        "3:1: 1.weight holds no number: no layer has a size of 0."
    ]


def test_the_layers_know_their_tensor() -> None:
    reading = read_state({"0.weight": (4, 8), "0.bias": (4,), "2.weight": (3, 4), "2.bias": (3,)})
    assert reading.layers[2] == ReadLayer("Linear", {"in_features": 4, "out_features": 3}, "", (), 3, 1, 3, 1)
