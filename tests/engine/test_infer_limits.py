"""Layers too large for any computer are judged in no time and with no memory."""

import resource

import pytest

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.engine.infer import infer
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import ArgValue

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
    sizes: dict[str, ArgValue] = {"in_features": size, "num_features": size, "normalized_shape": (size,)}
    args = full_args(layer, out_features=7, num_parameters=size, dim=-1, **sizes)
    before = peak()

    outcome = infer(LAYERS[layer], args, TensorType((None, size), dtype))

    assert peak() - before < 200_000
    if dtype == "float32":
        assert outcome.output == TensorType((None, 7 if layer == "Linear" else size))
    assert "memory" not in (outcome.error or "")


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
