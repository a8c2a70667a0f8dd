"""Layers of more weights than are copied for a question: what is said of them is a CPU's text all the same.

The real layers have weights that nobody wrote to, so they take memory only where a CPU does not refuse first.
"""

import resource
import warnings

import pytest
import torch

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.engine.build import resolve_args
from nnbuilder.engine.infer import DTYPES, REAL_NUMBERS, TORCH_ERRORS, batch_beside, infer, message_of
from nnbuilder.engine.modules import construct
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import ArgValue, Node, NodeId

WIDE: dict[str, ArgValue] = {"in_channels": 4100, "out_channels": 4100, "kernel_size": 2}
KERNEL: dict[str, ArgValue] = {**WIDE, "kernel_size": 6, "groups": 2}
TABLE: dict[str, ArgValue] = {"num_embeddings": 2**21, "embedding_dim": 16}
ENCODER: dict[str, ArgValue] = {"d_model": 2048, "nhead": 4}
SQUARE: dict[str, ArgValue] = {"normalized_shape": (5000, 5000)}
MEMORY: dict[str, ArgValue] = {"input_size": 5000, "hidden_size": 5000, "batch_first": True}

Case = tuple[str, dict[str, ArgValue], tuple[int, ...]]


def convolutions(rank: int) -> list[Case]:
    """Both kinds of convolutions with mistakes of every kind."""
    plain, back, space = f"Conv{rank}d", f"ConvTranspose{rank}d", (5,) * rank
    both: list[Case] = [
        (name, args, shape)
        for name in (plain, back)
        for args, shape in (
            (WIDE, (4101, *space)),
            (WIDE, (4100,)),
            (WIDE, (4100, *space, 3)),
            (WIDE, space),
            (KERNEL, (4101, *space)),
            (KERNEL, (4102, *space)),
        )
    ]
    return [
        *both,
        (plain, KERNEL, (4100, *space)),
        (plain, {**WIDE, "padding": 7, "padding_mode": "reflect"}, (4100, *space)),
        (plain, {**WIDE, "padding": 7, "padding_mode": "reflect"}, (4101, *space)),
        (plain, {**WIDE, "padding": 7, "padding_mode": "circular"}, (4100, *space)),
        (back, {**WIDE, "padding": 20}, (4100, *space)),
        (back, {**WIDE, "padding": 20}, (4101, *space)),
        (back, {**WIDE, "output_padding": 3}, (4100, *space)),
        (back, {**WIDE, "output_padding": 3}, (4101, *space)),
    ]


OTHERS: list[Case] = [
    ("Linear", {"in_features": 5000, "out_features": 5000}, (5001,)),
    ("Linear", {"in_features": 5000, "out_features": 5000}, (5, 5, 4)),
    ("LayerNorm", SQUARE, (5000, 5001)),
    ("LayerNorm", SQUARE, (5000,)),
    ("RMSNorm", SQUARE, (5000, 5001)),
    ("RMSNorm", SQUARE, (5000,)),
    ("BatchNorm1d", {"num_features": 2**25}, (5,)),
    ("BatchNorm1d", {"num_features": 2**25}, (5, 5)),
    ("BatchNorm2d", {"num_features": 2**25}, (5, 5, 5)),
    ("InstanceNorm1d", {"num_features": 2**25, "affine": True}, (5, 5)),
    ("GroupNorm", {"num_channels": 2**25, "num_groups": 1}, (5, 5)),
    ("PReLU", {"num_parameters": 2**25}, (5, 5)),
    ("Embedding", TABLE, (5,)),
    ("EmbeddingBag", TABLE, (5,)),
    ("EmbeddingBag", TABLE, (5, 5)),
    ("TransformerEncoderLayer", ENCODER, (5, 2047)),
    ("TransformerEncoderLayer", ENCODER, (2047,)),
    ("TransformerEncoder", {**ENCODER, "num_layers": 2}, (5, 2047)),
    ("TransformerEncoder", {**ENCODER, "num_layers": 2}, (5, 5, 2048)),
    ("LSTM", MEMORY, (5, 5001)),
    ("GRU", MEMORY, (5, 5, 5000)),
]

