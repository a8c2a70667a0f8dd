"""Quick-add: what short texts mean, and that no text at all does harm."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.catalog.quick import MAX_LAYERS, MAX_TEXT, quick
from nnbuilder.catalog.registry import LAYERS, new_node
from nnbuilder.graph.graph import NodeId


def best(text: str) -> str:
    """The preview of the best suggestion."""
    answer = quick(text)
    assert answer.faults == ()
    return answer.suggestions[0].preview


def faults(text: str) -> list[tuple[int, str]]:
    """Positions and sentences of the faults, where nothing is suggested."""
    answer = quick(text)
    assert answer.suggestions == ()
    return [(fault.position, fault.message) for fault in answer.faults]


@pytest.mark.parametrize(
    ("text", "preview"),
    [
        ("linear 64", "Linear(out_features=64)"),
        ("LINEAR 64", "Linear(out_features=64)"),
        ("lin 64", "Linear(out_features=64)"),
        ("linear64", "Linear(out_features=64)"),
        ("linear 28*28", "Linear(out_features=784)"),
        ("linear 4 16", "Linear(in_features=4, out_features=16)"),
        ("linear 4, 16", "Linear(in_features=4, out_features=16)"),
        ("linear 64 bias=False", "Linear(out_features=64, bias=False)"),
        ("linear 64, bias = False", "Linear(out_features=64, bias=False)"),
        ("linear 64 nobias", "Linear(out_features=64, bias=False)"),
        ("linear out=64", "Linear(out_features=64)"),
        ("linear auto 64", "Linear(out_features=64)"),
        ("linear", "Linear(out_features=16)"),
        ("linear(64)", "Linear(out_features=64)"),
        ("nn.Linear(64, 32)", "Linear(in_features=64, out_features=32)"),
        ("torch.nn.Linear(64, 32, bias=False)", "Linear(in_features=64, out_features=32, bias=False)"),
        ("nn.Linear(64, 32", "Linear(in_features=64, out_features=32)"),
        ("dropout .3", "Dropout(p=0.3)"),
        ("dropout.3", "Dropout(p=0.3)"),
        ("dropout p.3", "Dropout(p=0.3)"),
        ("dropout .3 inplace", "Dropout(p=0.3, inplace=True)"),
        ("lrelu .2", "LeakyReLU(negative_slope=0.2)"),
        ("leakyrelu slope=.2", "LeakyReLU(negative_slope=0.2)"),
        ("bn", "BatchNorm1d()"),
        ("bn 16", "BatchNorm1d(num_features=16)"),
        ("ln 4x16", "LayerNorm(normalized_shape=(4, 16))"),
        ("layernorm (4, 16)", "LayerNorm(normalized_shape=(4, 16))"),
        ("fc 10", "Linear(out_features=10)"),
        ("dense 10", "Linear(out_features=10)"),
        ("fully connected 10", "Linear(out_features=10)"),
        ("gelu tanh", "GELU(approximate='tanh')"),
        ("gelu('tanh')", "GELU(approximate='tanh')"),
        ("softmax", "Softmax(dim=-1)"),
        ("softmax 1", "Softmax(dim=1)"),
        ("linaer 3", "Linear(out_features=3)"),
        ("non-linearity", "ReLU()"),
        ("flatten image", "Flatten()"),
        ("linear 64, relu, linear 10", "Linear(out_features=64) → ReLU() → Linear(out_features=10)"),
        ("linear 64 -> relu;dropout .2,", "Linear(out_features=64) → ReLU() → Dropout(p=0.2)"),
        ("nn.Linear(4, 8), nn.ReLU()", "Linear(in_features=4, out_features=8) → ReLU()"),
        (" \n relu \n tanh ", "ReLU() → Tanh()"),
    ],
)
def test_what_a_short_text_means(text: str, preview: str) -> None:
    assert best(text) == preview


@pytest.mark.parametrize(
    ("text", "preview"),
    [
        ("conv2d 32", "out_channels=32, kernel_size=3"),
        ("conv2d 32 k5", "out_channels=32, kernel_size=5"),
        ("conv2d 32 k3 s2 p1 d2 g4", "kernel_size=3, stride=2, padding=1, dilation=2, groups=4"),
        ("conv2d 32 k3x5", "out_channels=32, kernel_size=(3, 5)"),
        ("conv2d 32 k(3, 5)", "out_channels=32, kernel_size=(3, 5)"),
        ("conv2d 32 3", "out_channels=32, kernel_size=3"),
        ("conv2d 1 32 3", "in_channels=1, out_channels=32, kernel_size=3"),
        ("conv2d 32 ks=3 nobias", "out_channels=32, kernel_size=3, bias=False"),
        ("conv2d 32 same", "out_channels=32, kernel_size=3, padding='same'"),
        ("conv 32", "Conv2d(out_channels=32, kernel_size=3)"),
        ("maxpool2d", "MaxPool2d(kernel_size=2)"),
        ("maxpool 3 s2", "MaxPool2d(kernel_size=3, stride=2)"),
        ("adaptiveavgpool2d 1x2", "AdaptiveAvgPool2d(output_size=(1, 2))"),
        ("gap", "AdaptiveAvgPool2d(output_size=1)"),
        ("bn2d", "BatchNorm2d()"),
        ("lstm 64", "LSTM(hidden_size=64, batch_first=True, output='last')"),
        ("lstm 64 sequence", "LSTM(hidden_size=64, batch_first=True, output='sequence')"),
        ("gru 8 l2 bidirectional", "GRU(hidden_size=8, num_layers=2, batch_first=True, bidirectional=True"),
        ("embedding 100 8", "Embedding(num_embeddings=100, embedding_dim=8)"),
        ("unflatten 1 1x28x28", "Unflatten(dim=1, unflattened_size=(1, 28, 28))"),
        ("upsample", "Upsample(scale_factor=2.0)"),
        ("upsample scale=3", "Upsample(scale_factor=3.0)"),
        ("upsample 64", "Upsample(size=64)"),
    ],
)
def test_letters_stand_for_the_arguments_that_begin_with_them(text: str, preview: str) -> None:
    assert preview in best(text)


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("foo", 0, "There is no layer “foo”."),
        ("relu, swirl 3", 6, "There is no layer “swirl”."),
        ("batchnorm9d 3", 0, "There is no layer “batchnorm9d”. Did you mean BatchNorm1d?"),
        ("dropout 3", 8, "p takes a number at least 0 and at most 1, not 3.0."),
        ("relu, dropout 3, relu", 14, "p takes a number at least 0 and at most 1, not 3.0."),
        ("linear k3", 7, "Linear has no argument “k”; its arguments: in_features, out_features, bias."),
        ("linear 4 4 True 9", 16, "Linear takes no further value: “9”."),
        ("linear out=3 out=4", 13, "Linear gets out_features twice."),
        ("leakyrelu slope", 10, "negative_slope needs a value: negative_slope=0.01."),
        ("tanh 3", 5, "Tanh takes no further value: “3”."),
        ("64", 0, "There is no layer “64”."),
        (
            "linear lambda:0",
            7,
            "Linear has no argument “lambda”; its arguments: in_features, out_features, bias.",
        ),
        ("linear __import__('os')", 7, "Linear has no argument “__import__"),
        ("linear 9**9**9", 7, "out_features takes a whole number at least 1, not '9**9**9'."),
    ],
)
def test_what_is_not_understood_is_said_at_its_place(text: str, position: int, message: str) -> None:
    (fault,) = faults(text)
    assert fault[0] == position
    assert fault[1].startswith(message)


def test_every_fault_of_a_list_is_named() -> None:
    assert [position for position, _ in faults("foo, relu, dropout 7, xyz")] == [0, 19, 22]


def test_nothing_typed_offers_what_there_is() -> None:
    assert [suggestion.layers[0].type for suggestion in quick("", 3).suggestions] == list(LAYERS)[:3]


def test_a_list_offers_alternatives_for_its_last_layer() -> None:
    previews = [suggestion.preview for suggestion in quick("linear 64, rel").suggestions]
    assert previews[0] == "Linear(out_features=64) → ReLU()"
    assert "Linear(out_features=64) → LeakyReLU()" in previews


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_is_found_by_its_own_name(name: str) -> None:
    plain = new_node(name, NodeId("n"))
    for text in (name, name.lower(), f"nn.{name}", f"torch.nn.{name}()", f"{name}("):
        suggestion = quick(text).suggestions[0]
        (node,) = suggestion.nodes()
        assert (node.type, node.args) == (plain.type, plain.args)


def test_limits_are_said() -> None:
    assert quick("relu," * MAX_LAYERS).suggestions
    assert faults("relu," * (MAX_LAYERS + 1)) == [(5 * MAX_LAYERS, "At most 200 layers are added at once.")]
    assert quick("relu".ljust(MAX_TEXT)).suggestions
    assert faults("relu".ljust(MAX_TEXT + 1)) == [(MAX_TEXT, "At most 2,000 characters are read here.")]


PIECES = [
    "linear",
    "relu",
    "nn.",
    "dropout",
    "bn",
    " ",
    ",",
    "(",
    ")",
    "=",
    "3",
    ".5",
    "k",
    "-",
    ">",
    "x",
    "[",
    "'",
]


@given(st.text(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_text_is_answered(text: str) -> None:
    answer = quick(text)
    assert bool(answer.suggestions) != bool(answer.faults)
    for fault in answer.faults:
        assert 0 <= fault.position <= len(text)
        assert fault.message.endswith((".", "?"))
    for suggestion in answer.suggestions:
        for layer in suggestion.layers:
            spec = LAYERS[layer.type]
            for name, value in layer.args.items():
                arg = spec.arg(name)
                assert arg is not None
                assert arg.fault(value) is None


@pytest.mark.parametrize(
    "unit",
    ["(", "[", "'", "=", "a=", "- ", ".", "x", "3x", "linear ", "k3 ", "\t", "é", "1e", "->", "\0", "(a,"],
)
def test_the_longest_texts_are_answered_at_once(unit: str) -> None:
    text = (unit * MAX_TEXT)[:MAX_TEXT]
    started = time.process_time()
    quick(text)
    quick("linear " + text[7:])
    assert time.process_time() - started < 0.5
