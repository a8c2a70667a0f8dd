"""What is changed on the canvas changes the text where it has to, and nowhere else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnbuilder.graph.edits import (
    GraphEdit,
    Group,
    InsertOnEdge,
    MoveBeside,
    RemoveNodes,
    Rename,
    ResetArg,
    SetArg,
    SetDisabled,
    SetFrozen,
    SetType,
    Ungroup,
)
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, Edge, Graph, Node, NodeId
from nnbuilder.interop.code.agreed import Agreed, agreement, fresh
from nnbuilder.interop.code.pieces import Resolved, same_layers, written
from nnbuilder.interop.code.rewriting import STATEMENT, updated
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.python_writer import WriteError
from tests.conftest import SOAK
from tests.edit_strategies import graph_edits
from tests.interop.drawings import analysis_of, line, named_chains

A, B, C, D = (NodeId(key) for key in "abcd")
TYPED = """# my network
import torch.nn as N  # short

H = 16


net = N.Sequential(
    # the first part
    N.Linear(4, H),  # widened
    N.ReLU(),

    # the second part
    N.Dropout(p = 0.2),  # seldom
    N.Linear(H, 3)
)  # done

print(net)
"""


GROUPED = """    N.Sequential(
        N.ReLU(),
        # the second part
        N.Dropout(p = 0.2),  # seldom
    ),

