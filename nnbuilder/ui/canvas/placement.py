"""Where new cards go: pure functions from a drawing to places, so that a chain makes room by itself."""

from collections.abc import Mapping, Sequence

from nnbuilder.graph.graph import Edge, Graph, NodeId
from nnbuilder.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, COLUMN, COLUMNS, GAP, ROW

Place = tuple[float, float]
Places = Mapping[NodeId, Place]

START: Place = (40.0, 60.0)
"""Where the first card of an empty drawing goes."""


def tidy_places(count: int, start: Place = START, columns: int = COLUMNS) -> list[Place]:
    """Places for a chain in rows that wrap, read like text."""
    x, y = start
    return [(x + index % columns * COLUMN, y + index // columns * ROW) for index in range(count)]


def place_after(graph: Graph, last: Place) -> Place:
    """The next free slot behind a card: to its right, or at the start of a row below all others."""
    left = min((node.x for node in graph.nodes.values()), default=START[0])
    right = max((node.x for node in graph.nodes.values()), default=START[0])
    limit = max(left + (COLUMNS - 1) * COLUMN, right)
    slot = (last[0] + COLUMN, last[1])
    if slot[0] > limit + 1.0:
        slot = (left, last[1] + ROW)
    while covered(graph, slot):
        slot = (slot[0] + COLUMN, slot[1]) if slot[0] + COLUMN <= limit + 1.0 else (left, slot[1] + ROW)
    return slot


def covered(graph: Graph, place: Place, ignored: frozenset[NodeId] = frozenset()) -> bool:
    """Whether a card at this place would overlap another one."""
    return any(
        abs(node.x - place[0]) < CARD_WIDTH and abs(node.y - place[1]) < CARD_HEIGHT
        for key, node in graph.nodes.items()
        if key not in ignored
    )


def free_place(graph: Graph, wanted: Place) -> Place:
    """The wanted place, moved down to the right until it covers no other card."""
    x, y = wanted
    while covered(graph, (x, y)):
        x, y = x + 24.0, y + 24.0
    return (x, y)


def make_room(graph: Graph, edge: Edge) -> tuple[Place, dict[NodeId, Place]]:
    """The place for a card in the middle of an edge, and the moves of others that free it.

    Where the two ends lie far enough apart, the card goes between them. Otherwise it takes the place of the
    edge's target, every card behind takes its follower's place, and the last one a new slot.
    """
    source, target = graph.nodes[edge.source], graph.nodes[edge.target]
    middle = ((source.x + target.x) / 2, (source.y + target.y) / 2)
    if target.x - source.x >= 2 * CARD_WIDTH + GAP and not covered(graph, middle):
        return middle, {}
    behind = _followers(graph, edge.target)
    places = [(graph.nodes[key].x, graph.nodes[key].y) for key in behind]
    places.append(place_after(graph, places[-1]))
    return places[0], dict(zip(behind, places[1:], strict=True))


def _followers(graph: Graph, start: NodeId) -> Sequence[NodeId]:
    """A node and what follows it along single edges."""
    after: dict[NodeId, list[NodeId]] = {}
    for edge in graph.edges:
        after.setdefault(edge.source, []).append(edge.target)
    chain, seen = [start], {start}
    while len(followers := after.get(chain[-1], [])) == 1 and followers[0] not in seen:
        chain.append(followers[0])
        seen.add(followers[0])
    return chain
