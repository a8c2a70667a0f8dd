"""The counting formulas with their numbers, worked out again by Python itself."""

import msgspec
import pytest

from nnbuilder.engine.analyze import Analyzer
from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.parameter_counts import layer_line, layer_of, of_layer, total_line
from nnbuilder.protocol.parameters import ParameterKey, ParameterRow
from tests.engine.parameters.test_desk import listed
from tests.engine.samples import Layer, chain, data_of, make_project

LAYERS: tuple[Layer, ...] = (
    ("Linear", {"out_features": 9}),
    ("Linear", {"out_features": 4}),
    ("LayerNorm", {}),
    ("Unflatten", {"dim": 1, "unflattened_size": (1, 4)}),
    ("Conv1d", {"out_channels": 3, "kernel_size": 2, "bias": False}),
    ("GRU", {"hidden_size": 5}),
)


def row(node: str, name: str, *shape: int, trained: bool = True) -> ParameterRow:
    """A parameter of ones."""
    count = 1
    for size in shape:
        count *= size
    full = f"{node}.{name}"
    return ParameterRow(
        ParameterKey(NodeId(node), name), full, "Linear", shape, "float32", "cpu", count, trained
    )


def test_every_layer_adds_up_to_what_torch_counts() -> None:
    project = make_project(chain(*LAYERS))
    [*_, last] = Analyzer().analyze(project, data_of(project).profile)
    rows = listed(project).parameters
    for layer in last.analysis.every():
        if layer.parameters:
            line = layer_line(layer_of(last.analysis, layer.id), of_layer(rows, layer.id))
            formula, _, total = line.partition(": ")[2].rpartition(" = ")
            assert int(total.replace(",", "")) == layer.parameters
            assert eval_product(formula) == layer.parameters, line


def test_the_formula_is_the_layers_own() -> None:
    project = make_project(chain(*LAYERS))
    [*_, last] = Analyzer().analyze(project, data_of(project).profile)
    rows = listed(project).parameters
    one = layer_of(last.analysis, NodeId("n2"))
    assert layer_line(one, of_layer(rows, NodeId("n2"))) == "1 Linear: (9 + 1) × 4 = 40"


@pytest.mark.parametrize("count", [1, 3, 9])
def test_the_total_adds_all_layers(count: int) -> None:
    rows = tuple(
        one for at in range(count) for one in (row(str(at), "weight", 4, 2), row(str(at), "bias", 4))
    )
    text = total_line(rows)
    assert text.endswith(f"{12 * count} parameters in {2 * count} tensors")
    assert text.count("12 +") == (0 if count == 1 else min(count, 6) - 1)


def test_frozen_ones_are_counted_apart() -> None:
    rows = (row("0", "weight", 4, 2, trained=False), row("1", "weight", 3, 1))
    assert total_line(rows) == "8 + 3 = 11 parameters: 3 trainable, 8 frozen"


def test_without_an_answer_the_shapes_tell() -> None:
    rows = (row("0", "weight", 4, 2), row("0", "bias", 4), row("0", "alpha"))
    assert layer_line(None, rows) == "0 Linear: 4 × 2 + 4 + 1 = 13"
    assert layer_line(None, ()) == ""


def test_a_formula_of_another_drawing_is_not_shown() -> None:
    project = make_project(chain(*LAYERS))
    [*_, last] = Analyzer().analyze(project, data_of(project).profile)
    one = layer_of(last.analysis, NodeId("n2"))
    assert one is not None
    stale = msgspec.structs.replace(one, parameters=99)
    assert layer_line(stale, (row("n2", "weight", 4, 9), row("n2", "bias", 4))).endswith("4 × 9 + 4 = 40")


def eval_product(formula: str) -> float:
    """The value of a formula, by the parser of typed numbers."""
    from nnbuilder.catalog.parse import arithmetic

    return arithmetic(formula.replace("×", "*"))
