"""Texts with several networks, with lines that belong to none, and with pieces of classes."""

import pytest

from nnbuilder.interop.python_reader import read_source
from tests.interop.reader.shown import network, shown

PAIR = "a = nn.Sequential(nn.Linear(1, 2))\nb = nn.Sequential(nn.Linear(3, 4))\n"


def names(text: str) -> list[tuple[str, int]]:
    """The networks of a text with their lines."""
    return [(found.name, found.line) for found in read_source(text).networks]


def test_the_last_is_taken_and_any_can_be_chosen() -> None:
    reading = read_source(PAIR)
    assert (reading.chosen, names(PAIR)) == ("b", [("a", 1), ("b", 2)])
    assert shown(reading.layers) == "Linear(3, 4)"
    assert shown(read_source(PAIR, network="a").layers) == "Linear(1, 2)"


def test_one_that_another_uses_is_not_the_first_choice() -> None:
    text = "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    text += "        self.part = part\n"
    text += "    def forward(self, x):\n        return self.part(x)\n"
    text = f"part = nn.Sequential(nn.ReLU())\n{text}"
    reading = read_source(text + "whole = Net()\npart2 = part\n")
    assert reading.chosen == "whole"
    assert shown(reading.layers) == "part=[ReLU()]"


def test_a_name_that_is_not_there_is_said() -> None:
    reading = read_source(PAIR, network="c")
    assert not reading.ok
    assert "no network c" in reading.problems[0].message


def test_a_name_given_twice_belongs_to_the_later_one() -> None:
    text = "m = nn.Sequential(nn.ReLU())\nm = nn.Sequential(nn.Tanh())\nm = m.to('cpu')\n"
    assert names(text) == [("m (line 1)", 1), ("m", 2)]
    assert shown(read_source(text, network="m (line 1)").layers) == "ReLU()"


def test_one_that_is_no_chain_is_passed_over_and_said() -> None:
    text = PAIR + (
        "class Skip(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.f = nn.Tanh()\n"
        "    def forward(self, x):\n        return x + self.f(x)\n"
    )
    reading = read_source(text)
    assert (reading.ok, reading.chosen) == (True, "b")
    assert [(problem.line, problem.severity) for problem in reading.problems] == [(3, "warning")]
    assert not read_source(text, network="Skip").ok


def test_networks_inside_functions_are_found() -> None:
    text = "def main():\n    net = nn.Sequential(nn.Tanh())\n    train(net)\n"
    text += "if __name__ == '__main__':\n    main()\n"
    assert (network(text), names(text)) == ("Tanh()", [("net", 2)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("self.net = nn.Sequential(nn.Tanh())", "Tanh()"),
        ("self.a = nn.Linear(4, 3)\nself.b = nn.Tanh()", "a=Linear(4, 3), b=Tanh()"),
        (
            (
                "    def __init__(self):\n        self.a = nn.Linear(4, 3)\n"
                "    def forward(self, x):\n        return F.relu(self.a(x))\n"
            ),
            "a=Linear(4, 3), ReLU()",
        ),
    ],
)
def test_pieces_of_classes(text: str, expected: str) -> None:
    assert network(text) == expected


def test_every_line_that_is_left_out_is_named_with_its_reason() -> None:
    text = (
        "import os\nx = torch.randn(3, 4)\nH = 4\nmodel = nn.Sequential(nn.Linear(4, H))\nprint(model)\n"
        "def helper():\n    return 3\nclass Data(Dataset):\n    pass\n"
        "for i in range(3):\n    step(i)\nmodel.train()\nassert H\n'text'\n"
    )
    skipped = read_source(text).skipped
    assert [(line.line, line.text) for line in skipped] == [
        (2, "x = torch.randn(3, 4)"),
        (5, "print(model)"),
        (6, "def helper():"),
        (8, "class Data(Dataset):"),
        (10, "for i in range(3):"),
        (13, "assert H"),
    ]
    assert all(line.why.endswith(".") for line in skipped)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("model = nn.Sequential(nn.ReLU(), nn.MSELoss())", "is a loss"),
        ("model = nn.Sequential(nn.ReLU(), F.relu)", "write nn.ReLU()"),
        ("model = nn.Sequential(nn.ReLU(), nn.Dense(3, 4))", "Did you mean nn.Linear?"),
        ("model = nn.Sequential(nn.ReLU(), [nn.ReLU()])", "a list is none"),
        ("model = nn.Sequential(nn.ReLU(), head)", "head is not in this text"),
        ("model = nn.Sequential(*layers)", "layers is not in this text"),
        ("model = nn.Sequential(nn,Linear(4, 3))", "did you mean a dot"),
        ("x = torch0tensr([1.0])", "Did you mean torch.tensor?"),
        ("drop = nn.Droput(0.5)", "Did you mean nn.Dropout?"),
        ("model = nn.Sequential()\nmodel.append(3)", "a layer is wanted"),
        ("model = nn.Sequential(nn.ReLU())\nmodel[3] = nn.Tanh()", "no such layer"),
        ("def f(a):\n    return nn.Sequential(nn.ReLU())\nmodel = f(1, 2)", "at most"),
        ("def f(a=1):\n    return nn.Sequential(nn.ReLU())\nmodel = f(b=2)", "no argument b"),
    ],
)
def test_what_is_wrong_is_said_plainly(text: str, words: str) -> None:
    reading = read_source(text)
    assert not reading.ok
    assert any(words in problem.message for problem in reading.problems), reading.problems


LOST = [
    "ls = [nn.ReLU()]\nfor l in stuff:\n    ls.append(l)\nmodel = nn.Sequential(*ls)",
    "model = nn.Sequential(nn.ReLU())\nfor l in stuff:\n    model.append(l)",
    "ls = []\nls.extend(make())\nls.append(nn.ReLU())\nmodel = nn.Sequential(*ls)",
    "ls = [nn.ReLU(), nn.Tanh()]\nls.remove(x)\nmodel = nn.Sequential(*ls)",
    "d = OrderedDict(a=nn.ReLU())\nd[name] = nn.Tanh()\nmodel = nn.Sequential(d)",
    "d = {'a': nn.ReLU()}\nd.update(more)\nmodel = nn.Sequential(d)",
    "d = {'a': nn.ReLU()}\ndel d[name]\nmodel = nn.Sequential(d)",
    "model = nn.Sequential(nn.ReLU(), nn.Tanh())\ndel model[k]",
    "ls = [nn.ReLU()]\nif flag:\n    ls.append(extra)\nmodel = nn.Sequential(*ls)",
    "ls = [nn.ReLU()]\nls += make()\nmodel = nn.Sequential(*ls)",
    "ls = [nn.ReLU()]\nls[k] = nn.Tanh()\nmodel = nn.Sequential(*ls)",
    (
        "class A(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.f = nn.ReLU()\n        if flag:\n            self.f = other\n"
        "    def forward(self, x):\n        return self.f(x)\n"
    ),
    "ls = [nn.ReLU()]\nif flag:\n    ls[0] = other\nmodel = nn.Sequential(*ls)",
]
"""Texts whose layers nobody knows without running them."""


@pytest.mark.parametrize("text", LOST)
def test_no_layer_is_lost_in_silence(text: str) -> None:
    reading = read_source(text)
    assert not reading.ok
    assert [problem for problem in reading.problems if problem.severity == "error"]


def test_a_list_beside_the_network_may_be_anything() -> None:
    text = "names = [first]\nnames.remove('x')\nlosses = []\nfor x in loader:\n    losses.append(f(x))\n"
    assert network(f"{text}model = nn.Sequential(nn.ReLU())") == "ReLU()"
