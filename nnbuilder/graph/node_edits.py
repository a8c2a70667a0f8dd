"""Edits of single nodes: added, removed, moved, named, changed."""

from collections.abc import Hashable, Mapping
from typing import Literal

import msgspec

from nnbuilder.graph import limits
from nnbuilder.graph.edit import GraphEdit, counted, free, known, number, put, settled, title
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, ArgValue, Edge, Graph, Node, NodeId, Note
from nnbuilder.graph.order import orders_of
from nnbuilder.graph.structure import edge_faults
from nnbuilder.graph.wiring import without


class AddNode(GraphEdit, frozen=True):
    """Puts one node, unconnected, into the graph or into the group that it names as its parent."""

    node: Node

    def apply(self, graph: Graph) -> Graph:
        free(graph, self.node.id)
        return settled(put(graph, self.node), (self.node,))

    def describe(self, graph: Graph) -> str:
        return f"Add {self.node.type}"


class AddNodes(GraphEdit, frozen=True):
    """Puts many nodes with their edges, and notes, into the graph: what is pasted, duplicated, quickly typed.

    Each node comes after the group that it lies in, if that is new as well; edges may lead to and from nodes
    that are there.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    notes: tuple[Note, ...] = ()
    verb: Literal["Add", "Paste", "Duplicate", "Import"] = "Add"

    def apply(self, graph: Graph) -> Graph:
        _room(graph, len(self.nodes))
        keys = [*(node.id for node in self.nodes), *(note.id for note in self.notes)]
        for key in keys:
            free(graph, key)
        if len(set(keys)) != len(keys):
            raise EditRefused("Two of these layers have one id.")
        after = msgspec.structs.replace(
            put(graph, *self.nodes),
            edges=(*graph.edges, *self.edges),
            notes={**graph.notes, **{note.id: note for note in self.notes}} if self.notes else graph.notes,
        )
        settled(after, self.nodes, self.notes)
        if self.edges:
            _connectable(after, self.edges)
        return after

    def describe(self, graph: Graph) -> str:
        if len(self.nodes) == 1 and not self.notes:
            return f"{self.verb} {self.nodes[0].name or self.nodes[0].type}"
        outer = {node.id for node in self.nodes}
        layers = sum(node.parent not in outer for node in self.nodes)
        return f"{self.verb} {number(layers, len(self.notes))}"


class RemoveNodes(GraphEdit, frozen=True):
    """Takes nodes out, groups with all that lies in them.

    With `close_gap`, what fed a removed stretch then feeds what followed it.
    """

    nodes: tuple[NodeId, ...]
    close_gap: bool = True

    def apply(self, graph: Graph) -> Graph:
        for node in self.nodes:
            known(graph, node)
        gone = graph.within(self.nodes)
        if self.close_gap:
            edges = without(graph, gone)
        else:
            edges = tuple(edge for edge in graph.edges if edge.source not in gone and edge.target not in gone)
        notes = graph.notes
        if any(note.parent in gone for note in notes.values()):
            notes = {key: note for key, note in notes.items() if note.parent not in gone}
        left = {key: node for key, node in graph.nodes.items() if key not in gone}
        return Graph(left, edges, notes)

    def describe(self, graph: Graph) -> str:
        return f"Delete {counted(graph, self.nodes)}"


class SetArg(GraphEdit, frozen=True):
    """Sets one argument of a node explicitly."""

    node: NodeId
    name: str
    value: ArgValue

    def apply(self, graph: Graph) -> Graph:
        return put(graph, _with_arg(known(graph, self.node), self.name, self.value))

    def describe(self, graph: Graph) -> str:
        return f"Set {self.name} to {self.value}"

    def merge_key(self) -> Hashable:
        return ("SetArg", self.node, self.name)


class SetArgOnAll(GraphEdit, frozen=True):
    """Sets one argument of many nodes to one value."""

    nodes: tuple[NodeId, ...]
    name: str
    value: ArgValue

    def apply(self, graph: Graph) -> Graph:
        return put(graph, *(_with_arg(known(graph, key), self.name, self.value) for key in self.nodes))

    def describe(self, graph: Graph) -> str:
        return f"Set {self.name} to {self.value} on {counted(graph, self.nodes)}"

    def merge_key(self) -> Hashable:
        return ("SetArgOnAll", self.nodes, self.name)


class ResetArg(GraphEdit, frozen=True):
    """Gives one argument of a node its default (or "auto") again."""

    node: NodeId
    name: str

    def apply(self, graph: Graph) -> Graph:
        node = known(graph, self.node)
        left = {key: value for key, value in node.args.items() if key != self.name}
        return put(graph, msgspec.structs.replace(node, args=left))

    def describe(self, graph: Graph) -> str:
        return f"Reset {self.name}"


class SetArgs(GraphEdit, frozen=True):
    """Replaces all explicit arguments of a node, for example when the Loss node changes its loss."""

    node: NodeId
    args: Mapping[str, ArgValue]

    def apply(self, graph: Graph) -> Graph:
        return put(graph, msgspec.structs.replace(known(graph, self.node), args=dict(self.args)))

    def describe(self, graph: Graph) -> str:
        return f"Change {graph.nodes[self.node].type}" if self.node in graph.nodes else "Change"


class SetType(GraphEdit, frozen=True):
    """Makes a node another layer, with these explicit arguments."""

    node: NodeId
    type: str
    args: Mapping[str, ArgValue] = {}

    def apply(self, graph: Graph) -> Graph:
        node = known(graph, self.node)
        if node.type == GROUP != self.type and _inhabited(graph, node.id):
            raise EditRefused("Layers lie in this group: ungroup it first.")
        changed = msgspec.structs.replace(node, type=self.type, args=dict(self.args))
        return settled(put(graph, changed), (changed,))

    def describe(self, graph: Graph) -> str:
        return f"Change to {self.type}"


class SetDisabled(GraphEdit, frozen=True):
    """Lets layers pass on what they get, as `Identity` does, or compute again; the ends are left out."""

    nodes: tuple[NodeId, ...]
    disabled: bool

    def apply(self, graph: Graph) -> Graph:
        layers = [node for key in self.nodes if (node := known(graph, key)).type not in (INPUT, LOSS)]
        if not layers:
            raise EditRefused("An end of the network cannot be disabled.")
        changed = (msgspec.structs.replace(node, disabled=self.disabled) for node in layers)
        return put(graph, *changed)

    def describe(self, graph: Graph) -> str:
        return f"{'Disable' if self.disabled else 'Enable'} {counted(graph, self.nodes)}"


class SetFrozen(GraphEdit, frozen=True):
    """Has training leave the parameters of layers as they are, or change them again; ends are left out."""

    nodes: tuple[NodeId, ...]
    frozen: bool

    def apply(self, graph: Graph) -> Graph:
        layers = [node for key in self.nodes if (node := known(graph, key)).type not in (INPUT, LOSS)]
        if not layers:
            raise EditRefused("An end of the network has nothing to freeze.")
        return put(graph, *(msgspec.structs.replace(node, frozen=self.frozen) for node in layers))

    def describe(self, graph: Graph) -> str:
        return f"{'Freeze' if self.frozen else 'Unfreeze'} {counted(graph, self.nodes)}"


class Rename(GraphEdit, frozen=True):
    """Gives a node the user's own name; an empty name goes back to its index."""

    node: NodeId
    name: str

    def apply(self, graph: Graph) -> Graph:
        name = self.name.strip()
        node = known(graph, self.node)
        if "." in name:
            raise EditRefused("A layer's name cannot hold a dot: PyTorch separates nested names with it.")
        if name and any(
            other.name == name and other.parent == node.parent
            for key, other in graph.nodes.items()
            if key != self.node
        ):
            raise EditRefused(f"Another layer is named {name} already.")
        return put(graph, msgspec.structs.replace(node, name=name))

    def describe(self, graph: Graph) -> str:
        return f"Rename to {self.name}" if self.name else "Clear name"


