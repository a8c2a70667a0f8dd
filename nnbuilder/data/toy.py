"""Small data sets computed from a seed: easy to see, each hard in its own way."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnbuilder.data.errors import refuse
from nnbuilder.data.raw import RawData
from nnbuilder.data.spec import ToyData, ToyName

MOST_POINTS = 1_000_000
"""Points that a toy data set may have."""

MOST_NOISE = 1000.0
"""Largest standard deviation of the noise."""

Points = tuple[Any, Any]


def make_toy(toy: ToyData) -> RawData:
    """The points of a toy data set; the same spec always gives the same points."""
    if not 2 <= toy.points <= MOST_POINTS:
        raise refuse(
            "data-points",
            f"A toy data set has 2 to {MOST_POINTS:,} points, not {toy.points:,}.",
            "source.points",
        )
    if not 0 <= toy.noise <= MOST_NOISE:
        raise refuse(
            "data-noise", f"Noise is a number from 0 to {MOST_NOISE:g}, not {toy.noise}.", "source.noise"
        )
    if not 0 <= toy.seed < 2**32:
        raise refuse("data-seed", f"A data seed is from 0 to {2**32 - 1}, not {toy.seed}.", "source.seed")
    x, y = _MAKERS[toy.name](toy)
    title = f"{toy.name.capitalize()}, {toy.points:,} points"
    points = np.ascontiguousarray(x, dtype=np.float64)
    if toy.name in ("line", "sine"):
        return RawData(title, points, np.asarray(y, dtype=np.float64), ("x",), target="y")
    labels = np.asarray(y, dtype=np.int64)
    classes = ("0", "1", "2") if toy.name == "blobs" else ("0", "1")
    return RawData(title, points, labels, ("x", "y"), classes, target="class")


def _moons(toy: ToyData) -> Points:
    from sklearn.datasets import make_moons

    points: Points = make_moons(n_samples=toy.points, noise=toy.noise, random_state=toy.seed)
    return points


def _circles(toy: ToyData) -> Points:
    from sklearn.datasets import make_circles

    points: Points = make_circles(n_samples=toy.points, noise=toy.noise, factor=0.5, random_state=toy.seed)
    return points


def _blobs(toy: ToyData) -> Points:
    """Three clusters whose centres form a triangle with sides of about 3.5."""
    from sklearn.datasets import make_blobs

    angles = np.pi / 2 + np.arange(3) * 2 * np.pi / 3
    centers = 2 * np.column_stack([np.cos(angles), np.sin(angles)])
    points: Points = make_blobs(
        n_samples=toy.points, centers=centers, cluster_std=toy.noise, random_state=toy.seed
    )
    return points


def _spiral(toy: ToyData) -> Points:
    """Two arms of 1.75 turns that reach out to radius 5."""
    rng = np.random.default_rng(toy.seed)
    labels = np.arange(toy.points) % 2
    along = rng.random(toy.points)
    angles = 1.75 * 2 * np.pi * along + np.pi * labels
    x = 5 * along[:, None] * np.column_stack([np.sin(angles), np.cos(angles)])
    return x + rng.normal(0.0, toy.noise, x.shape), labels


def _xor(toy: ToyData) -> Points:
    """A square of side 10 whose quarters alternate, with a gap of 0.6 along the axes before noise."""
    rng = np.random.default_rng(toy.seed)
    x = rng.uniform(-5.0, 5.0, (toy.points, 2))
    x += np.where(x > 0, 0.3, -0.3)
    labels = (x[:, 0] * x[:, 1] < 0).astype(np.int64)
    return x + rng.normal(0.0, toy.noise, x.shape), labels


def _line(toy: ToyData) -> Points:
    """Y = 2 x + 1 for x from -3 to 3, with noise on y."""
    rng = np.random.default_rng(toy.seed)
    x = rng.uniform(-3.0, 3.0, toy.points)
    return x[:, None], 2 * x + 1 + rng.normal(0.0, toy.noise, toy.points)


def _sine(toy: ToyData) -> Points:
    """Y = sin(x) for x from -pi to pi, with noise on y."""
    rng = np.random.default_rng(toy.seed)
    x = rng.uniform(-np.pi, np.pi, toy.points)
    return x[:, None], np.sin(x) + rng.normal(0.0, toy.noise, toy.points)


_MAKERS: dict[ToyName, Callable[[ToyData], Points]] = {
    "moons": _moons,
    "circles": _circles,
    "blobs": _blobs,
    "spiral": _spiral,
    "xor": _xor,
    "line": _line,
    "sine": _sine,
}
