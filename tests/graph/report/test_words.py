"""The words around tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.report.words import printable, shape, share_text, size_text, table

_FACTORS = {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "PB": 1e15, "EB": 1e18}


def test_shapes() -> None:
    assert shape(TensorType((None,))) == "(N,)"
    assert shape(TensorType((None, 3))) == "(N, 3)"
    assert shape(None) == "?"


def test_plain_table() -> None:
    assert table([("a", "b"), ("long", "c")]) == "a     b\nlong  c"
    assert table([]) == ""


def test_nothing_that_a_terminal_obeys() -> None:
    odd = "\N{REPLACEMENT CHARACTER}"
    assert printable("a\x1b[31m\r\n\tü") == f"a{odd}[31m{odd}\n{odd}ü"


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (1, "1 B"), (999, "999 B"), (1000, "1 kB"), (999_600, "1 MB"), (1_234_567, "1.23 MB")],
)
def test_sizes(count: int, text: str) -> None:
    assert size_text(count) == text


@given(st.integers(1, 10**20))
def test_a_size_is_what_it_says(count: int) -> None:
    number, unit = size_text(count).split()
    assert float(number) * _FACTORS[unit] == pytest.approx(count, rel=0.006)
    assert len(number) <= 5


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "0 %"), (0.0004, "<0.1 %"), (0.1234, "12.3 %"), (1.0, "100.0 %")]
)
def test_shares(share: float, text: str) -> None:
    assert share_text(share) == text
