"""Layers that were typed, put behind the selected one or at a spot: what that would do, and doing it."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from nnbuilder.graph.edit import title
from nnbuilder.graph.edits import AddNodes
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.geometry import ROW
from nnbuilder.graph.graph import INPUT, LOSS, Edge, Graph, Node, NodeId, fresh_ids
from nnbuilder.graph.layout import START, tidy_places
from nnbuilder.graph.order import order_of
from nnbuilder.project.edits import apply_edit
from nnbuilder.ui.canvas import building
from nnbuilder.ui.canvas.building import Spot
from nnbuilder.ui.canvas.gestures.aims import place_of
from nnbuilder.ui.canvas.gestures.base import Bench
from nnbuilder.ui.canvas.walk import Walker


class Adding:
    """Adds layers to the drawing as one step: behind the selected one, or the first time where `aim` says."""

    def __init__(self, bench: Bench, walker: Walker) -> None:
        self._bench = bench
        self._walker = walker
        self._spot: Spot | None = None

    def aim(self, spot: Spot | None) -> None:
        """Lets the next layers go to a spot, whose port lights up; None ends that."""
        self._spot = spot
        port = spot.port if spot is not None else None
        known = port is not None and port.node in self._bench.scene.cards
        self._bench.marks.aim(place_of(self._bench.scene, port) if port is not None and known else None)

    def place_of(self, layers: Sequence[Node]) -> str:
        """Where layers would go, as the end of a sentence; raises `EditRefused` where they cannot."""
        project = self._bench.document.project
        built = self._built(layers)
        after = apply_edit(project, built.edit).graph
        before, behind = after.incoming(built.nodes[0]), after.outgoing(built.nodes[-1])
        words = [f"behind {title(after, before[0].source)}"] if before else []
        words += [f"before {title(after, behind[0].target)}"] if behind else []
        return " and ".join(words) or "to the drawing"

    def add(self, layers: Sequence[Node]) -> bool:
        """Adds layers and selects the last one; a refusal is said at the mouse."""
        try:
            built = self._built(layers)
        except EditRefused as refusal:
            self._bench.say(str(refusal))
            return False
        if not self._bench.apply(built.edit):
            return False
        self.aim(None)
        self._bench.selection.set(built.nodes[-1:])
        self._walker.show(built.nodes)
        return True

    def _built(self, layers: Sequence[Node]) -> building.Built:
        graph, group = self._bench.graph, self._bench.group
        here = self._bench.selection.current
        types = [node.type for node in layers]
        for end in (INPUT, LOSS):
            if end in types and (group is not None or graph.of_type(end)):
                inside = "An end of the network cannot lie in a group."
                raise EditRefused(inside if group is not None else f"The network has its {end} already.")
        if self._spot is not None and _there(graph, self._spot):
            return building.build(graph, layers, self._spot, group)
        if INPUT in types:
            return _whole(graph, layers)
        if LOSS in types:
            here = _last(graph, here)
        elif here is not None and (here not in graph.nodes or graph.nodes[here].parent != group):
            here = None
        return building.append(graph, layers, here, group)


def _there(graph: Graph, spot: Spot) -> bool:
    """Whether what a spot speaks of has not gone since."""
    if spot.edge is not None:
        return spot.edge in graph.edges
    return spot.port is None or spot.port.node in graph.nodes


def _last(graph: Graph, here: NodeId | None) -> NodeId | None:
    """What the Loss is to come behind: the selected layer, or the end of the chain."""
    if here is not None and here in graph.nodes and not graph.outgoing(here):
        return here
    chain = order_of(graph).chain
    return chain[-1] if chain else None


def _whole(graph: Graph, layers: Sequence[Node]) -> building.Built:
    """A network from its Input on, in rows below everything that is there."""
    below = max((node.y for node in graph.children(None)), default=START[1] - ROW) + ROW
    ids = fresh_ids(graph)
    nodes = tuple(
        msgspec.structs.replace(node, id=next(ids), x=x, y=y)
        for node, (x, y) in zip(layers, tidy_places(len(layers), (START[0], below)), strict=True)
    )
    keys = tuple(node.id for node in nodes)
    edges = [Edge(first, second) for first, second in pairwise(keys)]
    open_loss = [node.id for node in graph.of_type(LOSS) if not graph.incoming(node.id)]
    if open_loss:
        edges.append(Edge(keys[-1], open_loss[0]))
    return building.Built(AddNodes(nodes, tuple(edges)), keys)
