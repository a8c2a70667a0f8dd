"""Data sets computed from a seed."""

from typing import get_args

import numpy as np
import pytest

from nnbuilder.data.errors import DataError
from nnbuilder.data.spec import ToyData, ToyName
from nnbuilder.data.toy import MOST_NOISE, MOST_POINTS, make_toy

NAMES: tuple[ToyName, ...] = get_args(ToyName)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("points", [2, 3, 101])
def test_points_are_as_many_as_asked_and_the_same_each_time(name: ToyName, points: int) -> None:
    toy = ToyData(name, points=points, noise=0.1, seed=3)
    raw = make_toy(toy)

    assert raw.x.shape == (points, len(raw.features))
    assert raw.y.shape == (points,)
    assert np.isfinite(raw.x).all()
    assert raw.sha256() == make_toy(toy).sha256()


@pytest.mark.parametrize("name", NAMES)
def test_another_seed_gives_other_points(name: ToyName) -> None:
    assert make_toy(ToyData(name, seed=1)).sha256() != make_toy(ToyData(name, seed=2)).sha256()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("line", "sine")])
def test_each_class_has_its_share(name: ToyName) -> None:
    raw = make_toy(ToyData(name, points=600))
    shares = np.bincount(raw.y.astype(np.int64)) / 600

    assert len(shares) == len(raw.classes)
    assert shares.min() > 0.6 / len(raw.classes)


def test_without_noise_line_and_sine_are_exact() -> None:
    line = make_toy(ToyData("line", noise=0.0))
    sine = make_toy(ToyData("sine", noise=0.0))

    np.testing.assert_array_equal(line.y, 2 * line.x[:, 0] + 1)
    np.testing.assert_array_equal(sine.y, np.sin(sine.x[:, 0]))


def test_without_noise_xor_is_the_sign_of_the_product() -> None:
    raw = make_toy(ToyData("xor", noise=0.0))

    np.testing.assert_array_equal(raw.y == 1, raw.x[:, 0] * raw.x[:, 1] < 0)


def test_the_arms_of_the_spiral_are_each_others_reflection() -> None:
    raw = make_toy(ToyData("spiral", points=2000, noise=0.0))
    ends = [raw.x[raw.y == label][np.linalg.norm(raw.x[raw.y == label], axis=1) > 4.9] for label in (0, 1)]

    np.testing.assert_allclose(ends[0].mean(0), -ends[1].mean(0), atol=0.2)


@pytest.mark.parametrize(
    ("toy", "field"),
    [
        (ToyData(points=1), "source.points"),
        (ToyData(points=MOST_POINTS + 1), "source.points"),
        (ToyData(noise=-0.1), "source.noise"),
        (ToyData(noise=MOST_NOISE * 2), "source.noise"),
        (ToyData(noise=float("nan")), "source.noise"),
        (ToyData(seed=-1), "source.seed"),
        (ToyData(seed=2**32), "source.seed"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_field(toy: ToyData, field: str) -> None:
    with pytest.raises(DataError) as caught:
        make_toy(toy)

    assert caught.value.faults[0].field == field
