"""What can be done with everything that is selected: each is one edit, refused with one quiet sentence."""

from collections.abc import Callable, Iterable

from nnbuilder.catalog.registry import can_learn
from nnbuilder.graph import layout
from nnbuilder.graph.clip import clip, paste
from nnbuilder.graph.edits import AnyGraphEdit, Group, MoveNodes, SetDisabled, SetFrozen, Ungroup
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, Edge, Graph, Node, NodeId, fresh_id
from nnbuilder.graph.layout import Place
from nnbuilder.graph.order import order_of
from nnbuilder.graph.wiring import stretch_of
from nnbuilder.project import reorder
from nnbuilder.project.edits import Edit, Several
from nnbuilder.project.reorder import Step
from nnbuilder.ui.canvas.gestures.base import Bench
from nnbuilder.ui.canvas.walk import Walker

Nodes = tuple[NodeId, ...]
Make = Callable[[Graph, Nodes], Edit]
"""Makes an edit from the drawing and what is selected in it; raises `EditRefused`."""


class Chosen:
    """Edits the selected nodes."""

    def __init__(self, bench: Bench, walker: Walker) -> None:
        self._bench = bench
        self._walker = walker

    def duplicate(self) -> None:
        """Adds a copy of the selection a little beside it, and selects that."""
        level = self._bench.group
        self.edit(lambda graph, nodes: paste(clip(graph, nodes), graph, parent=level, verb="Duplicate"))

    def toggle_disabled(self) -> None:
        """Disables the selected layers, or enables them where all are disabled."""
        self.edit(_switched)

    def toggle_frozen(self) -> None:
        """Freezes the selected layers, or unfreezes them where all are frozen."""
        self.edit(_frozen)

    def shift(self, step: Step) -> None:
        """Moves the selected layers one place back (-1) or on (1) in their chain."""
        self.edit(lambda graph, nodes: _shifted(graph, nodes, step))

    def move_in(self) -> None:
        """Moves the selected layers into the group beside them."""
        self._move_home(reorder.moved_in)

    def move_out(self) -> None:
        """Moves the selected layers out of their group, behind it."""
        self._move_home(reorder.moved_out)

    def group(self) -> None:
        """Makes the selected layers one group, and selects that."""
        self.edit(_grouped)

    def ungroup(self) -> None:
        """Puts what lies in the selected groups in their place, and selects that."""
        graph = self._bench.graph
        inside = [child.id for key in self._bench.selection.nodes for child in graph.children(key)]
        if self.edit(_ungrouped):
            self._bench.selection.set(inside)

    def select_chain(self) -> None:
        """Selects what comes behind the selected nodes as well."""
        graph = self._bench.graph
        self._bench.selection.set(downstream(graph, self._bench.selection.nodes))

    def _move_home(self, make: Make) -> None:
        """Moves the selected layers to another part of the drawing, and goes there with them."""
        nodes = self._bench.selection.nodes
        if self.edit(make):
            self._bench.level.show_level_of(nodes[-1])
            self._bench.selection.set(nodes)

    def edit(self, make: Make) -> bool:
        """Applies an edit made from the selection, and selects what it adds; says why where it is refused."""
        before = self._bench.graph
        try:
            edit = make(before, self._bench.selection.nodes)
        except EditRefused as refusal:
            self._bench.say(str(refusal))
            return False
        if not self._bench.apply(edit):
            return False
        after, level = self._bench.graph, self._bench.group
        if new := [node.id for node in after.children(level) if node.id not in before.nodes]:
            self._bench.selection.set(new)
            self._walker.show(new)
        return True


def all_disabled(graph: Graph, nodes: Iterable[NodeId]) -> bool:
    """Whether these layers are disabled, the ends of the network left aside."""
    chosen = (graph.nodes[key] for key in nodes if key in graph.nodes)
    layers = [node for node in chosen if node.type not in {INPUT, LOSS}]
    return bool(layers) and all(node.disabled for node in layers)


def all_frozen(graph: Graph, nodes: Iterable[NodeId]) -> bool:
    """Whether these layers are frozen, those without parameters left aside."""
    layers = learning(graph, nodes)
    return bool(layers) and all(graph.nodes[key].frozen for key in layers)


def learning(graph: Graph, nodes: Iterable[NodeId]) -> Nodes:
    """Those of these layers that can hold parameters, groups among them."""
    return tuple(key for key in nodes if key in graph.nodes and can_learn(graph.nodes[key].type))


def downstream(graph: Graph, nodes: Iterable[NodeId]) -> list[NodeId]:
    """These nodes and all that their output reaches, in the order of the edges."""
    after: dict[NodeId, list[NodeId]] = {}
    for edge in graph.edges:
        after.setdefault(edge.source, []).append(edge.target)
    found = dict.fromkeys(nodes)
    waiting = list(found)
    for node in waiting:
        fresh = [key for key in after.get(node, ()) if key not in found]
        found.update(dict.fromkeys(fresh))
        waiting += fresh
    return list(found)


def _switched(graph: Graph, nodes: Nodes) -> Edit:
    known = tuple(key for key in nodes if key in graph.nodes)
    layers = tuple(key for key in known if graph.nodes[key].type not in {INPUT, LOSS})
    return SetDisabled(layers or known, not all_disabled(graph, layers))


def _frozen(graph: Graph, nodes: Nodes) -> Edit:
    layers = learning(graph, nodes)
    if not layers:
        raise EditRefused("Select a layer with parameters first: the others have nothing to freeze.")
    return SetFrozen(layers, not all_frozen(graph, layers))


def _shifted(graph: Graph, nodes: Nodes, step: Step) -> Edit:
    edit = reorder.moved(graph, nodes, step)
    if edit is None:
        raise EditRefused(f"This is the {'first' if step < 0 else 'last'} place in the chain.")
    return edit


def _grouped(graph: Graph, nodes: Nodes) -> Edit:
    first = graph.nodes[stretch_of(graph, nodes)[0]]
    return Group(nodes, Node(fresh_id(graph), GROUP, x=first.x, y=first.y))


def _ungrouped(graph: Graph, nodes: Nodes) -> Edit:
    groups = [key for key in nodes if key in graph.nodes and graph.nodes[key].type == GROUP]
    if not groups:
        raise EditRefused("Select a group first.")
    edits: list[AnyGraphEdit] = []
    for key in groups:
        moves = _room_for_inside(graph, key)
        steps: list[AnyGraphEdit] = [Ungroup(key)]
        if moves:
            steps.append(MoveNodes(moves))
        for step in steps:
            graph = step.apply(graph)
        edits += steps
    title = "group" if len(groups) == 1 else f"{len(groups)} groups"
    return Several(f"Ungroup {title}", tuple(edits))


def _room_for_inside(graph: Graph, group: NodeId) -> dict[NodeId, Place]:
    """Where the layers of a group come to lie: its place, and places that what follows makes free."""
    node = graph.nodes[group]
    order = order_of(graph, group)
    inside = [*order.chain, *order.loose]
    if not inside:
        return {}
    rest: list[Place] = []
    moves: dict[NodeId, Place] = {}
    following = graph.outgoing(group)
    if len(inside) > 1 and len(following) == 1:
        rest, moves = layout.make_rooms(graph, Edge(group, following[0].target), len(inside) - 1)
    elif len(inside) > 1:
        rest = layout.places_after(graph, _place(node), len(inside) - 1, node.parent)
    return moves | dict(zip(inside, [_place(node), *rest], strict=True))


def _place(node: Node) -> Place:
    return node.x, node.y
