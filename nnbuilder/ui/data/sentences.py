"""What the data panel says about the data, as texts made from their profile."""

from collections.abc import Sequence

from nnbuilder.data.spec import DataProfile
from nnbuilder.project.targets import target_form
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


def tensor_pairs(profile: DataProfile, loss: str, device: str) -> Pairs:
    """The two tensors that training takes its batches from: shape, dtype and device."""
    rows = profile.training
    form = target_form(loss, profile)
    target = {
        "class index": f"({rows:,},) int64: the index of each row's class",
        "binary": f"({rows:,}, 1) float32: 0 or 1",
        "values": f"({rows:,}, {profile.values:,}) float32",
        None: "none that this loss can take",
    }[form]
    sizes = ", ".join(f"{size:,}" for size in (rows, *profile.shape))
    return ("x for training", f"({sizes}) {profile.dtype}, on {device}"), (
        "y for training",
        f"{target}, on {device}",
    )


def named(names: Sequence[str]) -> str:
    """Names in a row, the later ones of many only counted."""
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    return ", ".join(names[: _MOST_NAMES - 1]) + f" and {len(names) - _MOST_NAMES + 1:,} more"


def _shape(shape: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
