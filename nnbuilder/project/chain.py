"""What keeps a drawing from being one chain from Input to Loss, on the nodes concerned and with fixes."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from nnbuilder.catalog.registry import new_node
from nnbuilder.graph.edits import AddNode, Connect, Disconnect, InsertOnEdge, RemoveNodes
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import INPUT, LOSS, Edge, Graph, Node, NodeId, fresh_id
from nnbuilder.graph.order import Order, order_of
from nnbuilder.graph.plain import within
from nnbuilder.project.edits import Edit
from nnbuilder.project.problem import Fix, Problem, Severity

_GAP = 160.0
"""How far from its neighbour a node lands that a fix adds."""

_OFFERED = 3
"""Most choices that one problem offers as fixes."""

_PIECES = 5
"""More loose pieces than these are for a person to put in order."""

_CUT = 40
"""Most edges of cycles that are looked at for the one to cut."""


class Links:
    """Who feeds whom, looked up once for a whole drawing."""

    def __init__(self, graph: Graph) -> None:
        self.outgoing: dict[NodeId, list[Edge]] = {node: [] for node in graph.nodes}
        self.incoming: dict[NodeId, list[Edge]] = {node: [] for node in graph.nodes}
        for edge in graph.edges:
            if edge.source in self.outgoing and edge.target in self.incoming:
                self.outgoing[edge.source].append(edge)
                self.incoming[edge.target].append(edge)


def chain_problems(graph: Graph, order: Order) -> Iterator[Problem]:
    """Every reason why the top of a drawing is no chain, and a note on each node that lies beside it."""
    key = fresh_id(graph)
    top = graph.level(None)
    links = Links(top)
    yield from _ends(top, order, INPUT, key)
    yield from _ends(top, order, LOSS, key)
    yield from _beyond_ends(top, links)
    if not order.complete:
        yield from forks(top, order, links)
        yield from cycles(top, order)
        yield from _gap(top, order, links)
    yield from _beside(top, order, links)


def title(node: Node) -> str:
    """How a node is called in a sentence."""
    return f"{node.type} {node.name}" if node.name else node.type


def _ends(graph: Graph, order: Order, kind: str, free: NodeId) -> Iterator[Problem]:
    """The drawing has exactly one Input and exactly one Loss."""
    found = graph.of_type(kind)
    if not found:
        why = {
            INPUT: "The drawing has no Input: the network starts there.",
            LOSS: "The drawing has no Loss: the network ends there.",
        }[kind]
        yield Problem("error", f"no-{kind.lower()}", why, fixes=(_add_end(graph, order, kind, free),))
    if len(found) > 1:
        reached = set(order.chain)
        for node in found:
            beside = node.id not in reached
            fixes = (_fix(f"Delete this {kind}", RemoveNodes((node.id,), close_gap=False)),) if beside else ()
            why = f"The drawing has {len(found)} nodes of type {kind}; a network has one."
            yield on(node, "error", f"two-{'inputs' if kind == INPUT else 'losses'}", why, fixes)


def _add_end(graph: Graph, order: Order, kind: str, key: NodeId) -> Fix:
    """Adds the missing end, connected where only one place is free for it."""
    links = Links(graph)
    open_ends = [
        node
        for node in graph.nodes.values()
        if not (links.incoming if kind == INPUT else links.outgoing)[node.id]
    ]
    beside = open_ends[0] if len(open_ends) == 1 else None
    if kind == LOSS and order.chain and not links.outgoing[order.chain[-1]]:
        beside = graph.nodes[order.chain[-1]]
    x, y = (beside.x, beside.y) if beside else (0.0, 0.0)
    node = new_node(kind, key, x + (_GAP if kind == LOSS else -_GAP), y)
    edits: list[Edit] = [AddNode(node)]
    if beside is not None and beside.type not in (INPUT, LOSS):
        ends = (node.id, beside.id) if kind == INPUT else (beside.id, node.id)
        edits.append(Connect(Edge(*ends)))
    return Fix(f"Add {'an Input' if kind == INPUT else 'a Loss'}", tuple(edits))


def _beyond_ends(graph: Graph, links: Links) -> Iterator[Problem]:
    """Nothing feeds the Input, and the Loss feeds nothing."""
    for node in graph.nodes.values():
        if node.type == INPUT and (edges := links.incoming[node.id]):
            why = "An edge leads into the Input, where the network starts."
            yield on(node, "error", "before-input", why, (_cut(edges),))
        if node.type == LOSS and (edges := links.outgoing[node.id]):
            why = "An edge leads out of the Loss, where the network ends."
            yield on(node, "error", "after-loss", why, (_cut(edges),))


def forks(graph: Graph, order: Order, links: Links) -> Iterator[Problem]:
    """Each layer of a Sequential feeds one and is fed by one."""
    for key in order.branched:
        edges = _leading(graph, links, links.outgoing[key])
        why = f"{title(graph.nodes[key])} feeds {len(edges)} layers; in a Sequential it feeds one."
        fixes = _keep_one(edges, {edge: f"to {title(graph.nodes[edge.target])}" for edge in edges})
        yield on(graph.nodes[key], "error", "branched", why, fixes)
    for key in order.joined:
        edges = _led(order, links.incoming[key])
        why = f"{title(graph.nodes[key])} is fed by {len(edges)} layers; in a Sequential by one."
        fixes = _keep_one(edges, {edge: f"from {title(graph.nodes[edge.source])}" for edge in edges})
        yield on(graph.nodes[key], "error", "joined", why, fixes)


def _keep_one(edges: list[Edge], names: Mapping[Edge, str]) -> tuple[Fix, ...]:
    return tuple(
        _fix(f"Keep only the edge {names[kept]}", Disconnect(tuple(edge for edge in edges if edge != kept)))
        for kept in edges[:_OFFERED]
    )


def _leading(graph: Graph, links: Links, edges: list[Edge]) -> list[Edge]:
    """Edges that lead on to the Loss come first."""
    return sorted(edges, key=lambda edge: not _leads_to_loss(graph, links, edge.target))


def _led(order: Order, edges: list[Edge]) -> list[Edge]:
    """Edges that come from the Input's chain come first."""
    return sorted(edges, key=lambda edge: edge.source not in order.chain)


