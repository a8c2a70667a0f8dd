"""Brackets and calls around the caret."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.ui.code.syntax import balanced, opener, partners, spot_at


def at(text: str) -> tuple[str, int]:
    """A text without its `|`, and where that stood."""
    return text.replace("|", ""), text.index("|")


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("f|(a, (b))", (1, 8)),
        ("f(a, (b))|", (8, 1)),
        ("f(a, [b)|", (7, None)),
        ("'('|", None),
        ("# (|", None),
        ("f(')', |)", (7, 1)),
        ("a|b", None),
    ],
)
def test_brackets_have_partners(text: str, pair: tuple[int, int | None] | None) -> None:
    assert partners(*at(text)) == pair


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("nn.Linear(|", ("nn.Linear", 0, "", ())),
        ("nn.Linear(4, |", ("nn.Linear", 1, "", ())),
        ("nn.Linear(4, bias=|", ("nn.Linear", 1, "bias", ("bias",))),
        ("nn.Linear(4, bias=True, |", ("nn.Linear", 2, "", ("bias",))),
        ("nn.Conv2d(3, 8, (3, |", ("nn.Conv2d", 2, "", ())),
        ("nn.Sequential(\n    nn.ReLU(),\n    nn.Linear(4|", ("nn.Linear", 0, "", ())),
        ("f('(', |", ("f", 1, "", ())),
        ("f(a == |", ("f", 0, "", ())),
    ],
)
def test_the_call_around_the_caret(text: str, wanted: tuple[str, int, str, tuple[str, ...]]) -> None:
    call = spot_at(*at(text)).calls[0]
    assert (call.name, call.index, call.keyword, call.given) == wanted


def test_strings_and_comments_are_no_code() -> None:
    assert spot_at(*at("f(  # a, |")).comment
    assert spot_at(*at("f('ze|")).quote == "'"
    assert spot_at(*at("f('''ze|")).quote == "'''"
    assert spot_at(*at("f('ze'|")).bare
    assert spot_at(*at("f('')|")).bare
    assert not spot_at(*at("f((1, |")).direct
    assert spot_at(*at("f(1, |")).direct


def test_what_a_closing_bracket_would_close() -> None:
    assert opener("f(a, [b]", 8) == 1
    assert opener("f(a)", 4) is None


def test_balance() -> None:
    assert balanced("f([a], '(')  # )")
    assert not balanced("f([a]")


@given(st.text(st.sampled_from("()[]{},='\"#a\n\\ "), max_size=60), st.integers(0, 60))
def test_nothing_makes_it_fail(text: str, place: int) -> None:
    place = min(place, len(text))
    spot_at(text, place)
    opener(text, place)
    found = partners(text, place)
    if found is not None and found[1] is not None:
        assert {text[found[0]], text[found[1]]} in [{"(", ")"}, {"[", "]"}, {"{", "}"}]
