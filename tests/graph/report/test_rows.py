"""Rows, memory and totals from answers written by hand."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.graph.analysis import Analysis, Footprint, LayerAnalysis, Need, TensorType
from nnbuilder.graph.report.heavy import heavy_layers, share_lines
from nnbuilder.graph.report.memory import LayerMemory, OptimizerState, item_bytes, memory_of, tensor_bytes
from nnbuilder.graph.report.rows import Shares, report_of
from tests.graph.report.networks import PRINT, chain, group, layer

ADAM = OptimizerState(8, 4)


def linear(key: str, fed: int, given: int, **more: object) -> LayerAnalysis:
    """A Linear that keeps its input."""
    count = (fed + 1) * given
    found = Footprint(4 * count, 4 * count, 2, 0, 4 * count, keeps_input=True)
    values = {"parameters": count, "trainable": count, "flops": 2 * fed * given, "footprint": found} | more
    args = {"in_features": fed, "out_features": given, "bias": True}
    return layer(
        key, "Linear", (None, fed), (None, given), args, chosen=("in_features", "out_features"), **values
    )


def plain(key: str, size: int, kind: str = "ReLU", **kept: object) -> LayerAnalysis:
    """A layer without weights."""
    found = msgspec.structs.replace(Footprint(), **kept)
    return layer(key, kind, (None, size), (None, size), flops=0, footprint=found)


NET = chain(linear("a", 4, 8), plain("b", 8, keeps_output=True), linear("c", 8, 3))


def test_a_tensor_between_two_layers_is_kept_once() -> None:
    memory = memory_of(NET.layers, NET.input, 10, ADAM)
    assert memory.batch == 10 * 4 * 4
    kept = [memory.layers[one.id].activations for one in NET.layers]
    assert kept == [0, 10 * 8 * 4, 0]
    assert memory.total.activations == memory.batch + 320
    assert memory.whole


def test_views_and_in_place_layers_make_no_memory_of_their_own() -> None:
    layers = (linear("a", 4, 8), plain("v", 8, "Flatten", view=True), linear("c", 8, 3))
    memory = memory_of(layers, TensorType((None, 4)), 2, None)
    assert [memory.layers[one.id].activations for one in layers] == [2 * 8 * 4, 0, 0]


def test_before_the_first_weights_nothing_is_kept() -> None:
    layers = (plain("a", 4, keeps_output=True, each=100), plain("b", 4, keeps_output=True))
    memory = memory_of(layers, TensorType((None, 4)), 3, ADAM)
    assert memory.total == LayerMemory()


def test_the_optimizer_keeps_something_for_every_scalar_and_tensor() -> None:
    memory = memory_of(NET.layers, NET.input, 1, ADAM)
    assert memory.total.state == 8 * (40 + 27) + 4 * 4
    assert memory_of(NET.layers, NET.input, 1, None).total.state == 0


def test_what_grows_with_the_batch_and_what_does_not() -> None:
    layers = (linear("a", 2, 2), plain("b", 2, "Dropout", each=8, fixed=100))
    sizes = [memory_of(layers, TensorType((None, 2)), batch, None).layers[layers[1].id] for batch in (1, 5)]
    assert [one.activations for one in sizes] == [108, 140]


@given(st.integers(1, 4096), st.integers(1, 4096))
def test_more_samples_never_need_less(one: int, other: int) -> None:
    small, large = sorted((one, other))
    totals = [report_of(NET, batch, ADAM).totals.memory for batch in (small, large)]
    assert totals[0].total <= totals[1].total
    assert totals[0].weights == totals[1].weights


@pytest.mark.parametrize(
    ("dtype", "count"), [("float32", 4), ("int64", 8), ("bfloat16", 2), ("bool", 1), ("complex64", 8)]
)
def test_bytes_of_a_number(dtype: str, count: int) -> None:
    assert item_bytes(dtype) == count
    assert tensor_bytes(TensorType((None, 3), dtype), 7) == 21 * count


def test_rows_say_what_torch_said() -> None:
    first, middle, last = report_of(NET, 16, ADAM, "Adam").rows
    assert (first.parameters, first.flops, last.buffers) == (40, 64, 0)
    assert first.chosen == (("in_features", 4), ("out_features", 8))
    assert first.args[-1] == ("bias", True)
    assert first.output is not None
    assert first.output.label() == "(N, features=8)"
    assert middle.shares.parameters == 0
    assert first.shares.parameters == pytest.approx(40 / 67)


def test_shares_add_up_to_the_whole() -> None:
    report = report_of(NET, 16, ADAM)
    assert sum(row.shares.parameters or 0 for row in report.rows) == pytest.approx(1)
    assert sum(row.shares.flops or 0 for row in report.rows) == pytest.approx(1)
    known = sum(row.memory.total for row in report.rows if row.memory is not None)
    batch = 16 * 4 * 4
    assert known + batch == report.totals.memory.total


def test_groups_add_up() -> None:
    inner = group("g.h", linear("a", 8, 8), plain("b", 8, keeps_output=True))
    net = chain(linear("x", 4, 8), group("g", inner, linear("c", 8, 3)))
    outer = report_of(net, 4, ADAM).rows[1]
    assert outer.parameters == 72 + 27
    assert [row.depth for row in outer.every()] == [0, 1, 2, 2, 1]
    leaves = [row.memory for row in outer.every() if not row.group and row.memory is not None]
    assert outer.memory == sum(leaves, LayerMemory())
    assert report_of(net).totals.layers == 4


def test_behind_a_failure_nothing_is_claimed() -> None:
    broken = layer("b", "Linear", (None, 8), None, needs=Need(("N", "9")), parameters=30, trainable=30)
    rest = layer("c", "ReLU", None, None)
    report = report_of(Analysis((linear("a", 4, 8), broken, rest), TensorType((None, 4))), 4, ADAM)
    one, two, three = report.rows
    assert (two.parameters, two.needs, two.memory, two.flops) == (30, "N×9", None, None)
    assert (three.parameters, three.buffers, three.output) == (None, None, None)
    assert one.memory is not None
    assert not report.totals.complete
    assert report.output is None


def test_a_layer_that_was_not_measured_ends_the_count() -> None:
    report = report_of(chain(linear("a", 4, 8), linear("b", 8, 8, footprint=None)), 4)
    assert [row.memory is None for row in report.rows] == [False, True]
    assert (report.totals.complete, report.totals.measured) == (True, False)


def test_no_layers() -> None:
    report = report_of(Analysis(input=TensorType((None, 4)), output=TensorType((None, 4))))
    assert report.rows == ()
    assert report.totals.memory == LayerMemory()
    assert report.totals.complete


def test_heavy_layers_are_those_with_much_of_the_whole() -> None:
    net = chain(
        linear("a", 4, 100), plain("b", 100), linear("c", 100, 100), plain("d", 100), linear("e", 100, 2)
    )
    found = heavy_layers(report_of(net, 1, ADAM))
    assert set(found) == {net.layers[2].id}
    assert found[net.layers[2].id].largest > 0.9


def test_in_small_networks_nothing_is_heavy() -> None:
    assert heavy_layers(report_of(NET, 1, ADAM)) == {}


def test_shares_in_words() -> None:
    assert share_lines(Shares(0.5, None, 0.0)) == ("50.0 % of all parameters",)
    assert share_lines(Shares(0.5, 0.25, 1.0))[1:] == (
        "25.0 % of all FLOPs",
        "100.0 % of the memory that training needs",
    )


def test_footprints_survive_the_line() -> None:
    assert msgspec.json.decode(msgspec.json.encode(PRINT), type=Footprint) == PRINT
