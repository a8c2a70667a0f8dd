"""A reading on one line, to be compared with what a person writes down for it."""

from collections.abc import Iterable

from nnbuilder.graph.graph import GROUP
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.reading import ReadLayer


def shown(layers: Iterable[ReadLayer]) -> str:
    """Layers as calls: values of arguments only, names in front, nested ones in brackets."""
    return ", ".join(map(_one, layers))


def _one(layer: ReadLayer) -> str:
    name = f"{layer.name}=" if layer.name else ""
    if layer.type == GROUP:
        return f"{name}[{shown(layer.layers)}]"
    return f"{name}{layer.type}({', '.join(repr(value) for value in layer.args.values())})"


def network(text: str) -> str:
    """The network of a text that is read without a fault."""
    reading = read_source(text)
    assert reading.ok, (reading.problems, reading.asked)
    return shown(reading.layers)


def errors(text: str) -> list[tuple[int, str]]:
    """Lines and sentences of what is wrong with a text."""
    found = read_source(text).problems
    return [(problem.line, problem.message) for problem in found if problem.severity == "error"]


CLASS = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(4, 8)
        self.fc2 = nn.Linear(8, 2)
        self.rnn = nn.LSTM(4, 8, batch_first=True)
        self.both = nn.GRU(4, 8, bidirectional=True)
    def forward(self, x):
"""


def forward(*lines: str) -> str:
    """A class with two linear and two recurrent layers, and these lines as its forward, from line 9."""
    return CLASS + "".join(f"        {line}\n" for line in lines)
