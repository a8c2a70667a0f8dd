"""The order in which a drawing computes: its chain from Input to Loss, and what keeps it from being one.

A group has an order of its own: a chain without ends, which starts at the only child that nothing feeds.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from nnbuilder.graph.graph import GROUP, INPUT, LOSS, Edge, Graph, Node, NodeId

Neighbours = dict[NodeId, list[NodeId]]


class Order(msgspec.Struct, frozen=True):
    """How a graph, or a group in it, reads as a Sequential.

    `chain` runs from the Input node along single edges, Loss included when it is reached; it stops at the
    Loss and before a branch or a cycle. `loose` are nodes that the chain does not reach. `branched` have
    several edges out, `joined` several edges in, `cyclic` lie on a cycle. `complete`: the chain is exactly
    Input to Loss. In a group it is the chain that starts at the only child without an edge in (children
    without any edge do not count beside others), and complete when nothing is loose.
    """

    chain: tuple[NodeId, ...] = ()
    loose: tuple[NodeId, ...] = ()
    branched: tuple[NodeId, ...] = ()
    joined: tuple[NodeId, ...] = ()
    cyclic: tuple[NodeId, ...] = ()
    complete: bool = False
    group: NodeId | None = None

    @property
    def layers(self) -> tuple[NodeId, ...]:
        """The chain without its ends: what becomes the `nn.Sequential`; groups count as one layer."""
        if self.group is not None:
            return self.chain
        inner = self.chain[1:]
        return inner[:-1] if self.complete else inner


Orders = Mapping[NodeId | None, Order]
"""The order of the top, under None, and of each group."""


def order_of(graph: Graph, group: NodeId | None = None) -> Order:
    """Reads a graph, or the inside of a group, as a chain; total, whatever was drawn."""
    return _read(graph.children(group), graph.edges, group)


def orders_of(graph: Graph) -> Orders:
    """The orders of the top and of all groups, read at once."""
    members: dict[NodeId | None, list[Node]] = {None: []}
    members |= {node.id: [] for node in graph.nodes.values() if node.type == GROUP}
    for node in graph.nodes.values():
        if node.parent in members:
            members[node.parent].append(node)
    edges: dict[NodeId | None, list[Edge]] = {group: [] for group in members}
    for edge in graph.edges:
        source = graph.nodes.get(edge.source)
        if source is not None and source.parent in edges:
            edges[source.parent].append(edge)
    return {group: _read(inside, edges[group], group) for group, inside in members.items()}


def active(node: Node) -> Node:
    """The node as it computes: a disabled one passes on what it gets."""
    if not node.disabled:
        return node
    return msgspec.structs.replace(node, type="Identity", args={}, extra={})


def flat_layers(graph: Graph, orders: Orders) -> Iterator[tuple[Node, str]]:
    """The layers in the order in which they compute, groups opened, and their prefixes in the state_dict.

    Nodes come as `active`; of a disabled group one `Identity` is left, of an empty one nothing.
    """
    return _flat(graph, orders, None, "")


def layer_names(graph: Graph, layers: Iterable[NodeId], prefix: str = "") -> tuple[str, ...]:
    """The prefixes of siblings in the state_dict: the user's names, else the index as in `nn.Sequential`."""
    return tuple(f"{prefix}{graph.nodes[key].name or index}" for index, key in enumerate(layers))


def sound(graph: Graph, orders: Orders) -> bool:
    """Whether the chain is complete, and that of every group in it that computes."""
    return _sound(graph, orders, None)


def reaches(graph: Graph, start: NodeId, goal: NodeId) -> bool:
    """Whether a path of edges leads from `start` to `goal` (a node reaches itself)."""
    successors: Neighbours = {}
    for edge in graph.edges:
        successors.setdefault(edge.source, []).append(edge.target)
    seen = {start}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        if node == goal:
            return True
        fresh = [follower for follower in successors.get(node, ()) if follower not in seen]
        seen.update(fresh)
        queue.extend(fresh)
    return False


def _flat(graph: Graph, orders: Orders, group: NodeId | None, prefix: str) -> Iterator[tuple[Node, str]]:
    layers = orders[group].layers
    for key, name in zip(layers, layer_names(graph, layers, prefix), strict=True):
        node = active(graph.nodes[key])
        if node.type == GROUP:
            yield from _flat(graph, orders, key, f"{name}.")
        else:
            yield node, name


def _sound(graph: Graph, orders: Orders, group: NodeId | None) -> bool:
    inside = (key for key in orders[group].layers if active(graph.nodes[key]).type == GROUP)
    return orders[group].complete and all(_sound(graph, orders, key) for key in inside)


def _read(members: Iterable[Node], edges: Iterable[Edge], group: NodeId | None) -> Order:
    nodes = {node.id: node for node in members}
    successors: Neighbours = {node: [] for node in nodes}
    predecessors: Neighbours = {node: [] for node in nodes}
    for edge in edges:
        if edge.source in nodes and edge.target in nodes:
            successors[edge.source].append(edge.target)
            predecessors[edge.target].append(edge.source)
    joined = tuple(node for node in nodes if len(predecessors[node]) > 1)
    cyclic = _on_cycles(successors, predecessors)
    start = _input(nodes) if group is None else _head(successors, predecessors)
    chain = _chain(nodes, successors, start, set(joined) | set(cyclic))
    reached = set(chain)
    loose = tuple(node for node in nodes if node not in reached)
    return Order(
        chain=chain,
        loose=loose,
        branched=tuple(node for node in nodes if len(successors[node]) > 1),
        joined=joined,
        cyclic=tuple(node for node in nodes if node in cyclic),
        complete=(bool(chain) and nodes[chain[-1]].type == LOSS) if group is None else not loose,
        group=group,
    )


def _input(nodes: Mapping[NodeId, Node]) -> NodeId | None:
    return next((key for key, node in nodes.items() if node.type == INPUT), None)


def _head(successors: Neighbours, predecessors: Neighbours) -> NodeId | None:
    """Where a group's chain starts; None where several children could be it."""
    unfed = [key for key, before in predecessors.items() if not before]
    if len(unfed) > 1:
        unfed = [key for key in unfed if successors[key]]
    return unfed[0] if len(unfed) == 1 else None


def _on_cycles(successors: Neighbours, predecessors: Neighbours) -> frozenset[NodeId]:
    """Nodes left after peeling off sources and then sinks: the cycles and what lies between them."""
    left = _peel(set(successors), successors, predecessors)
    return frozenset(_peel(left, predecessors, successors))


def _peel(nodes: set[NodeId], forward: Neighbours, backward: Neighbours) -> set[NodeId]:
    left = set(nodes)
    degree = {node: sum(other in left for other in backward[node]) for node in left}
    queue = deque(node for node in left if degree[node] == 0)
    while queue:
        node = queue.popleft()
        left.discard(node)
        for follower in forward[node]:
            if follower in left:
                degree[follower] -= 1
                if degree[follower] == 0:
                    queue.append(follower)
    return left


def _chain(
    nodes: Mapping[NodeId, Node], successors: Neighbours, start: NodeId | None, closed: set[NodeId]
) -> tuple[NodeId, ...]:
    if start is None or start in closed:
        return ()
    chain = [start]
    while nodes[chain[-1]].type != LOSS and len(successors[chain[-1]]) == 1:
        follower = successors[chain[-1]][0]
        if follower in closed:
            break
        chain.append(follower)
    return tuple(chain)
