"""The colour tables: complete, well-formed, one colour for each group."""

import re

import msgspec
import pytest

from nnbuilder.catalog.colors import DARK, LIGHT, NOTES, UNKNOWN_COLOR, Tokens, group_color, mixed
from nnbuilder.catalog.registry import groups
from nnbuilder.graph.graph import NOTE_COLORS


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_every_token_is_a_colour(tokens: Tokens) -> None:
    values = msgspec.structs.asdict(tokens)
    assert values.pop("scheme") in {"light", "dark"}
    assert all(re.fullmatch(r"#[0-9a-f]{6}", value) for value in values.values())


def test_every_group_of_layers_has_a_colour() -> None:
    assert all(group_color(name) != UNKNOWN_COLOR for name, _ in groups())
    assert group_color("of another version") == UNKNOWN_COLOR


def test_every_colour_of_notes_is_there() -> None:
    assert tuple(NOTES) == NOTE_COLORS


def test_a_mix_runs_from_one_colour_to_the_other() -> None:
    assert mixed("#000000", "#ffffff", 0) == "#000000"
    assert mixed("#000000", "#ffffff", 1) == "#ffffff"
    assert mixed("#102030", "#304050", 0.5) == "#203040"
