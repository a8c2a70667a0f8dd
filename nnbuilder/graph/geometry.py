"""Sizes of a card and the curves of edges, in scene coordinates (pixels at 100 %): window and files alike."""

import math

Point = tuple[float, float]
"""A place, x to the right and y down."""

Curve = tuple[tuple[Point, ...], ...]
"""Pieces of a line: one point is the end of a straight piece, three are control points and end of a cubic."""

CARD_WIDTH = 128.0
CARD_HEIGHT = 92.0
HEADER_HEIGHT = 27.0
RADIUS = 8.0
PORT_Y = 46.0
PORT_RADIUS = 4.5
GAP = 50.0
COLUMN = CARD_WIDTH + GAP
ROW = 210.0
COLUMNS = 5
"""Cards in a row of a tidy drawing."""

MARGIN = 14.0
"""How far ports, badge and outline reach beyond the card."""

STACK = ((9.0, 8.0), (4.5, 4.0))
"""How far the cards below a group's own lie in at the sides and reach out below, the lowest first."""

WEIGHT = 3.0
"""How thick the bar on a heavy layer's card is."""

_BEND = 56.0
_STRAIGHT = 14.0


def in_port(x: float, y: float) -> Point:
    """Where edges end at a card whose upper left corner is at (x, y)."""
    return x, y + PORT_Y


def out_port(x: float, y: float) -> Point:
    """Where edges start at a card whose upper left corner is at (x, y)."""
    return x + CARD_WIDTH, y + PORT_Y


def edge_curve(start: Point, end: Point) -> Curve:
    """The curve of an edge behind its start: straight within a row, in two bends back to the next row."""
    if end[0] - start[0] >= _STRAIGHT:
        middle = (start[0] + end[0]) / 2
        if abs(end[1] - start[1]) < 1.0:
            return ((end,),)
        return (((middle, start[1]), (middle, end[1]), end),)
    level, middle = turning_level(start, end), (start[0] + end[0]) / 2
    right, left = start[0] + _BEND, end[0] - _BEND
    return (
        ((right, start[1]), (right, level), (max(start[0] - 2 * _BEND, middle), level)),
        ((min(end[0] + 2 * _BEND, middle), level),),
        ((left, level), (left, end[1]), end),
    )


def turning_level(start: Point, end: Point) -> float:
    """The height at which an edge that runs backwards crosses over."""
    if abs(end[1] - start[1]) < CARD_HEIGHT:
        return max(start[1], end[1]) + CARD_HEIGHT
    return (start[1] + end[1]) / 2


def label_place(start: Point, end: Point) -> Point:
    """The middle of an edge's label: above a straight edge, on the line of one that runs backwards."""
    middle = (start[0] + end[0]) / 2
    if end[0] - start[0] >= _STRAIGHT:
        return middle, (start[1] + end[1]) / 2 - 15.0
    return middle, turning_level(start, end)


SNOWFLAKE = (3.0, 2.0, 8.0)
"""The middle of the disc with a snowflake on a frozen card, from the card's corner, and its radius."""


def snowflake() -> tuple[tuple[Point, Point], ...]:
    """The lines of the snowflake on a frozen card, each from end to end: six arms and the tips of each."""
    lines: list[tuple[Point, Point]] = []
    x, y, radius = SNOWFLAKE
    half = 0.72 * radius
    for turn in range(6):
        angle = math.pi * (turn / 3 + 0.5)
        across, along = math.cos(angle), math.sin(angle)
        lines.append(((x, y), (x + half * across, y + half * along)))
        knee = (x + 0.55 * half * across, y + 0.55 * half * along)
        for side in (-0.25, 0.25):
            bent = angle + math.pi * side
            tip = (knee[0] + 0.4 * half * math.cos(bent), knee[1] + 0.4 * half * math.sin(bent))
            lines.append((knee, tip))
    return tuple(lines)


def weight_bar(share: float) -> tuple[float, float, float, float]:
    """The bar at the foot of a heavy layer's card, as long as its share: x, y, width and height."""
    return RADIUS, CARD_HEIGHT - WEIGHT - 1.0, (CARD_WIDTH - 2 * RADIUS) * share, WEIGHT


def label_room(start: Point, end: Point) -> float:
    """How wide the label of an edge may be."""
    if end[0] - start[0] >= _STRAIGHT:
        return max(end[0] - start[0] - 4.0, 28.0)
    return 160.0
