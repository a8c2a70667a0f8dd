"""Moments on disk: checkpoints that are kept for going back, thinned so that they stay within a budget.

Each is a file of the run's folder, named by its step and by the start of its SHA-256. The first one is kept
for good. Of the others those go that lie closest together for their age, so that what is long ago is kept at
ever larger distances.
"""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec

MOMENTS = "moments"
"""The folder of these files, in the folder of a run."""

BUDGET_BYTES = 256 * 2**20
"""What the moments of one run may take."""

MOST = 96
"""So many moments are enough, however small they are."""

_NAME = re.compile(r"step-(\d+)-([0-9a-f]{16})\.safetensors")


class Moment(msgspec.Struct, frozen=True):
    """One kept moment: after how many steps, in which file, with how many bytes."""

    step: int
    path: Path
    size: int
    digest: str


def moment_name(step: int, sha256: str) -> str:
    """The name of the file of a moment with this hash."""
    return f"step-{step:09d}-{sha256[:16]}.safetensors"


def list_moments(folder: Path) -> tuple[Moment, ...]:
    """The moments in a run's folder by their steps; none where there is nothing to read."""
    try:
        found = [moment for path in (folder / MOMENTS).iterdir() if (moment := _moment(path)) is not None]
    except OSError:
        found = []
    return tuple(sorted(found, key=lambda moment: moment.step))


def pin(moment: Moment) -> Path:
    """Gives a moment a second name under which it is never thinned out; raises OSError where that fails."""
    path = moment.path.with_name(f"branch-{moment.path.name}")
    if not path.exists():
        try:
            path.hardlink_to(moment.path)
        except OSError:
            shutil.copyfile(moment.path, path)
    return path


def superfluous(
    moments: Sequence[Moment], budget: int = BUDGET_BYTES, most: int = MOST
) -> tuple[Moment, ...]:
    """Which of these, in the order of their steps, are too many: never the first and the last one."""
    kept, gone = list(moments), []
    while len(kept) > 2 and (len(kept) > most or sum(moment.size for moment in kept) > budget):
        now = kept[-1].step
        gone.append(kept.pop(min(range(1, len(kept) - 1), key=lambda place: _gap(kept, place, now))))
    return tuple(gone)


def _moment(path: Path) -> Moment | None:
    match = _NAME.fullmatch(path.name)
    return Moment(int(match[1]), path, path.stat().st_size, match[2]) if match else None


def _gap(moments: Sequence[Moment], place: int, now: int) -> float:
    """How much would be missed without a moment: the gap that it leaves, measured by how long ago it is."""
    gap = moments[place + 1].step - moments[place - 1].step
    return gap / (now - moments[place].step + 1)
