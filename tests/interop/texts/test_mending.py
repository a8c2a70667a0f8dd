"""Slips of pen and keyboard: all told at once with their places, and the network that was meant kept."""

import pytest

from nnbuilder.interop.read_text import read_text

SLIPS = [
    ("nn.Sequential(nn.Linear(4 16), nn.ReLU())", ["1:26: A comma is missing between 4 and 16."]),
    (
        "nn.Sequential(\n    nn.Linear(4, 16)\n    nn.ReLU()\n)",
        ["2:21: A comma is missing after nn.Linear(4, 16)."],
    ),
    (
        "nn.Sequential(\n    nn.Linear(4, 16)),\n    nn.ReLU(),\n)",
        ["2:21: One closing parenthesis is too many after nn.Linear(4, 16)."],
    ),
    (
        "nn.Sequential(\n    nn.Linear(4, 16),\n    nn.ReLU())\n)",
        ["3:14: One closing parenthesis is too many after nn.ReLU()."],
    ),
    (
        "nn.Sequential(\n    nn.Linear(4, 16,\n    nn.ReLU(),\n)",
        ["2:14: The opening parenthesis after nn.Linear in line 2 is not closed."],
    ),
    (
        "nn.Sequential(\n    nn.Linear(4, 16),\n    nn.ReLU(\n)",
        ["1:14: The opening parenthesis after nn.Sequential in line 1 is never closed."],
    ),
    (
        "nn.Sequential(nn.Linear(4, 16), nn.ReLU()",
        ["1:14: The opening parenthesis after nn.Sequential in line 1 is never closed."],
    ),
    (
        "m = nn.Sequential(\n    nn.Linear(4, 16), nn.ReLU(),\nimport os\n",
        ["1:18: The opening parenthesis after nn.Sequential in line 1 is never closed."],
    ),
    (
        "nn.Sequential(nn.Linear(4, 16], nn.ReLU())",
        ["1:30: ] closes the opening parenthesis after nn.Linear in line 1, which ) closes."],
    ),
    ("nn.Sequential(nn.Linear(4, 16]), nn.ReLU())", ["1:30: One closing bracket is too many after 16."]),
    ("nn.Sequential(nn,Linear(4, 16), nn.ReLU())", ["1:17: nn,Linear is written with a dot: nn.Linear."]),
    (
        "nn.Sequential(nn Linear(4, 16), nn..ReLU())",
        [
            "1:17: nn Linear is written with a dot: nn.Linear.",
            "1:35: nn..ReLU is written with a dot: nn.ReLU.",
        ],
    ),
    (
        "nn.Sequential(nn0Linear(4, 16), nnReLU())",
        [
            "1:15: nn0Linear does not exist. Did you mean nn.Linear?",
            "1:33: nnReLU does not exist. Did you mean nn.ReLU?",
        ],
    ),
    ("nn.Linear[4, 16]\nnn.ReLU()", ["1:10: Behind nn.Linear stands [ in place of a parenthesis."]),
    (
        "nn.Sequential(nn.Linear 4, 16), nn.ReLU())",
        ["1:24: An opening parenthesis is missing after Linear."],
    ),
    ("nn.Sequential(nn.Linear(4, 16),, nn.ReLU())", ["1:32: This comma is one too many."]),
    (
        "nn.Sequential(nn.Linear(4, 16). nn.ReLU())",
        ["1:31: A comma belongs here, not a dot, after nn.Linear(4, 16)."],
    ),
    (
        "nn.Sequential(nn.Linear(4; 16), nn.ReLU())",
        ["1:26: Values are separated by commas, not by semicolons."],
    ),
    (
        "nn.Sequential(nn.Linear(in_features 4, out_features: 16), nn.ReLU())",
        [
            "1:36: = is missing after in_features.",
            "1:52: The value of out_features stands behind =, not behind :.",
        ],
    ),
    (
        "nn.Sequential(\n    nn.Linear(4, 16),\n    nn.ReLU(),\n    ...\n)",
        ["4:5: Three dots stand here in place of something: what they stand for is not in this text."],
    ),
    (
        "nn.Sequential(\n  torch,nn.Linear(4, 16),\n  torch.nn,ReLU()\n)",
        [
            "2:8: torch,nn is written with a dot: torch.nn.",
            "3:11: nn,ReLU is written with a dot: nn.ReLU.",
        ],
    ),
    (
        "nn.Sequential(nn.Linear(4, 16), nn.ReLU())\nf = nn.Bilinear(\nfor i in range(3)\n    print i\n",
        [
            "2:16: The opening parenthesis after nn.Bilinear in line 2 is never closed.",
            "3:18: A colon is missing at the end of this line: for opens a block.",
            "4:5: print needs parentheses: print(...).",
        ],
    ),
    ("print 'x'\nnn.Linear(4, 16)\nnn.ReLU()", ["1:1: print needs parentheses: print(...)."]),
    (
        "if True\n    x = 1\nnn.Linear(4, 16)\nnn.ReLU()",
        ["1:8: A colon is missing at the end of this line: if opens a block."],
    ),
    (
        "nn.Sequential(OrderedDict([\n  ('0, nn.Linear(4, 16)),\n  (act', nn.ReLU())]))".replace("act", "a1"),
        ["2:4: The quote in front of 0 is not closed.", "3:4: A quote is missing in front of a1."],
    ),
]
"""Texts that mean Linear(4, 16) and ReLU, and what is told of each."""


