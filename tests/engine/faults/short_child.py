"""A process with little memory: trains each project that it is told on standard input, in a fork of its own.

Run as a script. Each line is a JSON `Case`; each answer is the JSON of an `Outcome`.
"""

import os
import resource
import sys
import tempfile
from functools import reduce
from pathlib import Path

import msgspec
import torch

from nnbuilder.data.load import load
from nnbuilder.data.spec import DataSpec, ToyData
from nnbuilder.engine.controls import Unattended
from nnbuilder.engine.failure import run_failed
from nnbuilder.engine.faults.shortage import demand_room
from nnbuilder.engine.memory.room import free_memory
from nnbuilder.engine.run_loop import train_run
from nnbuilder.engine.warm import warm_up
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.project import Project
from nnbuilder.protocol.messages import Failed

MOST = 3 * 10**9
"""No limit is set above this."""


class Case(msgspec.Struct):
    """A project, how many bytes it may get, and whether its need is looked at before it trains."""

    project: Project
    room: int
    demand: bool = False


class Outcome(msgspec.Struct):
    """What became of it: the steps that were done, or the failure; and then of the project with its fix."""

    steps: int = 0
    failed: Failed | None = None
    mended: "Outcome | None" = None


def attempt(case: Case) -> Outcome:
    """Trains within the room; the limit is for the whole of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = min(MOST, pages * os.sysconf("SC_PAGE_SIZE") + case.room)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    prepared, room = None, free_memory()
    with tempfile.TemporaryDirectory() as folder:
        try:
            prepared = load(case.project.data, case.project.training.seed, None)
            if case.demand:
                demand_room(case.project, prepared)
            ended = train_run(
                case.project, prepared, Path(folder) / "run", lambda *_: None, Unattended(), run_id="run"
            )
        except Exception as error:  # noqa: BLE001  (as in the process of a run)
            return Outcome(failed=run_failed(error, "run", case.project, prepared, room))
        return Outcome(steps=ended.step)


def main() -> None:
    """Answers line by line."""
    torch.set_num_threads(1)
    warm_up()
    load(DataSpec(ToyData()), 0, None)
    for line in sys.stdin.buffer:
        case = msgspec.json.decode(line, type=Case)
        outcome = in_a_fork(case)
        fixes = outcome.failed.problems[0].fixes if outcome.failed and not case.demand else ()
        if fixes:
            project = reduce(apply_edit, fixes[0].edits, case.project)
            outcome.mended = in_a_fork(msgspec.structs.replace(case, project=project))
        sys.stdout.buffer.write(msgspec.json.encode(outcome) + b"\n")


def in_a_fork(case: Case) -> Outcome:
    """One attempt in a process of its own; nothing at all where that dies without an answer."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with os.fdopen(writer, "wb") as out:
            out.write(msgspec.json.encode(attempt(case)))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return msgspec.json.decode(said, type=Outcome) if said else Outcome()


if __name__ == "__main__":
    main()
