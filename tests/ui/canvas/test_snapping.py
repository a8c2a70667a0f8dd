"""Where dragged boxes snap to, as pure numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.graph.geometry import GAP
from nnbuilder.ui.canvas.snapping import Box, Line, boxes, snap


def _card(x: float, y: float) -> Box:
    return Box(x, y, x + 100.0, y + 50.0)


def test_nothing_to_snap_to_leaves_a_box_where_it_is() -> None:
    assert snap(_card(3, 4), boxes([]), 8.0) == (0.0, 0.0, ())
    assert snap(_card(3, 4), boxes([_card(900, 900)]), 8.0) == (0.0, 0.0, ())


def test_a_box_snaps_into_a_row_and_shows_the_line() -> None:
    found = snap(_card(305.0, 4.0), boxes([_card(0, 0)]), 8.0)
    assert (found.dx, found.dy) == (0.0, -4.0)
    assert found.lines == (Line(0.0, 25.0, 405.0, 25.0),)


def test_a_wide_box_snaps_by_its_sides() -> None:
    found = snap(Box(5.0, 300.0, 405.0, 350.0), boxes([_card(0, 0)]), 8.0)
    assert found.dx == -5.0
    assert found.lines == (Line(0.0, 0.0, 0.0, 350.0),)


def test_out_of_reach_is_out_of_reach() -> None:
    assert snap(_card(305.0, 9.0), boxes([_card(0, 0)]), 8.0).dy == 0.0


def test_a_box_snaps_to_the_distance_that_others_keep() -> None:
    found = snap(_card(353.0, 0.0), boxes([_card(0, 0), _card(175, 0)]), 8.0)
    assert found.dx == -3.0
    gaps = {line for line in found.lines if line.gap}
    assert gaps == {Line(100.0, 25.0, 175.0, 25.0, True), Line(275.0, 25.0, 350.0, 25.0, True)}


def test_a_box_snaps_into_the_middle_between_two() -> None:
    found = snap(_card(244.0, 0.0), boxes([_card(0, 0), _card(500, 0)]), 8.0)
    assert found.dx == 6.0
    assert len([line for line in found.lines if line.gap]) == 2


def test_a_box_keeps_the_distance_of_a_tidy_drawing_from_a_single_neighbour() -> None:
    found = snap(_card(100.0 + GAP + 5.0, 0.0), boxes([_card(0, 0)]), 8.0)
    assert found.dx == pytest.approx(-5.0)


def test_columns_have_distances_too() -> None:
    found = snap(_card(0.0, 244.0), boxes([_card(0, 0), _card(0, 120)]), 8.0)
    assert found.dy == -4.0


_places = st.tuples(st.integers(-400, 400), st.integers(-400, 400))


@given(_places, st.lists(_places, max_size=12))
def test_what_has_snapped_stays(place: tuple[int, int], others: list[tuple[int, int]]) -> None:
    there = boxes([_card(x, y) for x, y in others])
    box = _card(*place)
    found = snap(box, there, 8.0)
    assert abs(found.dx) <= 8.0
    assert abs(found.dy) <= 8.0
    moved = Box(box.left + found.dx, box.top + found.dy, box.right + found.dx, box.bottom + found.dy)
    again = snap(moved, there, 0.5)
    assert abs(again.dx) <= 0.5
    assert abs(again.dy) <= 0.5
