"""How typed texts fit names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.ui.common.fuzzy import scattered, score

NAMES = ("Select all", "Select chain from here", "Save", "Save as", "Group", "Ungroup", "Next problem")


def best(typed: str) -> str:
    """The name that fits best."""
    fits = {name: fit for name in NAMES if (fit := score(typed, name)) is not None}
    return min(fits, key=lambda name: fits[name])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("save", "Save"),
        ("sa", "Save"),
        ("gr", "Group"),
        ("ungr", "Ungroup"),
        ("selall", "Select all"),
        ("chain", "Select chain from here"),
        ("here sel", "Select chain from here"),
        ("NP", "Next problem"),
    ],
)
def test_the_nearest_name_comes_first(typed: str, found: str) -> None:
    assert best(typed) == found


def test_other_words_count_less_than_the_name() -> None:
    by_name, by_word = score("map", "Minimap"), score("map", "Overview", ("map",))
    assert by_name is not None
    assert by_word is not None
    assert by_name < by_word
    assert score("xyz", "Minimap", ("map",)) is None


def test_scattered_letters_start_a_word() -> None:
    assert scattered("sch", "select chain")
    assert not scattered("lec", "select")
    assert not scattered("s", "select")


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_is_scored(typed: str, name: str) -> None:
    score(typed, name)
    assert score(name, name) is not None
