"""Text of people as networks: every spelling of a literal Sequential, and a sentence for everything else."""

import pytest

from nnbuilder.graph import limits
from nnbuilder.graph.graph import GROUP, Graph, Node, NodeId
from nnbuilder.graph.order import order_of
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.reading import ReadLayer

LINEAR: tuple[str, object] = ("Linear", {"in_features": 4, "out_features": 16})
RELU: tuple[str, object] = ("ReLU", {})


def short(layers: tuple[ReadLayer, ...]) -> list[tuple[str, object]]:
    """Types and arguments; a group has its layers instead."""
    return [(layer.type, short(layer.layers) or dict(layer.args)) for layer in layers]


def problems(text: str) -> list[str]:
    """The problems of a text, each on a line."""
    return [str(problem) for problem in read_source(text).problems]


@pytest.mark.parametrize(
    "text",
    [
        "nn.Sequential(nn.Linear(4, 16), nn.ReLU())",
        "torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.ReLU(),)",
        "Sequential(Linear(4, 16), ReLU())",
        "from torch import nn\n\nmodel = nn.Sequential(\n    nn.Linear(4, 16),  # in\n    nn.ReLU(),\n)\n",
        "import torch.nn as layers\nnet: object = layers.Sequential(layers.Linear(4, 16), layers.ReLU())",
        "from torch.nn import Linear as L, ReLU\nfrom torch.nn import Sequential as S\nS(L(4, 16), ReLU())",
        "import torch as t\nt.nn.Sequential(t.nn.Linear(4, 16), t.nn.ReLU())",
        "nn.Sequential(nn.Linear(out_features=2**4, in_features=8 // 2, bias=True), nn.ReLU(inplace=False))",
        "nn.Linear(4, 16), nn.ReLU()",
        "[nn.Linear(4, 16), nn.ReLU()]",
        "nn.Linear(4, 16)\nnn.ReLU()",
        "nn.Linear(4, 16),\nnn.ReLU(),\n",
        "        nn.Linear(4, 16),\n        nn.ReLU(),\n",
        "nn.Linear(4, 16),\n        nn.ReLU(),\n",
        "    # the body\r\n    nn.Linear(4, 16)\r\n    nn.ReLU()\r\n",
        "\ufeffnn.Linear(4, 16), nn.ReLU()",
        '"""A network."""\nnn.Linear(4, 16), nn.ReLU()',
    ],
)
def test_every_spelling_is_read(text: str) -> None:
    reading = read_source(text)
    assert reading.ok, reading.problems
    assert short(reading.layers) == [LINEAR, RELU]


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("nn.Dropout(.2)", {"p": 0.2}),
        ("nn.Dropout(0.5)", {}),
        ("nn.Dropout(1)", {"p": 1.0}),
        ("nn.Dropout(p=1 - .75)", {"p": 0.25}),
        ("nn.LeakyReLU(-0.1, True)", {"negative_slope": -0.1, "inplace": True}),
        ("nn.LayerNorm(16)", {"normalized_shape": (16,)}),
        ("nn.LayerNorm([2 * 4, 16], eps=1)", {"normalized_shape": (8, 16), "eps": 1.0}),
        ("nn.GELU('tanh')", {"approximate": "tanh"}),
        ("nn.BatchNorm1d(3, momentum=None)", {"num_features": 3, "momentum": None}),
        ("nn.LazyLinear(3, bias=False)", {"out_features": 3, "bias": False}),
        ("nn.Softmax(dim=-1)", {"dim": -1}),
        (
            "nn.Conv2d(3, 8, (3, 5), padding='same')",
            {"in_channels": 3, "out_channels": 8, "kernel_size": (3, 5), "padding": "same"},
        ),
        ("nn.LazyConv2d(8, 3)", {"out_channels": 8, "kernel_size": 3}),
        ("nn.AdaptiveAvgPool2d((None, 7))", {"output_size": (None, 7)}),
        ("nn.MaxPool2d(2, 2, 0, 1, ceil_mode=True)", {"kernel_size": 2, "stride": 2, "ceil_mode": True}),
        ("nn.LazyInstanceNorm2d(affine=False)", {"track_running_stats": True}),
        ("nn.InstanceNorm2d(3)", {"num_features": 3}),
    ],
)
def test_arguments_are_read_as_torch_takes_them(text: str, args: dict[str, object]) -> None:
    reading = read_source(text)
    assert reading.ok, reading.problems
    assert dict(reading.layers[0].args) == args


