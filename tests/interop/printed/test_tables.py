"""Tables of torchinfo, torchsummary and Keras: what they determine is read, the rest asked for or told."""

import pytest
import torch
from torch import nn

from nnbuilder.interop.read_text import read_text
from nnbuilder.interop.reading import Reading, ReadLayer

HEAD = "Layer (type (var_name):depth-idx)   Input Shape   Output Shape   Param #\n" + "=" * 80 + "\n"

KERAS_3 = """\
Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ dense (Dense)                   │ (None, 64)             │           640 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ batch_normalization             │ (None, 64)             │           256 │
│ (BatchNormalization)            │                        │               │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ out (Dense)                     │ (None, 1)              │            65 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 961 (3.75 KB)
 Trainable params: 833 (3.25 KB)
"""

KERAS_2 = """\
Model: "sequential"
_________________________________________________________________
 Layer (type)                Output Shape              Param #
=================================================================
 input_1 (InputLayer)        [(None, 28, 28, 1)]       0

 conv2d (Conv2D)             (None, 26, 26, 32)        320

 max_pooling2d (MaxPooling2D  (None, 13, 13, 32)       0
 )

 flatten (Flatten)           (None, 5408)              0

 dense (Dense)               (None, 10)                54090

=================================================================
Total params: 54,410
_________________________________________________________________
"""

TORCHINFO = """\
==========================================================================================
Layer (type:depth-idx)                   Output Shape              Param #
==========================================================================================
Net                                      [2, 10]                   --
├─Sequential: 1-1                        [2, 32, 16, 16]           --
│    └─Conv2d: 2-1                       [2, 16, 32, 32]           448
│    └─ReLU: 2-2                         [2, 16, 32, 32]           --
│    └─Conv2d: 2-3                       [2, 32, 16, 16]           4,640
├─Linear: 1-2                            [2, 10]                   81,930
==========================================================================================
Total params: 87,018
Trainable params: 87,018
Non-trainable params: 0
Total mult-adds (M): 1.86
==========================================================================================
Input size (MB): 0.02
==========================================================================================
"""


def errors(reading: Reading) -> list[str]:
    """The errors of a reading."""
    return [str(problem) for problem in reading.problems if problem.severity == "error"]


def flat(layers: tuple[ReadLayer, ...]) -> list[tuple[str, dict[str, object]]]:
    """Types and arguments of all layers, those of groups among them."""
    found: list[tuple[str, dict[str, object]]] = []
    for layer in layers:
        found += flat(layer.layers) if layer.layers else [(layer.type, dict(layer.args))]
    return found