class MoveNodes(GraphEdit, frozen=True):
    """Puts nodes and notes at new places; `places` maps ids to the (x, y) of the upper left corner."""

    places: Mapping[NodeId, tuple[float, float]]

    def apply(self, graph: Graph) -> Graph:
        nodes, notes = dict(graph.nodes), dict(graph.notes)
        for key, (x, y) in self.places.items():
            if key in notes:
                notes[key] = msgspec.structs.replace(notes[key], x=x, y=y)
            else:
                nodes[key] = msgspec.structs.replace(known(graph, key), x=x, y=y)
        return Graph(nodes, graph.edges, notes)

    def describe(self, graph: Graph) -> str:
        return f"Move {counted(graph, self.places)}"


def _with_arg(node: Node, name: str, value: ArgValue) -> Node:
    return msgspec.structs.replace(node, args={**node.args, name: value})


def _inhabited(graph: Graph, group: NodeId) -> bool:
    parents = (
        *(node.parent for node in graph.nodes.values()),
        *(note.parent for note in graph.notes.values()),
    )
    return group in parents


def _room(graph: Graph, more: int) -> None:
    if (total := len(graph.nodes) + more) > limits.NODES:
        raise EditRefused(f"That would make {total:,} layers; a drawing holds at most {limits.NODES:,}.")


def _connectable(after: Graph, new: tuple[Edge, ...]) -> None:
    """Refuses new edges that could not be drawn one by one."""
    feeding: dict[NodeId, int] = {}
    for edge in after.edges:
        feeding[edge.target] = feeding.get(edge.target, 0) + 1
    for edge in new:
        if known(after, edge.source).type == LOSS or known(after, edge.target).type == INPUT:
            raise EditRefused("These edges lead beyond an end of the network.")
        if feeding[edge.target] > 1:
            raise EditRefused(f"Two edges would lead to {title(after, edge.target)}.")
    for fault in edge_faults(after):
        raise EditRefused(fault.message)
    drawn = {edge.source for edge in new}
    if any(drawn.intersection(order.cyclic) for order in orders_of(after).values()):
        raise EditRefused("These edges would close a cycle.")