@pytest.mark.parametrize(
    "pairs",
    [
        "OrderedDict([('fc', nn.Linear(4, 16)), ('1', nn.ReLU())])",
        "collections.OrderedDict((['fc', nn.Linear(4, 16)], ['1', nn.ReLU()]))",
        "OrderedDict({'fc': nn.Linear(4, 16), '1': nn.ReLU()})",
        "{'fc': nn.Linear(4, 16), '1': nn.ReLU()}",
    ],
)
def test_named_layers_keep_their_names(pairs: str) -> None:
    reading = read_source(f"nn.Sequential({pairs})")
    assert reading.ok, reading.problems
    assert short(reading.layers) == [LINEAR, RELU]
    assert [layer.name for layer in reading.layers] == ["fc", ""]


def test_groups_become_nodes_with_chains_of_their_own() -> None:
    reading = read_source("nn.Sequential(nn.Linear(4, 16), nn.Sequential(nn.ReLU(), nn.Tanh()), nn.ReLU())")
    assert short(reading.layers) == [LINEAR, (GROUP, [RELU, ("Tanh", {})]), RELU]
    there = Graph({NodeId("n2"): Node(NodeId("n2"), "ReLU")})
    graph = reading.fragment(there)
    group = graph.of_type(GROUP)[0].id
    assert not graph.nodes.keys() & there.nodes.keys()
    assert [graph.nodes[key].type for key in order_of(graph, group).chain] == ["ReLU", "Tanh"]
    assert [node.type for node in graph.children(None)] == ["Linear", GROUP, "ReLU"]
    assert len(graph.edges) == 3
    assert len({(node.x, node.y) for node in graph.children(None)}) == 3


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1: There is no nn.Sequential(...) and no layer in this text."),
        ("# nothing", "1:1: There is no nn.Sequential(...) and no layer in this text."),
        ("nn.Sequential()", "1:1: This nn.Sequential is empty."),
        ("nn.Droput(.2)", "1:1: Droput is no layer of the catalogue. Did you mean nn.Dropout?"),
        (
            "nn.Bilinear(4, 4, 2)",
            "1:1: nn.Bilinear cannot be drawn: it takes two or more tensors, and a layer of",
        ),
        (
            "nn.MaxPool2d(2, 2, 0, 1, False, True)",
            "1:26: MaxPool2d takes 4 arguments at most, not 6; others by name: ceil_mode=.",
        ),
        ("nn.LazyLSTM(8)", "1:1: LazyLSTM is no layer of the catalogue."),
        ("nn.relu()", "1:1: relu is no layer of the catalogue. Did you mean nn.ReLU?"),
        (
            "nn.Sequential(nn.softmax(dim=-1))",
            "1:15: softmax is no layer of the catalogue. Did you mean nn.Softmax?",
        ),
        ("m = nn.Sequetial(nn.ReLU())", "1:5: Sequetial does not exist. Did you mean nn.Sequential?"),
        ("nn.ReLU(),\nnn.ReLU", "2:1: nn.ReLU lacks its parentheses: write nn.ReLU()."),
        (
            "nn.Linear(4, out_feature=2)",
            "1:14: Linear has no argument out_feature. Did you mean out_features?",
        ),
        ("nn.Linear(4)", "1:1: Linear needs out_features."),
        ("nn.Linear(4, 2, in_features=4)", "1:29: Linear gets in_features twice."),
        ("nn.Dropout(3)", "1:12: Dropout: p takes a number at least 0 and at most 1, not 3.0."),
        ("nn.Linear('auto', 2)", "1:11: Linear: in_features takes a whole number at least 1, not 'auto'."),
        ("nn.Linear(4.0, 2)", "1:11: Linear: in_features takes a whole number at least 1, not 4.0."),
        ("nn.ReLU(True, 2, 3)", "1:15: ReLU takes 1 argument at most, not 3."),
        ("nn.Linear(*sizes)", "1:11: A star before an argument is not read: write the arguments out."),
        ("nn.ReLU(**more)", "1:11: Two stars before an argument are not read: write the arguments out."),
        ("nn.Sequential(nn.ReLU(), 3)", "1:26: Here a layer is wanted, and a constant is none."),
        ("nn.Sequential(nn.ReLU(), x=nn.ReLU())", "1:28: nn.Sequential takes layers without names"),
        ("nn.Sequential(OrderedDict([('a', nn.ReLU()), ('a', nn.ReLU())]))", "1:47: Two layers are named a"),
        ("nn.Sequential(OrderedDict([('a.b', nn.ReLU())]))", "1:29: The name of a layer is neither empty"),
        ("nn.Sequential(OrderedDict([(3, nn.ReLU())]))", "1:29: The name of a layer is text in quotes"),
        ("nn.Sequential(OrderedDict([nn.ReLU()]))", "1:28: OrderedDict takes pairs like"),
        ("nn.Sequential(OrderedDict(layers))", "1:15: OrderedDict is read with one list of pairs"),
        ("nn.Linear(4, 16) nn.ReLU()", "1:18: Python cannot read this: invalid syntax."),
        ("nn.Linear(4,\n 16", "1:10: Python cannot read this: '(' was never closed."),
        ("    nn.ReLU()\n  nn.ReLU()", "2:12: Python cannot read this: unindent does not match"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, problem: str) -> None:
    reading = read_source(text)
    assert not reading.ok
    assert str(reading.problems[0]).startswith(problem)


