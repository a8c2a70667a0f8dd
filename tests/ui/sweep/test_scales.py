"""Where values stand on the axes of parallel coordinates."""

import math

import numpy as np
import pytest

from nnbuilder.ui.sweep.scales import scale_of


def test_numbers_stand_by_distance() -> None:
    scale = scale_of([2, 4, 3])
    assert scale.places == (0.0, 1.0, 0.5)
    assert scale.marks == ((0.0, "2"), (0.5, "3"), (1.0, "4"))
    assert not scale.ratio


def test_numbers_far_apart_stand_by_ratio() -> None:
    rates = np.geomspace(1e-4, 1e-1, 7)
    scale = scale_of([float(rate) for rate in rates])
    assert scale.ratio
    assert scale.places == pytest.approx(np.linspace(0, 1, 7))
    assert [word for _, word in scale.marks] == ["0.0001", "0.1"]


def test_words_stand_in_their_order() -> None:
    scale = scale_of(["SGD", "Adam", "SGD", True])
    assert scale.places == (0.5, 0.0, 0.5, 1.0)
    assert scale.marks == ((0.0, "Adam"), (0.5, "SGD"), (1.0, "True"))


def test_what_is_not_known_has_no_place() -> None:
    assert scale_of([None, math.nan, 1.0, 3.0]).places == (None, None, 0.0, 1.0)
    assert scale_of([None]).places == (None,)
    assert scale_of([5, 5]).places == (0.5, 0.5)
