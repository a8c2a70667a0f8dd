"""How activations treat numbers, as torch shows it; told from behaviour and not from names."""

import math

import pytest
import torch
from torch import nn

from nnbuilder.catalog.registry import LAYERS, new_node
from nnbuilder.doctor.evidence import Trait
from nnbuilder.engine.traits import Traits
from nnbuilder.graph.analysis import Analysis
from nnbuilder.graph.graph import NodeId
from tests.engine.drawings import Drawn, answer, project

ACTIVATIONS = [name for name, spec in LAYERS.items() if "activation" in spec.group.lower()]
INF = math.inf


def analysis(layer: Drawn, *shape: int) -> Analysis:
    """Torch's answer about one layer on inputs of this shape."""
    return answer(project(layer, shape=shape or (6,)), None).analysis


def trait(layer: Drawn, *shape: int) -> Trait | None:
    """What is seen of one layer."""
    return Traits().of(analysis(layer, *shape).layers[0])


@pytest.mark.parametrize(
    ("layer", "low", "high"),
    [
        ("ReLU", 0, INF),
        ("LeakyReLU", -INF, INF),
        ("PReLU", -INF, INF),
        ("ELU", -1, INF),
        (("ELU", {"alpha": 0.5}), -0.5, INF),
        ("SELU", -1.758, INF),
        ("GELU", -0.170, INF),
        ("SiLU", -0.278, INF),
        ("Mish", -0.309, INF),
        ("Softplus", 0, INF),
        ("Sigmoid", 0, 1),
        ("Tanh", -1, 1),
        ("Hardtanh", -1, 1),
        ("ReLU6", 0, 6),
        ("LogSigmoid", -INF, 0),
        ("Tanhshrink", -INF, INF),
    ],
)
def test_bounds(layer: Drawn, low: float, high: float) -> None:
    found = trait(layer)
    assert found is not None
    assert (found.elementwise, found.sums, found.constant) == (True, "", False)
    assert found.low == pytest.approx(low, abs=1e-3)
    assert found.high == pytest.approx(high, abs=1e-3)


@pytest.mark.parametrize(("layer", "sums"), [("Softmax", "one"), ("LogSoftmax", "log"), ("Softmin", "one")])
def test_what_sums_to_one(layer: str, sums: str) -> None:
    found = trait((layer, {"dim": -1}))
    assert found is not None
    assert (found.elementwise, found.sums, found.constant) == (False, sums, False)
    single = trait((layer, {"dim": -1}), 1)
    assert single is not None
    assert single.constant
    assert single.low == (0 if layer == "LogSoftmax" else 1)


def test_the_dimension_that_sums_is_found() -> None:
    for dim in (1, 2, 3):
        found = trait(("Softmax", {"dim": dim}), 2, 3, 4)
        assert found is not None
        assert found.sums == "one"
    over_samples = trait(("Softmax", {"dim": 0}))
    assert over_samples is not None
    assert (over_samples.sums, over_samples.elementwise) == ("", False)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_is_seen_as_torch_computes_it(name: str) -> None:
    if LAYERS[name].arg("num_heads") is not None:
        return
    node = new_node(name, NodeId("n1"))
    found = answer(project(node, shape=(4, 6, 6)), None).analysis.layers[0]
    seen = Traits().of(found)
    assert (seen is None) == (found.input != found.output)
    if seen is None or name == "Softmax2d":
        return
    module = getattr(nn, name)(**dict(node.args)).eval()
    x = 40 * torch.randn(64, 4, 6, 6, generator=torch.Generator().manual_seed(0))
    y = module(x)
    slack = 0.01 * max(1.0, abs(seen.low) if math.isfinite(seen.low) else 1.0)
    assert y.min() >= seen.low - slack
    assert y.max() <= seen.high + slack


def test_answers_are_remembered_and_random_numbers_left_alone() -> None:
    traits = Traits()
    layer = analysis("RReLU").layers[0]
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first = traits.of(layer)
    assert torch.equal(torch.get_rng_state(), before)
    assert traits.of(layer) is first
    assert traits.of(analysis("RReLU", 9).layers[0]) is first


def test_layers_of_another_kind_show_nothing() -> None:
    assert trait(("Linear", {"out_features": 3})) is None
    assert Traits().of(analysis(("Softmax", {"dim": 7})).layers[0]) is None
    assert trait("ReLU", 300, 300) is None  # too many numbers for what it tells
