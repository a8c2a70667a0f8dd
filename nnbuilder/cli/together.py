"""One process of several that torchrun started: the leader trains as ever, the others follow in silence."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from nnbuilder.cli.failure import Exit, stop
from nnbuilder.cli.runs import last_checkpoint
from nnbuilder.project.project import Project
from nnbuilder.runs.files import RunFolderError, write_whole
from nnbuilder.runs.store import load_record

if TYPE_CHECKING:
    from nnbuilder.engine.team import Team

_MARK = "torchrun.json"


def several() -> bool:
    """Whether this process is one of several."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


def follows() -> bool:
    """Whether another process leads this one."""
    return several() and os.environ.get("RANK", "0") != "0"


def on_device(project: Project) -> Project:
    """The project on the device of this process: each on a machine has a GPU of its own."""
    if not several() or not project.training.device.startswith("cuda"):
        return project
    device = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
    return msgspec.structs.replace(project, training=msgspec.structs.replace(project.training, device=device))


def meet(project: Project) -> "Team | None":
    """The team of this process, None where it works alone; raises `CommandError`."""
    if not several():
        return None
    from nnbuilder.engine.team import TeamError, join

    try:
        return join(project.training.device)
    except TeamError as error:
        raise stop(Exit.ENVIRONMENT, "processes", str(error)) from error


def may_restart() -> bool:
    """Whether torchrun starts all processes anew when one of them ends before its time."""
    tried, most = (os.environ.get(f"TORCHELASTIC_{name}", "0") for name in ("RESTART_COUNT", "MAX_RESTARTS"))
    return several() and int(tried) < int(most)


def interrupted_run(runs: Path) -> Path | None:
    """The checkpoint at which a worker died, where torchrun has restarted all of them; else None."""
    if os.environ.get("TORCHELASTIC_RESTART_COUNT", "0") == "0":
        return None
    try:
        mark: Any = json.loads((runs / _MARK).read_bytes())
        folder = Path(mark["run"])
        return last_checkpoint(folder, load_record(folder)) if mark["of"] == _agent() else None
    except (OSError, ValueError, KeyError, TypeError, RunFolderError):
        return None


def mark_run(folder: Path) -> None:
    """Notes which run goes on here, for the processes that torchrun may start after these."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    write_whole(folder.parent / _MARK, json.dumps({"of": _agent(), "run": str(folder)}).encode())


def leave(code: int) -> int:
    """Ends a process of several with an exit code, at once; one that works alone goes on with it.

    The threads by which they talk may be at work while Python tidies up, which ends the process by force.
    """
    if several():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def _agent() -> str:
    """What stays the same over all restarts."""
    return f"{os.environ.get('TORCHELASTIC_RUN_ID', 'none')} {os.getppid()}"
