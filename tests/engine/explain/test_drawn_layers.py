"""Layers as they may be drawn, with random arguments and inputs: their gradients are torch's."""

from collections.abc import Mapping

import msgspec
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import LayerSpec
from nnbuilder.engine.build import resolve_args
from nnbuilder.engine.explain.case import place_of
from nnbuilder.engine.explain.chain_rule import Way, explain_gradient, explain_slope
from nnbuilder.engine.infer import infer
from nnbuilder.engine.modules import construct
from nnbuilder.engine.trace import LayerGradients, LayerTrace, backward, forward
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import ArgValue, NodeId
from tests.conftest import SOAK
from tests.engine.explain.test_gradients import CASES, WHOLE
from tests.engine.layer_strategies import inputs, nodes

FIXED: Mapping[str, ArgValue] = {
    "affine": True,
    "elementwise_affine": True,
    "dim_feedforward": 5,
    "num_layers": 2,
}
"""Arguments that keep layers with parameters, and small."""

NAMES = sorted({name for name, _, _ in CASES})


@st.composite
def passes(draw: st.DrawFn, spec: LayerSpec) -> tuple[LayerTrace, LayerGradients]:
    """One layer in a pass of two rows, with random gradients that arrive."""
    kind, node = draw(inputs(spec, st.integers(1, 6))), draw(nodes(spec))
    fixed = {name: value for name, value in FIXED.items() if name in {arg.name for arg in spec.args}}
    args = resolve_args(spec, msgspec.structs.replace(node, args={**node.args, **fixed}), kind)
    assume(not (args.get("sparse") and args.get("scale_grad_by_freq")))  # PyTorch has no way back from these
    outcome = infer(spec, args, kind)
    assume(outcome.output is not None and kind.dtype != "float64")
    torch.manual_seed(draw(st.integers(0, 10**6)))
    layer = construct(spec, args, "cpu").train(draw(st.booleans()))
    assume(any(one.numel() for one in layer.parameters()))
    for parameter in layer.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    way = forward(torch.nn.Sequential(layer), [(NodeId("0"), "0")], _rows(spec, args, kind))
    assume(way.output.numel() > 0)
    (gradients,) = backward(way, (way.output * torch.randn(way.output.shape)).sum())
    return way.layers[0], gradients


def _rows(spec: LayerSpec, args: Mapping[str, object], kind: TensorType) -> torch.Tensor:
    shape = tuple(size or 2 for size in kind.shape)
    count = args.get("num_embeddings")
    if spec.name in WHOLE and isinstance(count, int):
        return torch.randint(count, shape)
    return torch.randn(shape)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=100 if SOAK else 5, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_gradients_of_drawn_layers(name: str, data: st.DataObject) -> None:
    layer, gradients = data.draw(passes(LAYERS[name]))
    row = data.draw(st.integers(0, 3))
    for own, value in gradients.parameters.items():
        flat = torch.tensor(data.draw(st.integers(0, value.numel() - 1)))
        place = tuple(int(one) for one in torch.unravel_index(flat, value.shape))
        worked = explain_gradient(Way((layer,), (gradients,)), own, place, row)
        assert worked.formula, (own, worked)
        assert worked.agrees, (layer.module, own, place, worked)
    unit = data.draw(st.integers(0, layer.input[0].numel()))
    left = explain_slope(layer, gradients, place_of(layer.input, row, unit))
    assert left is None or left.agrees, left
