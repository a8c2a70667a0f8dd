"""Texts that would grow without end, if anybody ran them: bounded, with a place, and nothing runs."""

import time

import pytest

from nnbuilder.interop.python_reader import read_source
from tests.interop.test_hostile_source import SECONDS, silence

OWN = "class A(nn.Module):\n    def __init__(self, n=1):\n        super().__init__()\n        {init}\n"
OWN += "    def forward(self, x):\n        {forward}\n"

DOUBLED = "a = {start}\n" + "a = {again}\n" * 60

ENDLESS = {
    "appending in loops": (
        "m = []\nfor a in range(8000):\n    for b in range(8000):\n"
        "        m.append(nn.ReLU())\nnn.Sequential(*m)"
    ),
    "nested twice": DOUBLED.format(start="nn.Sequential(nn.ReLU())", again="nn.Sequential(a, a)"),
    "nested twice and empty": DOUBLED.format(start="nn.Sequential()", again="nn.Sequential(a, a)"),
    "a list doubled": DOUBLED.format(start="[1]", again="a + a") + "nn.Linear(a[0], 2)",
    "a tuple of tuples": DOUBLED.format(start="(1,)", again="(a, a)") + "nn.Linear(a, 2)",
    "a text doubled": DOUBLED.format(start="'x'", again="a + a") + "nn.Sequential({a: nn.ReLU()})",
    "an f-string doubled": DOUBLED.format(start="'x'", again="f'{a}{a}'") + "nn.Sequential({a: nn.ReLU()})",
    "a function of itself": "def f(n):\n    return [f(n), f(n)]\nm = nn.Sequential(*f(1))",
    "two calls each": (
        "def f(n):\n    if n == 0:\n        return nn.ReLU()\n"
        "    return nn.Sequential(f(n - 1), f(n - 1))\nm = f(18)"
    ),
    "while true": "while True:\n    m = nn.ReLU()\n",
    "while nothing happens": "n = 1\nwhile n > 0:\n    n = n + 1\n",
    "a class of itself": OWN.format(init="self.a = A(n)", forward="return self.a(x)"),
    "a forward of itself": OWN.format(init="pass", forward="return self.forward(x)"),
    "an object that calls itself": OWN.format(init="pass", forward="return self(x)"),
    "a class below itself": "class A(nn.Module):\n    pass\nclass A(A):\n    pass\nA()",
    "in itself": "a = nn.Sequential(nn.ReLU())\na.append(a)",
    "in each other": "a = nn.Sequential()\nb = nn.Sequential(a)\na.append(b)",
    "a list in itself": "a = []\na.append(a)\nc = copy.deepcopy(a)\nm = nn.Sequential(*a)",
    "copied in itself": "a = nn.Sequential()\na.append(a)\nb = copy.deepcopy(a)",
    "a long forward": OWN.format(
        init="self.r = nn.ReLU()",
        forward="for i in range(8000):\n            x = self.r(x)\n        return x",
    ),
    "loops in a comprehension": (
        "nn.Sequential(*[nn.ReLU() for a in range(999) for b in range(999) for c in range(999) if a < 0])"
    ),
    "many typos": f"nn.Sequential({', '.join(f'nn.Lineaar{i}(4, 4)' for i in range(5000))})",
    "many arguments": f"nn.Linear({'1, ' * 60_000})",
    "many words": f"nn.Linear({', '.join(f'a{i}=1' for i in range(20_000))})",
    "many unknown calls": "\n".join(f"x{i} = foo{i}({i})" for i in range(5000)),
    "a huge power": "x = 2**64**2\ny = (-8)**0.5\nz = 0**-1\nnn.Linear(x, z), nn.Linear(y, 1)",
    "a huge sum": "m = nn.Sequential(nn.Linear(sum([[1] * 8000] * 8000, []), 3))",
    "a range of nothing": "m = nn.Sequential(*[nn.ReLU() for i in range(5, 0, 0)])",
    "deep attributes": "x = a" + ".b" * 900,
    "a name with a star": "nn.Sequential(**{'a' * 10**9: nn.ReLU()})",
    "a format of billions": "nn.Sequential({f'{1:1000000000}': nn.ReLU()})",
    "a remainder of text": "nn.Sequential({'%1000000000d' % 1: nn.ReLU()})",
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_nothing_grows_without_end(text: str) -> None:
    started = time.process_time()
    with silence():
        reading = read_source(text)
    assert time.process_time() - started < SECONDS
    assert not reading.ok
    assert reading.problems
    for problem in reading.problems:
        assert 1 <= problem.line <= text.count("\n") + 1
        assert problem.message.endswith((".", "?"))


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.system('true')\nm = nn.Sequential(nn.ReLU())",
        "m = nn.Sequential(nn.ReLU()).apply(exec('1'))",
        "class A(nn.Module):\n    x = open('/etc/passwd')\nm = nn.Sequential(nn.ReLU())",
        "@os.system('true')\ndef f(a=open('/x')):\n    os.remove('/x')\nm = nn.Sequential(nn.ReLU())",
        "m = nn.Sequential(nn.ReLU())\nm.forward(__import__('os'))\ndel m.__class__\nm.__dict__['x'] = 3",
        "optimizer = torch.optim.SGD(eval('1'), lr=exec('2'))\nm = nn.Sequential(nn.ReLU())",
    ],
)
def test_what_stands_beside_a_network_never_runs(text: str) -> None:
    with silence():
        reading = read_source(text)
    assert [layer.type for layer in reading.layers] == ["ReLU"]
