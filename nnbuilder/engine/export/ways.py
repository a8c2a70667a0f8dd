"""One export from a request to its file: made, held against the network, and only then written, whole."""

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from nnbuilder.engine.export.errors import ExportError, ExtraMissingError
from nnbuilder.engine.export.made import Made, Say
from nnbuilder.engine.export.programs import make_onnx, make_pt2
from nnbuilder.engine.export.sources import make_source
from nnbuilder.engine.export.states import make_pth, make_safetensors
from nnbuilder.engine.export.subject import Subject, subject_of
from nnbuilder.project.atomic import write_atomic
from nnbuilder.protocol.export_format import EXPORTS
from nnbuilder.protocol.tasks import Export, Exported
from nnbuilder.runs.metrics_csv import metrics_csv, numbers_of
from nnbuilder.runs.store import StoredRun, load_record, load_run

_WITH_WEIGHTS: Mapping[str, Callable[[Subject, Say], Made]] = {
    "onnx": make_onnx,
    "pt2": make_pt2,
    "safetensors": make_safetensors,
    "state-dict": make_pth,
}


SCALING = (
    "The data are standardized before they enter the network, and the file holds the network alone: "
    "scale inputs in the same way, as the exported training script does."
)
"""A note on every program whose network learns from scaled numbers."""


def export(request: Export, say: Say) -> Exported:
    """Does what is asked; `say` hears what is being done.

    Raises `ExportError`, `WriteError` or `BuildError` where the project cannot be exported so, `SaveError`
    where the file cannot be written, and the errors of a run that cannot be read.
    """
    form = EXPORTS.get(request.format)
    if form is None:
        raise ExportError(f"There is no format {request.format}.")
    if form.lacking:
        raise ExtraMissingError(form.lacking)
    target = Path(request.path)
    if form.source == "weights":
        return _with_weights(request, target, say)
    if form.source == "code":
        project = load_record(Path(request.run)).project if request.run else request.project
        base = Path(request.base) if request.base else None
        return _written(request, target, make_source(form.name, project, base, target, say))
    if form.source != "run":
        raise ExportError(f"{form.title} is written without torch.")
    if request.run is None:
        raise ExportError(f"{form.title} is about a training: choose a run.")
    run = load_run(Path(request.run))
    if form.name == "metrics":
        return _written(request, target, _metrics(run))
    return _into_folder(request, target, run, say)


def _with_weights(request: Export, target: Path, say: Say) -> Exported:
    say("The network is built…")
    subject = subject_of(request)
    made = _WITH_WEIGHTS[request.format](subject, say)
    say("The file is written…")
    return _written(request, target, made, subject)


def _notes(form: str, subject: Subject) -> tuple[str, ...]:
    """What is known of the weights, and that a program does not scale what it gets."""
    scaled = subject.project.data.standardize and subject.kind.dtype != "int64"
    return (*subject.notes, SCALING) if scaled and form in {"onnx", "pt2"} else subject.notes


def _metrics(run: StoredRun) -> Made:
    if not len(run.losses):
        raise ExportError(f"The run {run.record.id} has no step yet.")
    text = metrics_csv(run)
    for column, back in zip((run.losses, run.metrics), numbers_of(text), strict=True):
        known = np.where(np.isfinite(column), column, np.nan)
        if not np.array_equal(known, np.array(back, np.float32), equal_nan=True):
            raise ExportError("What was read back is not what was written, so there is no file.")
    told = f"Read back: {len(run.losses):,} steps and {len(run.history):,} epochs, digit for digit."
    return Made(text.encode(), (told,))


def _into_folder(request: Export, target: Path, run: StoredRun, say: Say) -> Exported:
    """Puts the event file of a run into a folder, which is made."""
    from nnbuilder.engine.export.tensorboard import file_name, make_events

    made = make_events(run, say)
    fresh = not target.exists()
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"{target} cannot be a folder: {error.strerror or error}.") from error
    try:
        return _written(request, target / file_name(run.record), made)
    except BaseException:
        if fresh:
            with contextlib.suppress(OSError):
                target.rmdir()
        raise


def _written(request: Export, target: Path, made: Made, subject: Subject | None = None) -> Exported:
    replaced = target.exists()
    write_atomic(target, made.data)
    return Exported(
        path=str(target),
        format=request.format,
        size=len(made.data),
        verified=made.verified,
        replaced=replaced,
        weights=subject.weights if subject else "",
        sha256=subject.sha256 if subject else "",
        difference=made.found.largest if made.found else None,
        batch_sizes=made.batch_sizes,
        notes=(*(_notes(request.format, subject) if subject else ()), *made.notes),
    )
