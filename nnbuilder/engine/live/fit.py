"""The live reports of values: the curve along one feature, and predictions against targets."""

import numpy as np
from numpy.typing import NDArray

from nnbuilder.engine.live.forward import Floats, entering, outputs, takes_numbers, values_in_units
from nnbuilder.engine.live.points import MOST_POINTS, points_of
from nnbuilder.engine.live.report import Report, Reported
from nnbuilder.engine.trainer import Trainer
from nnbuilder.protocol.predictions import Fit, Targets

CURVE = 240
"""Points of the fitted curve."""

LEAST_SAMPLES = 20
"""Samples that are looked at however many values each of them has."""

AROUND = 0.06
"""How far the curve reaches beyond the data, as a share of their extent."""


def fit(trainer: Trainer) -> Report | None:
    """The report for a training of one value on one feature."""
    return _Fit(trainer) if _is_line(trainer) else None


def targets(trainer: Trainer) -> Report | None:
    """The report for a training of values that is not a curve along one feature."""
    profile = trainer.prepared.profile
    return None if profile.classes or _is_line(trainer) else _Targets(trainer)


def _is_line(trainer: Trainer) -> bool:
    profile = trainer.prepared.profile
    single = profile.shape == (1,) and profile.values == 1
    return single and not profile.classes and takes_numbers(trainer)


class _Fit:
    """Keeps the places along the feature, and the data."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        points = points_of(trainer)
        low, high = float(points.x.min()), float(points.x.max())
        around = (high - low or 1.0) * AROUND
        self._x = np.linspace(low - around, high + around, CURVE)
        self._rows = entering(trainer, self._x)
        self._data = (np.column_stack((points.x, points.y)).astype(np.float32), points.held_out)

    def __call__(self, run_id: str) -> Reported | None:
        """The curve as it is now."""
        trainer, profile = self._trainer, self._trainer.prepared.profile
        curve = values_in_units(trainer, outputs(trainer, self._rows))
        feature = profile.features[0] if profile.features else "x"
        message = Fit(run_id, trainer.step, feature, profile.target)
        return message, (_flat(self._x), _flat(curve), *self._data)


class _Targets:
    """Keeps the samples, which no step changes; of many values, some of them."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        points = points_of(trainer, max(MOST_POINTS // trainer.prepared.profile.values, LEAST_SAMPLES))
        self._rows = points.rows
        self._chosen = np.linspace(0, points.y.size - 1, min(points.y.size, MOST_POINTS)).round().astype(int)
        self._targets = _flat(points.y)[self._chosen]
        self._held_out = points.held_out[self._chosen // points.y.shape[1]]

    def __call__(self, run_id: str) -> Reported | None:
        """The predictions as they are now."""
        trainer = self._trainer
        predicted = _flat(values_in_units(trainer, outputs(trainer, self._rows.x)))[self._chosen]
        message = Targets(run_id, trainer.step, trainer.prepared.profile.target)
        return message, (self._targets, predicted, self._held_out)


def _flat(values: Floats) -> NDArray[np.float32]:
    return values.reshape(-1).astype(np.float32)
