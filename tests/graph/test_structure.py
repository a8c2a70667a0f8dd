"""Groups form a tree, edges join siblings, and a file that says otherwise is refused."""

from typing import Any

import pytest
from hypothesis import given

from nnbuilder.graph import limits
from nnbuilder.graph.codec import graph_from_plain
from nnbuilder.graph.graph import GROUP, Graph, Node, NodeId
from nnbuilder.graph.structure import depth_of, structure_faults
from tests.strategies import graphs, nested_chains


@given(graphs() | nested_chains())
def test_drawings_have_this_structure(graph: Graph) -> None:
    assert list(structure_faults(graph)) == []


def nodes(**parents: str | None) -> dict[str, Any]:
    """Groups with these parents."""
    return {key: {"type": GROUP, **({"parent": parent} if parent else {})} for key, parent in parents.items()}


@pytest.mark.parametrize(
    ("plain", "path", "why"),
    [
        ({"nodes": nodes(a="b")}, "graph.nodes.a.parent", '"b" is no group'),
        ({"nodes": nodes(a="a")}, "graph.nodes.a.parent", "cannot lie in itself"),
        ({"nodes": nodes(a="b", b="a")}, "graph.nodes.b.parent", "cannot lie in itself"),
        ({"nodes": {**nodes(b="a"), "a": {"type": "ReLU"}}}, "graph.nodes.b.parent", "no group"),
        ({"nodes": {**nodes(a=None), "i": {"type": "Input", "parent": "a"}}}, "graph.nodes.i.parent", "end"),
        ({"nodes": nodes(a=None, b="a"), "edges": [["a", "b"]]}, "graph.edges[0]", "different groups"),
        ({"nodes": nodes(a=None), "notes": {"t": {"parent": "b"}}}, "graph.notes.t.parent", "no group"),
        ({"nodes": nodes(a=None), "notes": {"a": {}}}, "graph.notes.a", "id of a node"),
    ],
)
def test_another_structure_is_named_with_its_place(plain: dict[str, Any], path: str, why: str) -> None:
    graph, faults = graph_from_plain({"edges": [], **plain})
    assert faults == []
    found = {fault.path: fault.message for fault in structure_faults(graph)}
    assert why in found[path]


@pytest.mark.parametrize(
    ("node", "path"),
    [
        ({"type": "ReLU", "parent": 3}, "graph.nodes.a.parent"),
        ({"type": "ReLU", "parent": None}, "graph.nodes.a.parent"),
        ({"type": "ReLU", "disabled": "no"}, "graph.nodes.a.disabled"),
    ],
)
def test_a_value_of_another_kind_is_named(node: Any, path: str) -> None:
    _, faults = graph_from_plain({"nodes": {"a": node}, "edges": []})
    assert [fault.path for fault in faults] == [path]


@pytest.mark.parametrize("depth", [limits.GROUP_DEPTH, limits.GROUP_DEPTH + 1, 1_900])
def test_groups_lie_in_each_other_only_so_deep(depth: int) -> None:
    keys = [NodeId(f"n{number}") for number in range(depth + 1)]
    inside = {key: Node(key, GROUP, parent=around) for key, around in zip(keys, [None, *keys], strict=False)}
    graph = Graph(inside)
    assert depth_of(graph, keys[-1]) == depth
    assert bool(list(structure_faults(graph))) == (depth > limits.GROUP_DEPTH)
