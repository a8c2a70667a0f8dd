"""Brings the plain values of an older project file to today's format, one version at a time."""

from collections.abc import Callable, Mapping
from typing import Any

FORMAT = 1
"""Version of the project file's format that this release writes."""

Migration = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the values of one version into those of the next; gets a dict of its own at the top level."""

MIGRATIONS: Mapping[int, Migration] = {}
"""From which version each migration leads to the next."""


def migrate(
    plain: dict[str, Any], steps: Mapping[int, Migration] = MIGRATIONS, target: int = FORMAT
) -> dict[str, Any]:
    """The same project in today's format; `plain` itself stays as it is and names a known version."""
    for version in range(plain["nnbuilder"], target):
        plain = {**steps[version](dict(plain)), "nnbuilder": version + 1}
    return plain
