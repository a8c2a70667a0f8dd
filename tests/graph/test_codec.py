"""Graphs as plain values, and back without trust."""

import json
from typing import Any

import pytest
from hypothesis import given

from nnbuilder.graph import limits
from nnbuilder.graph.codec import graph_from_plain, graph_to_plain
from nnbuilder.graph.graph import Graph
from tests.graph.drawn import drawn
from tests.strategies import graphs, json_values


@given(graphs())
def test_a_graph_comes_back_as_it_was(graph: Graph) -> None:
    plain = json.loads(json.dumps(graph_to_plain(graph)))
    assert graph_from_plain(plain) == (graph, [])


@given(json_values)
def test_any_values_give_a_graph_or_faults(plain: Any) -> None:
    graph, faults = graph_from_plain(plain)
    assert faults
    assert graph == Graph()


def faulty(**node: Any) -> dict[str, Any]:
    """A graph with one node, some of whose keys are given."""
    return {"nodes": {"n1": {"type": "ReLU", **node}}, "edges": []}


@pytest.mark.parametrize(
    ("plain", "path", "why"),
    [
        (None, "graph", "takes an object, not null"),
        ({"edges": []}, "graph.nodes", "is missing"),
        ({"nodes": {}}, "graph.edges", "is missing"),
        ({"nodes": [], "edges": []}, "graph.nodes", "takes an object, not []"),
        ({"nodes": {"n1": 3}, "edges": []}, "graph.nodes.n1", "takes an object, not 3"),
        ({"nodes": {"n1": {}}, "edges": []}, "graph.nodes.n1.type", "is missing"),
        ({"nodes": {"a b": {"type": "ReLU"}}, "edges": []}, 'graph.nodes."a b"', "no id"),
        (faulty(type=4), "graph.nodes.n1.type", "takes text, not 4"),
        (faulty(name=None), "graph.nodes.n1.name", "takes text, not null"),
        (faulty(args=[1]), "graph.nodes.n1.args", "takes an object, not [1]"),
        (faulty(x="left"), "graph.nodes.n1.x", 'takes a number, not "left"'),
        (faulty(y=True), "graph.nodes.n1.y", "takes a number, not true"),
        ({"nodes": {}, "edges": {}}, "graph.edges", "takes a list, not an object"),
        ({"nodes": {}, "edges": [["a"]]}, "graph.edges[0]", "takes a pair of ids"),
        ({"nodes": {}, "edges": [["a", "b"]]}, "graph.edges[0][0]", "takes the id of a node"),
        ({**faulty(), "edges": [["n1", "n1"]] * 2}, "graph.edges[1]", "repeats the edge"),
    ],
)
def test_a_fault_is_named_with_its_place(plain: Any, path: str, why: str) -> None:
    _, faults = graph_from_plain(plain)
    assert path in [fault.path for fault in faults]
    fault = next(fault for fault in faults if fault.path == path)
    assert path in fault.message
    assert why in fault.message


def test_all_faults_are_named_at_once() -> None:
    plain = {"nodes": {"n1": {"type": 1, "x": "a"}, "n2": {"type": "ReLU", "y": []}}, "edges": [1]}
    _, faults = graph_from_plain(plain)
    assert [fault.path for fault in faults] == [
        "graph.nodes.n1.type",
        "graph.nodes.n1.x",
        "graph.nodes.n2.y",
        "graph.edges[0]",
    ]


@pytest.mark.parametrize("count", [limits.NODES - 1, limits.NODES, limits.NODES + 1])
def test_a_graph_has_only_so_many_nodes(count: int) -> None:
    plain = {"nodes": {f"n{number}": {"type": "ReLU"} for number in range(count)}, "edges": []}
    graph, faults = graph_from_plain(plain)
    assert bool(faults) == (count > limits.NODES)
    assert len(graph.nodes) == (0 if faults else count)


@pytest.mark.parametrize("count", [limits.EDGES - 1, limits.EDGES, limits.EDGES + 1])
def test_a_graph_has_only_so_many_edges(count: int) -> None:
    keys = [f"n{number}" for number in range(100)]
    pairs = [[one, other] for one in keys for other in keys][:count]
    plain = {"nodes": {key: {"type": "ReLU"} for key in keys}, "edges": pairs}
    _, faults = graph_from_plain(plain)
    assert bool(faults) == (count > limits.EDGES)


def test_faults_beyond_a_number_are_counted() -> None:
    plain = {"nodes": {}, "edges": [0] * (limits.FAULTS + 5)}
    _, faults = graph_from_plain(plain)
    assert len(faults) == limits.FAULTS + 1
    assert "5 more" in faults[-1].message


def test_a_node_writes_only_what_was_set() -> None:
    plain = graph_to_plain(drawn("a>b:head"))
    assert plain == {
        "nodes": {
            "a": {"type": "ReLU", "x": 0, "y": 0},
            "b": {"type": "ReLU", "name": "head", "x": 0, "y": 0},
        },
        "edges": [["a", "b"]],
    }
