"""Turns what went wrong in the engine into a message that says whose fault it is."""

import errno
import signal
import traceback
from typing import Literal

import msgspec

from nnbuilder.data.errors import DataError
from nnbuilder.data.prepare import Prepared
from nnbuilder.data.spec import ArraysData, CsvData, DataProfile, DataSpec
from nnbuilder.data.table_scan import CELL_FAULTS
from nnbuilder.doctor.fixes import leave_out
from nnbuilder.engine.faults.shortage import ShortOfMemory, explain_shortage, ran_out, words_on_killed
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import SetData
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.project.project import Project
from nnbuilder.protocol.messages import Failed
from nnbuilder.runs.files import RunFolderError, RunWriteError

FAULTS = 50
"""How many faults of a data file become problems of their own."""

COLUMNS = 30
"""How many columns are offered as the one to predict."""

_ELSEWHERE = "Save the project in another folder (Ctrl+Shift+S): its runs lie beside it."


def failed(error: Exception, *, request_id: int | None = None, run_id: str | None = None) -> Failed:
    """The message for an exception: the user's to mend, the environment's, or ours."""
    kind, message, details = _judge(error)
    node = getattr(error, "node", None)
    return Failed(
        kind=kind,
        message=message,
        traceback=details,
        node_id=NodeId(node) if isinstance(node, str) else None,
        request_id=request_id,
        run_id=run_id,
        problems=_problems(error),
    )


def _problems(error: Exception) -> tuple[Problem, ...]:
    if isinstance(error, ShortOfMemory):
        return error.problems
    return data_problems(error) if isinstance(error, DataError) else ()


def data_problems(error: DataError, data: DataSpec | None = None) -> tuple[Problem, ...]:
    """The faults of data as problems, with their line in the file and their place in the project.

    Where `data` are given and the fault is a column to predict that is not there, each column is a fix; where
    only cells of some columns cannot be read, leaving those columns out is; and where all are left out,
    taking them again.
    """
    fixes = (*_columns(error, data), *_without(error, data))
    return tuple(
        Problem("error", fault.code, fault.message, path=f"data.{fault.field}", line=fault.line, fixes=fixes)
        for fault in error.faults[:FAULTS]
    )


def _columns(error: DataError, data: DataSpec | None) -> tuple[Fix, ...]:
    if data is not None and isinstance(data.source, ArraysData):
        field = error.faults[0].field.rpartition(".")[2]
        return tuple(
            Fix(f"Take the array {name}", (_with_source(data, **{field: name}),))
            for name in error.choices[:COLUMNS]
        )
    if data is None or not isinstance(data.source, CsvData):
        return ()
    return tuple(
        Fix(
            f"Predict {name}",
            (_with_source(data, target=name),),
        )
        for name in error.choices[:COLUMNS]
    )


def _with_source(data: DataSpec, **changes: str) -> SetData:
    return SetData(msgspec.structs.replace(data, source=msgspec.structs.replace(data.source, **changes)))


def _without(error: DataError, data: DataSpec | None) -> tuple[Fix, ...]:
    if data is None or not isinstance(data.source, CsvData):
        return ()
    if error.faults[0].field == "source.left_out":
        source = msgspec.structs.replace(data.source, left_out=())
        again = SetData(msgspec.structs.replace(data, source=source), "left-out columns")
        return (Fix("Take all columns again", (again,)),)
    names = tuple(dict.fromkeys(fault.column for fault in error.faults if fault.code in CELL_FAULTS))
    whole = error.total == len(error.faults) and all(fault.code in CELL_FAULTS for fault in error.faults)
    return leave_out(data, names) if whole and data.source.target not in names else ()


def died(run_id: str, status: int, project: Project, profile: DataProfile) -> Failed | None:
    """The message for the wait status of a run's process; None where it left in good order."""
    code = -status if status < 0 else status
    if status == 0:
        return None
    if status == -signal.SIGKILL:
        text = words_on_killed(project, profile)
    elif status < 0:
        text = f"It crashed ({_signal_name(code)})."
    else:
        text = f"It ended with code {code}."
    return Failed(kind="environment", message=text, run_id=run_id)


def run_failed(
    error: Exception, run_id: str, project: Project, prepared: Prepared | None, room: int | None
) -> Failed:
    """The message for what ended a run; where memory ran out, with what was needed and what fits.

    `room` is what was free before the run.
    """
    if ran_out(error) and not isinstance(error, ShortOfMemory):
        trace = _trace(error)
        short = failed(explain_shortage(error, project, prepared, room), run_id=run_id)
        return msgspec.structs.replace(short, traceback=trace)
    told = failed(error, run_id=run_id)
    if isinstance(error, RunWriteError):
        return msgspec.structs.replace(told, message=f"{told.message} {_ELSEWHERE}")
    return told


def _judge(error: Exception) -> tuple[Literal["problem", "environment", "internal"], str, str]:
    if isinstance(error, RunFolderError | ShortOfMemory):
        return "environment", str(error), ""
    if ran_out(error):
        return "environment", f"Memory ran out. {_first_line(error)}".strip(), _trace(error)
    if isinstance(error, DataError | NNBuilderError):
        return "problem", str(error), ""
    if isinstance(error, OSError) and error.errno != errno.EBADF:
        return (
            "environment",
            f"{error.strerror or error}: {error.filename or 'no file named'}.",
            _trace(error),
        )
    return "internal", f"{type(error).__name__}: {_first_line(error)}", _trace(error)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _trace(error: Exception) -> str:
    return "".join(traceback.format_exception(error))[-16_000:]


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
