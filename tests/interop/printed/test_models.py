"""Printed models: nested, named, cut off, of classes, and those that a print-out does not determine."""

from collections.abc import Mapping

import pytest
import torch
from torch import nn

from nnbuilder.interop.read_text import read_text
from nnbuilder.interop.reading import Reading, ReadLayer

Shape = tuple[str, str, dict[str, object], tuple[object, ...]]


def shape_of(layer: ReadLayer) -> Shape:
    """A layer without its place."""
    return layer.name, layer.type, dict(layer.args), tuple(shape_of(each) for each in layer.layers)


def errors(reading: Reading) -> list[str]:
    """The errors of a reading."""
    return [str(problem) for problem in reading.problems if problem.severity == "error"]


class Net(nn.Module):
    """A class as in tutorials."""

    def __init__(self, activation: type[nn.Module] = nn.ReLU) -> None:
        super().__init__()
        self.flatten = nn.Flatten()
        self.features = nn.Sequential(nn.Linear(784, 64, bias=False), activation(), nn.Sequential())
        self.out = nn.Linear(64, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Passes through."""
        result: torch.Tensor = self.out(self.features(self.flatten(x)))
        return result


class Swish(nn.Module):
    """A layer of somebody's own."""


class BasicBlock(nn.Module):
    """A block that adds its input."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(8, 8, 3)
        self.relu = nn.ReLU()


def test_a_class_is_read_in_the_order_of_its_definition_and_says_so() -> None:
    reading = read_text(repr(Net()))
    assert reading.ok
    assert [shape_of(layer) for layer in reading.layers] == [
        ("flatten", "Flatten", {}, ()),
        (
            "features",
            "Sequential",
            {},
            (
                ("", "Linear", {"in_features": 784, "out_features": 64, "bias": False}, ()),
                ("", "ReLU", {}, ()),
                ("", "Identity", {}, ()),
            ),
        ),
        ("out", "Linear", {"in_features": 64, "out_features": 10}, ()),
    ]
    warned = " ".join(problem.message for problem in reading.problems)
    assert "forward is assumed to pass through them in that order" in warned
    assert "An empty Sequential" in warned
    assert [(layer.line, layer.column, layer.end_line) for layer in reading.layers] == [
        (2, 3, 2),
        (3, 3, 7),
        (8, 3, 8),
    ]


def test_repeated_lines_are_as_many_layers() -> None:
    model = nn.Sequential(*(nn.Linear(8, 8) for _ in range(4)), nn.ReLU(), nn.ReLU())
    reading = read_text(repr(model))
    if "(0-3): 4 x" not in repr(model):
        linear = "Linear(in_features=8, out_features=8, bias=True)"
        reading = read_text(f"Sequential(\n  (0-3): 4 x {linear}\n  (4-5): 2 x ReLU()\n)")
    assert reading.ok
    assert [layer.type for layer in reading.layers] == ["Linear"] * 4 + ["ReLU"] * 2
    assert {layer.name for layer in reading.layers} == {""}


@pytest.mark.parametrize(
    ("model", "line", "words"),
    [
        (nn.ModuleList([nn.Linear(4, 3)]), 1, "in which order"),
        (nn.Sequential(nn.Linear(4, 3), nn.ModuleList([nn.ReLU()])), 3, "in which order"),
        (nn.Sequential(nn.Linear(4, 3), Swish()), 3, "Swish is no layer of torch.nn"),
        (nn.Sequential(nn.Conv2d(3, 8, 3), BasicBlock()), 3, "BasicBlock is a block"),
        (nn.Sequential(nn.MultiheadAttention(8, 2)), 2, "takes two or more tensors"),
        (nn.Sequential(nn.Bilinear(3, 3, 3)), 2, "takes two or more tensors"),
    ],
    ids=["list", "inner list", "own", "block", "attention", "bilinear"],
)
def test_what_a_print_out_does_not_determine_is_refused(model: nn.Module, line: int, words: str) -> None:
    reading = read_text(repr(model))
    assert len(errors(reading)) == 1
    assert errors(reading)[0].startswith(f"{line}:")
    assert words in errors(reading)[0]
    assert not reading.ok


def test_a_branch_is_named() -> None:
    model = Net()
    model.downsample = nn.Linear(3, 3)
    assert "Net holds downsample" in errors(read_text(repr(model)))[0]


def test_lazy_layers_stay_open() -> None:
    reading = read_text(repr(nn.Sequential(nn.LazyLinear(3), nn.LazyConv2d(8, 3), nn.LazyBatchNorm1d())))
    assert reading.ok
    assert [dict(layer.args) for layer in reading.layers] == [
        {"out_features": 3},
        {"out_channels": 8, "kernel_size": 3},
        {},
    ]


def test_an_encoder_asks_for_its_heads() -> None:
    model = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(16, 4, 32, dropout=0.25), 3, enable_nested_tensor=False
    )
    reading = read_text(repr(model))
    assert [(asked.name, asked.layer, asked.arg) for asked in reading.asked] == [
        ("TransformerEncoder.nhead", "TransformerEncoder", "nhead")
    ]
    answered = read_text(repr(model), {"TransformerEncoder.nhead": 4})
    assert answered.ok
    assert dict(answered.layers[0].args) == {
        "d_model": 16,
        "nhead": 4,
        "dim_feedforward": 32,
        "dropout": 0.25,
        "num_layers": 3,
    }


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("(0): Linear(in_features=4, out_features=3, bias=True)", {"in_features": 4, "out_features": 3}),
        ("Sequential (\n  (0): Linear (784 -> 512)\n)", {"in_features": 784, "out_features": 512}),
        ("m = Sequential(\n  (0): ReLU(inplace)\n)", {"inplace": True}),
        ("Out[3]: \nSequential(\n  (0): Dropout(p=0.2)\n)", {"p": 0.2}),
        ("Out[3]: Sequential(\n  (0): Dropout(p=0.2)\n)", {"p": 0.2}),
        (">>> net\nSequential(\n  (0): Dropout(p=0.2)\n)\n>>> ", {"p": 0.2}),
        ("The model is:\n\n```\nSequential(\n  (0): Dropout(p=0.2)\n)\n```\nBye", {"p": 0.2}),
        ("DataParallel(\n  (module): Sequential(\n    (0): Dropout(p=0.2)\n  )\n)", {"p": 0.2}),
    ],
)
def test_ways_to_paste_it(text: str, args: Mapping[str, object]) -> None:
    reading = read_text(text)
    assert reading.ok, errors(reading)
    assert [dict(layer.args) for layer in reading.layers] == [args]


def test_what_breaks_off_is_told() -> None:
    reading = read_text("Sequential(\n  (0): Sequential(\n    (0): ReLU()\n")
    assert len(errors(reading)) == 1
    assert "breaks off" in errors(reading)[0]
    assert len(reading.layers) == 1


def test_code_beside_its_print_out_is_what_is_read() -> None:
    reading = read_text(f">>> m = nn.Sequential(nn.Linear(4, 3))\n>>> m\n{nn.Sequential(nn.Linear(4, 3))}\n")
    assert [layer.line for layer in reading.layers] == [1]
    assert 3 in {skipped.line for skipped in reading.skipped}


def test_one_of_several_is_chosen() -> None:
    text = f"{nn.Sequential(nn.ReLU())}\n\nd = {nn.Sequential(nn.Tanh())}\n"
    reading = read_text(text)
    assert [(each.name, each.line) for each in reading.networks] == [("Sequential", 1), ("d", 5)]
    assert (reading.chosen, reading.layers[0].type) == ("d", "Tanh")
    assert read_text(text, network="Sequential").layers[0].type == "ReLU"


def test_a_loss_is_offered() -> None:
    net = Net()
    net.loss = nn.CrossEntropyLoss()
    reading = read_text(repr(net))
    assert (reading.offer.loss, reading.offer.lines) == ("CrossEntropyLoss", {"loss": 9})
    assert [layer.name for layer in reading.layers] == ["flatten", "features", "out"]


@pytest.mark.parametrize(
    "shown",
    [
        "__import__('os')",
        "4, 3), (",
        "in_features=4)(",
        "lambda: 3",
        "9**9**9, 3",
        "'a\\nb', 3",
        "x",
    ],
)
def test_brackets_that_pytorch_never_prints(shown: str) -> None:
    assert not read_text(f"Sequential(\n  (0): Linear({shown})\n)").ok