def table_of(network: nn.Sequential, sample: torch.Tensor) -> str:
    """The table that torchinfo prints of a flat network with its input shapes."""
    rows: list[str] = []

    def note(module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        count = sum(parameter.numel() for parameter in module.parameters())
        place = len(rows)
        label = f"├─{type(module).__name__} ({place}): 1-{place + 1}"
        params = f"{count:,}" if count else "--"
        rows.append(f"{label}   {list(inputs[0].shape)}   {list(output.shape)}   {params}\n")

    handles = [module.register_forward_hook(note) for module in network]
    network(sample)
    for handle in handles:
        handle.remove()
    return (
        HEAD + "Sequential (Sequential)   --   --   --\n" + "".join(rows) + "=" * 80 + "\nTotal params: 1\n"
    )


IMAGE = torch.zeros(2, 4, 32, 32)
ROW = torch.zeros(2, 8)
STEPS = torch.zeros(2, 7, 8)


@pytest.mark.parametrize(
    ("layer", "sample"),
    [
        (nn.Linear(8, 5), ROW),
        (nn.Linear(8, 5, bias=False), STEPS),
        (nn.Conv2d(4, 8, 3), IMAGE),
        (nn.Conv2d(4, 8, 3, padding=1), IMAGE),
        (nn.Conv2d(4, 8, 3, stride=2, padding=1, bias=False), IMAGE),
        (nn.Conv2d(4, 8, 3, padding=1, groups=4), IMAGE),
        (nn.Conv2d(4, 8, 1), IMAGE),
        (nn.Conv1d(7, 8, 3, padding=1), STEPS),
        (nn.ConvTranspose2d(4, 8, 2, stride=2), IMAGE),
        (nn.BatchNorm2d(4), IMAGE),
        (nn.BatchNorm1d(8, affine=False), ROW),
        (nn.LayerNorm(8), STEPS),
        (nn.LayerNorm((7, 8)), STEPS),
        (nn.RMSNorm(8), STEPS),
        (nn.Flatten(), IMAGE),
        (nn.Flatten(2), IMAGE),
        (nn.Unflatten(1, (2, 4)), ROW),
        (nn.AdaptiveAvgPool2d(2), IMAGE),
        (nn.AdaptiveMaxPool2d((2, 3)), IMAGE),
        (nn.PReLU(4), IMAGE),
        (nn.PixelShuffle(2), IMAGE),
        (nn.PixelUnshuffle(2), IMAGE),
        (nn.Upsample(scale_factor=2.0), IMAGE),
        (nn.MaxPool2d(2), IMAGE),
        (nn.AvgPool2d(4), IMAGE),
        (nn.Embedding(50, 6), torch.zeros(2, 7, dtype=torch.long)),
        (nn.Tanh(), ROW),
    ],
    ids=range(27),
)
def test_what_sizes_and_counts_determine(layer: nn.Module, sample: torch.Tensor) -> None:
    network = nn.Sequential(layer)
    reading = read_text(table_of(network, sample))
    assert reading.ok, [*errors(reading), reading.asked]
    printed = read_text(repr(network))
    read, shown = dict(reading.layers[0].args), dict(printed.layers[0].args)
    if "Pool2d" in printed.layers[0].type:
        shown.pop("stride", None)
    assert (reading.layers[0].type, read) == (printed.layers[0].type, shown)


def test_an_ambiguous_stride_is_asked_for_and_can_be_answered() -> None:
    text = table_of(nn.Sequential(nn.Conv2d(4, 8, 5, stride=2)), torch.zeros(2, 4, 16, 16))
    reading = read_text(text)
    assert [(asked.name, asked.default) for asked in reading.asked] == [("0.stride", 2), ("0.padding", 0)]
    assert not reading.ok
    answered = read_text(text, {"0.stride": 2, "0.padding": 0})
    assert answered.ok
    assert answered.layers[0].args["stride"] == 2
    other = read_text(text, {"0.stride": 3, "0.padding": 2})
    assert (other.layers[0].args["stride"], other.layers[0].args["padding"]) == (3, 2)


def test_torchinfo_without_input_sizes() -> None:
    reading = read_text(TORCHINFO)
    assert errors(reading) == []
    assert flat(reading.layers) == [
        ("Conv2d", {"in_channels": 3, "out_channels": 16, "kernel_size": 3}),
        ("ReLU", {}),
        ("Conv2d", {"in_channels": 16, "out_channels": 32, "kernel_size": 3, "stride": 2, "padding": 1}),
        ("Flatten", {}),
        ("Linear", {"in_features": 8192, "out_features": 10}),
    ]
    assert [asked.name for asked in reading.asked] == ["0.0.stride", "0.0.padding"]
    warned = " ".join(problem.message for problem in reading.problems)
    assert "A Flatten is put in front of Linear" in warned
    assert "Net is a class of its own" in warned
    answered = read_text(TORCHINFO, {"0.0.stride": 1, "0.0.padding": 1})
    assert answered.ok
    assert flat(answered.layers)[0][1]["padding"] == 1
    assert [layer.line for layer in answered.layers] == [5, 9, 9]


def test_keras_with_and_without_boxes() -> None:
    boxed = read_text(KERAS_3)
    assert boxed.ok
    assert [(layer.type, layer.name) for layer in boxed.layers] == [
        ("Linear", ""),
        ("BatchNorm1d", ""),
        ("Linear", "out"),
    ]
    plain = read_text(KERAS_2)
    assert plain.ok
    assert flat(plain.layers) == [
        ("Conv2d", {"in_channels": 1, "out_channels": 32, "kernel_size": 3}),
        ("MaxPool2d", {"kernel_size": 2}),
        ("Flatten", {}),
        ("Linear", {"in_features": 5408, "out_features": 10}),
    ]
    assert any("activation of Conv2d" in problem.message for problem in plain.problems)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("            Linear-1                   [-1, 16]              81", "fit no sizes"),
        ("        BasicBlock-1                   [-1, 16]              80", "BasicBlock is no layer"),
        ("      weird label !                    [-1, 16]              80", "weird is no layer"),
        ("            Linear-1                   [-1, x]               80", "what goes out"),
    ],
)
def test_rows_that_determine_nothing_are_told(row: str, words: str) -> None:
    head = "        Layer (type)               Output Shape         Param #\n" + "=" * 64 + "\n"
    reading = read_text(f"{head}{row}\n{'=' * 64}\nTotal params: 80\n")
    assert not reading.ok
    assert len(errors(reading)) == 1
    assert words in errors(reading)[0]
    assert errors(reading)[0].startswith("3:")


def test_a_layer_used_twice_is_told() -> None:
    rows = "├─ReLU: 1-1   [2, 3]   --\n├─ReLU: 1-1   [2, 3]   (recursive)\n"
    reading = read_text(f"Layer (type:depth-idx)   Output Shape   Param #\n{'=' * 50}\n{rows}{'=' * 50}\n")
    assert [error.partition(": ")[2] for error in errors(reading)] == [
        "ReLU is used a second time here: a drawing has each layer once."
    ]
