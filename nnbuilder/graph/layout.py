"""Where cards go: tidy rows for a whole drawing, and room for what is put into a chain.

Pure functions from a drawing to places of upper left corners, for `MoveNodes` and for new nodes. The same
drawing always gets the same places, and what is tidy already stays where it is.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal

from nnbuilder.graph import limits
from nnbuilder.graph.geometry import CARD_HEIGHT, CARD_WIDTH, COLUMN, COLUMNS, GAP, ROW
from nnbuilder.graph.graph import INPUT, Edge, Graph, Node, NodeId
from nnbuilder.graph.order import order_of

Place = tuple[float, float]
Places = Mapping[NodeId, Place]
Style = Literal["wrapped", "horizontal", "vertical"]
STYLES: tuple[Style, ...] = ("wrapped", "horizontal", "vertical")

START: Place = (40.0, 60.0)
"""Where the first card of an empty drawing goes."""

STEP = 150.0
"""From card to card in a column: as near as the curve between two cards allows."""


def tidy(
    graph: Graph, style: Style = "wrapped", group: NodeId | None = None, columns: int = COLUMNS
) -> dict[NodeId, Place]:
    """The places of a tidy drawing (the top, or the inside of a group), of nodes that have to move there.

    The chain comes first; every stretch that it does not reach starts a row of its own below it (a column of
    its own to the right in a vertical layout). `columns` counts for wrapped rows. Notes and
    frames keep their places. The upper left corner of the drawing stays where it is.
    """
    runs = stretches(graph, group)
    width = max(columns, 1) if style == "wrapped" else limits.NODES
    places = _placed(runs, START, style, width)
    corner = _corner(graph, places)
    if corner != START:
        places = _placed(runs, corner, style, width)
    return {key: place for key, place in places.items() if place != (graph.nodes[key].x, graph.nodes[key].y)}


def tidy_places(count: int, start: Place = START, columns: int = COLUMNS) -> list[Place]:
    """Places for a chain in rows that wrap, read like text."""
    x, y = start
    return [(x + index % columns * COLUMN, y + index // columns * ROW) for index in range(count)]


def stretches(graph: Graph, group: NodeId | None = None) -> list[list[NodeId]]:
    """All nodes of one level as lines that follow the edges: the chain first, then the loose ones.

    Every node of the level is in exactly one of them; a branch goes on with its first edge and starts new
    lines for the others. Lines begin where nothing comes before, in reading direction; cycles come last.
    """
    members = {node.id for node in graph.children(group)}
    after: dict[NodeId, list[NodeId]] = {}
    fed = set()
    for edge in graph.edges:
        if edge.source in members and edge.target in members:
            after.setdefault(edge.source, []).append(edge.target)
            fed.add(edge.target)
    chain = list(order_of(graph, group).chain)
    taken = set(chain)
    starts = sorted(members - taken, key=lambda key: _reading(graph, key, fed))
    lines = [chain, *(_line(key, after, taken) for key in starts)]
    return [line for line in lines if line]


def reading_order(graph: Graph, nodes: Collection[NodeId]) -> list[NodeId]:
    """These nodes in the order in which the drawing computes, level by level; unknown ids are left out."""
    wanted = {key for key in nodes if key in graph.nodes}
    levels = {node.parent: None for key, node in graph.nodes.items() if key in wanted}
    lines = (line for level in levels for line in stretches(graph, level))
    return [key for line in lines for key in line if key in wanted]


def place_after(graph: Graph, last: Place, group: NodeId | None = None) -> Place:
    """The next free slot behind a card: to its right, or at the start of a row below all others."""
    return places_after(graph, last, 1, group)[0]


def places_after(graph: Graph, last: Place, count: int, group: NodeId | None = None) -> list[Place]:
    """The next free slots behind a card of the top or of a group, one after the other."""
    level = _ground(graph).level(group)
    places: list[Place] = []
    for slot in _slots(last, level.left, level.limit):
        if len(places) == count:
            break
        if not level.taken.covers(slot):
            places.append(slot)
    return places


def covered(graph: Graph, place: Place, group: NodeId | None = None) -> bool:
    """Whether a card at this place of the top, or of a group, would overlap another one."""
    return _ground(graph).level(group).taken.covers(place)


def free_place(graph: Graph, wanted: Place, group: NodeId | None = None) -> Place:
    """The wanted place, moved down to the right until it covers no other card."""
    taken = _ground(graph).level(group).taken
    x, y = wanted
    while taken.covers((x, y)):
        x, y = x + 24.0, y + 24.0
    return (x, y)


def make_room(graph: Graph, edge: Edge) -> tuple[Place, dict[NodeId, Place]]:
    """The place for a card in the middle of an edge, and the moves of others that free it."""
    places, moves = make_rooms(graph, edge, 1)
    return places[0], moves


def make_rooms(graph: Graph, edge: Edge, count: int) -> tuple[list[Place], dict[NodeId, Place]]:
    """The places for that many cards in the middle of an edge, and the moves of others that free them.

    Where the two ends lie far enough apart, the cards go between them. Otherwise they take the places of the
    edge's target and of those behind it, which move on, the last ones to new slots.
    """
    source, target = graph.nodes[edge.source], graph.nodes[edge.target]
    between = [
        (
            source.x + (target.x - source.x) * index / (count + 1),
            source.y + (target.y - source.y) * index / (count + 1),
        )
        for index in range(1, count + 1)
    ]
    wide = target.x - source.x >= (count + 1) * CARD_WIDTH + count * GAP
    if wide and not any(map(_ground(graph).level(source.parent).taken.covers, between)):
        return between, {}
    return _make_way(graph, edge.target, count)


def rooms_after(graph: Graph, last: NodeId, count: int) -> tuple[list[Place], dict[NodeId, Place]]:
    """The places for that many cards behind a node that leads nowhere, and the moves that free them.

    A loose stretch that begins in the next slot moves on; anything else stays, and the cards go around it.
    """
    node = graph.nodes[last]
    beside = (node.x + COLUMN, node.y)
    fed = {edge.target for edge in graph.edges}
    for other in graph.children(node.parent):
        loose = other.id not in fed and other.type != INPUT
        if loose and Taken((other,)).covers(beside) and last not in _ground(graph).followers(other.id):
            return _make_way(graph, other.id, count)
    return places_after(graph, (node.x, node.y), count, node.parent), {}


def rooms_before(graph: Graph, first: NodeId, count: int) -> tuple[list[Place], dict[NodeId, Place]]:
    """The places for that many cards before a node that nothing feeds; it moves on where there is no room."""
    node = graph.nodes[first]
    places = [(node.x - index * COLUMN, node.y) for index in range(count, 0, -1)]
    if any(map(_ground(graph).level(node.parent).taken.covers, places)):
        return _make_way(graph, first, count)
    return places, {}


def _make_way(graph: Graph, start: NodeId, count: int) -> tuple[list[Place], dict[NodeId, Place]]:
    """The places of a node and of what follows it, which move on, the last ones to new slots."""
    behind = _ground(graph).followers(start)
    places = [(graph.nodes[key].x, graph.nodes[key].y) for key in behind]
    places += places_after(graph, places[-1], count, graph.nodes[start].parent)
    return places[:count], dict(zip(behind, places[count:], strict=True))


class Taken:
    """Where cards lie, sorted into cells of a card's size: whether a place is free is asked many times."""

    def __init__(self, cards: Iterable[Node]) -> None:
        self._cells: dict[tuple[int, int], list[Place]] = {}
        for card in cards:
            self._cells.setdefault(self._cell((card.x, card.y)), []).append((card.x, card.y))

    def covers(self, place: Place) -> bool:
        """Whether a card at this place would overlap another one."""
        column, row = self._cell(place)
        around = ((column + right, row + down) for right in (-1, 0, 1) for down in (-1, 0, 1))
        return any(
            abs(x - place[0]) < CARD_WIDTH and abs(y - place[1]) < CARD_HEIGHT
            for cell in around
            for x, y in self._cells.get(cell, ())
        )

    @staticmethod
    def _cell(place: Place) -> tuple[int, int]:
        return int(place[0] // CARD_WIDTH), int(place[1] // CARD_HEIGHT)


class _Level:
    """The cards of the top or of a group: where they lie, and from where to where their rows go."""

    def __init__(self, cards: Sequence[Node]) -> None:
        self.taken = Taken(cards)
        self.left = min((node.x for node in cards), default=START[0])
        right = max((node.x for node in cards), default=START[0])
        self.limit = max(self.left + (COLUMNS - 1) * COLUMN, right) + 1.0


class _Ground:
    """What is asked of one drawing again and again where many fixes of it need room."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._levels: dict[NodeId | None, _Level] = {}

    def level(self, group: NodeId | None) -> _Level:
        """The top, or the inside of a group."""
        if group not in self._levels:
            self._levels[group] = _Level(self.graph.children(group))
        return self._levels[group]

    def followers(self, start: NodeId) -> list[NodeId]:
        """A node and what follows it along single edges."""
        chain, seen = [start], {start}
        while len(followers := self._after.get(chain[-1], [])) == 1 and followers[0] not in seen:
            chain.append(followers[0])
            seen.add(followers[0])
        return chain

    @cached_property
    def _after(self) -> dict[NodeId, list[NodeId]]:
        after: dict[NodeId, list[NodeId]] = {}
        for edge in self.graph.edges:
            if edge.target in self.graph.nodes:
                after.setdefault(edge.source, []).append(edge.target)
        return after


_lately: deque[_Ground] = deque(maxlen=1)
"""The drawing that was asked about last: no drawing is ever changed in place."""


def _ground(graph: Graph) -> _Ground:
    if not _lately or _lately[0].graph is not graph:
        _lately.append(_Ground(graph))
    return _lately[0]


def _reading(graph: Graph, key: NodeId, fed: Collection[NodeId]) -> tuple[bool, float, float, NodeId]:
    node = graph.nodes[key]
    return key in fed, node.y, node.x, key


def _line(start: NodeId, after: Mapping[NodeId, Sequence[NodeId]], taken: set[NodeId]) -> list[NodeId]:
    """A node and what follows it, each by its first edge, as far as nobody took it; adds them to `taken`."""
    line: list[NodeId] = []
    fresh = [start]
    while fresh := [key for key in fresh if key not in taken]:
        line.append(fresh[0])
        taken.add(fresh[0])
        fresh = list(after.get(line[-1], ()))
    return line


def _placed(
    runs: Sequence[Sequence[NodeId]], start: Place, style: Style, columns: int
) -> dict[NodeId, Place]:
    places: dict[NodeId, Place] = {}
    x, y = start
    for run in runs:
        if not run:
            continue
        if style == "vertical":
            places.update((key, (x, y + index * STEP)) for index, key in enumerate(run))
            x += COLUMN
        else:
            places.update(zip(run, tidy_places(len(run), (x, y), columns), strict=True))
            y += -(-len(run) // columns) * ROW
    return places


def _corner(graph: Graph, places: Places) -> Place:
    """Where the drawing starts now, unless its tidy places would leave the scene from there."""
    if not places:
        return START
    left = min(graph.nodes[key].x for key in places)
    top = min(graph.nodes[key].y for key in places)
    right = left + max(x for x, _ in places.values()) - START[0]
    bottom = top + max(y for _, y in places.values()) - START[1]
    fits = max(abs(left), abs(top), abs(right), abs(bottom)) <= limits.COORDINATE
    return (left, top) if fits else START


def _slots(last: Place, left: float, limit: float) -> Iterator[Place]:
    """All slots behind a place: on to the right up to the limit, then row by row."""
    x, y = last
    while True:
        x, y = (x + COLUMN, y) if x + COLUMN <= limit else (left, y + ROW)
        yield x, y