def cycles(graph: Graph, order: Order) -> Iterator[Problem]:
    """No layer gets what it gave."""
    if not order.cyclic:
        return
    fixes = tuple(
        _fix(
            f"Cut the edge from {title(graph.nodes[edge.source])} to {title(graph.nodes[edge.target])}",
            Disconnect((edge,)),
        )
        for edge in _back_edges(graph, order)
    )
    for key in order.cyclic:
        why = f"{title(graph.nodes[key])} lies on a cycle: what it gives comes back to it."
        yield on(graph.nodes[key], "error", "cyclic", why, fixes)


def _back_edges(graph: Graph, order: Order) -> list[Edge]:
    """The edges of a cycle that are worth cutting: those that leave one chain, then those drawn last."""
    around = set(order.cyclic)
    edges = [edge for edge in reversed(graph.edges) if edge.source in around and edge.target in around]
    return sorted(edges[:_CUT], key=lambda edge: not _whole_without(graph, order, edge))[:_OFFERED]


def _whole_without(graph: Graph, order: Order, edge: Edge) -> bool:
    """Whether a chain is complete once an edge is cut."""
    left = Disconnect((edge,)).apply(graph)
    group = None if order.group is None else graph.nodes[edge.source].parent
    return order_of(left, group).complete


def _gap(graph: Graph, order: Order, links: Links) -> Iterator[Problem]:
    """The chain stops at a layer that feeds nothing."""
    if not order.chain or links.outgoing[order.chain[-1]] or not graph.of_type(LOSS):
        return
    end = graph.nodes[order.chain[-1]]
    unfed = [key for key in order.loose if not links.incoming[key]]
    heads = [graph.nodes[key] for key in unfed if _leads_to_loss(graph, links, key)]
    fixes: tuple[Fix, ...] = ()
    if len(heads) == 1 and heads[0].type != INPUT:
        fixes = _joins(graph, links, end, heads[0], [key for key in unfed if key != heads[0].id])
    why = f"The chain breaks off at {title(end)}: nothing that follows leads to the Loss."
    yield on(end, "error", "broken-chain", why, fixes)
    for head in heads:
        if head.type != INPUT:
            why = f"Nothing feeds {title(head)}, so the chain to the Loss is broken."
            yield on(head, "error", "broken-chain", why, fixes)


