"""What is kept of a run: enough to compare it, to trust it and to repeat it; frozen when the run ends."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

import msgspec

from nnbuilder.data.spec import DataProfile
from nnbuilder.project.owner import Owner
from nnbuilder.project.project import Project

FORMAT = 1
"""Version of `run.json`; a newer one is refused."""

Status = Literal["running", "paused", "finished", "stopped", "failed", "lost"]
"""How a run stands; "lost": its process ended without a word, so nothing was left to write it down."""


class CheckpointEntry(msgspec.Struct, frozen=True):
    """One checkpoint in the run's folder; `file` is its name, `best` that validation was best there."""

    file: str
    sha256: str
    step: int
    epoch: int
    best: bool = False


class RateChange(msgspec.Struct, frozen=True):
    """A change while a run trained: after `step` steps its learning rate became `factor` times as large."""

    step: int
    factor: float


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A run with the project as it was, never changed by later edits.

    `step` and `epoch` count what is done, as of the last write. `train` and `validation` are the final
    metrics, in evaluation mode over the whole part. `confusion` counts for these parts how many samples of
    each class (rows, in the order of the data's classes) were taken for each (columns). `parent` names the
    run it went on from. The course of the run (every step, every epoch) lies in columns beside the record,
    see `runs.metrics`; `scores` names what is kept of each epoch there beside loss and metric. `branched` is
    the step after which it trains with another configuration than its parent. `owner` is the process that
    trains it, as long as it does. `parameters` counts the scalars of all parameters, 0 where an earlier
    version did not.
    """

    format: int = FORMAT
    id: str
    created: str
    project: Project
    seed: int
    device: str
    threads: int
    versions: Mapping[str, str]
    data: DataProfile
    metric: str
    steps_per_epoch: int
    parameters: int = 0
    status: Status = "running"
    step: int = 0
    epoch: int = 0
    seconds: float = 0.0
    train: Mapping[str, float | None] = {}
    validation: Mapping[str, float | None] = {}
    scores: tuple[str, ...] = ()
    confusion: Mapping[str, tuple[tuple[int, ...], ...]] = {}
    weights_sha256: str = ""
    checkpoints: tuple[CheckpointEntry, ...] = ()
    parent: str | None = None
    branched: int | None = None
    rate_changes: tuple[RateChange, ...] = ()
    owner: Owner | None = None
    notes: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        """Whether nothing trains it any more."""
        return self.status not in ("running", "paused")


def new_run_id(now: datetime | None = None) -> str:
    """A name that sorts by time and is unique, for example `2026-11-21T10-15-02-3f9a` (UTC)."""
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H-%M-%S}-{secrets.token_hex(2)}"
