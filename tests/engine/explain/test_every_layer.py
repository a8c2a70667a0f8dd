"""Every layer that can be drawn is worked out, with random arguments, inputs, places and modes."""

import math
import warnings
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import AUTO
from nnbuilder.engine.build import resolve_args
from nnbuilder.engine.explain.case import Case, place_of
from nnbuilder.engine.explain.layers import RULES, explain_layer
from nnbuilder.engine.modules import construct
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import Node
from nnbuilder.protocol.worked import Worked
from tests.conftest import SOAK
from tests.engine.layer_strategies import INDEXED, inputs, nodes

ROWS = 3

EXAMPLES = 300 if SOAK else 4

TINY = 1e-6
"""Powers below this PyTorch takes for zero or not, as its loops happen to be unrolled."""

REFUSED = (RuntimeError, ValueError, TypeError, IndexError, ZeroDivisionError, AssertionError)
"""What torch refuses arguments or inputs with."""


def test_every_layer_has_a_rule() -> None:
    assert set(RULES) == set(LAYERS)


def passed(node: Node, kind: TensorType, *, train: bool, bad: float | None = None) -> Case | None:
    """A layer run on random rows, some numbers `bad`; None where torch refuses it or nothing comes out."""
    spec = LAYERS[node.type]
    args = resolve_args(spec, node, kind)
    if AUTO in args.values():
        return None
    shape = (ROWS, *(size or 1 for size in kind.shape[1:]))
    dtype: torch.dtype = getattr(torch, kind.dtype)
    x = torch.randn(shape).to(dtype) * 2
    if bad is not None and dtype.is_floating_point:
        x[torch.rand(shape) < 0.3] = bad
    if node.type in INDEXED and not dtype.is_floating_point:
        x = x.abs()
    try:
        module = construct(spec, args, "cpu")
        for parameter in module.parameters():
            nn.init.normal_(parameter)
        module.train(train)
        random = torch.get_rng_state()
        with torch.no_grad():
            y: Any = module(x.clone())
    except REFUSED:
        return None
    return Case(module, x, y, (), random) if y.numel() and y.dim() else None


def worked_by(
    name: str, data: st.DataObject, seed: int, *, train: bool, bad: float | None = None
) -> Worked | None:
    """What is written of some number of a random layer of this name."""
    torch.manual_seed(seed)
    spec = LAYERS[name]
    node = data.draw(nodes(spec))
    power = node.args.get("norm_type", 1.0)
    if isinstance(power, float) and abs(power) < TINY:
        return None
    kind = data.draw(inputs(spec, st.integers(1, 6)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        case = passed(node, kind, train=train, bad=bad)
        if case is None:
            return None
        place = place_of(case.output, data.draw(st.integers(0, ROWS)), data.draw(st.integers(0, 10**4)))
        return explain_layer(Case(case.module, case.input, case.output, place, case.random))


@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=EXAMPLES, deadline=None)
@given(
    data=st.data(),
    seed=st.integers(0, 10**6),
    train=st.booleans(),
    bad=st.none() | st.sampled_from([math.inf, -math.inf, math.nan, 3e38]),
)
def test_the_arithmetic_is_torchs(
    name: str, data: st.DataObject, seed: int, train: bool, bad: float | None
) -> None:
    worked = worked_by(name, data, seed, train=train, bad=bad)
    if worked is None:
        return
    assert any(line.torch for line in worked.lines), worked
    assert bad is not None or worked.agrees, worked
