"""From raw data to what training takes: split, standardized, encoded, as float32 and int64.

The recipe is scikit-learn's own, so that a script can repeat it: `train_test_split` with whole numbers of
rows, first for the test part, then for the validation part, both shuffled with the seed; `StandardScaler`
fitted in float64 on the training part and applied to all; then float32.
"""

import math
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from nnbuilder.data.errors import refuse
from nnbuilder.data.raw import Floats, RawData, Targets
from nnbuilder.data.spec import DataProfile, DataSpec, Split

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Rows for one purpose: `x` float32 (n, ...), `y` class indices int64 (n,) or float32 (n, values)."""

    x: NDArray[np.float32]
    y: NDArray[np.int64] | NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """What was subtracted and divided by: arrays float64 of a sample's shape for x, numbers for y."""

    x_mean: Floats
    x_scale: Floats
    y_mean: float = 0.0
    y_scale: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Data ready to be trained on, with its profile and the scaling that leads back to original units."""

    profile: DataProfile
    train: Part
    validation: Part
    test: Part
    scaling: Scaling


def prepare(raw: RawData, spec: DataSpec, seed: int) -> Prepared:
    """Splits, standardizes and encodes; raises `DataError` where a part would be empty."""
    train, validation, test, notes = split_rows(raw, spec.split, seed)
    scaling = _fit(raw, train) if spec.standardize else _unscaled(raw)
    profile = DataProfile(
        title=raw.title,
        task=raw.task,
        shape=raw.x.shape[1:],
        rows=len(raw.x),
        training=len(train),
        validation=len(validation),
        test=len(test),
        sha256=raw.sha256(),
        features=raw.features,
        classes=raw.classes,
        target=raw.target,
        notes=(*raw.notes, *notes),
        constant=_constant(raw, train),
        unused=raw.unused,
        stratified=bool(raw.classes) and spec.split.stratify and not notes,
    )
    parts = [_part(raw, rows, scaling) for rows in (train, validation, test)]
    prepared = Prepared(profile, parts[0], parts[1], parts[2], scaling)
    return _reconstructed(prepared) if spec.reconstruct else prepared


def chosen_part(raw: RawData, rows: Rows, scaling: Scaling, *, reconstruct: bool = False) -> Part:
    """These rows of the data as training would have them; with `reconstruct` each is its own target."""
    part = _part(raw, rows, scaling)
    return Part(part.x, part.x.reshape(len(part), -1)) if reconstruct else part


def _reconstructed(prepared: Prepared) -> Prepared:
    """The same rows with each sample, flat, as its own target."""
    old = prepared.profile
    values = math.prod(old.shape)
    parts = [
        Part(part.x, part.x.reshape(len(part.x), values))
        for part in (prepared.train, prepared.validation, prepared.test)
    ]
    profile = msgspec.structs.replace(
        old, task="regression", classes=(), target="each sample itself", values=values
    )
    scaling = Scaling(prepared.scaling.x_mean, prepared.scaling.x_scale)
    return Prepared(profile, parts[0], parts[1], parts[2], scaling)


def split_rows(raw: RawData, split: Split, seed: int) -> tuple[Rows, Rows, Rows, tuple[str, ...]]:
    """The row numbers of training, validation and test part, and a note where classes cannot be kept even.

    Part sizes are shares of all rows, rounded, at least one row for a share above 0. The seed is taken
    modulo 2**32, which is all that scikit-learn accepts.
    """
    rows = np.arange(len(raw.x), dtype=np.int64)
    test_count, validation_count = (_count(share, len(rows)) for share in (split.test, split.validation))
    if len(rows) - test_count - validation_count < 1:
        raise refuse(
            "data-split",
            f"{len(rows):,} rows leave none for training: choose smaller validation and test shares.",
            "split",
        )
    even = bool(raw.classes) and split.stratify
    stratified = even and _can_stratify(raw.y, [count for count in (test_count, validation_count) if count])
    labels = raw.y if stratified else None
    rows, test = _take(rows, test_count, labels, seed)
    rows, validation = _take(rows, validation_count, labels, seed)
    notes = ("Some class has too few rows to be in every part, so rows were split at random.",)
    return rows, validation, test, () if stratified or not even else notes


def _count(share: float, rows: int) -> int:
    if not 0 <= share < 1:
        raise refuse("data-split", f"A share of the rows is from 0 to below 1, not {share}.", "split")
    return max(1, round(rows * share)) if share > 0 else 0


def _can_stratify(labels: Targets, counts: list[int]) -> bool:
    """Whether each class has a row for every part and each part room for every class."""
    _, sizes = np.unique(labels, return_counts=True)
    rest = len(labels) - sum(counts)
    return int(sizes.min()) > len(counts) and all(count >= len(sizes) for count in (*counts, rest))


def _take(rows: Rows, count: int, labels: Targets | None, seed: int) -> tuple[Rows, Rows]:
    if count == 0:
        return rows, rows[:0]
    from sklearn.model_selection import train_test_split

    stratify = None if labels is None else labels[rows]
    left, taken = train_test_split(rows, test_size=count, random_state=seed % 2**32, stratify=stratify)
    return left, taken


def _fit(raw: RawData, rows: Rows) -> Scaling:
    from sklearn.preprocessing import StandardScaler

    shape = raw.x.shape[1:]
    scaler = StandardScaler().fit(raw.x[rows].reshape(len(rows), -1))
    mean, scale = scaler.mean_.reshape(shape), scaler.scale_.reshape(shape)
    if raw.classes:
        return Scaling(mean, scale)
    target = StandardScaler().fit(raw.y[rows].reshape(-1, 1))
    return Scaling(mean, scale, float(target.mean_[0]), float(target.scale_[0]))


def _unscaled(raw: RawData) -> Scaling:
    return Scaling(np.zeros(raw.x.shape[1:]), np.ones(raw.x.shape[1:]))


def _part(raw: RawData, rows: Rows, scaling: Scaling) -> Part:
    x = ((raw.x[rows] - scaling.x_mean) / scaling.x_scale).astype(np.float32)
    if raw.classes:
        return Part(x, raw.y[rows].astype(np.int64))
    y = (raw.y[rows].reshape(-1, 1) - scaling.y_mean) / scaling.y_scale
    return Part(x, y.astype(np.float32))


def _constant(raw: RawData, rows: Rows) -> tuple[str, ...]:
    """Names features that hold one value only in the training part."""
    if not raw.features:
        return ()
    part = raw.x[rows]
    return tuple(
        name for name, low, high in zip(raw.features, part.min(0), part.max(0), strict=True) if low == high
    )
