"""Curves of edges: from port to port, whatever lies where."""

from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.graph.geometry import (
    CARD_HEIGHT,
    CARD_WIDTH,
    COLUMN,
    PORT_Y,
    ROW,
    Point,
    edge_curve,
    in_port,
    label_place,
    label_room,
    out_port,
)

numbers = st.floats(-1e5, 1e5, allow_nan=False)
points = st.tuples(numbers, numbers)


@given(points, points)
def test_a_curve_ends_at_the_port_and_arrives_from_its_left(start: Point, end: Point) -> None:
    pieces = edge_curve(start, end)
    assert pieces[-1][-1] == end
    before = pieces[-1][-2] if len(pieces[-1]) == 3 else start
    assert before[0] < end[0]
    assert all(len(piece) in (1, 3) for piece in pieces)


def test_neighbours_in_a_row_are_joined_by_a_straight_line() -> None:
    start, end = out_port(0, 0), in_port(COLUMN, 0)
    assert edge_curve(start, end) == ((end,),)
    assert label_place(start, end) == (CARD_WIDTH + 25.0, PORT_Y - 15.0)
    assert label_room(start, end) == 46.0


def test_the_way_back_to_the_next_row_runs_between_the_rows() -> None:
    start, end = out_port(4 * COLUMN, 0), in_port(0, ROW)
    level = label_place(start, end)[1]
    assert CARD_HEIGHT < level < ROW
    assert [piece[-1][1] for piece in edge_curve(start, end)] == [level, level, end[1]]


@given(points, points)
def test_a_curve_bends_only_where_it_must(start: Point, end: Point) -> None:
    forward = end[0] - start[0] >= 14.0
    assert (len(edge_curve(start, end)) == 1) == forward
