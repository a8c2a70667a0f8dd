"""What is looked at before Qt is loaded."""

import pytest

from nnbuilder.app.checks import has_display, unusable


@pytest.mark.parametrize(
    ("python", "qt", "word"),
    [
        ((3, 11), "6.12.0", "crashes"),
        ((3, 11), "6.12.1", "crashes"),
        ((3, 11), "6.11.3", ""),
        ((3, 12), "6.12.0", ""),
        ((3, 13), "6.13.0", ""),
        ((3, 11), "", "not installed"),
    ],
)
def test_the_broken_pair_is_refused_with_a_way_out(python: tuple[int, ...], qt: str, word: str) -> None:
    why = unusable(python, qt)
    assert bool(why) == bool(word)
    assert word in why


def test_this_installation_can_be_used() -> None:
    assert unusable() == ""


@pytest.mark.parametrize(
    ("environment", "platform", "wanted"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True),
        ({"DISPLAY": ""}, "linux", False),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_a_display_is_found(environment: dict[str, str], platform: str, wanted: bool) -> None:
    assert has_display(environment, platform) is wanted
