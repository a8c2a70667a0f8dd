"""The layer table and the words around it."""

from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.report import layer_table, printable, shape, table

IN, OUT = TensorType((None, 4)), TensorType((None, 3, 2))


def _layer(name: str, **values: object) -> LayerAnalysis:
    base = LayerAnalysis(NodeId(f"n{name}"), name, "Linear", input=IN, output=OUT)
    return LayerAnalysis(**{**{field: getattr(base, field) for field in base.__struct_fields__}, **values})


def test_columns_are_aligned() -> None:
    layers = (
        _layer("0", parameters=1_234_567, trainable=1_234_567, flops=10),
        _layer("long_name", parameters=7, trainable=0, flops=2_000),
    )
    assert layer_table(Analysis(layers, IN, OUT)).splitlines() == [
        "Name       Layer   Output shape  Parameters  FLOPs",
        "---------  ------  ------------  ----------  -----",
        "0          Linear  (N, 3, 2)      1,234,567     10",
        "long_name  Linear  (N, 3, 2)              7  2,000",
        "---------  ------  ------------  ----------  -----",
        "(N, 4) -> (N, 3, 2)",
        "1,234,574 parameters (7 of them not trained)",
        "2,010 FLOPs for one sample's forward pass",
    ]


def test_what_is_unknown_is_a_question_mark() -> None:
    lines = layer_table(Analysis((_layer("0", output=None, flops=None),))).splitlines()
    assert lines[2].split() == ["0", "Linear", "?", "?", "?"]
    assert lines[-1].startswith("at least 0 FLOPs")


def test_a_network_without_layers() -> None:
    assert "0 parameters" in layer_table(Analysis(input=IN, output=IN))


def test_shapes() -> None:
    assert shape(TensorType((None,))) == "(N,)"
    assert shape(TensorType((None, 3))) == "(N, 3)"
    assert shape(None) == "?"


def test_plain_table() -> None:
    assert table([("a", "b"), ("long", "c")]) == "a     b\nlong  c"
    assert table([]) == ""


def test_nothing_that_a_terminal_obeys() -> None:
    assert (
        printable("a\x1b[31m\r\n\tü")
        == "a\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}\n\N{REPLACEMENT CHARACTER}ü"
    )
