"""A text brought onto the canvas: the drawing that it spells out, with all that stays of the present one.

Layers that stayed keep their ids, places, notes, whether they are disabled, and every argument that the text
did not change, "auto" among them: a size that nobody touched goes on following the layer before it. A size
that was typed follows it too where it comes out the same for certain, as with what is pasted.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from nnbuilder.catalog.registry import new_node
from nnbuilder.graph.graph import (
    GROUP,
    INPUT,
    LOSS,
    ArgValue,
    Edge,
    Graph,
    Node,
    NodeId,
    Note,
    fresh_ids,
)
from nnbuilder.graph.order import orders_of
from nnbuilder.interop.code.match import Path, every, matches
from nnbuilder.interop.code.pieces import same_value
from nnbuilder.interop.code.places import Placed
from nnbuilder.interop.code.room import with_room
from nnbuilder.interop.follow import followed
from nnbuilder.interop.reading import Reading, ReadLayer


def drawn(graph: Graph, before: Sequence[Placed], reading: Reading, width: int | None = None) -> Graph:
    """The drawing that a text spells out.

    `before` is what the text of the present drawing says; `width` the last dimension of the input where it
    has no others than that and the batch.
    """
    return _Drawing(graph, before, reading, width).graph()


class _Drawing:
    """Draws what a text says over a drawing that is there."""

    def __init__(self, graph: Graph, before: Sequence[Placed], reading: Reading, width: int | None) -> None:
        self._graph = graph
        self._orders = orders_of(graph)
        self._read = dict(every(reading.layers))
        self._freed = dict(every(followed(reading, width).layers))
        self._ids = fresh_ids(graph)
        there = {path: layer for path, layer in _paths(before) if layer.id in graph.nodes}
        found = matches([layer.layer for layer in before], reading.layers)
        self._old = {
            new: there[old]
            for new, old in found.old.items()
            if old in there and self._can_be(there[old], self._read[new])
        }
        self._in_place = found.in_place
        stayed = {layer.id for layer in self._old.values()}
        self._gone = _gone(graph, {layer.id for layer in there.values()} - stayed, stayed)
        self._levels = [None, *(layer.id for layer in there.values() if layer.layer.type == GROUP)]
        self._keys = {
            path: self._old[path].id if path in self._old else next(self._ids) for path in self._read
        }

    def graph(self) -> Graph:
        """The whole drawing."""
        told = {self._keys[path]: self._node(path) for path in self._read}
        start, end, made = self._ends()
        kept = {key: node for key, node in self._graph.nodes.items() if key not in self._gone}
        nodes = {**kept, **told, **made}
        edges = self._edges(nodes, start, end)
        graph = Graph(_parents_first(nodes), edges, _notes(self._graph, self._gone, told.values()))
        return with_room(graph, {*made, *self._placeless(told)})

    def _can_be(self, old: Placed, new: ReadLayer) -> bool:
        """Whether one node can be both: what is disabled with all in it becomes no other layer."""
        return old.layer.type == new.type or self._graph.nodes[old.id].type != GROUP

    def _node(self, path: Path) -> Node:
        """One layer of the text as a node."""
        read, key = self._read[path], self._keys[path]
        parent = self._keys[path[:-1]] if len(path) > 1 else None
        if path not in self._old:
            new = Node(key, read.type, dict(self._freed[path].args), name=read.name, parent=parent)
            return msgspec.structs.replace(new, frozen=read.frozen)
        node, before = self._graph.nodes[key], self._old[path].layer
        changed: dict[str, Any] = {} if parent == node.parent else {"parent": parent}
        if read.name != before.name:
            changed["name"] = read.name
        if read.frozen != before.frozen:
            changed["frozen"] = read.frozen
        if read.type != before.type:
            changed |= {"type": read.type, "args": self._freed[path].args, "disabled": False, "extra": {}}
        elif (args := _args(node, before, read, self._freed[path])) is not None:
            changed["args"] = args
        return msgspec.structs.replace(node, **changed) if changed else node

    def _placeless(self, told: Mapping[NodeId, Node]) -> Iterator[NodeId]:
        """Nodes without a place of their own: new ones, and those in another group or order."""
        still = {self._keys[path] for path in self._old if path in self._in_place}
        for key, node in told.items():
            if key not in still or node.parent != self._graph.nodes[key].parent:
                yield key

    def _ends(self) -> tuple[NodeId, NodeId | None, Mapping[NodeId, Node]]:
        """Where the chain starts and where it ends, and which of the two had to be made."""
        made: dict[NodeId, Node] = {}
        order = self._orders[None]
        start = next((node.id for node in self._graph.of_type(INPUT)), None)
        if start is None:
            start = next(self._ids)
            made[start] = new_node(INPUT, start)
        fed = {edge.target for edge in self._graph.edges}
        end = next((node.id for node in self._graph.of_type(LOSS) if node.id not in fed), None)
        if order.complete:
            end = order.chain[-1]
        elif not self._graph.nodes:
            end = next(self._ids)
            made[end] = new_node(LOSS, end)
        return start, end, made

    def _edges(self, nodes: Mapping[NodeId, Node], start: NodeId, end: NodeId | None) -> tuple[Edge, ...]:
        """The edges: those of the chains anew, and others that do not stand in their way."""
        levels: dict[Path, list[NodeId]] = {(): [start]}
        for path, key in self._keys.items():
            levels.setdefault(path[:-1], []).append(key)
        levels[()] += [] if end is None else [end]
        links = [Edge(*link) for chain in levels.values() for link in pairwise(chain)]
        before = {Edge(*link) for level in self._levels for link in pairwise(self._orders[level].chain)}
        left, wanted = [], set(links)
        sources, targets = {edge.source for edge in links}, {edge.target for edge in links}
        for edge in self._graph.edges:
            there = edge.source in nodes and edge.target in nodes
            if edge in wanted or (
                there
                and edge not in before
                and edge.source not in sources
                and edge.target not in targets
                and nodes[edge.source].parent == nodes[edge.target].parent
            ):
                left.append(edge)
        kept = set(left)
        edges = (*left, *(edge for edge in links if edge not in kept))
        return self._graph.edges if edges == self._graph.edges else edges


def _paths(layers: Iterable[Placed], around: Path = ()) -> Iterator[tuple[Path, Placed]]:
    for index, layer in enumerate(layers):
        yield (*around, index), layer
        yield from _paths(layer.layers, (*around, index))


def _args(node: Node, before: ReadLayer, read: ReadLayer, freed: ReadLayer) -> dict[str, ArgValue] | None:
    """The explicit arguments with those that the text changed; None where it changed none."""
    names = [
        name
        for name in {**before.args, **read.args}
        if name not in before.args
        or name not in read.args
        or not same_value(before.args[name], read.args[name])
    ]
    if not names:
        return None
    args = {name: value for name, value in node.args.items() if name not in names}
    return args | {name: freed.args[name] for name in names if name in freed.args}


def _gone(graph: Graph, dead: Collection[NodeId], stayed: Collection[NodeId]) -> frozenset[NodeId]:
    """What goes with layers that the text does not hold any more: all in them but what stayed."""
    gone: set[NodeId] = set()
    for key in graph.within(dead):
        around = (key, *graph.groups_of(key))
        if next(one for one in around if one in stayed or one in dead) in dead:
            gone.add(key)
    return frozenset(gone)


def _notes(graph: Graph, gone: Collection[NodeId], told: Iterable[Node]) -> Mapping[NodeId, Note]:
    """The notes: those of a group that was dissolved come out with its layers."""
    if not any(note.parent in gone for note in graph.notes.values()):
        return graph.notes
    out = {graph.nodes[node.id].parent: node.parent for node in told if node.id in graph.nodes}
    moved = (
        note if note.parent not in gone else msgspec.structs.replace(note, parent=out[note.parent])
        for note in graph.notes.values()
        if note.parent not in gone or note.parent in out
    )
    return {note.id: note for note in moved}


def _parents_first(nodes: Mapping[NodeId, Node]) -> dict[NodeId, Node]:
    """The nodes in their order, groups before what lies in them."""
    found: dict[NodeId, Node] = {}

    def put(key: NodeId) -> None:
        node = nodes[key]
        if key in found:
            return
        if node.parent is not None and node.parent not in found:
            put(node.parent)
        found[key] = node

    for key in nodes:
        put(key)
    return found
