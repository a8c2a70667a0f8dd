"""What layers keep for the backward pass, held against autograd on whole networks."""

import itertools
import resource
from typing import Any

import msgspec
import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from nnbuilder.catalog.registry import LAYERS, OPTIMIZERS, new_node
from nnbuilder.engine import costs
from nnbuilder.engine.analyze import Analyzer
from nnbuilder.engine.build import build_optimizer, build_sequential, resolve_args
from nnbuilder.engine.costs import footprint, optimizer_state
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import Node, NodeId
from nnbuilder.graph.report.memory import OptimizerState
from nnbuilder.graph.report.rows import Report, report_of
from nnbuilder.project.project import TrainingConfig
from tests.engine.drawings import Drawn, answer, project

LENET: tuple[Drawn, ...] = (
    *(("Conv2d", {"out_channels": 6, "kernel_size": 5}), "Tanh", ("AvgPool2d", {"kernel_size": 2})),
    *(("Conv2d", {"out_channels": 16, "kernel_size": 5}), "ReLU", ("MaxPool2d", {"kernel_size": 2})),
    *("Flatten", ("Linear", {"out_features": 120}), "Sigmoid", ("Linear", {"out_features": 10})),
)
NORMED: tuple[Drawn, ...] = (
    *("ReLU", ("Conv2d", {"out_channels": 4, "kernel_size": 3, "padding": 1, "bias": False}), "BatchNorm2d"),
    *(("ReLU", {"inplace": True}), "Identity", ("Dropout2d", {"p": 0.3}), "GELU"),
    *(("ConvTranspose2d", {"out_channels": 3, "kernel_size": 2, "stride": 2}), "LeakyReLU"),
    *(("AdaptiveAvgPool2d", {"output_size": 2}), "Flatten", "LayerNorm", ("Linear", {"out_features": 3})),
)
MLP: tuple[Drawn, ...] = (
    *(("Linear", {"out_features": 32}), ("ReLU", {"inplace": True}), "BatchNorm1d", "Dropout"),
    *(("Linear", {"out_features": 8}), "Tanh", "LayerNorm", ("Softmax", {"dim": 1})),
)
TEXT: tuple[Drawn, ...] = (
    ("Embedding", {"num_embeddings": 50, "embedding_dim": 8}),
    ("TransformerEncoderLayer", {"nhead": 2, "dim_feedforward": 16, "batch_first": True}),
    *("Flatten", ("Linear", {"out_features": 4})),
)
LARGE: tuple[Drawn, ...] = (
    ("Linear", {"out_features": 2048}),
    "ReLU",
    "Dropout",
    ("Linear", {"out_features": 9}),
)
FROM_NOTHING: tuple[Drawn, ...] = ("Tanh", "Sigmoid", ("Linear", {"out_features": 3}))

NETWORKS = {
    "lenet": (LENET, (1, 28, 28), "float32"),
    "normed": (NORMED, (2, 6, 6), "float32"),
    "mlp": (MLP, (20,), "float32"),
    "text": (TEXT, (7,), "int64"),
    "large": (LARGE, (1024,), "float32"),
    "from nothing": (FROM_NOTHING, (5,), "float32"),
}


def built(name: str) -> tuple[Report, nn.Sequential, TensorType, TrainingConfig]:
    """A network's report for a batch of 7 with Adam, and the network itself."""
    layers, shape, dtype = NETWORKS[name]
    drawing = project(*layers, shape=shape, dtype=dtype)
    training = TrainingConfig("Adam", batch_size=7)
    kind = TensorType((None, *shape), dtype)
    report = report_of(answer(drawing, None).analysis, 7, optimizer_state(training), "Adam")
    return report, build_sequential(drawing.graph, kind), kind, training


def batch_of(kind: TensorType, batch: int = 7) -> torch.Tensor:
    """A real batch."""
    return torch.ones([size or batch for size in kind.shape], dtype=getattr(torch, kind.dtype))


