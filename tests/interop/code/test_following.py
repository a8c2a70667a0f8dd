"""What is typed comes onto the canvas, and all that stayed is the layer that it was."""

import msgspec
import pytest
from hypothesis import given, settings

from nnbuilder.graph.edits import SetArg, SetDisabled
from nnbuilder.graph.geometry import CARD_HEIGHT, CARD_WIDTH
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, Edge, Graph, Node, NodeId, Note
from nnbuilder.graph.order import order_of, orders_of, sound
from nnbuilder.graph.structure import structure_faults
from nnbuilder.interop.code.agreed import agreement, fresh
from nnbuilder.interop.code.following import drawn
from nnbuilder.interop.code.pieces import own_name, same_args
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.python_writer import WriteError
from nnbuilder.interop.reading import ReadLayer
from tests.conftest import SOAK
from tests.interop.code.test_rewriting import TYPED, drawing, resolved
from tests.interop.drawings import line, named_chains

A, B, C, D = (NodeId(key) for key in "abcd")


def typed(text: str, graph: Graph | None = None, before: str = TYPED) -> Graph:
    """The drawing after a text was typed over the one before."""
    graph = graph or drawing()
    agreed = agreement(before, graph)
    assert agreed is not None
    return drawn(graph, agreed.layers, read_source(text))


def replaced(old: str, new: str) -> str:
    """The text with a part replaced."""
    assert old in TYPED
    return TYPED.replace(old, new)


def test_white_space_and_comments_change_nothing() -> None:
    graph = drawing()
    assert typed(TYPED.replace("# widened", "# or not").replace("(4, H)", "(4,  H)\n"), graph) == graph


def test_a_changed_argument_is_that_of_the_same_node() -> None:
    assert typed(replaced("p = 0.2", "p = 0.3")) == SetArg(C, "p", 0.3).apply(drawing())


def test_a_size_that_nobody_touched_goes_on_following() -> None:
    graph = drawing()
    free = msgspec.structs.replace(graph.nodes[D], args={"out_features": 3})
    graph = msgspec.structs.replace(graph, nodes={**graph.nodes, D: free})
    found = typed(replaced("(4, H)", "(4, 32)"), graph)
    assert dict(found.nodes[D].args) == {"out_features": 3}
    assert found.nodes[A].args["out_features"] == 32


def test_a_new_layer_comes_between_its_neighbours_and_follows_them() -> None:
    found = typed(replaced("    N.ReLU(),\n", "    N.ReLU(),\n    N.Linear(16, 16),\n"))
    new = next(key for key in found.nodes if key not in drawing().nodes)
    assert order_of(found).layers == (A, B, new, C, D)
    assert dict(found.nodes[new].args) == {"out_features": 16}
    assert order_of(found).complete
    assert found.nodes[A] == drawing().nodes[A]


def test_a_moved_line_stays_its_layer() -> None:
    line = "    N.Dropout(p = 0.2),  # seldom\n"
    text = replaced(line, "").replace("    # the first", f"{line}    # the first")
    assert order_of(typed(text)).layers == (C, A, B, D)


def test_another_type_in_the_same_place_stays_the_node() -> None:
    found = typed(replaced("N.ReLU()", "N.Tanh()"))
    assert found.nodes[B] == msgspec.structs.replace(drawing().nodes[B], type="Tanh")


def test_layers_put_into_a_sequential_go_into_a_group_and_out_again() -> None:
    text = "N.Sequential(N.ReLU(), N.Dropout(p = 0.2)),"
    grouped = replaced("    N.ReLU(),", f"    {text}").replace("    N.Dropout(p = 0.2),  # seldom\n", "")
    found = typed(grouped)
    group = found.of_type(GROUP)[0].id
    assert order_of(found).layers == (A, group, D)
    assert order_of(found, group).layers == (B, C)
    note = Note(NodeId("note"), "mine", parent=group)
    found = msgspec.structs.replace(found, notes={note.id: note})
    back = typed(TYPED, found, grouped)
    assert order_of(back).layers == (A, B, C, D)
    assert back.notes[note.id].parent is None


def test_what_is_disabled_stays_so_until_it_is_another_layer() -> None:
    graph = SetDisabled((C,), disabled=True).apply(drawing())
    before = replaced("Dropout(p = 0.2)", "Identity()")
    assert typed(before.replace("N.ReLU()", "N.Tanh()"), graph, before).nodes[C] == graph.nodes[C]
    again = typed(TYPED, graph, before).nodes[C]
    assert (again.type, again.disabled, dict(again.args)) == ("Dropout", False, {"p": 0.2})


