"""From a project to a file in another format: what `nnbuilder export` does."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import click
import msgspec

from nnbuilder.cli.export_picture import Look, picture
from nnbuilder.cli.failure import CommandError, Exit, stop
from nnbuilder.cli.output import print_json, say
from nnbuilder.cli.projects import open_project
from nnbuilder.cli.runs import find_run
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.report import printable
from nnbuilder.project.atomic import write_atomic
from nnbuilder.project.file import runs_folder
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project
from nnbuilder.protocol.export_format import ExportFormat
from nnbuilder.protocol.tasks import Export, Exported
from nnbuilder.runs.record import RunRecord
from nnbuilder.runs.store import list_runs

_STDOUT = "-"
_BINARY = {".onnx", ".pt2", ".safetensors", ".pth", ".png", ".pdf", ""}


class Job(msgspec.Struct, frozen=True):
    """One export that is to be done; `printed` where its text goes to standard output.

    `run` is the folder of the training it is about, `project` is as it was then.
    """

    file: Path
    form: ExportFormat
    project: Project
    target: Path
    printed: bool
    run: Path | None
    checkpoint: Literal["best", "last"]


def plan(file: Path, form: ExportFormat, output: str | None, run: str | None, checkpoint: str) -> Job:
    """Reads the project and finds the run and the file; raises `CommandError` or `ProjectFileError`."""
    project = open_project(file)
    if form.lacking:
        raise stop(Exit.ENVIRONMENT, "missing-package", form.lacking)
    folder, record = find_run(run, runs_folder(file)) if run is not None else (None, None)
    if form.source == "run" and record is None:
        raise stop(Exit.USAGE, "usage", _which_run(form, runs_folder(file)))
    if record is not None:
        if msgspec.structs.replace(record.project, training=project.training) != project:
            say(f"{file} has changed since the run {record.id}: this is the project as it was then.")
        project = record.project
    printed = output == _STDOUT
    if printed and form.suffix in _BINARY:
        raise stop(Exit.USAGE, "usage", f"{form.title} is no text: name a file with -o.")
    return Job(
        file=file,
        form=form,
        project=project,
        target=Path(_STDOUT) if printed else _target(file, form, output, record),
        printed=printed,
        run=folder.absolute() if folder else None,
        checkpoint="last" if checkpoint == "last" else "best",
    )


def _which_run(form: ExportFormat, runs: Path) -> str:
    known = [record.id for record in list_runs(runs).runs]
    text = f"{form.title} is about a training"
    return (
        f"{text}: name it with --run, the last one is {known[-1]}."
        if known
        else f"{text}, and there is none yet."
    )


def _target(file: Path, form: ExportFormat, output: str | None, record: RunRecord | None) -> Path:
    """Where to write: what was named, or a name beside the project that is still free."""
    tail = f"-{record.id}" if record is not None and form.source == "run" else ""
    name = f"{file.stem}{tail}{form.suffix or '-tensorboard'}"
    target = Path(output) if output is not None else file.with_name(name)
    if output is not None and not form.is_folder:
        if target.is_dir():
            target, output = target / name, None
        elif not target.suffix:
            target = target.with_name(f"{target.name}{form.suffix}")
    if target.exists() and file.exists() and target.samefile(file):
        raise stop(Exit.USAGE, "usage", f"{target} is the project itself: name another file with -o.")
    if output is None and target.exists():
        raise stop(Exit.USAGE, "file-exists", f"{target} is there already: name the file with -o.")
    return target


def carry_out(job: Job, look: Look, *, as_json: bool) -> None:
    """Exports, and says what was verified."""
    if job.printed and as_json:
        raise stop(Exit.USAGE, "usage", "Only one goes to standard output: --json, or the text itself.")
    with _errors():
        if not job.printed:
            done = _export(job, job.target, look)
            _tell(done, job, as_json=as_json)
            return
        with tempfile.TemporaryDirectory(prefix="nnbuilder-") as folder:
            path = Path(folder) / f"text{job.form.suffix}"
            done = _export(job, path, look)
            click.echo(path.read_text(encoding="utf-8"), nl=False)
    for sentence in (*done.verified, *done.notes):
        say(sentence)


def _export(job: Job, target: Path, look: Look) -> Exported:
    if job.form.source in {"drawing", "report"}:
        return _without_engine(job, target, look)
    from nnbuilder.engine.export.ways import export

    request = Export(
        job.project,
        job.form.name,
        str(target),
        base=str(job.file.parent),
        runs=str(runs_folder(job.file)),
        run=str(job.run) if job.run else None,
        checkpoint=job.checkpoint,
    )
    return export(request, say)


def _without_engine(job: Job, target: Path, look: Look) -> Exported:
    """Pictures and the analysis, which the command line writes itself once torch has answered."""
    from nnbuilder.cli.analysis import ask

    answer, prepared = ask(job.project, job.file.parent)
    profile = prepared.profile if prepared else None
    if job.form.source == "drawing":
        data, verified = picture(job.form.name, job.project, answer.analysis, profile, look)
    else:
        from nnbuilder.cli.summary import report_for, written

        text = written(report_for(job.project, answer), "csv" if job.form.name == "csv" else "markdown", ())
        data, verified = text.encode(), f"{len(answer.analysis.layers):,} layers as torch computes them."
    replaced = target.exists()
    write_atomic(target, data)
    return Exported(str(target), job.form.name, len(data), (verified,), replaced=replaced)


def _tell(done: Exported, job: Job, *, as_json: bool) -> None:
    if as_json:
        print_json(_answer(done, job))
        return
    for sentence in done.notes:
        say(f"note: {sentence}")
    word = "replaced" if done.replaced else "written"
    click.echo(printable(f"{done.path} was {word}: {job.form.title}, {done.size:,} bytes."))
    if done.weights:
        click.echo(printable(f"Weights: {done.weights}."))
    for sentence in done.verified:
        click.echo(printable(f"Verified: {sentence}"))


def _answer(done: Exported, job: Job) -> dict[str, Any]:
    return {
        "ok": True,
        "file": done.path,
        "format": done.format,
        "bytes": done.size,
        "replaced": done.replaced,
        "run": str(job.run) if job.run else None,
        "weights": done.weights or None,
        "weights_sha256": done.sha256 or None,
        "verified": list(done.verified),
        "batch_sizes": list(done.batch_sizes),
        "difference": done.difference,
        "notes": list(done.notes),
        "problems": [],
    }


@contextmanager
def _errors() -> Iterator[None]:
    """Says which exit code a failure leads to."""
    try:
        yield
    except CommandError:
        raise
    except NNBuilderError as error:
        raise _judged(error) from error
    except RuntimeError as error:
        from nnbuilder.engine.failure import failed

        told = failed(error)
        if told.kind != "environment":
            raise
        raise stop(Exit.ENVIRONMENT, "environment", told.message) from error


def _judged(error: NNBuilderError) -> Exception:
    from nnbuilder.engine.build import BuildError
    from nnbuilder.engine.checkpoint import CheckpointError
    from nnbuilder.engine.export.errors import ExportError, ExtraMissingError
    from nnbuilder.engine.weights import WeightsError
    from nnbuilder.interop.python_writer import WriteError
    from nnbuilder.runs.files import RunFolderError

    match error:
        case ExtraMissingError():
            return stop(Exit.ENVIRONMENT, "missing-package", str(error))
        case BuildError() | ExportError() | WriteError():
            path = f"graph.nodes.{error.node}" if error.node else ""
            return CommandError(
                Exit.PROJECT, [Problem("error", "export", str(error), node=error.node, path=path)]
            )
        case WeightsError():
            return stop(Exit.PROJECT, "weights", str(error), "weights")
        case CheckpointError() | RunFolderError():
            return stop(Exit.TRAINING, "run-unreadable", str(error))
    return error