def kept_bytes(model: nn.Sequential, x: torch.Tensor) -> int:
    """The memory of all tensors that autograd keeps of a forward pass, weights and buffers left out."""
    kept: list[torch.Tensor] = []

    def catch(tensor: torch.Tensor) -> torch.Tensor:
        kept.append(tensor.detach())
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(catch, lambda tensor: tensor):
        model(x)
    own = {tensor.untyped_storage().data_ptr() for tensor in model.state_dict().values()}
    found = {tensor.untyped_storage().data_ptr(): tensor.untyped_storage().nbytes() for tensor in kept}
    return sum(size for place, size in found.items() if place not in own)


@pytest.mark.parametrize("name", NETWORKS)
def test_activations_are_what_autograd_keeps(name: str) -> None:
    report, model, kind, _ = built(name)
    assert report.totals.complete
    assert report.totals.memory.activations == kept_bytes(model, batch_of(kind))


@pytest.mark.parametrize("name", NETWORKS)
def test_weights_gradients_and_state_are_those_of_a_real_step(name: str) -> None:
    report, model, kind, training = built(name)
    optimizer = build_optimizer(training, model.parameters())
    model(batch_of(kind)).sum().backward()
    optimizer.step()
    memory, parameters = report.totals.memory, list(model.parameters())
    state = [part for parts in optimizer.state.values() for part in parts.values()]
    assert memory.weights == sum(one.nbytes for one in parameters)
    assert memory.gradients == sum(one.grad.nbytes for one in parameters if one.grad is not None)
    assert memory.state == sum(part.nbytes for part in state)
    assert memory.buffers == sum(one.nbytes for one in model.buffers())
    assert report.totals.saved == sum(one.nbytes for one in model.state_dict().values())


@pytest.mark.parametrize("name", NETWORKS)
def test_flops_are_those_of_the_whole_network(name: str) -> None:
    report, model, kind, _ = built(name)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(batch_of(kind, 2))
    assert 2 * report.totals.flops == counter.get_total_flops()


@pytest.mark.parametrize("name", ["lenet", "mlp"])
def test_larger_batches_keep_more(name: str) -> None:
    layers, shape, dtype = NETWORKS[name]
    drawing = project(*layers, shape=shape, dtype=dtype)
    analysis = answer(drawing, None).analysis
    model = build_sequential(drawing.graph, TensorType((None, *shape), dtype))
    for batch in (2, 5, 64):
        memory = report_of(analysis, batch).totals.memory
        assert memory.activations == kept_bytes(model, batch_of(TensorType((None, *shape), dtype), batch))


CHOICES: tuple[dict[str, Any], ...] = (
    {"optimizer": "SGD"},
    {"optimizer": "SGD", "optimizer_args": {"momentum": 0.9}},
    {"optimizer": "Adam", "optimizer_args": {"amsgrad": True}},
    {"optimizer": "RMSprop", "optimizer_args": {"centered": True, "momentum": 0.1}},
    *({"optimizer": name} for name in OPTIMIZERS),
)


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: "-".join(map(str, choice.values())))
def test_an_optimizer_keeps_what_it_says(choice: dict[str, Any]) -> None:
    training = TrainingConfig(**choice)
    state = optimizer_state(training)
    assert state is not None
    model = nn.Sequential(nn.Linear(13, 5), nn.Linear(5, 2, bias=False))
    optimizer = build_optimizer(training, model.parameters())
    model(torch.ones(2, 13)).sum().backward()
    optimizer.step(lambda: 0.0)
    real = sum(
        part.nbytes
        for parts in optimizer.state.values()
        for part in parts.values()
        if isinstance(part, torch.Tensor)
    )
    counted = 3 * state.per_tensor + 80 * state.per_scalar
    at_most = training.optimizer in {"Adafactor", "LBFGS"}
    assert real <= counted if at_most else real == counted


def test_no_optimizer_is_needed_for_the_simplest() -> None:
    assert optimizer_state(TrainingConfig("SGD")) == OptimizerState(0, 0)
    assert optimizer_state(TrainingConfig("SGD", {"nesterov": True})) is None


