"""Random edits that a person could make to a given project."""

from typing import TypeVar

from hypothesis import strategies as st

from nnbuilder.catalog.registry import spec_of
from nnbuilder.graph.edits import (
    AddNode,
    AnyGraphEdit,
    Connect,
    Disconnect,
    InsertOnEdge,
    MoveNodes,
    RemoveNodes,
    Rename,
    ResetArg,
    SetArg,
    SetArgs,
    SetType,
)
from nnbuilder.graph.graph import Edge, Graph, NodeId, fresh_id
from nnbuilder.project.edits import (
    Edit,
    SetData,
    SetSource,
    SetTraining,
    SetWeights,
    Several,
)
from tests.strategies import coordinates, data_specs, layers, names, plain_args, trainings, values_of

T = TypeVar("T")


def graph_edits(graph: Graph) -> st.SearchStrategy[AnyGraphEdit]:
    """Edits to nodes and edges that are there; a few of them may be refused."""
    new = layers(fresh_id(graph))
    choices: list[st.SearchStrategy[AnyGraphEdit]] = [st.builds(AddNode, new)]
    if graph.nodes:
        keys = st.sampled_from(tuple(graph.nodes))
        choices += [
            st.builds(RemoveNodes, _some(keys), st.booleans()),
            keys.flatmap(lambda key: _set_arg(graph, key)),
            st.builds(Rename, keys, names),
            st.builds(MoveNodes, st.dictionaries(keys, st.tuples(coordinates, coordinates), min_size=1)),
            st.builds(Connect, st.builds(Edge, keys, keys)),
            st.builds(lambda key, layer: SetType(key, layer.type, layer.args), keys, new),
            keys.map(lambda key: SetArgs(key, {})),
        ]
    if graph.edges:
        edges = st.sampled_from(graph.edges)
        choices += [
            st.builds(Disconnect, _some(edges)),
            st.builds(InsertOnEdge, new, edges),
        ]
    return st.one_of(choices)


def edits(graph: Graph) -> st.SearchStrategy[Edit]:
    """Edits of the whole document."""
    plain = graph_edits(graph)
    return st.one_of(
        plain,
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
