"""Drawings as source: what torch builds from it, how it looks, and what can never get into it."""

import ast
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnbuilder.graph.analysis import Analysis, LayerAnalysis
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, Edge, Graph, Node, NodeId
from nnbuilder.interop.pretty import call, layout, quoted
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.python_writer import WriteError, module_source, sequential_source
from tests.conftest import SOAK
from tests.golden import check_golden
from tests.interop.drawings import analysis_of, drawn, full_args, line, named_chains, read, readers, sample

GOLDEN = Path(__file__).parent / "golden"


def written(graph: Graph) -> str:
    """The source of a drawing whose followed sizes are known."""
    return sequential_source(graph, analysis_of(graph))


@settings(max_examples=2000 if SOAK else 100)
@given(named_chains())
def test_source_reads_back_as_the_same_drawing(graph: Graph) -> None:
    reading = read_source(written(graph))
    assert reading.ok == bool(drawn(graph))
    assert reading.ok or [problem.message for problem in reading.problems] == ["This nn.Sequential is empty."]
    assert read(reading.layers) == drawn(graph)


@given(named_chains())
def test_a_module_reads_back_too(graph: Graph) -> None:
    written(graph)
    source = module_source(graph, analysis_of(graph), name="net")
    assert read(read_source(source).layers) == drawn(graph)
    assert ("OrderedDict" in source) == source.startswith("from collections import OrderedDict\n\n")


@settings(max_examples=4)
@given(st.lists(named_chains(), min_size=20, max_size=20))
def test_the_layout_is_that_of_ruff(graphs: list[Graph]) -> None:
    source = "\n".join(module_source(graph, analysis_of(graph)) for graph in graphs)
    ruff = Path(sys.executable).with_name("ruff")
    done = subprocess.run(
        [ruff, "format", "--isolated", "-"], input=source, capture_output=True, text=True, check=True
    )
    assert _without_blank_lines(done.stdout) == _without_blank_lines(source)


@pytest.mark.parametrize("letters", range(30, 90, 5))
def test_the_layout_of_a_frozen_layer_is_that_of_ruff(letters: int) -> None:
    made = msgspec.structs.replace(call("n" * letters, ["12", "eps=0.5"]), tail=".requires_grad_(False)")
    source = f"{layout(made)}\n"
    ruff = Path(sys.executable).with_name("ruff")
    words = [str(ruff), "format", "--isolated", "-"]
    done = subprocess.run(words, input=source, capture_output=True, text=True, check=True)
    assert done.stdout == source


@given(st.text(max_size=20))
def test_no_name_can_leave_its_quotes(name: str) -> None:
    text = quoted(name)
    assert ast.literal_eval(text) == name
    assert "\n" not in text
    assert all(letter.isprintable() for letter in text)


@pytest.mark.parametrize(
    "name",
    ['"', "'", '"""', "\\", "a\nb", "x\u202eevil", "\u2066", '"), f()); import os #', "\x85", "\u2028"],
)
def test_a_hostile_name_is_a_name(name: str) -> None:
    graph = sample()
    first = graph.nodes[NodeId("n2")]
    graph = Graph({**graph.nodes, first.id: msgspec.structs.replace(first, name=name)}, graph.edges)
    source = module_source(graph, analysis_of(graph))
    allowed = (ast.Module, ast.ImportFrom, ast.alias, ast.Assign, ast.Name, ast.Call, ast.Attribute, ast.List)
    inner = (ast.Tuple, ast.Constant, ast.keyword, ast.expr_context)
    assert all(isinstance(part, allowed + inner) for part in ast.walk(ast.parse(source)))
    assert read_source(source).layers[0].name == name


def test_the_golden_source() -> None:
    graph = sample()
    check_golden(GOLDEN / "network.py.txt", module_source(graph, analysis_of(graph)))


