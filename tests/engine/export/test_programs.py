"""ONNX and .pt2: what they compute, what they hold, and why some networks cannot be exported."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from nnbuilder.engine.checkpoint import read_checkpoint
from nnbuilder.engine.export.errors import ExportError
from nnbuilder.engine.export.made import Made, Say
from nnbuilder.engine.export.programs import make_onnx, make_pt2
from nnbuilder.engine.export.subject import Subject, fresh_network
from nnbuilder.engine.state import load_model
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import NodeId
from nnbuilder.runs.store import CHECKPOINTS, load_record
from tests.engine.export.requests import IRIS, exported, subject_for, trained
from tests.engine.samples import Layer, chain, data_of


def quiet(_doing: str) -> None:
    """Hears what is being done."""


def test_onnx_is_one_file_that_computes_the_same(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    done = exported(IRIS, "onnx", path)
    assert [file.name for file in tmp_path.iterdir()] == ["net.onnx"]
    assert done.size == path.stat().st_size
    assert (done.batch_sizes, done.weights) == ((1, 2, 7), "initial, from seed 7")
    assert done.difference is not None
    assert done.difference < 1e-5
    network, _, _ = fresh_network(IRIS, data_of(IRIS).profile)
    x = torch.from_numpy(data_of(IRIS).train.x)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (said,) = session.run(None, {"input": x.numpy()})
    np.testing.assert_allclose(said, network(x).detach().numpy(), rtol=0, atol=1e-5)


def test_the_batch_of_an_onnx_file_has_a_name_and_no_file_of_this_computer_has(tmp_path: Path) -> None:
    exported(IRIS, "onnx", tmp_path / "net.onnx")
    data = (tmp_path / "net.onnx").read_bytes()
    graph = onnx.load_from_string(data).graph
    ends = [graph.input[0].type.tensor_type.shape.dim, graph.output[0].type.tensor_type.shape.dim]
    assert [[size.dim_param or size.dim_value for size in end] for end in ends] == [
        ["batch", 4],
        ["batch", 3],
    ]
    exported(IRIS, "pt2", tmp_path / "net.pt2")
    for text in (data, (tmp_path / "net.pt2").read_bytes()):
        assert b"site-packages" not in text
        assert b".py" not in text


def test_a_pt2_program_is_loaded_by_torch_alone(tmp_path: Path) -> None:
    done = exported(IRIS, "pt2", tmp_path / "net.pt2")
    assert done.difference == 0
    program = torch.export.load(io.BytesIO((tmp_path / "net.pt2").read_bytes())).module()
    network, _, _ = fresh_network(IRIS, data_of(IRIS).profile)
    for rows in (1, 4, 50):
        x = torch.rand(rows, 4)
        torch.testing.assert_close(program(x), network(x))


@pytest.mark.parametrize("which", ["best", "last"])
def test_weights_come_from_a_run(tmp_path: Path, which: Literal["best", "last"]) -> None:
    folder = trained(IRIS, tmp_path / "run")
    record = load_record(folder)
    done = exported(IRIS, "onnx", tmp_path / "net.onnx", run=str(folder), which=which)
    assert done.weights.startswith(f"the {which} checkpoint of run run")
    if which == "last":
        assert done.sha256 == record.weights_sha256
    entry = [one for one in record.checkpoints if one.best == (which == "best")][-1]
    network, _, _ = fresh_network(IRIS, record.data)
    load_model(network, read_checkpoint(folder / CHECKPOINTS / entry.file, entry.sha256))
    x = torch.rand(3, 4)
    (said,) = onnxruntime.InferenceSession(tmp_path / "net.onnx").run(None, {"input": x.numpy()})
    np.testing.assert_allclose(said, network(x).detach().numpy(), rtol=0, atol=1e-5)


def test_a_damaged_best_checkpoint_is_told(tmp_path: Path) -> None:
    folder = trained(IRIS, tmp_path / "run")
    best = next(entry for entry in load_record(folder).checkpoints if entry.best)
    (folder / CHECKPOINTS / best.file).write_bytes(b"rubbish")
    with pytest.raises(Exception, match=r"damaged.* The last checkpoint can be exported instead"):
        exported(IRIS, "onnx", tmp_path / "net.onnx", run=str(folder))
    assert not (tmp_path / "net.onnx").exists()


KINDS: dict[str, tuple[tuple[Layer, ...], tuple[int, ...], str]] = {
    "words": ((("Embedding", {"num_embeddings": 9, "embedding_dim": 4}), ("Flatten", {})), (5,), "int64"),
    "inplace": ((("ReLU", {"inplace": True}), ("Linear", {"out_features": 2})), (4,), "float32"),
    "double": ((("ReLU", {}), ("Flatten", {})), (3, 2), "float64"),
    "images": (
        (
            ("Conv2d", {"out_channels": 4, "kernel_size": 3}),
            ("BatchNorm2d", {}),
            ("AdaptiveAvgPool2d", {"output_size": 1}),
        ),
        (1, 8, 8),
        "float32",
    ),
    "one sample is refused": ((("BatchNorm1d", {"track_running_stats": False}),), (4,), "float32"),
    "recurrent": ((("GRU", {"hidden_size": 4, "batch_first": True, "output": "last"}),), (5, 3), "float32"),
}


@pytest.mark.parametrize("name", KINDS)
def test_inputs_and_layers_of_every_kind(name: str) -> None:
    layers, shape, dtype = KINDS[name]
    subject = subject_for(chain(*layers), TensorType((None, *shape), dtype))
    for make in (make_onnx, make_pt2):
        made = make(subject, quiet)
        assert made.found is not None
        assert made.found.ratio < 1e-5
        assert made.batch_sizes == ((2, 7, 4) if name == "one sample is refused" else (1, 2, 7))


REFUSED: dict[str, tuple[Layer, tuple[int, ...], str]] = {
    "ONNX lacks it": (("RReLU", {}), (4,), r"RReLU.* No ONNX function found for aten\.rrelu"),
    "random": (
        ("FractionalMaxPool2d", {"kernel_size": 2, "output_size": 3}),
        (1, 8, 8),
        r"FractionalMaxPool2d.* No ONNX function found for aten\.fractional_max_pool2d",
    ),
    "not a divisor": (
        ("AdaptiveMaxPool2d", {"output_size": 3}),
        (1, 8, 8),
        r"AdaptiveMaxPool2d.* No ONNX function found for aten\.adaptive_max_pool2d",
    ),
    "fixed batch": (
        ("CrossMapLRN2d", {"size": 2}),
        (2, 4, 4),
        r"CrossMapLRN2d.* specialized it to be a const",
    ),
    "another result": (
        ("AvgPool3d", {"kernel_size": 2, "divisor_override": 3}),
        (1, 4, 4, 4),
        r"AvgPool3d.* what it writes computes something else: the largest difference is \d",
    ),
}


@pytest.mark.parametrize("make", [make_onnx, make_pt2])
def test_names_of_layers_can_be_anything(make: Callable[[Subject, Say], Made]) -> None:
    names = ("self", "x", "it's", 'a "b"', "a\nb", "\u202ex", '"""', "class", "__x")
    graph = chain(*[("Linear", {"out_features": 4})] * len(names))
    nodes = dict(graph.nodes)
    for number, name in enumerate(names, start=1):
        key = NodeId(f"n{number}")
        nodes[key] = msgspec.structs.replace(nodes[key], name=name)
    named = msgspec.structs.replace(graph, nodes=nodes)
    made = make(subject_for(named, TensorType((None, 4))), quiet)
    assert made.found is not None
    assert made.found.ratio < 1e-5


def test_a_refusal_shows_strange_names_in_one_line() -> None:
    graph = chain(("RReLU", {}))
    node = msgspec.structs.replace(graph.nodes[NodeId("n1")], name="a\nb\u202ec")
    graph = msgspec.structs.replace(graph, nodes={**graph.nodes, node.id: node})
    with pytest.raises(ExportError) as caught:
        make_onnx(subject_for(graph, TensorType((None, 4))), quiet)
    assert "\n" not in str(caught.value)
    assert "\u202e" not in str(caught.value)


@pytest.mark.parametrize("name", REFUSED)
def test_what_onnx_cannot_express_is_told_in_torchs_words_with_its_layer(name: str) -> None:
    layer, shape, words = REFUSED[name]
    before: Layer = ("Identity", {})
    graph = chain(before, layer, ("Flatten", {}), ("Linear", {"out_features": 2}))
    with pytest.raises(ExportError, match=words) as caught:
        make_onnx(subject_for(graph, TensorType((None, *shape))), quiet)
    assert caught.value.node == "n2"
    assert "(layer 1)" in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert "\n" not in str(caught.value)
