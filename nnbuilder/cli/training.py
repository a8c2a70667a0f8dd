"""From a project file to a finished run: what `nnbuilder train` does."""

import math
import shlex
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec

from nnbuilder.cli.analysis import demand
from nnbuilder.cli.answers import failure_answer
from nnbuilder.cli.confusion import confusion_answer, confusion_lines
from nnbuilder.cli.failure import CommandError, Exit, stop
from nnbuilder.cli.memory import within_memory
from nnbuilder.cli.output import print_json, say, say_problem
from nnbuilder.cli.overrides import Setting, override
from nnbuilder.cli.progress import Listener, number
from nnbuilder.cli.projects import open_project
from nnbuilder.cli.runs import find_run, last_checkpoint, unwritable
from nnbuilder.cli.signals import Signals
from nnbuilder.cli.together import (
    follows,
    interrupted_run,
    leave,
    mark_run,
    may_restart,
    meet,
    on_device,
    several,
)
from nnbuilder.data.spec import FileData
from nnbuilder.project.file import runs_folder
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project
from nnbuilder.protocol.messages import RunEnded
from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.metrics import EpochRow, read_epochs, read_scores
from nnbuilder.runs.record import RunRecord, new_run_id
from nnbuilder.runs.store import load_record

PATIENCE_S = 15.0
"""How long a process that follows lets the leader tell what is wrong; torchrun ends it sooner."""

_TABLE = "data.source.path"
_RESUMABLE = ("training.epochs", "training.device", _TABLE)


class Job(msgspec.Struct, frozen=True):
    """One training that is to be done: a frozen project, and the folder that its run will have.

    `base` is the folder that holds the data; None where the user named a file that may lie anywhere.
    """

    file: Path
    project: Project
    folder: Path
    checkpoint: Path | None
    base: Path | None


def plan(file: Path, settings: Sequence[Setting], resume: str | None, run_dir: Path | None) -> Job:
    """Reads the project and what is to be different; raises `CommandError` or `ProjectFileError`."""
    project = open_project(file)
    runs = run_dir or runs_folder(file)
    folder = (runs / new_run_id()).absolute()
    if resume is None:
        return _job(file, override(project, settings), settings, folder)
    fixed = [setting.label for setting in settings if setting.path not in _RESUMABLE]
    if fixed:
        text = f"{fixed[0]} cannot change on a run that is resumed: only --epochs, --device and {_TABLE} can."
        raise stop(Exit.USAGE, "usage", text)
    before, record = find_run(resume, runs)
    if msgspec.structs.replace(record.project, training=project.training) != project:
        say(f"{file} has changed since the run {record.id}: the run goes on with the project as it was then.")
    checkpoint, project = last_checkpoint(before, record), override(record.project, settings)
    _demand_epochs(record, project)
    return _job(file, project, settings, folder, checkpoint)


def _demand_epochs(record: RunRecord, project: Project) -> None:
    """Raises `CommandError` where a run that is resumed would have nothing left to train."""
    done, planned = record.epoch, project.training.epochs
    if done < planned or record.status == "lost":
        return
    text = f"The run {record.id} has been trained for {done:,} epochs, and --epochs counts them all"
    raise stop(Exit.USAGE, "nothing-left", f"{text}: name more than {done:,}, for example {done + 10}.")


def _job(
    file: Path, project: Project, settings: Sequence[Setting], folder: Path, checkpoint: Path | None = None
) -> Job:
    """A table that was named by its whole path may lie anywhere."""
    source = project.data.source
    named = any(setting.path == _TABLE for setting in settings)
    if several():
        checkpoint = checkpoint or interrupted_run(folder.parent)
        project = on_device(project)
        if not follows():
            mark_run(folder)
    anywhere = named and isinstance(source, FileData) and Path(source.path).is_absolute()
    return Job(file, project, folder, checkpoint, None if anywhere else file.parent)


def carry_out(job: Job, *, as_json: bool) -> int:
    """Trains, says how it went, and answers with the exit code."""
    if follows():
        return _follow(job)
    answer, prepared = demand(job.project, job.base)
    for problem in answer.problems:
        say_problem(problem)
    for note in answer.notes:
        say(f"note: {note}")
    listener = Listener()
    with training_errors(), within_memory(job.project, prepared), Signals() as signals:
        from nnbuilder.engine.run_loop import Start, train_run

        start = Start(job.checkpoint, runs_folder(job.file))
        team = meet(job.project)
        try:
            ended = train_run(job.project, prepared, job.folder, listener, signals, start, team=team)
        finally:
            listener.close()
    notices = listener.started.notices if listener.started else ()
    if ended.told:
        say(f"note: {ended.told}")
        notices = (*notices, ended.told)
    record = load_record(job.folder)
    facts = run_answer(job, ended, read_epochs(job.folder), (*answer.notes, *notices))
    facts["confusion"] = confusion_answer(record)
    facts["history"] |= scores_answer(job.folder, record, len(facts["history"]["epoch"]))
    fate = _fate(job, ended, listener, signals)
    if fate is None and not as_json:
        click.echo("\n".join([result_text(job, ended, record.epoch), *confusion_lines(record)]))
    return leave(_report(facts, fate, as_json=as_json))


