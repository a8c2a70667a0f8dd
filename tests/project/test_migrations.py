"""Older formats become today's, one version at a time."""

from typing import Any

from nnbuilder.project.migrations import FORMAT, MIGRATIONS, migrate


def rename_pins(plain: dict[str, Any]) -> dict[str, Any]:
    """Leads from version 1 of an imagined format to version 2."""
    plain["ports"] = plain.pop("pins", [])
    return plain


def drop_zoom(plain: dict[str, Any]) -> dict[str, Any]:
    """Leads from version 2 to version 3."""
    return {key: value for key, value in plain.items() if key != "zoom"}


STEPS = {1: rename_pins, 2: drop_zoom}


def test_each_version_takes_the_steps_that_are_left() -> None:
    first = {"nnbuilder": 1, "pins": [1], "zoom": 2}
    assert migrate(first, STEPS, 3) == {"nnbuilder": 3, "ports": [1]}
    assert first == {"nnbuilder": 1, "pins": [1], "zoom": 2}
    assert migrate({"nnbuilder": 2, "zoom": 2}, STEPS, 3) == {"nnbuilder": 3}
    assert migrate({"nnbuilder": 3, "zoom": 2}, STEPS, 3) == {"nnbuilder": 3, "zoom": 2}


def test_todays_format_is_reached_from_every_version() -> None:
    assert set(MIGRATIONS) == set(range(1, FORMAT))
