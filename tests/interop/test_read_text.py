"""Any text goes through one door."""

import pytest

from nnbuilder.interop.read_text import read_text


def test_python_is_read() -> None:
    reading = read_text("nn.Sequential(nn.Linear(4, 16), nn.ReLU())")
    assert reading.ok
    assert [layer.type for layer in reading.layers] == ["Linear", "ReLU"]


@pytest.mark.parametrize(
    "text",
    [
        "model = nn.Sequetial(nn.Linear(4, 3), nn.ReLU(",
        "nn.Linear(28*28, 2**72",
        "3), Softmax(dim",
        "nn.conv), nn.Linear(args.hidden",
        "match x:\n",
        "class Net(nn.Module):\n    def forward(self, \n        ):",
    ],
)
def test_places_of_mended_text_lie_in_the_text(text: str) -> None:
    reading = read_text(text)
    lines = text.split("\n")
    ends = [(layer.end_line, layer.end_column) for layer in reading.layers]
    for line, column in [*((problem.line, problem.column) for problem in reading.problems), *ends]:
        assert 1 <= column <= len(lines[line - 1]) + 1
    for layer in reading.layers:
        assert (layer.line, layer.column) < (layer.end_line, layer.end_column)
