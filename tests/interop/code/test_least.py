"""How much of a text changes: comments on every line of random drawings show which lines were touched."""

import re
from collections import Counter
from difflib import ndiff

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.graph.edits import GraphEdit, InsertOnEdge, MoveBeside, RemoveNodes, SetArg
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import INPUT, LOSS, Graph, Node, NodeId
from nnbuilder.interop.code.agreed import Agreed, agreement, fresh
from nnbuilder.interop.code.places import every
from nnbuilder.interop.code.rewriting import updated
from nnbuilder.interop.python_writer import WriteError
from nnbuilder.interop.small_classes import CHOOSING
from tests.conftest import SOAK
from tests.interop.code.test_rewriting import resolved
from tests.strategies import nested_chains, values_of

COUNT = 500 if SOAK else 40


@st.composite
def nameless(draw: st.DrawFn) -> Graph:
    """A drawing with groups and without names: each layer has its lines for itself."""
    graph = draw(nested_chains())
    nodes = {key: msgspec.structs.replace(node, name="") for key, node in graph.nodes.items()}
    return msgspec.structs.replace(graph, nodes=nodes)


def commented(graph: Graph) -> Agreed:
    """The drawing's text with a comment on each line; drawings that cannot be written do not count."""
    try:
        text = fresh(graph, resolved(graph), "sequential").text
    except WriteError:
        assume(False)
        raise
    lines = [f"{line}  # {number}." for number, line in enumerate(text.splitlines())]
    found = agreement("\n".join(lines) + "\n", graph)
    assume(found is not None and found.layers)
    return found or Agreed("")


def after(agreed: Agreed, graph: Graph, edit: GraphEdit) -> tuple[Agreed, list[str], list[str]]:
    """The text after an edit, the lines that went and those that came."""
    try:
        changed = edit.apply(graph)
        found = updated(agreed, changed, resolved(changed))
    except (EditRefused, WriteError):
        assume(False)
        raise
    assert not found.said
    marks = list(ndiff(agreed.text.splitlines(), found.agreed.text.splitlines()))
    gone = [line for line in marks if line.startswith("- ")]
    return found.agreed, gone, [line for line in marks if line.startswith("+ ")]


def layer_of(data: st.DataObject, agreed: Agreed) -> tuple[NodeId, int]:
    """One of the layers, and how many lines it takes."""
    layer = data.draw(st.sampled_from(list(every(agreed.layers))))
    return layer.id, agreed.text.count("\n", layer.start, layer.end) + 1


@settings(max_examples=COUNT, deadline=None)
@given(nameless(), st.data())
def test_a_value_touches_the_lines_of_its_layer(graph: Graph, data: st.DataObject) -> None:
    agreed = commented(graph)
    key, lines = layer_of(data, agreed)
    spec = LAYERS.get(graph.nodes[key].type)
    assume(spec is not None and spec.args and not graph.nodes[key].disabled)
    assume(graph.nodes[key].type not in CHOOSING)  # these may need another small class above the network
    arg = data.draw(st.sampled_from(spec.args if spec else ()))
    _, gone, come = after(agreed, graph, SetArg(key, arg.name, data.draw(values_of(arg))))
    assert max(len(gone), len(come)) <= lines


@settings(max_examples=COUNT, deadline=None)
@given(nameless(), st.data())
def test_a_new_layer_is_a_new_line(graph: Graph, data: st.DataObject) -> None:
    agreed = commented(graph)
    open_edges = [edge for edge in graph.edges if not _is_off(graph, edge.source)]
    edge = data.draw(st.sampled_from(open_edges))
    found, gone, come = after(agreed, graph, InsertOnEdge(Node(NodeId("fresh"), "Softsign"), edge))
    assert comments(found) == comments(agreed)
    assert (len(gone), len(come)) in {(0, 1), (1, 2)}  # a comma may be needed before it


@settings(max_examples=COUNT, deadline=None)
@given(nameless(), st.data())
def test_what_is_moved_takes_its_comments_along(graph: Graph, data: st.DataObject) -> None:
    agreed = commented(graph)
    (one, _), (two, _) = layer_of(data, agreed), layer_of(data, agreed)
    found, _, _ = after(agreed, graph, MoveBeside((one,), two, "after"))
    assert comments(found) == comments(agreed)


@settings(max_examples=COUNT, deadline=None)
@given(nameless(), st.data())
def test_what_is_taken_out_takes_its_own_lines(graph: Graph, data: st.DataObject) -> None:
    agreed = commented(graph)
    key, lines = layer_of(data, agreed)
    assume(graph.nodes[key].type not in {INPUT, LOSS})
    found, _, _ = after(agreed, graph, RemoveNodes((key,)))
    assert sum((comments(agreed) - comments(found)).values()) <= lines


def comments(agreed: Agreed) -> Counter[str]:
    """All comments of a text."""
    return Counter(re.findall(r"# \d+\.$", agreed.text, re.MULTILINE))


def _is_off(graph: Graph, key: NodeId) -> bool:
    """Whether a layer lies in a group that is disabled, and so in no text."""
    return any(graph.nodes[group].disabled for group in graph.groups_of(key))
