"""The course of a run as event files of TensorBoard: curves, the weights of its checkpoints, its settings."""

import math
import struct
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from nnbuilder.engine.checkpoint import CheckpointError, read_checkpoint
from nnbuilder.engine.export.errors import ExportError
from nnbuilder.engine.export.made import Made, Say
from nnbuilder.engine.state import MODEL
from nnbuilder.graph.report import printable
from nnbuilder.runs.metrics import EpochRow
from nnbuilder.runs.record import RunRecord
from nnbuilder.runs.store import CHECKPOINTS, StoredRun

Scalar = tuple[str, int, float]
"""A curve's name, a step and the value there."""

_HEAD = 12
_TAIL = 4
"""Bytes before and behind each event: its length and two checksums."""


def file_name(record: RunRecord) -> str:
    """How the file of a run is called: always the same, so that exporting it again replaces it."""
    return f"events.out.tfevents.{int(_created(record))}.{record.id}"


def make_events(run: StoredRun, say: Say) -> Made:
    """The bytes of an event file that was read back; raises `ExportError`."""
    import tensorboardX

    if not len(run.losses):
        raise ExportError(f"The run {run.record.id} has no step yet.")
    say("The curves are written…")
    start = _created(run.record)
    pace = _pace(run)
    with tempfile.TemporaryDirectory(prefix="nnbuilder-") as folder:
        writer = tensorboardX.SummaryWriter(folder)
        try:
            for tag, step, value in _scalars(run):
                writer.add_scalar(tag, value, step, walltime=start + step * pace)
            writer.add_text("configuration", _settings(run.record), 0, walltime=start)
            count, notes = _histograms(writer, run, start, pace)
        finally:
            writer.close()
        (file,) = Path(folder).iterdir()
        data = file.read_bytes()
    say("The file is read back…")
    return Made(data, (_checked(run, data, count),), notes=notes)


def _scalars(run: StoredRun) -> Iterator[Scalar]:
    """Every number of the course that is one; of steps and of epochs, both by step."""
    metric = run.record.metric
    for step, (loss, value) in enumerate(zip(run.losses.tolist(), run.metrics.tolist(), strict=True), 1):
        yield from _finite(("loss/step", step, loss), (f"{metric}/step", step, value))
    for row in run.history:
        yield from _finite(*_epoch(row, metric))


def _epoch(row: EpochRow, metric: str) -> tuple[Scalar, ...]:
    return (
        ("loss/train", row.step, row.train_loss),
        (f"{metric}/train", row.step, row.train_metric),
        ("loss/validation", row.step, row.validation_loss),
        (f"{metric}/validation", row.step, row.validation_metric),
    )


def _finite(*scalars: Scalar) -> Iterator[Scalar]:
    return (scalar for scalar in scalars if math.isfinite(scalar[2]))


def _histograms(writer: Any, run: StoredRun, start: float, pace: float) -> tuple[int, tuple[str, ...]]:
    """Adds the weights of every checkpoint that is there; how many histograms, and what could not be read."""
    count, notes = 0, list[str]()
    for entry in sorted(run.record.checkpoints, key=lambda entry: entry.step):
        try:
            state = read_checkpoint(run.folder / CHECKPOINTS / entry.file, entry.sha256)
        except CheckpointError as error:
            notes.append(str(error))
            continue
        for name, tensor in state.tensors.items():
            if name.startswith(MODEL) and tensor.is_floating_point() and tensor.numel():
                tag = f"weights/{name.removeprefix(MODEL)}"
                values = tensor.double().numpy().ravel()
                writer.add_histogram(tag, values, entry.step, walltime=start + entry.step * pace)
                count += 1
    return count, tuple(notes)


def _settings(record: RunRecord) -> str:
    """What was trained how, as a table of Markdown."""
    training = record.project.training
    arguments = {f"{training.optimizer}.{name}": value for name, value in training.optimizer_args.items()}
    rows: dict[str, object] = {
        "run": record.id,
        "data": record.data.title,
        "optimizer": training.optimizer,
        **arguments,
        "batch_size": training.batch_size,
        "epochs": training.epochs,
        "seed": record.seed,
        "device": record.device,
        "threads": record.threads,
        **{f"train {name}": value for name, value in record.train.items()},
        **{f"validation {name}": value for name, value in record.validation.items()},
        "weights_sha256": record.weights_sha256,
        **{f"version of {name}": value for name, value in record.versions.items()},
    }
    lines = [f"| {_cell(name)} | {_cell(value)} |" for name, value in rows.items()]
    return "\n".join(["| setting | value |", "|---|---|", *lines])


def _cell(value: object) -> str:
    return printable(str(value)).replace("\n", " ").replace("|", "\\|")


def _created(record: RunRecord) -> float:
    """When the run began, in seconds since 1970."""
    try:
        return datetime.fromisoformat(record.created).timestamp()
    except ValueError:
        return 0.0


def _pace(run: StoredRun) -> float:
    """Seconds for one step, on average."""
    last = run.history[-1] if run.history else None
    return last.seconds / last.step if last is not None and last.step else 0.0


def _checked(run: StoredRun, data: bytes, histograms: int) -> str:
    """The sentence on what was read back; raises where it is not what was written."""
    found: list[Scalar] = []
    drawn = 0
    for event in _events(data):
        for value in event.summary.value:
            if value.WhichOneof("value") == "simple_value":
                found.append((value.tag, event.step, value.simple_value))
            drawn += value.WhichOneof("value") == "histo"
    written = [(tag, step, _single(value)) for tag, step, value in _scalars(run)]
    if found != written or drawn != histograms:
        raise ExportError("What was read back is not what was written, so there is no file.")
    return f"Read back: {len(found):,} points of curves and {drawn:,} histograms of weights."


def _events(data: bytes) -> Iterator[Any]:
    """The events of a file, by its format's own description: length, checksum, message, checksum."""
    from tensorboardX.proto import event_pb2
    from tensorboardX.record_writer import masked_crc32c

    place = 0
    while place < len(data):
        (length,) = struct.unpack_from("<Q", data, place)
        body = data[place + _HEAD : place + _HEAD + length]
        place += _HEAD + length + _TAIL
        if data[place - _TAIL : place] != struct.pack("<I", masked_crc32c(body)):
            raise ExportError("A checksum of the event file is wrong, so there is no file.")
        event = event_pb2.Event()
        event.ParseFromString(body)
        yield event


def _single(value: float) -> float:
    """The number as the file holds it, with 32 bits."""
    return float(np.float32(value))
