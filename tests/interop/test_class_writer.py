"""Drawings as classes: the keys of the drawing, the layout of ruff, and nothing that a name could inject."""

import ast
import inspect
import warnings
from typing import Any

import pytest
import torch
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.graph.graph import INPUT, LOSS, Graph, Node, NodeId
from nnbuilder.interop.class_writer import OWN, class_source
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.python_writer import WriteError, module_source
from tests.conftest import SOAK
from tests.interop.clean import tidy
from tests.interop.drawings import analysis_of, drawn, line, named_chains, read, readers, sample
from tests.interop.test_same_network import RESERVED


def run(source: str, name: str) -> nn.Module:
    """What plain Python and torch make of a module's source."""
    names: dict[str, Any] = {}
    with torch.device("meta"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(source, "written.py", "exec"), names)  # noqa: S102
        made = names[name]
        network = made if isinstance(made, nn.Module) else made()
    assert isinstance(network, nn.Module)
    return network


def named(*names: str) -> Graph:
    """Linear layers of these names."""
    inner = [
        Node(NodeId(f"n{number}"), "Linear", {"in_features": 3, "out_features": 3}, name=name)
        for number, name in enumerate(names)
    ]
    return line(Node(NodeId("i"), INPUT), *inner, Node(NodeId("l"), LOSS))


@settings(max_examples=1000 if SOAK else 60)
@given(named_chains())
def test_a_class_has_the_keys_of_the_drawing(graph: Graph) -> None:
    assume(not RESERVED.intersection(node.name for node in graph.nodes.values()))
    analysis = analysis_of(graph)
    try:
        expected = run(module_source(graph, analysis), "model")
    except (RuntimeError, ValueError, TypeError, ZeroDivisionError, AssertionError, KeyError):
        return
    network = run(class_source(graph, analysis), "Network")
    assert [(name, value.shape) for name, value in network.state_dict().items()] == [
        (name, value.shape) for name, value in expected.state_dict().items()
    ]


@settings(max_examples=4, phases=[Phase.generate])  # each example starts processes
@given(st.lists(named_chains(), min_size=12, max_size=12))
def test_the_layout_is_that_of_ruff(tmp_path_factory: pytest.TempPathFactory, graphs: list[Graph]) -> None:
    home = tmp_path_factory.mktemp("classes")
    for number, graph in enumerate([*graphs, sample(), readers(), named("a", "b")]):
        (home / f"c{number}.py").write_text(class_source(graph, analysis_of(graph)), encoding="utf-8")
    tidy(*home.glob("*.py"))


def test_named_layers_become_attributes() -> None:
    assert class_source(named("hidden", "output"), name="Net") == (
        "from torch import nn\n"
        "\n"
        "\n"
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.hidden = nn.Linear(3, 3)\n"
        "        self.output = nn.Linear(3, 3)\n"
        "\n"
        "    def forward(self, x):\n"
        "        x = self.hidden(x)\n"
        "        return self.output(x)\n"
    )


def test_layers_without_names_keep_their_numbers() -> None:
    assert class_source(named("", "")) == (
        "from torch import nn\n"
        "\n"
        "\n"
        "class Network(nn.Sequential):\n"
        "    def __init__(self):\n"
        "        super().__init__(\n"
        "            nn.Linear(3, 3),\n"
        "            nn.Linear(3, 3),\n"
        "        )\n"
    )


@pytest.mark.parametrize("name", ["eval", "_a", "__b", "ﬁ", "a b", "class", 'x"', "a\nb", "1a", "ª"])
def test_a_name_that_no_attribute_can_have_stays_a_key(name: str) -> None:
    source = class_source(named(name, "b"))
    assert "class Network(nn.Sequential):" in source
    texts = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    assert name in texts
    if name not in OWN:
        assert next(iter(run(source, "Network").state_dict())) == f"{name}.weight"


@pytest.mark.parametrize("name", ["", "class", "a b", "x):\n    import os\nclass Y(", "nn", "ﬁ", "LastLSTM"])
def test_a_class_is_called_what_it_can_be(name: str) -> None:
    graph = readers()
    (found,) = [
        node
        for node in ast.parse(class_source(graph, analysis_of(graph), name)).body
        if isinstance(node, ast.ClassDef) and node.name == "Network"
    ]
    assert ast.unparse(found.bases[0]) == "nn.Sequential"


def test_every_name_of_a_module_is_known() -> None:
    public = {name for name, _ in inspect.getmembers(nn.Module) if not name.startswith("_")}
    public |= {name for name in vars(nn.Module()) if not name.startswith("_")}
    assert public <= OWN


def test_a_name_with_a_dot_is_refused() -> None:
    with pytest.raises(WriteError, match="holds a dot"):
        class_source(named("a.b"))


@pytest.mark.parametrize("names", [("hidden", "output"), ("", ""), ("a b", ""), ("hidden", "")])
def test_a_class_reads_back_as_the_drawing(names: tuple[str, ...]) -> None:
    graph = named(*names)
    assert read(read_source(class_source(graph)).layers) == drawn(graph)