def test_what_is_frozen_in_the_text_is_frozen_in_the_drawing() -> None:
    still = replaced("(4, H)", "(4, H).requires_grad_(False)")
    graph = typed(still)
    assert graph.nodes[A].frozen
    assert not typed(TYPED, graph, still).nodes[A].frozen
    new = typed("nn.Sequential(nn.Linear(4, 16).requires_grad_(False), nn.ReLU())")
    assert [new.nodes[key].frozen for key in order_of(new).layers] == [True, False]


def test_names_come_from_the_text_and_go_with_it() -> None:
    text = 'nn.Sequential(OrderedDict([("wide", nn.Linear(4, 16)), ("1", nn.ReLU())]))'
    named = typed(text)
    assert [named.nodes[key].name for key in order_of(named).layers] == ["wide", ""]
    plain = typed("nn.Sequential(nn.Linear(4, 16), nn.ReLU())", named, text)
    assert [plain.nodes[key].name for key in order_of(plain).layers] == ["", ""]
    assert order_of(plain).layers == order_of(named).layers


@pytest.mark.parametrize("loose", [True, False])
def test_an_empty_drawing_gets_its_ends(loose: bool) -> None:
    stray = Node(NodeId("stray"), "ReLU", x=900.0)
    graph = Graph({stray.id: stray}) if loose else Graph()
    found = drawn(graph, (), read_source(TYPED))
    assert len(order_of(found).layers) == 4
    assert order_of(found).complete is not loose
    assert (stray.id in found.nodes) is loose


def test_a_branch_gives_way_and_other_edges_stay() -> None:
    graph = drawing()
    stray = [Node(NodeId("s"), "ReLU", x=2000.0), Node(NodeId("t"), "ReLU", x=2200.0)]
    edges = (*graph.edges, Edge(stray[0].id, stray[1].id))
    graph = Graph({**graph.nodes, **{node.id: node for node in stray}}, edges)
    found = typed(replaced("N.ReLU()", "N.Tanh()"), graph)
    assert found.edges == edges


def test_new_cards_cover_no_others() -> None:
    many = "".join(f"    N.Linear({size}, {size + 1}),\n" for size in range(20, 45))
    found = typed(replaced("    N.ReLU(),\n", many))
    cards = list(found.nodes.values())
    placed = [(card.x, card.y) for card in cards if (card.x, card.y) != (0.0, 0.0)]
    for index, (x, y) in enumerate(placed):
        for left, top in placed[:index]:
            assert abs(x - left) >= CARD_WIDTH or abs(y - top) >= CARD_HEIGHT


def says(graph: Graph, layers: tuple[ReadLayer, ...], group: NodeId | None = None) -> bool:
    """Whether a drawing is what a text says, its sizes aside that follow the layer before."""
    keys = order_of(graph, group).layers
    if len(keys) != len(layers):
        return False
    for index, (key, layer) in enumerate(zip(keys, layers, strict=True)):
        node = graph.nodes[key]
        if node.disabled:
            if layer.type != "Identity":
                return False
            continue
        args = {name: value for name, value in layer.args.items() if name in node.args}
        own = {name: value for name, value in node.args.items() if name in layer.args and value != "auto"}
        same = node.type == layer.type and own_name(node.name, index) == layer.name
        if not same or not same_args({name: args[name] for name in own}, own):
            return False
        if node.type == GROUP and not says(graph, layer.layers, key):
            return False
    return True


@settings(max_examples=2000 if SOAK else 100, deadline=None)
@given(named_chains(), named_chains())
def test_any_text_is_drawn_over_any_drawing(graph: Graph, other: Graph) -> None:
    try:
        before, wanted = (
            fresh(graph, resolved(graph), "sequential"),
            fresh(other, resolved(other), "sequential"),
        )
    except WriteError:
        return
    reading = read_source(wanted.text)
    if not reading.ok:
        return
    found = drawn(graph, before.layers, reading)
    assert says(found, reading.layers)
    assert sound(found, orders_of(found))
    assert not list(structure_faults(found))
    assert {node.id for node in found.of_type(INPUT) + found.of_type(LOSS)} == {"input", "loss"}


@settings(max_examples=500 if SOAK else 50, deadline=None)
@given(named_chains())
def test_the_same_text_is_the_same_drawing(graph: Graph) -> None:
    try:
        before = fresh(graph, resolved(graph), "sequential")
    except WriteError:
        return
    reading = read_source(before.text)
    if reading.ok:
        assert drawn(graph, before.layers, reading) == graph


def test_a_layer_taken_out_leaves_the_others() -> None:
    found = typed(replaced("    N.ReLU(),\n", ""))
    left = {key: node for key, node in drawing().nodes.items() if key != B}
    assert found.nodes == left
    assert set(found.edges) == set(line(*left.values()).edges)
