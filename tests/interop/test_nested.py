"""Sequentials in Sequentials to any depth: drawn, written and read, their keys are those of PyTorch."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.engine.build import build_sequential
from nnbuilder.graph import limits
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, ArgValue, Edge, Graph, Node, NodeId
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.python_writer import WriteError, module_source
from tests.conftest import SOAK
from tests.interop.test_same_network import run

WIDTH = 4
KIND = TensorType((None, WIDTH))
LAYERS: dict[str, dict[str, ArgValue]] = {
    "Linear": {"in_features": WIDTH, "out_features": WIDTH},
    "BatchNorm1d": {"num_features": WIDTH},
    "LayerNorm": {"normalized_shape": (WIDTH,)},
    "PReLU": {},
    "Tanh": {},
}
"""Layers that can stand anywhere, with their arguments."""


@dataclass(frozen=True, slots=True)
class Part:
    """A layer, or a Sequential of parts, with its own name or none; what a person has in mind."""

    name: str
    content: "str | tuple[Part, ...]"


def _named(contents: st.SearchStrategy[str | tuple[Part, ...]]) -> st.SearchStrategy[tuple[Part, ...]]:
    """Some parts side by side, no two of one name; an index is never taken as a name."""
    part = st.builds(Part, st.sampled_from(["", "", "fc", "block", "head", "Über", "a b"]), contents)
    return st.lists(part, max_size=4).map(_without_repeats)


def _without_repeats(parts: Sequence[Part]) -> tuple[Part, ...]:
    taken: set[str] = set()
    kept = []
    for part in parts:
        kept.append(Part("" if part.name in taken else part.name, part.content))
        taken.add(part.name)
    return tuple(kept)


leaves: st.SearchStrategy[str | tuple[Part, ...]] = st.sampled_from(sorted(LAYERS))
trees = _named(st.recursive(leaves, _named, max_leaves=12))


def by_hand(parts: Sequence[Part]) -> nn.Sequential:
    """What a person writes with torch alone; the layers are made in the order in which they compute."""
    network = nn.Sequential()
    for index, part in enumerate(parts):
        if isinstance(part.content, str):
            module: nn.Module = getattr(nn, part.content)(*LAYERS[part.content].values())
        else:
            module = by_hand(part.content)
        network.add_module(part.name or str(index), module)
    return network


def draw(parts: Sequence[Part]) -> Graph:
    """The same on a drawing."""
    nodes, edges = _draw(parts, None, "n")
    return between_ends(Graph(nodes, edges))


def between_ends(graph: Graph) -> Graph:
    """A chain with Input and Loss; what lies at the top stands in its order."""
    ends = {INPUT: NodeId("in"), LOSS: NodeId("loss")}
    first, last = (Node(key, kind) for kind, key in ends.items())
    keys = [first.id, *(node.id for node in graph.children(None)), last.id]
    joined = [edge for edge in _chained(keys) if edge not in graph.edges]
    return Graph({first.id: first, **graph.nodes, last.id: last}, (*graph.edges, *joined))


def _draw(
    parts: Sequence[Part], parent: NodeId | None, prefix: str
) -> tuple[dict[NodeId, Node], tuple[Edge, ...]]:
    nodes: dict[NodeId, Node] = {}
    edges: tuple[Edge, ...] = ()
    for index, part in enumerate(parts):
        key = NodeId(f"{prefix}{index}")
        if isinstance(part.content, str):
            nodes[key] = Node(key, part.content, LAYERS[part.content], name=part.name, parent=parent)
            continue
        nodes[key] = Node(key, GROUP, name=part.name, parent=parent)
        inside, joined = _draw(part.content, key, f"{key}_")
        nodes |= inside
        edges += joined
    return nodes, (*edges, *_chained([NodeId(f"{prefix}{index}") for index in range(len(parts))]))


def _chained(keys: Sequence[NodeId]) -> list[Edge]:
    return [Edge(one, two) for one, two in itertools.pairwise(keys)]


def _same(network: nn.Sequential, wanted: nn.Sequential) -> None:
    """Holds that keys, their order, shapes and numbers agree, and what comes out."""
    here, there = network.state_dict(), wanted.state_dict()
    assert list(here) == list(there)
    assert all(torch.equal(here[key], there[key]) for key in there)
    assert [name for name, _ in network.named_modules()] == [name for name, _ in wanted.named_modules()]
    x = torch.linspace(-1, 1, 3 * WIDTH).view(3, WIDTH)
    assert torch.equal(network.eval()(x), wanted.eval()(x))


def _holds(parts: Sequence[Part]) -> None:
    """Holds that drawing, source and what is read from the source are the network that a person writes."""
    graph = draw(parts)
    source = module_source(graph)
    reading = read_source(source)
    assert reading.ok == bool(parts)
    again = between_ends(reading.fragment(Graph()))
    makers: tuple[Callable[[], nn.Sequential], ...] = (
        lambda: build_sequential(graph, KIND),
        lambda: run(source),
        lambda: build_sequential(again, KIND),
    )
    for make in makers:
        torch.manual_seed(3)
        wanted = by_hand(parts)
        torch.manual_seed(3)
        _same(make(), wanted)


@settings(max_examples=2000 if SOAK else 100)
@given(trees)
def test_keys_and_numbers_are_those_of_the_written_network(parts: tuple[Part, ...]) -> None:
    _holds(parts)


def _deep(depth: int) -> tuple[Part, ...]:
    """A layer in so many Sequentials, every second one with a name."""
    parts = (Part("", "Linear"), Part("last", "PReLU"))
    for level in range(depth):
        parts = (Part("", "Tanh"), Part("block" if level % 2 else "", parts))
    return parts


@pytest.mark.parametrize("depth", [1, 2, 3, 8, limits.GROUP_DEPTH - 1, limits.GROUP_DEPTH])
def test_as_deep_as_groups_may_lie(depth: int) -> None:
    _holds(_deep(depth))


def test_deeper_is_refused_by_writer_and_reader() -> None:
    parts = _deep(limits.GROUP_DEPTH + 1)
    with pytest.raises(WriteError, match="too deep"):
        module_source(draw(parts))
    text = "nn.Sequential(" * (limits.GROUP_DEPTH + 2) + "nn.ReLU()" + ")" * (limits.GROUP_DEPTH + 2)
    (problem,) = read_source(text).problems
    assert "at most 32 deep" in problem.message