def test_a_layer_is_measured_once() -> None:
    analyzer = Analyzer()
    drawing = project(*MLP, shape=(20,))
    first, again = (answer(drawing, None, analyzer).analysis for _ in range(2))
    assert first == again
    pairs = zip(first.every(), again.every(), strict=True)
    assert all(one.footprint is other.footprint for one, other in pairs)


def test_the_global_random_numbers_stay() -> None:
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    answer(project("Dropout", "RReLU", shape=(4,)), None)
    assert torch.equal(torch.rand(4), expected)


def test_behind_a_failure_nothing_is_measured_but_arguments_are_said() -> None:
    broken = project(
        ("Linear", {"in_features": 9, "out_features": 3}), ("Linear", {"out_features": 2}), shape=(4,)
    )
    one, other = answer(broken, None).analysis.every()
    assert (one.footprint, other.footprint) == (None, None)
    assert one.chosen == ("in_features", "out_features")
    assert "bias" not in other.chosen
    report = report_of(answer(broken, None).analysis, 4)
    assert not report.totals.complete
    assert [row.parameters for row in report.every()] == [30, None]


def test_chosen_arguments_are_those_that_differ() -> None:
    drawing = project(
        ("Conv2d", {"out_channels": 3, "kernel_size": 3, "stride": 1, "padding": "same"}), shape=(2, 5, 5)
    )
    (layer,) = answer(drawing, None).analysis.every()
    assert layer.chosen == ("in_channels", "out_channels", "kernel_size", "padding")
    assert msgspec.json.decode(msgspec.json.encode(layer), type=type(layer)) == layer


def test_networks_have_every_kind_of_end() -> None:
    """The networks above keep inputs, outputs, own tensors and fixed ones, and pass on views."""
    found = [
        layer.footprint
        for layers, shape, dtype in NETWORKS.values()
        for layer in answer(project(*layers, shape=shape, dtype=dtype), None).analysis.every()
        if layer.footprint is not None
    ]
    kinds = {(one.keeps_input, one.keeps_output, one.view) for one in found}
    assert kinds >= set(itertools.product([True, False], [False], [False])) | {(False, True, False)}
    assert any(one.each for one in found)
    assert any(one.fixed for one in found)
    assert any(one.view for one in found)


@pytest.mark.parametrize("name", ["LSTM", "GRU", "RNN", "TransformerEncoder"])
def test_long_and_high_layers_are_measured_short_and_low(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spec, fed = LAYERS[name], TensorType((None, 300 if name != "TransformerEncoder" else 9, 6))
    args = {**new_node(name, NodeId("n")).args, "num_layers": 5, "hidden_size": 8, "output": "sequence"}
    node = Node(NodeId("n"), name, {key: args[key] for key in args if spec.arg(key) is not None})
    known = resolve_args(spec, node, fed)
    monkeypatch.setattr(costs, "_small", lambda *_: True)
    quick = footprint(spec, known, fed)
    monkeypatch.setattr(costs, "FEW_LAYERS", (99, 100))
    monkeypatch.setattr(costs, "STEPS", (999, 1000))
    monkeypatch.setattr(costs, "FEW_STEPS", (999, 1000))
    whole = footprint(spec, known, fed)
    assert quick is not None
    assert whole is not None
    assert quick.each > 0
    if name != "LSTM":
        assert quick == whole
    else:  # of which torch keeps blocks of round sizes
        assert 3 * quick.each + quick.fixed == pytest.approx(3 * whole.each + whole.fixed, rel=0.1)


def test_a_layer_without_weights_is_not_run_on_gigabytes() -> None:
    huge = TensorType((None, 10**9))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = footprint(LAYERS["ReLU"], {"inplace": False}, huge)
    assert found is not None
    assert found.keeps_output
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_what_a_layer_makes_on_the_way_keeps_it_from_being_run() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    args = {"size": 10**9, "alpha": 0.1, "beta": 0.75, "k": 1.0}
    found = footprint(LAYERS["LocalResponseNorm"], args, TensorType((None, 1, 1)))
    assert found is not None
    assert found.each > 10**9
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
