"""Layers too large for any computer are judged in no time and with no memory."""

import resource
import warnings

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from nnbuilder.catalog.registry import LAYERS, new_node
from nnbuilder.catalog.spec import AUTO
from nnbuilder.engine.build import resolve_args
from nnbuilder.engine.infer import infer
from nnbuilder.engine.modules import construct
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import ArgValue, NodeId
from tests.conftest import SOAK
from tests.engine.layer_strategies import hostile_nodes, inputs, nodes

HUGE = 10**9
LARGEST = 2**31 - 1


def full_args(layer: str, **args: ArgValue) -> dict[str, ArgValue]:
    """All arguments of a layer: those given, and where it starts with the others."""
    return {arg.name: args.get(arg.name, arg.start) for arg in LAYERS[layer].args}


def peak() -> int:
    """The most memory that this process ever had, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
@pytest.mark.parametrize("size", [HUGE, LARGEST])
@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_on_a_huge_row(layer: str, size: int, dtype: str) -> None:
    spec, kind = LAYERS[layer], TensorType((None, size), dtype)
    args = resolve_args(spec, new_node(layer, NodeId("n")), kind)
    if layer == "PReLU":
        args["num_parameters"] = size
    before = peak()

    outcome = infer(spec, args, kind)

    assert peak() - before < 200_000
    assert outcome.refusal is None
    assert "memory" not in (outcome.error or "")
    if dtype == "float32" and spec.group in {"Linear", "Activation"} and layer not in {"GLU", "Softmax2d"}:
        assert outcome.output == TensorType((None, 16 if layer == "Linear" else size))


@pytest.mark.parametrize("layer", LAYERS)
@settings(max_examples=200 if SOAK else 20)
@given(data=st.data())
def test_extreme_arguments_are_answered_with_little_memory(layer: str, data: st.DataObject) -> None:
    spec = LAYERS[layer]
    node = data.draw(hostile_nodes(spec) if spec.args else nodes(spec))
    sizes = st.integers(1, 9) | st.sampled_from([64, 1000, 10**5, 10**6, HUGE])
    kind = data.draw(inputs(spec, sizes))
    args = resolve_args(spec, node, kind)
    if AUTO in args.values():
        return
    before = peak()

    outcome = infer(spec, args, kind)

    assert peak() - before < 300_000
    assert [outcome.output, outcome.error, outcome.refusal].count(None) == 2


def test_a_loop_without_end_is_not_waited_for() -> None:
    outcome = infer(LAYERS["CrossMapLRN2d"], full_args("CrossMapLRN2d"), TensorType((None, 10**6, 1, 1)))
    assert outcome.output is None
    assert outcome.error is None
    assert outcome.refusal == "CrossMapLRN2d would take too long here: it works step by step, on too many."


@pytest.mark.parametrize("layer", ["LSTM", "GRU", "RNN"])
def test_a_long_sequence_is_cut_and_counted_whole(layer: str) -> None:
    spec, kind = LAYERS[layer], TensorType((None, 20, 3))
    args = {**full_args(layer, batch_first=True, hidden_size=5, num_layers=2), "input_size": 3}
    short = infer(spec, args, kind)
    assert short.output == TensorType((None, 20, 5))
    long = infer(spec, args, TensorType((None, 2 * 10**6, 3)))
    assert long.output == TensorType((None, 2 * 10**6, 5))
    assert short.flops is not None
    assert long.flops == short.flops * 10**5
    warnings.simplefilter("ignore")
    with FlopCounterMode(display=False) as counter, torch.backends.mkldnn.flags(enabled=False):
        construct(spec, args, "cpu")(torch.zeros(1, 20, 3))
    assert short.flops == counter.get_total_flops()


@pytest.mark.parametrize(
    ("layer", "args", "shape"),
    [
        ("Linear", {"in_features": HUGE, "out_features": HUGE}, (4,)),
        ("Linear", {"in_features": LARGEST, "out_features": LARGEST}, (LARGEST,)),
        ("Linear", {"in_features": 1, "out_features": 400_000}, (100_000, 1)),
        ("BatchNorm1d", {"num_features": HUGE}, (4,)),
        ("LayerNorm", {"normalized_shape": (HUGE,)}, (4,)),
        ("LayerNorm", {"normalized_shape": (100_000, 10_000)}, (100_000, 10_000)),
        ("PReLU", {"num_parameters": HUGE}, (4,)),
        ("ReLU", {}, (LARGEST, LARGEST, LARGEST)),
        ("Flatten", {}, (LARGEST, LARGEST)),
        ("Softmax", {"dim": 3}, (HUGE,)),
    ],
)
def test_sizes_that_no_computer_can_hold(
    layer: str, args: dict[str, ArgValue], shape: tuple[int, ...]
) -> None:
    before = peak()

    outcome = infer(LAYERS[layer], full_args(layer, **args), TensorType((None, *shape)))

    assert (outcome.output is None) == (outcome.error is not None)
    assert peak() - before < 200_000
