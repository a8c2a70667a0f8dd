"""The order in which a drawing computes: its chain from Input to Loss, and what keeps it from being one."""

from collections import deque

import msgspec

from nnbuilder.graph.graph import INPUT, LOSS, Graph, NodeId


class Order(msgspec.Struct, frozen=True):
    """How a graph reads as a Sequential.

    `chain` runs from the Input node along single edges, Loss included when it is reached; it stops at the
    Loss and before a branch or a cycle. `loose` are nodes that the chain does not reach. `branched` have
    several edges out, `joined` several edges in, `cyclic` lie on a cycle. `complete`: the chain is exactly
    Input to Loss.
    """

    chain: tuple[NodeId, ...] = ()
    loose: tuple[NodeId, ...] = ()
    branched: tuple[NodeId, ...] = ()
    joined: tuple[NodeId, ...] = ()
    cyclic: tuple[NodeId, ...] = ()
    complete: bool = False

    @property
    def layers(self) -> tuple[NodeId, ...]:
        """The chain without its ends: what becomes the `nn.Sequential`."""
        inner = self.chain[1:]
        return inner[:-1] if self.complete else inner


def order_of(graph: Graph) -> Order:
    """Reads a graph as a chain; total, whatever was drawn."""
    successors = _neighbours(graph, forward=True)
    predecessors = _neighbours(graph, forward=False)
    branched = tuple(node for node in graph.nodes if len(successors[node]) > 1)
    joined = tuple(node for node in graph.nodes if len(predecessors[node]) > 1)
    cyclic = _on_cycles(successors, predecessors)
    chain = _chain(graph, successors, set(joined) | set(cyclic))
    reached = set(chain)
    return Order(
        chain=chain,
        loose=tuple(node for node in graph.nodes if node not in reached),
        branched=branched,
        joined=joined,
        cyclic=tuple(node for node in graph.nodes if node in cyclic),
        complete=bool(chain) and graph.nodes[chain[-1]].type == LOSS,
    )


def reaches(graph: Graph, start: NodeId, goal: NodeId) -> bool:
    """Whether a path of edges leads from `start` to `goal` (a node reaches itself)."""
    successors = _neighbours(graph, forward=True)
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


def _neighbours(graph: Graph, *, forward: bool) -> dict[NodeId, list[NodeId]]:
    neighbours: dict[NodeId, list[NodeId]] = {node: [] for node in graph.nodes}
    for edge in graph.edges:
        start, end = (edge.source, edge.target) if forward else (edge.target, edge.source)
        if start in neighbours and end in neighbours:
            neighbours[start].append(end)
    return neighbours


def _on_cycles(
    successors: dict[NodeId, list[NodeId]], predecessors: dict[NodeId, list[NodeId]]
) -> frozenset[NodeId]:
    """Nodes left after peeling off sources and then sinks: the cycles and what lies between them."""
    left = _peel(set(successors), successors, predecessors)
    return frozenset(_peel(left, predecessors, successors))


def _peel(
    nodes: set[NodeId], forward: dict[NodeId, list[NodeId]], backward: dict[NodeId, list[NodeId]]
) -> set[NodeId]:
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


def _chain(graph: Graph, successors: dict[NodeId, list[NodeId]], closed: set[NodeId]) -> tuple[NodeId, ...]:
    inputs = graph.of_type(INPUT)
    if not inputs or inputs[0].id in closed:
        return ()
    chain = [inputs[0].id]
    while graph.nodes[chain[-1]].type != LOSS and len(successors[chain[-1]]) == 1:
        follower = successors[chain[-1]][0]
        if follower in closed:
            break
        chain.append(follower)
    return tuple(chain)
