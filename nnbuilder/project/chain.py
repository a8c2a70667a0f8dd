"""What keeps a drawing from being one chain from Input to Loss, on the nodes concerned and with fixes."""

from collections.abc import Iterator, Mapping

from nnbuilder.catalog.registry import new_node
from nnbuilder.graph.edits import AddNode, Connect, Disconnect, RemoveNodes
from nnbuilder.graph.graph import INPUT, LOSS, Edge, Graph, Node, NodeId, fresh_id
from nnbuilder.graph.order import Order
from nnbuilder.graph.plain import within
from nnbuilder.project.edits import Edit
from nnbuilder.project.problem import Fix, Problem, Severity

_GAP = 160.0
"""How far from its neighbour a node lands that a fix adds."""

_OFFERED = 3
"""Most choices that one problem offers as fixes."""


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
        edges = links.outgoing[key]
        why = f"{title(graph.nodes[key])} feeds {len(edges)} layers; in a Sequential it feeds one."
        fixes = _keep_one(edges, {edge: f"to {title(graph.nodes[edge.target])}" for edge in edges})
        yield on(graph.nodes[key], "error", "branched", why, fixes)
    for key in order.joined:
        edges = links.incoming[key]
        why = f"{title(graph.nodes[key])} is fed by {len(edges)} layers; in a Sequential by one."
        fixes = _keep_one(edges, {edge: f"from {title(graph.nodes[edge.source])}" for edge in edges})
        yield on(graph.nodes[key], "error", "joined", why, fixes)


def _keep_one(edges: list[Edge], names: Mapping[Edge, str]) -> tuple[Fix, ...]:
    return tuple(
        _fix(f"Keep only the edge {names[kept]}", Disconnect(tuple(edge for edge in edges if edge != kept)))
        for kept in edges[:_OFFERED]
    )


def cycles(graph: Graph, order: Order) -> Iterator[Problem]:
    """No layer gets what it gave."""
    if not order.cyclic:
        return
    around = set(order.cyclic)
    last = next(edge for edge in reversed(graph.edges) if edge.source in around and edge.target in around)
    ends = f"from {title(graph.nodes[last.source])} to {title(graph.nodes[last.target])}"
    fix = _fix(f"Cut the edge {ends}", Disconnect((last,)))
    for key in order.cyclic:
        why = f"{title(graph.nodes[key])} lies on a cycle: what it gives comes back to it."
        yield on(graph.nodes[key], "error", "cyclic", why, (fix,))


def _gap(graph: Graph, order: Order, links: Links) -> Iterator[Problem]:
    """The chain stops at a layer that feeds nothing."""
    if not order.chain or links.outgoing[order.chain[-1]] or not graph.of_type(LOSS):
        return
    end = graph.nodes[order.chain[-1]]
    unfed = [key for key in order.loose if not links.incoming[key]]
    heads = [graph.nodes[key] for key in unfed if _leads_to_loss(graph, links, key)]
    fixes: tuple[Fix, ...] = ()
    if len(heads) == 1 and heads[0].type != INPUT:
        fixes = (_fix(f"Connect {title(end)} to {title(heads[0])}", Connect(Edge(end.id, heads[0].id))),)
    why = f"The chain breaks off at {title(end)}: nothing that follows leads to the Loss."
    yield on(end, "error", "broken-chain", why, fixes)
    for head in heads:
        if head.type != INPUT:
            why = f"Nothing feeds {title(head)}, so the chain to the Loss is broken."
            yield on(head, "error", "broken-chain", why, fixes)


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
            yield on(node, "note", "unconnected", why)


def on(node: Node, severity: Severity, code: str, why: str, fixes: tuple[Fix, ...] = ()) -> Problem:
    """A problem of one node."""
    return Problem(severity, code, why, node=node.id, path=within("graph.nodes", node.id), fixes=fixes)


def _fix(words: str, *edits: Edit) -> Fix:
    return Fix(words, edits)


def _cut(edges: list[Edge]) -> Fix:
    return _fix("Cut the edge" if len(edges) == 1 else "Cut the edges", Disconnect(tuple(edges)))
