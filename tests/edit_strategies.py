"""Random edits that a person could make to a given project."""

from typing import TypeVar

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
    SetType,
    Ungroup,
)
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, Edge, Graph, Node, NodeId, fresh_id
from nnbuilder.project.edits import (
    Edit,
    SetData,
    SetSource,
    SetTraining,
    SetWeights,
    Several,
)
from tests.strategies import coordinates, data_specs, layers, names, notes, plain_args, trainings, values_of

T = TypeVar("T")


def graph_edits(graph: Graph) -> st.SearchStrategy[AnyGraphEdit]:
    """Edits to what is there; a few of them may be refused."""
    parents = (None, *(node.id for node in graph.of_type(GROUP)))
    new = st.builds(_inside, layers(fresh_id(graph)), st.sampled_from(parents))
    choices: list[st.SearchStrategy[AnyGraphEdit]] = [
        st.builds(AddNode, new),
        st.builds(AddNote, notes(fresh_id(graph), parents)),
    ]
    if graph.nodes:
        choices += [*_node_edits(graph, new), *_group_edits(graph), *_chain_edits(graph)]
    if graph.edges:
        edges = st.sampled_from(graph.edges)
        choices += [
            st.builds(Disconnect, _some(edges)),
            st.builds(InsertOnEdge, new, edges),
        ]
    if graph.notes:
        keys = st.sampled_from(tuple(graph.notes))
        what = st.sampled_from(["text", "color", "size", "place", "kind"])
        choices += [
            keys.flatmap(lambda key: st.builds(ChangeNote, notes(key, parents), what)),
            st.builds(RemoveNotes, _some(keys)),
        ]
    return st.one_of(choices)


def pastes(graph: Graph) -> st.SearchStrategy[AnyGraphEdit]:
    """Copies of what is there, pasted into the same drawing."""
    parents = (None, *(node.id for node in graph.of_type(GROUP)))
    layers_only = [key for key, node in graph.nodes.items() if node.type not in (INPUT, LOSS)]
    return st.builds(
        lambda keys, parent: paste(clip(graph, keys), graph, parent=parent),
        _some(st.sampled_from([*layers_only, *graph.notes])),
        st.sampled_from(parents),
    )


def _node_edits(graph: Graph, new: st.SearchStrategy[Node]) -> list[st.SearchStrategy[AnyGraphEdit]]:
    keys = st.sampled_from(tuple(graph.nodes))
    movable = st.sampled_from((*graph.nodes, *graph.notes))
    return [
        st.builds(RemoveNodes, _some(keys), st.booleans()),
        keys.flatmap(lambda key: _set_arg(graph, key)),
        st.builds(Rename, keys, names),
        st.builds(MoveNodes, st.dictionaries(movable, st.tuples(coordinates, coordinates), min_size=1)),
        st.builds(Connect, st.builds(Edge, keys, keys)),
        st.builds(lambda key, layer: SetType(key, layer.type, layer.args), keys, new),
        keys.map(lambda key: SetArgs(key, {})),
        st.builds(SetArgOnAll, _some(keys), st.just("p"), st.floats(0, 1)),
        st.builds(SetDisabled, _some(keys), st.booleans()),
    ]


def _chain_edits(graph: Graph) -> list[st.SearchStrategy[AnyGraphEdit]]:
    keys = st.sampled_from(tuple(graph.nodes))
    found: list[st.SearchStrategy[AnyGraphEdit]] = [
        st.builds(Detach, _some(keys)),
        st.builds(MoveBeside, _stretches(graph), keys, st.sampled_from(["before", "after"])),
        st.builds(MoveInto, _stretches(graph), keys),
    ]
    if graph.edges:
        found.append(st.builds(MoveToEdge, _stretches(graph), st.sampled_from(graph.edges)))
    return found


def _group_edits(graph: Graph) -> list[st.SearchStrategy[AnyGraphEdit]]:
    group = st.builds(
        Node, st.just(fresh_id(graph)), st.just(GROUP), x=coordinates, name=st.sampled_from(["", "block"])
    )
    found: list[st.SearchStrategy[AnyGraphEdit]] = [st.builds(Group, _stretches(graph), group)]
    groups = [node.id for node in graph.of_type(GROUP)]
    if groups:
        found += [st.builds(Ungroup, st.sampled_from(groups)), st.builds(AddNode, group)]
    return found


def _stretches(graph: Graph) -> st.SearchStrategy[tuple[NodeId, ...]]:
    """Layers that follow each other, or any."""
    keys = st.sampled_from(tuple(graph.nodes))
    following = {edge.source: edge.target for edge in graph.edges}

    def walk(start: NodeId, steps: int) -> tuple[NodeId, ...]:
        path = [start]
        while len(path) <= steps and path[-1] in following and following[path[-1]] not in path:
            path.append(following[path[-1]])
        return tuple(path)

    return st.builds(walk, keys, st.integers(0, 3)) | _some(keys)


def _inside(node: Node, parent: NodeId | None) -> Node:
    return msgspec.structs.replace(node, parent=parent)


def edits(graph: Graph) -> st.SearchStrategy[Edit]:
    """Edits of the whole document."""
    plain = graph_edits(graph)
    copied = [pastes(graph)] if any(node.type not in (INPUT, LOSS) for node in graph.nodes.values()) else []
    return st.one_of(
        plain,
        *copied,
        st.builds(SetTraining, trainings()),
        st.builds(SetData, data_specs),
        st.builds(SetWeights, st.none() | st.just("0" * 64)),
        st.builds(SetSource, st.none() | st.just("nn.Sequential()")),
        st.builds(Several, st.just("Some edits"), st.tuples(plain, st.builds(SetData, data_specs))),
    )


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