"""


def drawing() -> Graph:
    """What that text says."""
    return line(
        Node(NodeId("in"), INPUT),
        Node(A, "Linear", {"in_features": 4, "out_features": 16}),
        Node(B, "ReLU"),
        Node(C, "Dropout", {"p": 0.2}),
        Node(D, "Linear", {"in_features": 16, "out_features": 3}),
        Node(NodeId("loss"), LOSS),
    )


def after(*edits: GraphEdit, text: str = TYPED, graph: Graph | None = None, said: str = "") -> str:
    """The text after edits of its drawing, each brought into it by itself."""
    graph = graph or drawing()
    agreed = agreement(text, graph)
    assert agreed is not None
    for edit in edits:
        graph = edit.apply(graph)
        update = updated(agreed, graph, resolved(graph))
        assert update.said == said
        agreed = update.agreed
        again = read_source(agreed.text)
        assert same_layers(again.layers, written(graph, resolved(graph)).layers)
    return agreed.text


def resolved(graph: Graph) -> Resolved:
    """The sizes that torch might tell."""
    return {layer.id: layer.args for layer in analysis_of(graph).every()}


def replaced(*pairs: tuple[str, str]) -> str:
    """The typed text with some of it replaced."""
    text = TYPED
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (SetArg(C, "p", 0.3), replaced(("p = 0.2", "p = 0.3"))),
        (ResetArg(C, "p"), replaced(("p = 0.2", "p = 0.5"))),
        (SetArg(A, "out_features", 32), replaced(("(4, H)", "(4, 32)"))),
        (SetArg(A, "bias", value=False), replaced(("(4, H)", "(4, H, bias=False)"))),
        (SetArg(B, "inplace", value=True), replaced(("ReLU()", "ReLU(inplace=True)"))),
        (SetType(B, "Tanh"), replaced(("ReLU()", "Tanh()"))),
        (SetDisabled((C,), disabled=True), replaced(("Dropout(p = 0.2)", "Identity()"))),
        (SetFrozen((A,), frozen=True), replaced(("(4, H)", "(4, H).requires_grad_(False)"))),
        (SetFrozen((B, D), frozen=True), replaced(("(H, 3)", "(H, 3).requires_grad_(False)"))),
        (RemoveNodes((B,)), replaced(("    N.ReLU(),\n", ""))),
        (RemoveNodes((C,)), replaced(("    N.Dropout(p = 0.2),  # seldom\n", ""))),
        (RemoveNodes((D,)), replaced(("    N.Linear(H, 3)\n", ""))),
        (RemoveNodes((A,)), replaced(("    N.Linear(4, H),  # widened\n", ""))),
        (
            InsertOnEdge(Node(NodeId("e"), "Tanh"), Edge(B, C)),
            replaced(("    N.ReLU(),\n", "    N.ReLU(),\n    N.Tanh(),\n")),
        ),
        (
            InsertOnEdge(Node(NodeId("e"), "Tanh"), Edge(NodeId("in"), A)),
            replaced(("    # the first", "    N.Tanh(),\n    # the first")),
        ),
        (
            InsertOnEdge(Node(NodeId("e"), "Tanh"), Edge(D, NodeId("loss"))),
            replaced(("(H, 3)\n", "(H, 3),\n    N.Tanh()\n")),
        ),
        (
            MoveBeside((B,), D, "after"),
            replaced(("    N.ReLU(),\n", ""), ("(H, 3)\n", "(H, 3),\n    N.ReLU()\n")),
        ),
        (
            MoveBeside((C,), A, "before"),
            replaced(
                ("    # the second part\n    N.Dropout(p = 0.2),  # seldom\n", ""),
                (
                    "    # the first",
                    "    # the second part\n    N.Dropout(p = 0.2),  # seldom\n    # the first",
                ),
            ),
        ),
        (
            Group((B, C), Node(NodeId("g"), GROUP)),
            replaced(
                (
                    "    N.ReLU(),\n\n    # the second part\n    N.Dropout(p = 0.2),  # seldom\n",
                    GROUPED,
                )
            ),
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, GraphEdit) else "",
)
def test_only_what_changed_is_touched(edit: GraphEdit, expected: str) -> None:
    assert after(edit) == expected


def test_what_is_frozen_stays_so_through_other_changes() -> None:
    frozen = SetFrozen((A,), frozen=True)
    still = "N.Linear(4, 32).requires_grad_(False),  # widened\n"
    assert still in after(frozen, SetArg(A, "out_features", 32))
    assert after(frozen, SetFrozen((A,), frozen=False)) == TYPED
    assert "    N.Linear(4, H).requires_grad_(False),  # widened\n" in after(
        frozen, MoveBeside((A,), B, "after")
    )
    assert "N.Identity(),  # widened" in after(frozen, SetDisabled((A,), disabled=True))
    around = Group((A, B), Node(NodeId("g"), GROUP))
    text = after(around, SetFrozen((NodeId("g"),), frozen=True))
    assert "    ).requires_grad_(False),\n" in text
    assert after(
        around, SetFrozen((NodeId("g"),), frozen=True), SetFrozen((NodeId("g"),), frozen=False)
    ) == after(around)


def test_a_name_makes_an_ordered_dict_of_that_sequential_only() -> None:
    text = after(Rename(A, "wide"))
    assert "from collections import OrderedDict\nimport torch.nn as N  # short\n" in text
    assert '    ("wide", N.Linear(4, H)),  # widened\n    ("1", N.ReLU()),\n' in text
    assert text.endswith("])" + TYPED[TYPED.index(")  # done") :])
    again = agreement(text, Rename(A, "wide").apply(drawing()))
    assert again is not None


def test_a_group_comes_out_with_its_comments() -> None:
    group = Group((B, C), Node(NodeId("g"), GROUP))
    text = after(group, Ungroup(NodeId("g")))
    for comment in ("# widened", "# the second part", "# seldom", "# done", "# the first part"):
        assert text.count(comment) == 1
    assert "Sequential(\n        " not in text


def test_layers_on_one_line_stay_there() -> None:
    text = "net = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 3))  # one\n"
    edits = [RemoveNodes((C,)), InsertOnEdge(Node(NodeId("e"), "Tanh"), Edge(A, B)), RemoveNodes((A,))]
    expected = "net = nn.Sequential(nn.Tanh(), nn.ReLU(), nn.Linear(16, 3))  # one\n"
    assert after(*edits, text=text) == expected


def test_a_loop_is_left_and_its_network_written_anew() -> None:
    text = (
        "layers = []  # collected\nfor size in (16, 3):\n    layers.append(nn.LazyLinear(size))\n"
        "net = nn.Sequential(*layers).to('cpu')  # used\n"
    )
    graph = line(
        Node(NodeId("in"), INPUT),
        Node(A, "Linear", {"out_features": 16}),
        Node(B, "Linear", {"out_features": 3}),
        Node(NodeId("loss"), LOSS),
    )
    found = after(SetArg(A, "out_features", 8), text=text, graph=graph, said=STATEMENT)
    assert found.startswith(text[: text.index("nn.Sequential")])
    assert found.endswith(").to('cpu')  # used\n")


def test_a_class_keeps_its_lines_where_only_a_value_changes() -> None:
    text = (
        'class Net(nn.Module):\n    """Mine."""\n\n    def __init__(self):\n        super().__init__()\n'
        "        self.one = nn.Linear(4, 16)  # wide\n        self.two = nn.Linear(16, 3)\n\n"
        "    def forward(self, x):\n        return self.two(self.one(x))\n\n\nnet = Net()  # made\n"
    )
    graph = line(
        Node(NodeId("in"), INPUT),
        Node(A, "Linear", {"in_features": 4, "out_features": 16}, name="one"),
        Node(B, "Linear", {"in_features": 16, "out_features": 3}, name="two"),
        Node(NodeId("loss"), LOSS),
    )
    assert after(SetArg(B, "out_features", 5), text=text, graph=graph) == text.replace("16, 3", "16, 5")
    new = InsertOnEdge(Node(NodeId("e"), "Tanh", name="act"), Edge(A, B))
    found = after(new, text=text, graph=graph, said=STATEMENT)
    assert '"""Mine."""' in found
    assert "self.act = nn.Tanh()" in found
    assert found.endswith("net = Net()  # made\n")


@settings(max_examples=2000 if SOAK else 150, deadline=None)
@given(named_chains(), st.data())
def test_any_edit_of_any_drawing_is_brought_into_its_text(graph: Graph, data: st.DataObject) -> None:
    try:
        agreed = fresh(graph, resolved(graph), data.draw(st.sampled_from(["sequential", "class"])))
    except WriteError:
        return
    agreed = with_comments(agreed, graph)
    for _ in range(3):
        try:
            graph = data.draw(graph_edits(graph)).apply(graph)
            wanted = written(graph, resolved(graph))
        except (EditRefused, WriteError, KeyError):
            return
        had_layers, update = bool(agreed.layers), updated(agreed, graph, resolved(graph))
        again = read_source(update.agreed.text)
        assert same_layers(again.layers, wanted.layers)
        if not had_layers or update.said:
            return
        assert "# at the top\n" in update.agreed.text
        assert update.agreed.text.endswith("\n# at the end\n")
        agreed = update.agreed


def with_comments(agreed: Agreed, graph: Graph) -> Agreed:
    """The text with comments around it."""
    text = f"# at the top\n{agreed.text}\n# at the end\n"
    return agreement(text, graph) or agreed
