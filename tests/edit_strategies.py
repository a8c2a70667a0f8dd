"""Random edits that a person could make to a given project."""

from typing import Any, TypeVar

import msgspec
from hypothesis import strategies as st

from nnbuilder.catalog.registry import spec_of
from nnbuilder.graph.clip import clip, paste
from nnbuilder.graph.edits import (
    AddNode,
    AddNote,
    AnyGraphEdit,
    ChangeNote,
    Connect,
    Detach,
    Disconnect,
    Group,
    InsertOnEdge,
    MoveBeside,
    MoveInto,
    MoveNodes,
    MoveToEdge,
    RemoveNodes,
    RemoveNotes,
    Rename,
    ResetArg,
    SetArg,
    SetArgOnAll,
    SetArgs,
    SetDisabled,
    SetFrozen,
    SetType,
    Ungroup,
)
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, Edge, Graph, Node, NodeId, fresh_id
from nnbuilder.graph.order import orders_of
from nnbuilder.project.edits import (
    Edit,
    SetCode,
    SetData,
    SetSource,
    SetTraining,
    SetWeights,
    Several,
    Silence,
    Unsilence,
)
from nnbuilder.project.patch import Patch
from tests.strategies import (
    codes,
    coordinates,
    data_specs,
    layers,
    names,
    notes,
    plain_args,
    trainings,
    values_of,
)

T = TypeVar("T")

Choices = list[st.SearchStrategy[Any]]
"""Ways to draw an edit, each as likely as the others."""


def graph_edits(graph: Graph) -> st.SearchStrategy[AnyGraphEdit]:
    """Edits to what is there; a few of them may be refused."""
    return st.one_of([*node_edits(graph), *edge_edits(graph), *group_edits(graph), *note_edits(graph)])


def node_edits(graph: Graph) -> Choices:
    """Edits of single nodes."""
    new = _new_layers(graph)
    if not graph.nodes:
        return [st.builds(AddNode, new)]
    keys = st.sampled_from(tuple(graph.nodes))
    movable = st.sampled_from((*graph.nodes, *graph.notes))
    return [
        st.builds(AddNode, new),
        st.builds(RemoveNodes, _some(keys), st.booleans()),
        keys.flatmap(lambda key: _set_arg(graph, key)),
        st.builds(Rename, keys, names),
        st.builds(MoveNodes, st.dictionaries(movable, st.tuples(coordinates, coordinates), min_size=1)),
        st.builds(lambda key, layer: SetType(key, layer.type, layer.args), keys, new),
        keys.map(lambda key: SetArgs(key, {})),
        st.builds(SetArgOnAll, _some(keys), st.just("p"), st.floats(0, 1)),
        st.builds(SetDisabled, _some(keys), st.booleans()),
        st.builds(SetFrozen, _some(keys), st.booleans()),
    ]


def edge_edits(graph: Graph) -> Choices:
    """Edits of edges, and of the place of layers in their chain."""
    if not graph.nodes:
        return []
    keys = st.sampled_from(tuple(graph.nodes))
    pieces = _stretches(graph)
    found: Choices = [
        st.builds(Connect, st.builds(Edge, keys, keys)),
        st.builds(Detach, _some(keys)),
        st.builds(MoveBeside, pieces, keys, st.sampled_from(["before", "after"])),
    ]
    if graph.edges:
        edges = st.sampled_from(graph.edges)
        found += [
            st.builds(Disconnect, _some(edges)),
            st.builds(InsertOnEdge, _new_layers(graph), edges),
            st.builds(MoveToEdge, pieces, edges),
        ]
    return found


def group_edits(graph: Graph) -> Choices:
    """Edits of groups."""
    key = st.just(fresh_id(graph))
    group = st.builds(Node, key, st.just(GROUP), x=coordinates, name=st.sampled_from(["", "block"]))
    found: Choices = [st.builds(AddNode, group)]
    if graph.nodes:
        found.append(st.builds(Group, _stretches(graph), group))
    if groups := [node.id for node in graph.of_type(GROUP)]:
        there = st.sampled_from(groups)
        found += [st.builds(Ungroup, there), st.builds(MoveInto, _stretches(graph), there)]
    return found