DTYPE_ONLY: list[Case] = [
    *(
        (name, WIDE, (4100, *(5,) * rank))
        for rank in (1, 2, 3)
        for name in (f"Conv{rank}d", f"ConvTranspose{rank}d")
    ),
    ("Linear", {"in_features": 5000, "out_features": 5000}, (5000,)),
    ("LayerNorm", SQUARE, (5000, 5000)),
    ("TransformerEncoderLayer", ENCODER, (5, 2048)),
    ("TransformerEncoder", {**ENCODER, "num_layers": 2}, (5, 2048)),
    ("LSTM", MEMORY, (5, 5000)),
]
"""Layers that take such an input of float32."""


def really(case: Case, dtype: str) -> str:
    """How a CPU refuses the layer."""
    name, given, shape = case
    args, kind = _args(case, dtype), TensorType((None, *shape), dtype)
    layer = construct(LAYERS[name], args, "cpu", blank=True)
    assert sum(weight.numel() for weight in layer.parameters()) > REAL_NUMBERS, given
    with torch.no_grad(), pytest.raises(TORCH_ERRORS) as caught:
        layer(torch.zeros((batch_beside(shape, args), *shape), dtype=DTYPES[kind.dtype]))
    return message_of(caught.value)


def said(case: Case, dtype: str) -> str | None:
    """What is said of it, with little memory."""
    name, _, shape = case
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcome = infer(LAYERS[name], _args(case, dtype), TensorType((None, *shape), dtype))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
    assert outcome.output is None
    return outcome.error


def _args(case: Case, dtype: str) -> dict[str, ArgValue]:
    name, given, shape = case
    return dict(resolve_args(LAYERS[name], Node(NodeId("n"), name, given), TensorType((None, *shape), dtype)))


@pytest.mark.parametrize("rank", [1, 2])
@pytest.mark.parametrize("dtype", DTYPES)
def test_heavy_convolutions_are_refused_as_by_a_cpu(rank: int, dtype: str) -> None:
    for case in convolutions(rank):
        assert said(case, dtype) == really(case, dtype), case


@pytest.mark.parametrize("dtype", DTYPES)
def test_other_heavy_layers_are_refused_as_by_a_cpu(dtype: str) -> None:
    warnings.simplefilter("ignore")
    for case in OTHERS:
        if not (dtype == "int64" and case[0].startswith("Embedding")):
            assert said(case, dtype) == really(case, dtype), case


@pytest.mark.parametrize("dtype", ["float64", "int64"])
def test_a_wrong_dtype_is_told_of_heavy_layers_as_well(dtype: str) -> None:
    for case in DTYPE_ONLY:
        assert infer(LAYERS[case[0]], _args(case, "float32"), TensorType((None, *case[2]))).output
        assert said(case, dtype) == really(case, dtype), case


def test_large_images_with_wrong_channels_are_counted_whole() -> None:
    spec = LAYERS["ConvTranspose2d"]
    args = dict(
        resolve_args(
            spec,
            Node(NodeId("n"), spec.name, {"in_channels": 4, "out_channels": 8, "kernel_size": 3}),
            TensorType((None, 3, 4096, 4096)),
        )
    )
    for dtype in DTYPES:
        error = infer(spec, args, TensorType((None, 3, 4096, 4096), dtype)).error
        assert error is not None
        assert "expected input[2, 3, 4096, 4096] to have 4 channels, but got 3 channels instead" in error


def test_large_inputs_of_one_dimension_too_few_are_no_batch_of_none() -> None:
    spec = LAYERS["MaxPool2d"]
    args = dict(
        resolve_args(spec, Node(NodeId("n"), spec.name, {"kernel_size": 2}), TensorType((None, 8, 8)))
    )
    outcome = infer(spec, args, TensorType((None, 6000, 6000), "float64"))
    assert outcome.output == TensorType((None, 3000, 3000), "float64")
