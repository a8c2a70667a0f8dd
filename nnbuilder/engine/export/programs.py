"""The network as a program: ONNX for any runtime, `.pt2` for torch; each is run before it is written."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from nnbuilder.engine.blame import is_out_of_memory
from nnbuilder.engine.export.capture import ROWS, Attempt, capture, refusal
from nnbuilder.engine.export.compare import Program, batches_for, compare, random_batch, told
from nnbuilder.engine.export.errors import ExportError
from nnbuilder.engine.export.made import Made, Say
from nnbuilder.engine.export.quiet import quiet
from nnbuilder.engine.export.subject import Subject

if TYPE_CHECKING:
    from torch.export import ExportedProgram

LARGEST_ONNX = 2**31 - 2**20
"""Bytes of weights that one ONNX file holds: its format has no room for more."""

INPUT, OUTPUT = "input", "output"
"""How the two ends of an ONNX file are called."""


def make_onnx(subject: Subject, say: Say) -> Made:
    """The bytes of an ONNX file that onnxruntime has run; raises `ExportError`."""
    size = sum(tensor.nbytes for tensor in subject.network.state_dict().values())
    if size > LARGEST_ONNX:
        text = f"One ONNX file holds 2 GB of weights, and this network has {size / 2**30:.1f}"
        raise ExportError(f"{text}: export a .pt2 program or safetensors.")
    say("PyTorch writes the network as ONNX…")
    with _told(subject, say, _try_onnx, "ONNX"):
        data = _onnx(subject.network, random_batch(subject, ROWS))
        say("onnxruntime tries it…")
        found = compare(subject.network, _session(data), batches_for(subject))
        opset = _checked(data)
    same = f"onnxruntime computes the same: {told(found)}."
    return Made(data, (same, f"ONNX's checker finds no fault (opset {opset})."), found)


def make_pt2(subject: Subject, say: Say) -> Made:
    """The bytes of a .pt2 file that was loaded and run again; raises `ExportError`."""
    say("PyTorch captures the network…")
    with _told(subject, say, _try_pt2, "a .pt2 program"):
        data = _pt2(subject.network, random_batch(subject, ROWS))
        say("PyTorch tries it…")
        found = compare(subject.network, _loaded(data), batches_for(subject))
    return Made(data, (f"Loaded again, it computes the same: {told(found)}.",), found)


@contextmanager
def _told(subject: Subject, say: Say, attempt: Attempt, to: str) -> Iterator[None]:
    """Turns whatever fails into a sentence with torch's reason and the layer that is why."""
    try:
        with quiet():
            yield
    except MemoryError:
        raise
    except Exception as error:
        if is_out_of_memory(error):
            raise
        say("Looking for the layer that cannot be exported…")
        raise refusal(subject, error, attempt, to) from error


def _try_onnx(network: nn.Module, x: torch.Tensor) -> None:
    compare(network, _session(_onnx(network, x)), (x, x[:2]))


def _try_pt2(network: nn.Module, x: torch.Tensor) -> None:
    compare(network, _loaded(_pt2(network, x)), (x, x[:2]))


def _onnx(network: nn.Module, x: torch.Tensor) -> bytes:
    """The network as ONNX, its weights in the same file, for any number of samples."""
    program = capture(network, x)
    with quiet():
        made: Any = torch.onnx.export(
            program,
            dynamo=True,
            external_data=False,
            verbose=False,
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_shapes=({0: "batch"},),
        )
    return bytes(made.model_proto.SerializeToString())


def _checked(data: bytes) -> int:
    """The version of ONNX's operators; raises where ONNX's own checker finds a fault."""
    import onnx

    onnx.checker.check_model(data)
    versions = {opset.domain: opset.version for opset in onnx.load_from_string(data).opset_import}
    return int(versions.get("", 0))


def _session(data: bytes) -> Program:
    """An ONNX file as onnxruntime runs it."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    return lambda x: np.asarray(session.run([OUTPUT], {INPUT: x.numpy()})[0])


def _pt2(network: nn.Module, x: torch.Tensor) -> bytes:
    file = io.BytesIO()
    program = capture(network, x)
    with quiet():
        torch.export.save(program, file)
    return file.getvalue()


def _loaded(data: bytes) -> Program:
    with quiet():
        program: ExportedProgram = torch.export.load(io.BytesIO(data))
        module = program.module()

    def run(x: torch.Tensor) -> Any:
        with quiet(), torch.no_grad():
            return module(x.clone()).numpy()

    return run
