"""Freezing as people write it, read onto the drawing."""

import pytest

from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.reading import ReadLayer

CLASS = """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 8))
        self.head = nn.Linear(8, 3)
{more}
    def forward(self, x):
        return self.head(self.features(x))

net = Net()
"""

CHAIN = "model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))\n"


def frozen(text: str) -> list[str]:
    """The paths of the frozen layers of a text that is read without a complaint."""
    reading = read_source(text)
    assert reading.ok, reading.problems
    return list(_paths(reading.layers))


def _paths(layers: tuple[ReadLayer, ...], before: str = "") -> list[str]:
    found = []
    for index, layer in enumerate(layers):
        name = f"{before}{index}"
        found += [name] if layer.frozen else []
        found += _paths(layer.layers, f"{name}.")
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CHAIN, []),
        ("nn.Sequential(nn.Linear(4, 8).requires_grad_(False), nn.Linear(8, 3))", ["0"]),
        ("nn.Sequential(nn.Linear(4, 8).requires_grad_(requires_grad=False))", ["0"]),
        ("nn.Sequential(nn.Linear(4, 8).requires_grad_())", []),
        ("nn.Sequential(nn.ReLU().requires_grad_(False), nn.Linear(8, 3))", []),
        ("nn.Sequential(nn.Sequential(nn.Linear(4, 8)).requires_grad_(False), nn.Linear(8, 3))", ["0"]),
        (CHAIN + "model[0].requires_grad_(False)", ["0"]),
        (CHAIN + "model.requires_grad_(False)", ["0", "2"]),
        (CHAIN + "model.requires_grad_(False)\nmodel[-1].requires_grad_(True)", ["0"]),
        (CHAIN + "for p in model.parameters():\n    p.requires_grad = False", ["0", "2"]),
        (CHAIN + "for p in model[0].parameters():\n    p.requires_grad_(False)", ["0"]),
        (CHAIN + "for name, p in model[2].named_parameters():\n    p.requires_grad = False", ["2"]),
        (CHAIN + "for p in model.parameters():\n    p.requires_grad = True", []),
        (CHAIN + "for p in model.parameters():\n    print(p.requires_grad)", []),
        (CLASS.format(more="        self.features.requires_grad_(False)"), ["0"]),
        (CLASS.format(more="") + "for p in net.parameters():\n    p.requires_grad = False", ["0", "1"]),
        (CLASS.format(more="") + "net.requires_grad_(False)\nnet.head.requires_grad_(True)", ["0"]),
        (
            CLASS.format(more="") + "net.features.requires_grad_(False)\nnet.features[2].requires_grad_()",
            ["0.0"],
        ),
    ],
)
def test_what_is_frozen_is_read(text: str, expected: list[str]) -> None:
    assert frozen(text) == expected
