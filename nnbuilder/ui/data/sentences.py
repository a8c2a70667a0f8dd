"""What the data panel says about the data, as texts made from their profile."""

from collections.abc import Sequence

from nnbuilder.data.spec import DataProfile
from nnbuilder.ui.common.titles import counted

_MOST_NAMES = 8

Pairs = tuple[tuple[str, str], ...]


def profile_pairs(profile: DataProfile) -> Pairs:
    """Rows and their parts, features, target and classes."""
    parts = [("training", profile.training), ("validation", profile.validation), ("test", profile.test)]
    rows = ", ".join(f"{count:,} {name}" for name, count in parts if count or name == "training")
    pairs = [
        ("Rows", f"{profile.rows:,}: {rows}"),
        ("Sample", f"{_shape(profile.shape)} {profile.dtype}"),
    ]
    if profile.features:
        pairs.append((counted(len(profile.features), "feature").capitalize(), named(profile.features)))
    pairs.append(("Target", profile.target or ("class" if profile.classes else "number")))
    if profile.classes:
        plural = "class" if len(profile.classes) == 1 else "classes"
        pairs.append((f"{len(profile.classes)} {plural}", named(profile.classes)))
    return tuple(pairs)


def named(names: Sequence[str]) -> str:
    """Names in a row, the later ones of many only counted."""
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    return ", ".join(names[: _MOST_NAMES - 1]) + f" and {len(names) - _MOST_NAMES + 1:,} more"


def _shape(shape: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