@pytest.mark.parametrize(("text", "told"), SLIPS, ids=range(len(SLIPS)))
def test_slips_are_told_and_the_network_is_the_one_meant(text: str, told: list[str]) -> None:
    reading = read_text(text)
    assert [str(problem) for problem in reading.problems if problem.severity == "error"] == told
    assert [layer.type for layer in reading.layers] == ["Linear", "ReLU"]
    assert reading.layers[0].args == {"in_features": 4, "out_features": 16}
    assert not reading.ok


@pytest.mark.parametrize(
    ("call", "told", "args"),
    [
        ("nn.Dropout(0,3)", "A decimal number is written with a dot: 0.3, not 0,3.", {"p": 0.3}),
        ("nn.Dropout(p=0,3)", "A decimal number is written with a dot: 0.3, not 0,3.", {"p": 0.3}),
        ("nn.ReLU(inplace=true)", "Python writes True, not true.", {"inplace": True}),
    ],
)
def test_values_of_other_languages(call: str, told: str, args: dict[str, object]) -> None:
    reading = read_text(f"nn.Sequential(nn.Linear(4, 4), {call})")
    assert [problem.message for problem in reading.problems] == [told]
    assert reading.layers[1].args == args


def test_misspelled_layers_are_told_beside_the_slips() -> None:
    reading = read_text("m = nn.Sequetial(\n  nn.Linaer(4 16)\n  nn.Droput(0.5)\n")
    told = " ".join(problem.message for problem in reading.problems)
    for word in ("Sequential", "Linear", "Dropout", "comma is missing between 4 and 16", "never closed"):
        assert word in told
    assert [problem.line for problem in reading.problems] == sorted(p.line for p in reading.problems)


def test_a_class_with_slips_is_mended_for_the_reader() -> None:
    reading = read_text(
        "class Net(nn.Module)\n"
        "    def __init__(self)\n"
        "        super().__init__()\n"
        "    def forward(self, x:\n"
        "        return x\n"
        "nn.Sequential(nn.Linear(4, 3))\n"
    )
    errors = [str(problem) for problem in reading.problems if problem.severity == "error"]
    assert errors == [
        "1:21: A colon is missing at the end of this line: class opens a block.",
        "2:23: A colon is missing at the end of this line: def opens a block.",
        "4:16: The opening parenthesis after forward in line 4 is not closed.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "nn.Sequential(nn.Linear(2 * 2, 16), nn.ReLU())",
        "x = [i if i else 3 for i in (1, 2) if not i]\nnn.Sequential(nn.Linear(4, 3))",
        "def f(x: int = 3, *a, **k) -> int:\n    return x[..., 0] @ 'a' 'b'\nnn.Sequential(nn.Linear(4, 3))",
        "nn.Sequential(\nnn.Linear(\nin_features=4,\nout_features=3),\n)",
        "torch0 = 3\nnn_model = nn.Sequential(nn.Linear(4, 3))",
        "import torch.nn as nn, os\nfrom torch import nn, optim\nnn.Sequential(nn.Linear(4, 3))",
    ],
)
def test_what_python_reads_stays_as_it_is(text: str) -> None:
    assert not [problem for problem in read_text(text).problems if problem.severity == "error"]


def test_what_no_rule_knows_gets_pythons_own_words() -> None:
    reading = read_text("x = = 3\nnn.Sequential(nn.Linear(4, 3))\ny = 4 +\n")
    errors = [problem for problem in reading.problems if problem.severity == "error"]
    assert [problem.line for problem in errors] == [1, 3]
    assert all("Python cannot read this" in problem.message for problem in errors)
    assert len(reading.layers) == 1


def test_a_class_that_breaks_off_says_where() -> None:
    reading = read_text("nn.Sequential(nn.ReLU())\nclass Net(nn.Module):\n    def __init__(self):\n")
    errors = [str(problem) for problem in reading.problems if problem.severity == "error"]
    assert errors == ["3:5: Nothing stands in the block that this line opens."]
