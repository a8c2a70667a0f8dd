"""Whether a run that was repeated came out as before, to the bit, and what may be why not."""

from collections.abc import Iterator

import msgspec
import numpy as np

from nnbuilder.runs.compare import compare
from nnbuilder.runs.overview import RunOverview
from nnbuilder.runs.record import RunRecord
from nnbuilder.runs.store import StoredRun


class Verdict(msgspec.Struct, frozen=True):
    """How a repeated run stands to the one before.

    `same_weights` is None where one of them has not come to its end. `same_steps` says after how many of
    `steps` the losses first differ, to the bit; `reasons` are sentences on what else differs.
    """

    same_weights: bool | None
    same_steps: int
    steps: int
    reasons: tuple[str, ...] = ()

    @property
    def reproduced(self) -> bool:
        """Whether all that can be compared is equal."""
        return self.steps > 0 and self.same_steps == self.steps and self.same_weights is not False

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        if not self.steps:
            return "There is no step to compare yet."
        if self.reproduced and self.same_weights:
            return f"Reproduced: all {self.steps:,} losses and the weights are equal, bit by bit."
        if self.reproduced:
            return f"The same so far: {self.steps:,} losses are equal, bit by bit."
        where = "The losses are equal, the weights are not."
        if self.same_steps < self.steps:
            where = f"The loss of step {self.same_steps + 1:,} is another one."
        return " ".join(("Not reproduced.", where, *self.reasons))


def verdict(before: StoredRun, after: StoredRun) -> Verdict:
    """Holds a run against the one that it repeats."""
    steps = min(len(before.losses), len(after.losses))
    one, other = (run.losses[:steps].view(np.uint32) for run in (before, after))
    differ = np.flatnonzero(one != other)
    whole = before.record.status == after.record.status == "finished"
    same = before.record.weights_sha256 == after.record.weights_sha256 if whole else None
    same_steps = int(differ[0]) if len(differ) else steps
    return Verdict(same, same_steps, steps, tuple(_reasons(before, after)))


def no_repeat(record: RunRecord) -> str:
    """Why a run cannot be trained again from its record alone; empty where it can."""
    if record.branched is not None or record.rate_changes:
        return "Its training was changed while it went on: its record alone does not lead there again."
    return ""


def _reasons(before: StoredRun, after: StoredRun) -> Iterator[str]:
    found = compare(RunOverview(before.folder, before.record), RunOverview(after.folder, after.record))
    for change in found.versions:
        yield f"{change.field} was {change.before or 'unknown'}, now it is {change.after or 'unknown'}."
    if found.data:
        yield "The data are others now."
    if before.record.device != after.record.device:
        yield f"It was trained on {before.record.device}, now on {after.record.device}."
    if before.record.threads != after.record.threads:
        yield f"It had {before.record.threads} threads, now {after.record.threads}."
