"""The written source, run by Python, is the network that the engine builds: names, numbers and outputs."""

import contextlib
import warnings
from collections.abc import Mapping
from typing import Any

import pytest
import torch
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.catalog.registry import LAYERS, new_node
from nnbuilder.catalog.spec import LayerSpec
from nnbuilder.engine.build import BuildError, build_sequential, resolve_args
from nnbuilder.engine.infer import DTYPES, TORCH_ERRORS
from nnbuilder.engine.modules import construct
from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.graph.graph import INPUT, ArgValue, Graph, Node, NodeId
from nnbuilder.graph.order import flat_layers, orders_of
from nnbuilder.interop.python_writer import module_source
from tests.conftest import SOAK
from tests.engine.layer_strategies import inputs, nodes
from tests.interop.drawings import analysis_of, full_args, line, named_chains

RESERVED = {"forward", "training", "append", "T"}
"""Names that no module of torch may have."""

specs = pytest.mark.parametrize("spec", LAYERS.values(), ids=LAYERS)

Values = dict[str, torch.Tensor]


def run(source: str, device: str = "cpu") -> nn.Sequential:
    """What plain Python and torch make of a module's source."""
    names: dict[str, Any] = {}
    with torch.device(device), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(source, "written.py", "exec"), names)  # noqa: S102
    network = names["model"]
    assert isinstance(network, nn.Sequential)
    return network


def resolved(node: Node, kind: TensorType) -> Analysis:
    """What the engine finds out about the arguments of one layer."""
    args = resolve_args(LAYERS[node.type], node, kind)
    return Analysis((LayerAnalysis(node.id, "0", node.type, args, kind),), kind)


def shapes(values: Mapping[str, torch.Tensor]) -> dict[str, torch.Size]:
    """The shapes of a state_dict."""
    return {name: value.shape for name, value in values.items()}


@settings(max_examples=2000 if SOAK else 60)
@given(named_chains())
def test_torch_builds_the_same_parameters(graph: Graph) -> None:
    assume(not RESERVED.intersection(node.name for node in graph.nodes.values()))
    expected: dict[str, torch.Size] = {}
    with contextlib.suppress(*TORCH_ERRORS), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for node, prefix in flat_layers(graph, orders_of(graph)):
            layer = construct(LAYERS[node.type], full_args(node), "meta")
            expected |= {f"{prefix}.{name}": shape for name, shape in shapes(layer.state_dict()).items()}
        source = module_source(graph, analysis_of(graph))
        assert shapes(run(source, "meta").state_dict()) == expected


SHAPES = ((3, 8, 8), (9, 4), (4, 12), (4, 4, 8, 8), (12,), (4,))
"""Shapes of samples of which one fits any new layer."""


def computes_the_same(node: Node, kind: TensorType, seed: int) -> bool:
    """Whether the engine builds a layer; if so, holds that what is written has its numbers and outputs."""
    graph = line(Node(NodeId("i"), INPUT), node)
    torch.manual_seed(seed)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            network = build_sequential(graph, kind)
    except BuildError:
        return False
    torch.manual_seed(seed)
    other = run(module_source(graph, resolved(node, kind)))
    assert list(other.state_dict()) == list(network.state_dict())
    for one, two in zip(other.state_dict().values(), network.state_dict().values(), strict=True):
        assert torch.equal(one, two)
    x = torch.ones([3, *(size or 0 for size in kind.shape[1:])], dtype=DTYPES[kind.dtype])
    for training in (True, False):
        result, again = (_output(module.train(training), x, seed) for module in (network, other))
        assert result.shape == again.shape
        assert torch.equal(result, again)
    return True


def _output(network: nn.Module, x: torch.Tensor, seed: int) -> torch.Tensor:
    """What comes out; the empty tensor where this batch does not go through."""
    torch.manual_seed(seed)
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            result: torch.Tensor = network(x.clone())
    except TORCH_ERRORS:
        return torch.empty(0)
    return result.nan_to_num()


@specs
def test_a_new_layer_computes_the_same(spec: LayerSpec) -> None:
    dtype = "int64" if spec.group == "Sparse" else "float32"
    kinds = [TensorType((None, *shape), dtype) for shape in SHAPES]
    node = new_node(spec.name, NodeId("n"))
    assert [kind for kind in kinds if computes_the_same(node, kind, 7)]


@specs
@settings(max_examples=200 if SOAK else 6)
@given(data=st.data())
def test_a_random_layer_computes_the_same(spec: LayerSpec, data: st.DataObject) -> None:
    node = data.draw(nodes(spec))
    kind = data.draw(inputs(spec, st.integers(1, 9)))
    event("built" if computes_the_same(node, kind, 3) else "refused")


RECURRENT = [
    {"output": output, "bidirectional": both, "num_layers": layers, "batch_first": first}
    for output in ("sequence", "last")
    for both in (False, True)
    for layers in (1, 2)
    for first in (False, True)
]


@pytest.mark.parametrize("name", ["LSTM", "GRU", "RNN"])
@pytest.mark.parametrize("args", RECURRENT, ids=str)
def test_every_choice_of_output_computes_the_same(name: str, args: Mapping[str, ArgValue]) -> None:
    more: Mapping[str, ArgValue] = {"proj_size": 3} if name == "LSTM" else {}
    kind = TensorType((None, 5, 4))
    assert computes_the_same(Node(NodeId("n"), name, {"hidden_size": 6, **args}), kind, 1)
    assert computes_the_same(Node(NodeId("n"), name, {"hidden_size": 6, **args, **more}), kind, 1)
