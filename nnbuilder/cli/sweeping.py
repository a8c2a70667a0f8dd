"""From a project file to a ranked table of runs: what `nnbuilder sweep` does."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from nnbuilder.cli.analysis import demand
from nnbuilder.cli.failure import CommandError, Exit, stop
from nnbuilder.cli.output import print_json, say, say_problem
from nnbuilder.cli.overrides import override, read_setting
from nnbuilder.cli.progress import number
from nnbuilder.cli.projects import open_project
from nnbuilder.cli.runs import unwritable
from nnbuilder.cli.signals import Signals
from nnbuilder.graph.report import printable
from nnbuilder.project.file import runs_folder
from nnbuilder.protocol.messages import Event, Failed, RunEnded, RunStarted, StartRun
from nnbuilder.runs.answers import epoch_answer
from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.knobs import KnobError
from nnbuilder.runs.sweep import Trial, grid, picked, read_axes, value_text
from nnbuilder.runs.sweep_record import SweepRecord, SweepRow, mark_trial, new_sweep, row_of, write_sweep


class Order(msgspec.Struct, frozen=True):
    """A sweep that is to be done: its record, the projects of its trials, and where their runs go."""

    file: Path
    runs: Path
    sweep: SweepRecord
    trials: tuple[Trial, ...]


def plan(
    file: Path,
    axes: Sequence[str],
    settings: Sequence[str],
    run_dir: Path | None,
    *,
    count: int | None,
    pick_seed: int,
) -> Order:
    """Reads the project and what is to be varied; raises `CommandError`."""
    project = override(open_project(file), [read_setting(text) for text in settings])
    try:
        over = read_axes(project, [_parted(text) for text in axes])
        trials = grid(project, over) if count is None else picked(project, over, count, pick_seed)
    except KnobError as error:
        raise stop(Exit.USAGE, "usage", f"--over: {error}") from error
    sweep = new_sweep(over, trials, picked=count is not None)
    return Order(file, (run_dir or runs_folder(file)).absolute(), sweep, trials)


def _parted(text: str) -> tuple[str, str]:
    path, equals, values = text.partition("=")
    if not equals:
        raise KnobError(f"takes PATH=VALUES like training.optimizer.lr=0.1,0.01, not {text!r}.")
    return path, values


def carry_out(order: Order, at_once: int | None, *, as_json: bool) -> int:
    """Trains all of them, says how they went, and answers with the exit code."""
    from nnbuilder.engine.crew import train_all

    answer, _ = demand(order.trials[0].project, order.file.parent)
    for problem in answer.problems:
        say_problem(problem)
    try:
        kept = write_sweep(order.runs, order.sweep)
    except RunFolderError as error:
        raise unwritable(error) from error
    most = min(at_once or max(1, (os.cpu_count() or 2) - 1), len(order.trials))
    say(f"{len(order.trials)} runs, {most} at a time")
    listener = _Listener(order)
    with Signals() as signals:
        train_all(_requests(order), most, listener, lambda: signals.received is not None)
    rows = sorted(
        (
            row_of(order.runs, trial, listener.failures.get(place, ""))
            for place, trial in enumerate(order.sweep.trials)
        ),
        key=lambda row: row.rank,
    )
    facts = _answer(order, kept, rows)
    fate = _fate(rows, signals.received)
    if as_json:
        print_json({"ok": fate is None, **facts, **({"problems": [_plain(fate)]} if fate else {})})
    else:
        click.echo(_table(order.sweep, rows))
    if fate is not None:
        for one in fate.problems:
            say_problem(one)
        return fate.code
    return Exit.DONE


def _requests(order: Order) -> list[StartRun]:
    pairs = zip(order.sweep.trials, order.trials, strict=True)
    base = str(order.file.parent.absolute())
    return [StartRun(kept.run, trial.project, str(order.runs / kept.run), base) for kept, trial in pairs]


class _Listener:
    """Says a line for each run that ends, and keeps why others did not."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._done = 0
        self.failures: dict[int, str] = {}

    def __call__(self, place: int, message: Event) -> None:
        trial = self._order.sweep.trials[place]
        match message:
            case RunStarted():
                try:
                    mark_trial(self._order.runs, trial)
                except RunFolderError as error:
                    say(f"note: {error}")
            case Failed():
                self.failures[place] = message.message
                self._say(trial.title, message.message)
            case RunEnded() if place not in self.failures:
                values = "  ".join(f"{name} {number(value)}" for name, value in message.validation.items())
                self._say(trial.title, values if message.reason == "finished" else f"stopped  {values}")

    def _say(self, title: str, text: str) -> None:
        self._done += 1
        width = len(str(len(self._order.trials)))
        say(f"{self._done:>{width}}/{len(self._order.trials)}  {title}: {text}")


def _fate(rows: Sequence[SweepRow], received: int | None) -> CommandError | None:
    """What kept the sweep from its end, if anything did."""
    if received is not None:
        done = sum(row.status == "finished" for row in rows)
        terminated = received == signal.SIGTERM
        code = Exit.TERMINATED if terminated else Exit.INTERRUPTED
        word = "terminated" if terminated else "interrupted"
        return stop(
            code, word, f"Stopped after {done} of {len(rows)} runs; those that were at work left checkpoints."
        )
    if not any(row.status == "finished" for row in rows):
        return stop(Exit.TRAINING, "training", f"No run came to its end: {rows[0].message}")
    return None


def _plain(fate: CommandError) -> dict[str, Any]:
    problem = fate.problems[0]
    return {"severity": problem.severity, "code": problem.code, "message": problem.message}


def _answer(order: Order, kept: Path, rows: Sequence[SweepRow]) -> dict[str, Any]:
    paths = [varied.path for varied in order.sweep.varied]
    return {
        "sweep": str(kept),
        "over": paths,
        "runs": [
            {
                "run": str(order.runs / row.trial.run),
                "number": row.trial.number,
                "values": dict(zip(paths, msgspec.to_builtins(row.trial.values), strict=True)),
                "status": row.status,
                "epochs": row.epoch,
                "seconds": round(row.seconds, 3),
                "metric": row.metric or None,
                "best": epoch_answer(row.best),
                "last": epoch_answer(row.last),
                "weights_sha256": row.sha256 or None,
                "message": row.message or None,
            }
            for row in rows
        ],
    }


def _table(sweep: SweepRecord, rows: Sequence[SweepRow]) -> str:
    """The trials in lines, the best first."""
    metric = next((row.metric for row in rows if row.metric), "metric")
    head = (
        "rank",
        *(varied.title for varied in sweep.varied),
        metric,
        "loss",
        "epoch",
        "seconds",
        "status",
        "run",
    )
    table = [head, *(_cells(place, row) for place, row in enumerate(rows, 1))]
    widths = [max(len(line[column]) for line in table) for column in range(len(head))]
    numeric = len(head) - 2
    return "\n".join(
        "  ".join(
            f"{cell:>{width}}" if column < numeric else f"{cell:<{width}}"
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in table
    )


def _cells(place: int, row: SweepRow) -> tuple[str, ...]:
    best = row.best
    cells = (
        str(place),
        *map(value_text, row.trial.values),
        number(best.validation_metric if best else None),
        number(best.validation_loss if best else None),
        f"{best.epoch:,}" if best else "-",
        f"{row.seconds:.1f}",
        row.status,
        row.trial.run,
    )
    return tuple(printable(cell) for cell in cells)
