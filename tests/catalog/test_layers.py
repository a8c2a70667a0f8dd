"""Every declared layer against torch itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from nnbuilder.catalog.registry import LAYERS, LOSSES, OPTIMIZERS, new_node
from nnbuilder.catalog.spec import ArgSpec, LayerSpec, Required
from nnbuilder.engine.build import resolve_args
from nnbuilder.engine.formula import counting_formula
from nnbuilder.engine.infer import TORCH_ERRORS
from nnbuilder.engine.modules import construct
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import Node, NodeId
from tests.strategies import layers

IMAGE = TensorType((None, 4, 6))
FLAT = TensorType((None, 12))

specs = pytest.mark.parametrize("spec", LAYERS.values(), ids=LAYERS)

ARGS: list[tuple[str, ArgSpec]] = [
    (owner.name, arg)
    for owner in (*LAYERS.values(), *LOSSES.values(), *OPTIMIZERS.values())
    for arg in owner.args
]


@specs
def test_everything_is_explained_by_a_sentence(spec: LayerSpec) -> None:
    texts = [spec.summary, *(arg.help for arg in spec.args)]

    assert all(text.endswith(".") and not text[0].islower() for text in texts)
    assert spec.keywords


@pytest.mark.parametrize(("owner", "arg"), ARGS, ids=lambda value: getattr(value, "name", value))
def test_defaults_and_starts_fit_their_own_bounds(owner: str, arg: ArgSpec) -> None:
    assert arg.fault(arg.start) is None, owner
    if not isinstance(arg.default, Required):
        assert arg.fault(arg.default) is None
    if arg.initial is not None:
        assert arg.fault(arg.initial) is None


@specs
def test_a_layer_is_built_the_same_on_meta_and_on_the_cpu(spec: LayerSpec) -> None:
    args = resolve_args(spec, new_node(spec.name, NodeId("n")), FLAT)
    meta, real = construct(spec, args, "meta"), construct(spec, args, "cpu")

    assert isinstance(real, getattr(nn, spec.name))
    assert type(real).__name__ == spec.name
    shapes = {name: value.shape for name, value in real.state_dict().items()}
    assert {name: value.shape for name, value in meta.state_dict().items()} == shapes
    blank = construct(spec, args, "cpu", blank=True)
    assert isinstance(blank, getattr(nn, spec.name))
    assert {name: value.shape for name, value in blank.state_dict().items()} == shapes
    assert all(value.is_meta for value in meta.state_dict().values())
    assert not any(value.is_meta for value in real.state_dict().values())


@given(layers(), st.sampled_from([IMAGE, FLAT]))
def test_the_formula_gives_torchs_own_count(node: Node, kind: TensorType) -> None:
    spec = LAYERS[node.type]
    args = resolve_args(spec, node, kind)
    try:
        module = construct(spec, args, "meta")
    except TORCH_ERRORS:
        return
    count = sum(weight.numel() for weight in module.parameters())
    text = counting_formula(spec, args, count)

    assert bool(text) == bool(count)
    assert counting_formula(spec, args, count + 10**9 + 7) == ""
    assert set(text) <= set("0123456789 +-*/()")