def test_a_question_of_python_ends_as_one() -> None:
    [problem] = read_source("[nn.ReLU() nn.Tanh()]").problems
    assert problem.message.endswith("Perhaps you forgot a comma?")


def test_all_problems_come_at_once() -> None:
    text = (
        "nn.Sequential(\n    nn.Linear(n, 16),\n    nn.Droput(0.2),\n    nn.Linear(16, to=3),\n)\nprint(m)\n"
    )
    reading = read_source(text)
    assert [str(problem)[:4] for problem in reading.problems] == ["3:5:", "4:5:", "4:19"]
    assert [(asked.name, asked.line, asked.column) for asked in reading.asked] == [("n", 2, 15)]
    assert [(skipped.line, skipped.text) for skipped in reading.skipped] == [(6, "print(m)")]


def test_columns_count_letters() -> None:
    assert problems("nn.Sequential(OrderedDict([('größe', nn.Relo())]))")[0].startswith("1:38:")


def test_what_stands_beside_a_network_is_only_left_out() -> None:
    text = (
        "import os\nmodel = nn.Sequential(nn.Linear(4, 3, device='cpu'))\n"
        "criterion = nn.CrossEntropyLoss()\nos.system('true')\n"
    )
    reading = read_source(text)
    assert reading.ok
    assert [(problem.line, problem.severity) for problem in reading.problems] == [(2, "warning")]
    assert [skipped.line for skipped in reading.skipped] == [4]
    assert (reading.offer.loss, reading.offer.lines) == ("CrossEntropyLoss", {"loss": 3})


def test_layers_with_a_sequential_among_them_are_one_network() -> None:
    reading = read_source("nn.ReLU(),\nnn.Sequential(nn.Tanh())")
    assert reading.ok
    assert short(reading.layers) == [RELU, (GROUP, [("Tanh", {})])]


def test_two_networks_without_names_are_told_apart_by_their_lines() -> None:
    reading = read_source("nn.Sequential(nn.ReLU())\nnn.Sequential(nn.Tanh())")
    assert reading.ok
    assert [network.name for network in reading.networks] == ["line 1", "line 2"]
    assert reading.chosen == "line 2"
    assert short(reading.layers) == [("Tanh", {})]


def test_layers_assigned_one_by_one_are_not_taken_for_a_network() -> None:
    reading = read_source("fc = nn.Linear(4, 3)\ncriterion = nn.MSELoss()\n")
    assert not reading.ok
    assert not reading.layers


@pytest.mark.parametrize("count", [limits.NODES - 1, limits.NODES])
def test_as_many_layers_as_a_drawing_holds(count: int) -> None:
    assert len(read_source("nn.ReLU()," * count).layers) == count


def test_one_layer_too_many() -> None:
    reading = read_source("nn.ReLU(),\n" * (limits.NODES + 1))
    assert [str(problem) for problem in reading.problems] == ["2001:1: A drawing holds at most 2,000 layers."]


def test_the_deepest_groups() -> None:
    deep = limits.GROUP_DEPTH
    assert read_source("nn.Sequential(" * (deep + 1) + "nn.ReLU()" + ")" * (deep + 1)).ok
    assert not read_source("nn.Sequential(" * (deep + 2) + "nn.ReLU()" + ")" * (deep + 2)).ok


def test_bytes_and_lines_have_limits() -> None:
    longest = "nn.ReLU()".ljust(limits.SOURCE_BYTES)
    assert read_source(longest).ok
    assert "at most 262,144" in problems(longest + " ")[0]
    tallest = "nn.ReLU()" + "\n" * (limits.SOURCE_LINES - 1)
    assert read_source(tallest).ok
    assert problems(tallest + "\n")[0].startswith("5001:1: The text holds 5,001 lines")
