"""Every layer as ONNX and as .pt2: it computes the same, or stands in a table with torch's reason.

The full count runs under NNB_SOAK=1; `make test` does a slice of it.
"""

import warnings

import pytest

from nnbuilder.catalog.registry import LAYERS, new_node
from nnbuilder.catalog.spec import LayerSpec
from nnbuilder.engine.build import resolve_args
from nnbuilder.engine.export.errors import ExportError
from nnbuilder.engine.export.programs import make_onnx, make_pt2
from nnbuilder.engine.export.subject import Subject
from nnbuilder.engine.infer import infer
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import INPUT, Node, NodeId
from tests.conftest import SOAK
from tests.engine.export.requests import subject_for
from tests.interop.drawings import line

SHAPES = ((4, 8, 8, 8), (4, 8, 8), (4, 6), (9, 4), (4,))
RANKS = {"1d": 2, "2d": 3, "3d": 4}

FIXED = "You marked batch as dynamic but your code specialized it to be a constant (3)."

NO_ONNX = {
    "RReLU": "No ONNX function found for aten.rrelu_with_noise_functional.",
    "FractionalMaxPool2d": "No ONNX function found for aten.fractional_max_pool2d.",
    "FractionalMaxPool3d": FIXED,
    "CrossMapLRN2d": FIXED,
}
"""Layers that ONNX cannot express as they are drawn, with torch's reason."""

NO_PT2 = {"FractionalMaxPool3d": FIXED, "CrossMapLRN2d": FIXED}
"""Layers that torch.export cannot capture for any number of samples."""

WAYS = (("ONNX", make_onnx, NO_ONNX), ("a .pt2 program", make_pt2, NO_PT2))

specs = list(LAYERS.values()) if SOAK else list(LAYERS.values())[::20]


def subject_of(spec: LayerSpec) -> Subject:
    """A network of this layer alone as the palette gives it, with an input that it takes."""
    node = new_node(spec.name, NodeId("n"))
    rank = RANKS.get(spec.name[-2:])
    fitting = sorted(SHAPES, key=lambda shape: (len(shape) != rank, SHAPES.index(shape)))
    dtype = "int64" if "Embedding" in spec.name else "float32"
    for shape in [(5,)] if dtype == "int64" else fitting:
        kind = TensorType((None, *shape), dtype)
        output = infer(spec, resolve_args(spec, node, kind), kind).output
        if output is not None and output.shape[0] is None:
            return subject_for(line(Node(NodeId("i"), INPUT), node), kind)
    raise AssertionError(f"no input fits {spec.name}")


@pytest.mark.parametrize("spec", specs, ids=lambda spec: spec.name)
def test_it_is_exported_or_refused_with_torch_s_reason(spec: LayerSpec) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what torch thinks of a layer is the doctor's to tell
        subject = subject_of(spec)
    for way, make, refused in WAYS:
        if spec.name in refused:
            with pytest.raises(ExportError) as caught:
                make(subject, lambda _doing: None)
            text = f"PyTorch cannot export {spec.name} (layer 0) to {way}: {refused[spec.name]}"
            assert str(caught.value) == f"{text} Nothing was written."
        else:
            made = make(subject, lambda _doing: None)
            assert made.found is not None
            assert made.found.ratio <= 1e-5


def test_the_tables_name_layers_that_there_are() -> None:
    assert NO_ONNX.keys() <= LAYERS.keys()
    assert NO_PT2.keys() <= NO_ONNX.keys()
