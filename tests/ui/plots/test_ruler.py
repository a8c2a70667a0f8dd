"""Places on the axis: steps, epochs, seconds; and the steps at which points lie."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.session.readings import Readings
from nnbuilder.session.series import Series
from nnbuilder.ui.plots.curve import Curve, Even, Listed
from nnbuilder.ui.plots.ruler import UNITS, Ruler, Unit, written


def readings(*rows: tuple[float, float]) -> Readings:
    """Readings at these steps and seconds."""
    made = Readings()
    made.append([(step, seconds, 0.1, 1.0) for step, seconds in rows])
    return made


def test_epochs_and_seconds_of_steps() -> None:
    known = readings((1, 0.5), (11, 1.5), (21, 11.5))
    steps = [0.0, 1.0, 6.0, 16.0, 21.0]
    assert Ruler("epoch", 10, known).to_x(steps).tolist() == [0.0, 0.1, 0.6, 1.6, 2.1]
    assert Ruler("seconds", 10, known).to_x(steps).tolist() == [0.0, 0.5, 1.0, 6.5, 11.5]
    assert Ruler("step", 10, known).to_x(steps).tolist() == steps


@given(st.sampled_from(list(UNITS)), st.floats(0, 21))
def test_a_step_is_found_again(unit: Unit, step: float) -> None:
    ruler = Ruler(unit, 7, readings((1, 0.5), (11, 1.5), (21, 11.5)))
    assert ruler.to_step(float(ruler.to_x(step))) == pytest.approx(step, abs=1e-6)


def test_beyond_the_end_time_goes_on_and_before_it_there_is_none() -> None:
    ruler = Ruler("seconds", 1, readings((10, 5.0)))
    assert ruler.to_step(6.0) == pytest.approx(12.0)
    assert ruler.to_step(-1.0) == pytest.approx(-2.0)
    untimed = Ruler("seconds", 1)
    assert np.isnan(untimed.to_x([1.0, 2.0])).all()
    assert untimed.to_step(3.0) > 0


def test_a_run_without_times_has_no_place_on_an_axis_of_seconds() -> None:
    series = Series()
    series.append([1.0, 2.0])
    assert Curve("train", "train", series, "train", ruler=Ruler("seconds")).end == -np.inf


def test_listed_points_lie_at_their_steps() -> None:
    known = np.array([4.0, 8.0, 10.0])
    places = Listed(lambda: known)
    assert places.steps(np.array([0.0, 0.5, 2.0])).tolist() == [4.0, 6.0, 10.0]
    assert [places.index(step) for step in (0.0, 4.0, 9.0, 10.0, 12.0)] == [-1.0, 0.0, 1.5, 2.0, 3.0]
    alone = Listed(lambda: known[:1])
    assert [round(alone.index(step)) for step in (1.0, 4.0, 5.0, 7.0)] == [-1, 0, 0, 1]
    assert Listed(lambda: known[:0]).index(3.0) == -1.0


@given(st.floats(-5, 100), st.floats(0.1, 10), st.floats(-50, 50))
def test_even_points_are_found_again(first: float, gap: float, index: float) -> None:
    places = Even(first, gap)
    assert places.index(float(places.steps(np.array([index]))[0])) == pytest.approx(index, abs=1e-6)


def test_places_in_words() -> None:
    assert written(1234.4, "step") == "step 1,234"
    assert written(2.5, "epoch") == "epoch 2.50"
    assert written(12.34, "seconds") == "12.3 s"
