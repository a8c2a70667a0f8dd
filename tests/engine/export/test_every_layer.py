"""Every layer of the catalogue by itself, as ONNX and as .pt2: the same outputs, or torch's reason why not.

All of them run under NNB_SOAK=1; `make test` does those that cannot be exported and a slice of the rest.
"""

import warnings

import pytest
import torch

from nnbuilder.catalog.registry import LAYERS, new_node
from nnbuilder.catalog.spec import LayerSpec
from nnbuilder.engine.build import resolve_args
from nnbuilder.engine.export.errors import ExportError
from nnbuilder.engine.export.programs import make_onnx, make_pt2
from nnbuilder.engine.export.subject import Subject
from nnbuilder.engine.infer import TORCH_ERRORS, infer
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import ArgValue, NodeId
from tests.conftest import SOAK
from tests.engine.export.requests import subject_for
from tests.engine.layer_strategies import INDEXED
from tests.engine.samples import chain

EVERY = 1 if SOAK else 34
"""Of the layers that can be exported, one in so many is."""

NO_OPERATOR = r"No ONNX function found for aten\."
ONE_BATCH = r"specialized it to be a constant"

NOT_ONNX = {
    "RReLU": NO_OPERATOR + "rrelu",
    "FractionalMaxPool2d": NO_OPERATOR + "fractional_max_pool2d",
    "FractionalMaxPool3d": ONE_BATCH,
    "CrossMapLRN2d": ONE_BATCH,
}
"""The layers that torch cannot write as ONNX whatever their arguments, by its words."""

NOT_PT2 = {"FractionalMaxPool3d": ONE_BATCH, "CrossMapLRN2d": ONE_BATCH}
"""The layers that torch cannot capture at all."""

Sizes = tuple[int, ...]

BY_NAME: dict[str, Sizes] = {"1d": (4, 8), "2d": (4, 8, 8), "3d": (4, 8, 8, 8)}
BY_GROUP: dict[str, Sizes] = {"Recurrent": (5, 4), "Transformer": (5, 8)}
BY_LAYER: dict[str, Sizes] = {
    "Fold": (16, 4),
    "Unfold": (4, 8, 8),
    "PixelShuffle": (4, 8, 8),
    "PixelUnshuffle": (4, 8, 8),
}

ARGS: dict[str, dict[str, ArgValue]] = {
    "Fold": {"output_size": (4, 4), "kernel_size": 2, "stride": 2},
}
"""Arguments for layers that no input fits as they are dropped."""


def alone(spec: LayerSpec) -> Subject:
    """A network of this layer alone, with an input that it takes."""
    args = ARGS.get(spec.name, dict(new_node(spec.name, NodeId("n")).args))
    dtype = "int64" if spec.name in INDEXED else "float32"
    shape = BY_LAYER.get(spec.name) or BY_NAME.get(spec.name[-2:]) or BY_GROUP.get(spec.group, (6,))
    for sizes in (shape, (4, 8, 8), (4, 8)):
        kind = TensorType((None, *sizes), dtype)
        graph = chain((spec.name, args))
        try:
            known = infer(spec, resolve_args(spec, graph.nodes[NodeId("n1")], kind), kind)
        except TORCH_ERRORS:
            continue
        if known.output is not None:
            return subject_for(graph, kind)
    raise AssertionError(f"no input fits {spec.name}")


def quiet(_doing: str) -> None:
    """Hears what is being done."""


CHOSEN = [
    spec
    for number, spec in enumerate(LAYERS.values())
    if spec.name in NOT_ONNX or spec.name in NOT_PT2 or number % EVERY == 0
]


@pytest.mark.parametrize("spec", CHOSEN, ids=lambda spec: spec.name)
def test_a_layer_computes_the_same_or_torchs_reason_is_told(spec: LayerSpec) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        subject = alone(spec)
    for make, refused in ((make_onnx, NOT_ONNX), (make_pt2, NOT_PT2)):
        words = refused.get(spec.name)
        if words is not None:
            with pytest.raises(ExportError, match=f"{spec.name} .*{words}.* Nothing was written"):
                make(subject, quiet)
            continue
        made = make(subject, quiet)
        assert made.found is not None
        assert made.found.ratio <= 1e-5
        assert len(made.batch_sizes) == 3


def test_the_tables_name_layers_that_there_are() -> None:
    assert set(NOT_ONNX) | set(NOT_PT2) | set(BY_LAYER) | set(ARGS) <= set(LAYERS)