def _joins(graph: Graph, links: Links, end: Node, head: Node, others: list[NodeId]) -> tuple[Fix, ...]:
    """Connects the two ends, and as another choice through the pieces that lie loose beside them.

    Where those lie between the two ends, left to right, they come first.
    """
    link = Connect(Edge(end.id, head.id))
    if not _can_be(graph, (link,)):  # an edge out of the Loss leads back
        return ()
    straight = _fix(f"Connect {title(end)} to {title(head)}", link)
    pieces = [key for key in others if graph.nodes[key].type not in (INPUT, LOSS)]
    tails = {key: _tail(links, key) for key in pieces}
    if not pieces or len(pieces) > _PIECES or None in tails.values():
        return (straight,)
    pieces.sort(key=lambda key: (graph.nodes[key].x, graph.nodes[key].y))
    stops = [end.id, *(tails[key] for key in pieces)]
    starts = [*pieces, head.id]
    edits = tuple(Connect(Edge(tail, key)) for tail, key in zip(stops, starts, strict=True) if tail)
    names = " and ".join(title(graph.nodes[key]) for key in pieces[:2]) if len(pieces) < 3 else "all pieces"
    if not _can_be(graph, edits):  # a piece leads into the Input
        return (straight,)
    through = _fix(f"Connect {title(end)} to {title(head)} through {names}", *edits)
    between = all(end.x < graph.nodes[key].x < head.x for key in pieces)
    return (through, straight) if between else (straight, through)


def _can_be(graph: Graph, edits: Iterable[Connect]) -> bool:
    """Whether all these edges can be drawn."""
    try:
        for edit in edits:
            graph = edit.apply(graph)
    except EditRefused:
        return False
    return True


def _tail(links: Links, key: NodeId) -> NodeId | None:
    """The end of a piece that starts at a node; None where it branches or joins another."""
    seen = {key}
    while edges := links.outgoing[key]:
        key = edges[0].target
        if len(edges) > 1 or len(links.incoming[key]) > 1 or key in seen:
            return None
        seen.add(key)
    return key


def _leads_to_loss(graph: Graph, links: Links, start: NodeId) -> bool:
    """Whether single edges lead from a node to a Loss."""
    seen = {start}
    while graph.nodes[start].type != LOSS:
        edges = links.outgoing[start]
        if len(edges) != 1 or edges[0].target in seen:
            return False
        start = edges[0].target
        seen.add(start)
    return True


def _beside(graph: Graph, order: Order, links: Links) -> Iterator[Problem]:
    """Nodes that take no part: all that the complete chain leaves out, or those without any edge."""
    for key in order.loose:
        node = graph.nodes[key]
        alone = not links.incoming[key] and not links.outgoing[key]
        if node.type not in (INPUT, LOSS) and (order.complete or alone):
            why = f"{title(node)} lies beside the chain and takes no part in the network."
            fixes = _uses(graph, order, node) if alone and order.complete else ()
            yield on(node, "note", "unconnected", why, fixes)


def _uses(graph: Graph, order: Order, node: Node) -> tuple[Fix, ...]:
    """Puts a lone layer into the edge that it lies nearest to, or takes it away."""
    away = _fix(f"Delete {title(node)}", RemoveNodes((node.id,)))
    if len(order.loose) > _PIECES:
        return (away,)
    ends = [(graph.nodes[one], graph.nodes[other]) for one, other in pairwise(order.chain)]
    before, behind = min(ends, key=lambda pair: _far(node, *pair))
    text = f"Put {title(node)} between {title(before)} and {title(behind)}"
    return _fix(text, InsertOnEdge(node, Edge(before.id, behind.id))), away


def _far(node: Node, one: Node, other: Node) -> float:
    """How far a node lies from the middle of an edge, squared."""
    return (node.x - (one.x + other.x) / 2) ** 2 + (node.y - (one.y + other.y) / 2) ** 2


def on(node: Node, severity: Severity, code: str, why: str, fixes: tuple[Fix, ...] = ()) -> Problem:
    """A problem of one node."""
    return Problem(severity, code, why, node=node.id, path=within("graph.nodes", node.id), fixes=fixes)


def _fix(words: str, *edits: Edit) -> Fix:
    return Fix(words, edits)


def _cut(edges: list[Edge]) -> Fix:
    return _fix("Cut the edge" if len(edges) == 1 else "Cut the edges", Disconnect(tuple(edges)))
