"""What the doctor has to know of the training part: scale of the features, and the targets as they are."""

import msgspec
import numpy as np
import torch

from nnbuilder.data.prepare import Prepared
from nnbuilder.data.spec import DataProfile
from nnbuilder.doctor.evidence import Facts, Targets
from nnbuilder.engine.telltales import copies_of_target, row_numbers

ROWS = 20_000
"""At most so many rows, evenly spread, are looked at."""


def facts_of(prepared: Prepared, targets: torch.Tensor | None) -> Facts:
    """The facts of prepared data; `targets` are those of the training part as the loss gets them."""
    x = prepared.train.x[:: max(1, len(prepared.train) // ROWS)]
    x = x.reshape(len(x), -1)
    mean, spread = x.mean(axis=0, dtype=np.float64), x.std(axis=0, dtype=np.float64)
    names = prepared.profile.features or tuple(f"feature {place + 1}" for place in range(x.shape[1]))
    names = names if len(names) == len(mean) else tuple(f"feature {place + 1}" for place in range(len(mean)))
    varies = spread > 0
    hot = _hot(prepared)
    found = Facts(
        targets=None if targets is None else describe(targets),
        hot=hot,
        copies=tuple(name for name in copies_of_target(prepared) if name not in hot),
        counted=row_numbers(prepared),
    )
    if not varies.any():
        return found
    where = np.flatnonzero(varies)
    low, high = where[spread[where].argmin()], where[spread[where].argmax()]
    far = where[np.abs(mean[where]).argmax()]
    return msgspec.structs.replace(
        found,
        center=(abs(float(mean[far])), names[far]),
        narrow=(float(spread[low]), names[low]),
        wide=(float(spread[high]), names[high]),
    )


def describe(targets: torch.Tensor) -> Targets:
    """What these targets are: shape (rows, ...) of any dtype."""
    rows = targets.reshape(len(targets), -1)
    whole = not targets.is_floating_point() or bool((targets == targets.round()).all())
    wide = targets.dim() > 1 and targets.shape[1] > 1 and bool((rows >= 0).all())
    total = rows.sum(dim=1)
    shares = wide and torch.allclose(total.double(), torch.ones(len(rows), dtype=torch.float64), atol=1e-4)
    return Targets(
        dtype=str(targets.dtype).removeprefix("torch."),
        shape=tuple(targets.shape[1:]),
        low=float(targets.min()),
        high=float(targets.max()),
        whole=whole,
        shares=shares,
        hot=shares and whole,
    )


def _hot(prepared: Prepared) -> tuple[str, ...]:
    """Columns of 0 and 1 that are never 1 together with the target, and make up for it in every other row."""
    profile = prepared.profile
    if not _binary(profile) or prepared.train.x.ndim != 2:
        return ()
    part, scaling = prepared.train, prepared.scaling
    target = part.y.astype(np.int64)
    raw = np.rint(part.x * scaling.x_scale + scaling.x_mean)
    near = np.abs(part.x * scaling.x_scale + scaling.x_mean - raw).max(axis=0) < 1e-3
    binary = near & (raw.min(axis=0) == 0) & (raw.max(axis=0) == 1)
    apart = binary & ((raw * target[:, None]).max(axis=0) == 0)
    if not apart.any() or not (raw[:, apart].sum(axis=1) + target == 1).all():
        return ()
    return tuple(name for name, is_one in zip(profile.features, apart, strict=True) if is_one)


def _binary(profile: DataProfile) -> bool:
    """Whether the target is a column of 0 and 1 among named ones."""
    return profile.classes == ("0", "1") and len(profile.features) == int(np.prod(profile.shape))