def test_small_classes_stand_above_the_network_as_ruff_formats_them() -> None:
    graph = readers()
    source = module_source(graph, analysis_of(graph))
    check_golden(GOLDEN / "small_classes.py.txt", source)
    ruff = Path(sys.executable).with_name("ruff")
    commands = (["format", "--isolated", "-"], ["check", "--isolated", "--select", "F,I,W", "-q", "-"])
    for command in commands:
        done = subprocess.run([ruff, *command], input=source, capture_output=True, text=True, check=True)
        assert done.stdout in ("", source)
    assert read(read_source(source).layers) == drawn(graph)


def test_a_copied_layer_brings_its_small_class_along() -> None:
    source = sequential_source(readers(), analysis_of(readers()), [NodeId("n4")])
    assert source.startswith("class LastLSTM(nn.LSTM):")
    assert source.endswith("\n\n\nnn.Sequential(\n    LastLSTM(12, 8),\n)\n")
    assert read_source(source).layers[0].args["output"] == "last"


def test_numbers_inside_groups_are_torchs_own() -> None:
    group = NodeId("g")
    inner = Node(NodeId("n"), "Linear", {"out_features": 3}, parent=group)
    graph = line(Node(NodeId("i"), INPUT), Node(group, GROUP))
    graph = Graph({**graph.nodes, inner.id: inner}, graph.edges)
    found = LayerAnalysis(inner.id, "0.0", "Linear", full_args(inner))
    analysis = Analysis((LayerAnalysis(group, "0", GROUP, children=(found,)),))
    assert "nn.Linear(12, 3)" in sequential_source(graph, analysis)


def test_only_chosen_nodes_are_written_in_their_order() -> None:
    graph = sample()
    chosen = [NodeId(key) for key in ("n8", "n3", "n2", "n6", "gone")]
    source = sequential_source(graph, analysis_of(graph), chosen)
    assert [layer.type for layer in read_source(source).layers] == ["Linear", "BatchNorm1d", "Identity"]
    with_group = sequential_source(graph, analysis_of(graph), [NodeId("n4"), NodeId("n7")])
    (block,) = read_source(with_group).layers
    assert [layer.type for layer in block.layers] == ["ReLU", "Identity"]


def test_an_empty_network_is_a_sequential_too() -> None:
    assert sequential_source(Graph()) == "nn.Sequential()\n"


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        (
            Node(NodeId("x"), "Linear", {"out_features": 3}),
            "in_features of Linear follows the layer before it",
        ),
        (Node(NodeId("x"), "Linear", {"in_features": 3}), "out_features of Linear is not set"),
        (Node(NodeId("x"), "Linear", {"in_features": 3, "out_features": 0}), "at least 1, not 0"),
        (Node(NodeId("x"), "Swirl"), "Swirl is not a layer"),
        (Node(NodeId("x"), "ReLU", {"slope": 1}), "ReLU has no argument slope"),
    ],
)
def test_what_cannot_be_written_is_said(node: Node, reason: str) -> None:
    with pytest.raises(WriteError, match=reason) as caught:
        sequential_source(line(Node(NodeId("i"), INPUT), node))
    assert caught.value.node == "x"


def test_names_that_meet_are_refused() -> None:
    nodes = [Node(NodeId("i"), INPUT), Node(NodeId("a"), "ReLU", name="1"), Node(NodeId("b"), "ReLU")]
    with pytest.raises(WriteError, match="Two layers are named 1"):
        sequential_source(line(*nodes))


def test_a_group_in_pieces_is_refused() -> None:
    group = NodeId("g")
    inside = [Node(NodeId(key), "ReLU", parent=group) for key in "abcd"]
    nodes = [Node(NodeId("i"), INPUT), Node(group, GROUP, name="block"), Node(NodeId("l"), LOSS)]
    whole = line(*nodes)
    pieces = (Edge(inside[0].id, inside[1].id), Edge(inside[2].id, inside[3].id))
    graph = Graph({**whole.nodes, **{node.id: node for node in inside}}, whole.edges + pieces)
    with pytest.raises(WriteError, match="the group block is not one chain"):
        sequential_source(graph)


def _without_blank_lines(text: str) -> list[str]:
    return [row for row in text.splitlines() if row]
