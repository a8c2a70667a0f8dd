"""Designs of any depth: drawn, analyzed, saved, written and read, they are what a person writes by hand."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.engine.analyze import Analyzer
from nnbuilder.engine.build import build_sequential
from nnbuilder.graph import limits
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import GROUP
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.python_writer import module_source
from nnbuilder.interop.reading import ReadLayer
from nnbuilder.project.file import dump_project, parse_project
from nnbuilder.project.project import Project
from nnbuilder.templates.design import Design, Layer, drawing
from tests.conftest import SOAK
from tests.interop.test_same_network import run

WIDTH = 3
Tree = tuple[str, str, list[Any]]
"""One layer as it is compared."""

KIND = TensorType((None, WIDTH))

leaves = st.sampled_from(
    [
        Layer("Linear", {"out_features": WIDTH}),
        Layer("LayerNorm"),
        Layer("BatchNorm1d"),
        Layer("ReLU"),
        Layer("Linear", {"out_features": WIDTH}, "head"),
    ]
)


def named(layers: list[Layer], name: str = "") -> Layer:
    """A group; of several layers with the same name only the first keeps it."""
    taken: set[str] = set()
    unique = []
    for layer in layers:
        kept = "" if layer.name in taken else layer.name
        taken.add(kept)
        unique.append(Layer(layer.type, layer.args, kept, layer.layers))
    return Layer(GROUP, name=name, layers=tuple(unique))


nests = st.recursive(
    leaves,
    lambda inner: st.builds(
        named, st.lists(inner, min_size=1, max_size=3), st.sampled_from(["", "block", "encoder"])
    ),
    max_leaves=12,
)


MADE: Mapping[str, Callable[[], nn.Module]] = {
    "Linear": lambda: nn.Linear(WIDTH, WIDTH),
    "LayerNorm": lambda: nn.LayerNorm(WIDTH),
    "BatchNorm1d": lambda: nn.BatchNorm1d(WIDTH),
    "ReLU": nn.ReLU,
}


def by_hand(layers: Sequence[Layer]) -> nn.Sequential:
    """The network as a person writes it."""
    modules = [by_hand(layer.layers) if layer.type == GROUP else MADE[layer.type]() for layer in layers]
    if not any(layer.name for layer in layers):
        return nn.Sequential(*modules)
    names = [layer.name or str(place) for place, layer in enumerate(layers)]
    return nn.Sequential(OrderedDict(zip(names, modules, strict=True)))


def same(one: nn.Module, two: nn.Module) -> None:
    """Holds that two networks have the same names, numbers and text."""
    first, second = one.state_dict(), two.state_dict()
    assert list(first) == list(second)
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert [name for name, _ in one.named_modules()] == [name for name, _ in two.named_modules()]
    assert repr(one) == repr(two)


def tree(layers: Sequence[Layer | ReadLayer]) -> list[Tree]:
    """Types, names and what lies inside."""
    return [(layer.type, layer.name, tree(layer.layers)) for layer in layers]


def holds(layers: tuple[Layer, ...]) -> None:
    """Holds all that is said of a nest against the network by hand."""
    graph = drawing(Design(layers, "MSELoss", (WIDTH,)))
    torch.manual_seed(1)
    expected = by_hand(layers)
    torch.manual_seed(1)
    same(build_sequential(graph, KIND), expected)
    *_, last = Analyzer().analyze(Project(graph), None)
    assert [problem for problem in last.problems if problem.code != "no-parameters"] == []
    assert [layer.name for layer in last.analysis.every()] == [name for name, _ in expected.named_modules()][
        1:
    ]
    assert last.analysis.parameters == sum(weight.numel() for weight in expected.parameters())
    source = module_source(graph, last.analysis)
    torch.manual_seed(1)
    same(run(source), expected)
    assert tree(read_source(source).layers) == tree(layers)
    assert parse_project(dump_project(Project(graph))).project.graph == graph


@settings(max_examples=2000 if SOAK else 60)
@given(st.lists(nests, min_size=1, max_size=4))
def test_a_nest_is_what_is_written_by_hand(layers: list[Layer]) -> None:
    holds(named(layers).layers)


def test_the_deepest_nest() -> None:
    layers: tuple[Layer, ...] = (Layer("Linear", {"out_features": WIDTH}),)
    for depth in range(limits.GROUP_DEPTH):
        layers = (Layer(GROUP, name=f"level{depth}" if depth % 2 else "", layers=layers), Layer("ReLU"))
    holds(layers)