def note_edits(graph: Graph) -> Choices:
    """Edits of notes."""
    parents = _parents(graph)
    found: Choices = [st.builds(AddNote, notes(fresh_id(graph), parents))]
    if graph.notes:
        keys = st.sampled_from(tuple(graph.notes))
        what = st.sampled_from(["text", "color", "size", "place", "kind"])
        found += [
            keys.flatmap(lambda key: st.builds(ChangeNote, notes(key, parents), what)),
            st.builds(RemoveNotes, _some(keys)),
        ]
    return found


def pastes(graph: Graph) -> Choices:
    """Copies of what is there, pasted into the same drawing."""
    inner = [key for key, node in graph.nodes.items() if node.type not in (INPUT, LOSS)]
    if not inner and not graph.notes:
        return []
    copied = st.builds(
        lambda keys, parent: paste(clip(graph, keys), graph, parent=parent),
        _some(st.sampled_from([*inner, *graph.notes])),
        st.sampled_from(_parents(graph)),
    )
    return [copied]


def document_edits(graph: Graph) -> Choices:
    """Edits of all that is not drawn, and several at once."""
    return [
        st.builds(SetTraining, trainings()),
        st.builds(SetData, data_specs),
        st.builds(SetWeights, st.none() | st.just("0" * 64)),
        st.builds(SetSource, st.none() | st.just("nn.Sequential()")),
        st.builds(SetCode, st.just("nn.Sequential()"), st.just(Patch(silenced=("x",)))),
        st.builds(Silence, codes),
        st.builds(Unsilence, codes),
        st.builds(
            Several, st.just("Some edits"), st.tuples(graph_edits(graph), st.builds(SetData, data_specs))
        ),
    ]


def edits(graph: Graph) -> st.SearchStrategy[Edit]:
    """Edits of the whole document."""
    return st.one_of([graph_edits(graph), *pastes(graph), *document_edits(graph)])


def _new_layers(graph: Graph) -> st.SearchStrategy[Node]:
    return st.builds(_inside, layers(fresh_id(graph)), st.sampled_from(_parents(graph)))


def _parents(graph: Graph) -> tuple[NodeId | None, ...]:
    return (None, *(node.id for node in graph.of_type(GROUP)))


def _stretches(graph: Graph) -> st.SearchStrategy[tuple[NodeId, ...]]:
    """Layers that follow each other, or now and then any."""
    orders = orders_of(graph).values()
    chains = [layers for order in orders if (layers := order.layers)]
    chains += [
        (key,) for order in orders for key in order.loose if graph.nodes[key].type not in (INPUT, LOSS)
    ]
    if not chains:
        return _some(st.sampled_from(tuple(graph.nodes)))
    return st.builds(
        lambda layers, start, size, step: layers[start % len(layers) :: step][:size],
        st.sampled_from(chains),
        st.integers(0, 20),
        st.integers(1, 4),
        st.sampled_from([1, 1, 1, 1, 2]),
    )


def _inside(node: Node, parent: NodeId | None) -> Node:
    return msgspec.structs.replace(node, parent=parent)


def _some(things: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(things, min_size=1, max_size=3, unique=True).map(tuple)


def _set_arg(graph: Graph, key: NodeId) -> st.SearchStrategy[AnyGraphEdit]:
    """An argument that the node's layer has, or any other one where the layer is not known."""
    spec = spec_of(graph.nodes[key])
    if spec is None or not spec.args:
        return st.builds(SetArg, st.just(key), st.sampled_from(["a", "b"]), plain_args)
    arg = st.sampled_from(spec.args)
    return st.one_of(
        arg.flatmap(lambda one: st.builds(SetArg, st.just(key), st.just(one.name), values_of(one))),
        arg.map(lambda one: ResetArg(key, one.name)),
    )