def _follow(job: Job) -> int:
    """Takes a share of what another process trains, which also acts on signals and tells problems."""
    try:
        _, prepared = demand(job.project, job.base)
    except CommandError as error:
        time.sleep(PATIENCE_S)  # torchrun ends all at the first that fails, and the leader has to be heard
        return error.code
    with training_errors(), Signals():
        from nnbuilder.engine.together import follow

        team = meet(job.project)
        if team is not None:
            follow(job.project, prepared, team)
    return leave(Exit.DONE)


def _report(facts: dict[str, Any], fate: CommandError | None, *, as_json: bool) -> int:
    if fate is not None:
        if as_json:
            print_json(failure_answer(fate.problems, facts))
        for problem in fate.problems:
            say_problem(problem)
        return fate.code
    if as_json:
        print_json({"ok": True, **facts})
    return Exit.DONE


def _fate(job: Job, ended: RunEnded, listener: Listener, signals: Signals) -> CommandError | None:
    """What kept the training from its end, if anything did."""
    if listener.failure is not None:
        failure = listener.failure
        problems = failure.problems or (Problem("error", "training", failure.message, node=failure.node_id),)
        return CommandError(Exit.TRAINING, problems)
    if ended.reason == "finished" or signals.received is None:
        return None
    terminated = signals.received == signal.SIGTERM
    again = "There is nothing to resume yet."
    if ended.step:
        line = shlex.join(["nnbuilder", "train", str(job.file), "--resume", str(job.folder)])
        again = f"A checkpoint is written; go on with: {line}"
    return stop(
        Exit.TERMINATED if terminated else Exit.INTERRUPTED,
        "terminated" if terminated else "interrupted",
        f"Stopped after step {ended.step:,}. {again}",
    )


def run_answer(
    job: Job, ended: RunEnded, history: Sequence[EpochRow], notes: Sequence[str]
) -> dict[str, Any]:
    """The JSON of a run; `notes` are sentences on its data and its beginning."""
    training = job.project.training
    metric = next((name for name in ended.train if name != "loss"), "metric")
    return {
        "run": str(job.folder),
        "seed": training.seed,
        "epochs": training.epochs,
        "steps": ended.step,
        "seconds": round(ended.seconds, 3),
        "train": dict(ended.train),
        "validation": dict(ended.validation),
        "weights_sha256": ended.weights_sha256,
        "notes": list(notes),
        "history": {
            "epoch": [row.epoch for row in history],
            "train_loss": [_known(row.train_loss) for row in history],
            "validation_loss": [_known(row.validation_loss) for row in history],
            f"train_{metric}": [_known(row.train_metric) for row in history],
            f"validation_{metric}": [_known(row.validation_metric) for row in history],
        },
    }


def scores_answer(folder: Path, record: RunRecord, epochs: int) -> dict[str, list[float | None]]:
    """The validation scores of all epochs, by name."""
    columns = read_scores(folder, len(record.scores), epochs).T.tolist()
    pairs = zip(record.scores, columns, strict=True)
    return {f"validation_{name}": [_known(value) for value in column] for name, column in pairs}


def result_text(job: Job, ended: RunEnded, epochs: int) -> str:
    """How a training ended after so many epochs, for people."""
    scores = _metrics(ended.validation, beside=True)
    return "\n".join(
        [
            f"{epochs:,} {'epoch' if epochs == 1 else 'epochs'}, {ended.step:,} steps, {ended.seconds:.1f} s",
            f"train       {_metrics(ended.train)}",
            f"validation  {_metrics(ended.validation)}",
            *([f"scores      {scores}"] if scores else []),
            f"run         {job.folder}",
            f"weights     {ended.weights_sha256}",
        ]
    )


_BESIDE = ("balanced_accuracy", "macro_f1", "top3_accuracy")
"""Scores that stand on a line of their own: the lines above it are those of an exported script."""


def _metrics(values: Any, *, beside: bool = False) -> str:
    told = [(name, value) for name, value in values.items() if (name in _BESIDE) == beside]
    return "  ".join(f"{name} {number(value)}" for name, value in told)


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


@contextmanager
def training_errors() -> Iterator[None]:
    """Says which exit code a failure of the engine leads to."""
    from nnbuilder.engine.build import BuildError
    from nnbuilder.engine.checkpoint import CheckpointError
    from nnbuilder.engine.setup import TrainingError
    from nnbuilder.engine.team import TeamError
    from nnbuilder.engine.weights import WeightsError

    try:
        yield
    except BuildError as error:
        raise CommandError(Exit.PROJECT, [_problem("build", error, error.node)]) from error
    except TrainingError as error:
        raise CommandError(Exit.TRAINING, [_problem("training", error, error.node)]) from error
    except WeightsError as error:
        raise CommandError(Exit.PROJECT, [Problem("error", "weights", str(error), path="weights")]) from error
    except TeamError as error:
        if may_restart():  # the answer is that of the processes that come after
            say(f"error: {error}")
            raise SystemExit(Exit.ENVIRONMENT) from error
        raise stop(Exit.ENVIRONMENT, "processes", str(error)) from error
    except CheckpointError as error:
        raise CommandError(Exit.TRAINING, [_problem("checkpoint", error)]) from error
    except RunFolderError as error:
        raise unwritable(error) from error
    except RuntimeError as error:
        text = f"PyTorch stopped the training: {error}".partition("\n")[0]
        raise stop(Exit.TRAINING, "training", text) from error


def _problem(word: str, error: Exception, node: Any = None) -> Problem:
    return Problem("error", word, str(error), node=node, path=f"graph.nodes.{node}" if node else "")
