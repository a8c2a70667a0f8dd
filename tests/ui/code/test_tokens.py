"""Pieces of a line of Python, whatever stands there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.ui.code.tokens import DOUBLE, PLAIN, SINGLE, tokens_of


def kinds(line: str, state: int = PLAIN) -> dict[str, str]:
    """What each piece of a line is taken for."""
    tokens, _ = tokens_of(line, state)
    return {line[token.start : token.end]: token.kind for token in tokens}


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("from torch import nn", {"from": "keyword", "import": "keyword", "torch": "plain"}),
        ("nn.Linear(4, out_features=1e-3)", {"Linear": "layer", "4": "number", "out_features": "argument"}),
        ("x = f(x == 2)", {"x": "plain", "f": "call", "2": "number"}),
        ("bias=False,  # 'why'", {"bias": "argument", "False": "constant", "# 'why'": "comment"}),
        ('name = "a # b"', {'"a # b"': "string"}),
        (r"s = 'it\'s' + 'open", {r"'it\'s'": "string", "'open": "string"}),
        ("0x1F + 1_000 + .5", {"0x1F": "number", "1_000": "number", ".5": "number"}),
    ],
)
def test_pieces_are_told_apart(line: str, wanted: dict[str, str]) -> None:
    found = kinds(line)
    assert {piece: found.get(piece) for piece in wanted} == wanted


def test_a_string_goes_on_in_the_next_line() -> None:
    assert tokens_of('x = """a')[1] == DOUBLE
    assert tokens_of("still ''' there", DOUBLE)[1] == DOUBLE
    tokens, after = tokens_of('end""" + 1', DOUBLE)
    assert after == PLAIN
    assert [token.kind for token in tokens] == ["string", "number"]
    assert tokens_of("'''a")[1] == SINGLE
    assert tokens_of("'''a'''")[1] == PLAIN


@given(st.text(), st.sampled_from([PLAIN, SINGLE, DOUBLE]))
def test_anything_is_cut_in_order(line: str, state: int) -> None:
    tokens, after = tokens_of(line, state)
    places = [place for token in tokens for place in (token.start, token.end)]
    assert places == sorted(places)
    assert all(0 <= place <= len(line) for place in places)
    assert after in {PLAIN, SINGLE, DOUBLE}
