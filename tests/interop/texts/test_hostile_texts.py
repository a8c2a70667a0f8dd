"""Texts of an attacker through the one door: quick, never a success, and nothing of them runs."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.interop.read_text import read_text
from tests.interop.test_hostile_source import INSIDE, SECONDS, WHOLE, silence

TEXTS = [
    "x" * 10_000_000,
    '{"cells": ' + "[" * 5_000_000,
    '{"cells": [' + '{"cell_type": "code", "source": "nn.ReLU(\\n"},' * 50_000 + "{}]}",
    "nn.Linear(4 16)\n" * 4_900,
    "'\\" * 30_000,
    ">>> x\n" * 4_900,
    "```\n" * 4_900,
    "“" * 80_000,
    "\t x = (\n" * 4_900,
    "nn.Linear(" * 5_000,
    "nn.Linear(4\n" * 4_900,
    "(0): Linear(\n" * 4_900,
    "  (0): Linear(in_features=4)\n" * 4_900,
    "Net(\n" + "  (0): Linear(in_features=4, out_features=4, bias=True)\n" * 4_900,
    "Net(\n  (0): 999999 x ReLU()\n" * 1_500,
    "a b c d e " * 20_000,
    "├─Linear: 1-1   [1, 2]   3\n" * 4_900,
    "Layer (type)   Output Shape   Param #\n" + "├─Linear: 1-1   [1, 2]   4\n" * 4_900,
    "Layer (type)   Output Shape   Param #\n" + "├─Conv2d: 1-1   [1, 2, 9, 9]   94\n" * 4_900,
    "Layer (type)   Param #\n" * 4_900,
    "x = = 3\n" * 4_900,
    "print x\n" * 4_900,
    "0,5" * 60_000,
    '"a,nn.' * 20_000,
    "\n".join("- " * length for length in range(400)),
    "a’b " * 40_000,
]
"""Texts that come in another way than Python does."""


def read_quietly(text: str) -> None:
    """Reads a text within its time and finds nothing in it, or no more than problems."""
    begin = time.process_time()
    reading = read_text(text)
    assert time.process_time() - begin < SECONDS
    assert reading.ok or reading.asked or any(each.severity == "error" for each in reading.problems)
    assert len(reading.problems) <= 400


@pytest.mark.parametrize("text", [*WHOLE, *TEXTS], ids=range(len(WHOLE) + len(TEXTS)))
def test_hostile_texts_are_refused_in_time(text: str) -> None:
    with silence():
        read_quietly(text)


@pytest.mark.parametrize("inside", INSIDE, ids=range(len(INSIDE)))
@pytest.mark.parametrize(
    "around",
    [
        "```python\nm = nn.Sequential(nn.Linear(4 16), {}\n```",
        ">>> m = nn.Sequential({},,)",
        "Sequential(\n  (0): Linear({})\n  (1): {}\n)",
    ],
    ids=["mended", "prompt", "printed"],
)
def test_nothing_runs(inside: str, around: str) -> None:
    with silence():
        assert not read_text(around.format(inside, inside)).ok


PIECES = st.sampled_from(
    [
        *"()[]{},.:;=\"'`\n\t 0\uff4e\uff08“”",
        *(
            "nn",
            "nn.Linear(4, 3)",
            "nn.Sequential(",
            "  (0): ReLU()\n",
            ">>> ",
            "...",
            "```",
            "Sequential(\n",
        ),
        *("Layer (type)  Output Shape  Param #\n", "├─Linear: 1-1  [1, 2]  3\n", "def f(", "print "),
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_text_is_read_or_told(text: str) -> None:
    reading = read_text(text)
    assert reading.ok or reading.asked or any(each.severity == "error" for each in reading.problems)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in reading.problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
