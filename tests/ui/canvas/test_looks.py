"""What cards and edges say."""

import msgspec
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.graph.graph import ArgValue, Node, NodeId
from nnbuilder.interop.looks import card_look, compact, edge_look, worst
from nnbuilder.project.problem import Problem
from nnbuilder.ui.canvas.overlay import StatusLine, summaries
from tests.fakes import IRIS

N1 = NodeId("n1")
NOTE, WARNING, ERROR = (Problem(severity, "x", "x") for severity in ("note", "warning", "error"))


@pytest.mark.parametrize(
    ("layer", "args", "detail"),
    [
        ("Linear", {"out_features": 8}, "? → 8"),
        ("Dropout", {"p": 0.2}, "p = 0.2"),
        ("Dropout", {}, "p = 0.5"),
        ("Softmax", {"dim": -1}, "dim = −1"),
        ("ReLU", {}, ""),
        ("BatchNorm1d", {"num_features": 16}, "16 features"),
        ("LSTM", {"input_size": 8, "hidden_size": 32}, "8 → 32"),
        ("GRU", {"hidden_size": 16}, "? → 16"),
        ("Embedding", {"num_embeddings": 1000, "embedding_dim": 16}, "1000 → 16"),
        ("EmbeddingBag", {"num_embeddings": 50, "embedding_dim": 4}, "50 → 4"),
        ("Loss", {"loss": "MSELoss"}, "MSE"),
        ("Input", {"shape": (3, 8, 8)}, "3×8×8"),
        ("Input", {}, "iris · 4 feat."),
    ],
)
def test_the_line_below_the_header(layer: str, args: dict[str, ArgValue], detail: str) -> None:
    assert card_look(Node(N1, layer, args), None, (), IRIS, "iris").detail == detail


def test_a_long_name_of_the_data_gives_way() -> None:
    look = card_look(Node(N1, "Input"), None, (), IRIS, "a_long_file_name")
    assert look.detail == "4 features"


def test_what_the_engine_resolved_is_shown() -> None:
    answer = LayerAnalysis(N1, "0", "Linear", {"in_features": 4, "out_features": 8}, parameters=40)
    look = card_look(Node(N1, "Linear", {"out_features": 8}), answer, ())
    assert (look.detail, look.corner) == ("4 → 8", "40")


def test_unknown_layers_are_placeholders() -> None:
    look = card_look(Node(N1, "Quantum9"), None, ())
    assert look.unknown
    assert (look.title, look.detail) == ("Quantum9", "unknown layer")


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (80, "80"), (99_999, "99,999"), (123_456, "123 k"), (1_234_567, "1.23 M"), (10**9, "1 G")],
)
def test_counts_fit_a_header(number: int, text: str) -> None:
    assert compact(number) == text


def test_the_worst_problem_counts() -> None:
    assert worst([NOTE]) is None
    assert worst([NOTE, WARNING]) == "warning"
    assert worst([WARNING, ERROR]) == "error"


def test_an_edge_is_red_for_a_mismatch_alone() -> None:
    mismatch = Problem("error", "shape-mismatch", "x")
    shape = TensorType((None, 4))
    assert edge_look(shape, None, [ERROR]).severity is None
    look = edge_look(shape, None, [mismatch])
    assert (look.label, look.severity) == ("N×4", "error")


def test_the_line_about_the_network_leaves_out_the_middle_of_long_ones() -> None:
    one = LayerAnalysis(NodeId("n"), "0", "Linear", parameters=1, trainable=1)
    layers = tuple(
        msgspec.structs.replace(one, id=NodeId(f"n{size}"), output=TensorType((None, size)))
        for size in range(20)
    )
    text, *shorter = summaries(Analysis(layers, TensorType((None, 99))), 0.5)
    assert text == "Sequential · 99 → 0 → 1 → 2 → … → 16 → 17 → 18 → 19 · 20 parameters · 50 %"
    assert summaries(Analysis(), 1.0) == ["100 %"]
    assert [len(line) for line in shorter] == sorted((len(line) for line in shorter), reverse=True)
    assert shorter[-1].startswith("Sequential · ")
    assert shorter[-1].endswith(" parameters · 50 %")
    frozen = msgspec.structs.replace(one, trainable=0, output=TensorType((None, 3)))
    assert summaries(Analysis((one, frozen)), 1.0)[0] == "Sequential · 3 · 2 parameters, 1 frozen · 100 %"


def test_the_line_about_the_network_takes_the_room_there_is(qtbot: QtBot) -> None:
    line = StatusLine(holder := QWidget())
    qtbot.addWidget(holder)
    texts = ["a" * 80, "b" * 40, "c"]
    line.show_first(texts, 10_000)
    whole = line.width()
    assert line.text() == texts[0]
    line.show_first(texts, whole - 1)
    assert line.text() == texts[1]
    assert line.width() < whole
    line.show_first(texts, 5)
    assert line.text() == texts[2]
