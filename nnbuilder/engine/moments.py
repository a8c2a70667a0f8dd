"""Keeps the moments of a run, and finds the one to go back to."""

import contextlib
import hashlib
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from nnbuilder.engine.blame import is_out_of_memory
from nnbuilder.engine.checkpoint import CheckpointError, encode_state, read_checkpoint, read_moment
from nnbuilder.engine.state import TrainerState
from nnbuilder.runs.moments import BUDGET_BYTES, MOMENTS, Moment, list_moments, moment_name, superfluous
from nnbuilder.runs.store import RunStore

EVERY_S = 0.05
"""Least time between two moments of a run that is going."""

SHARE = 0.01
"""Largest share of a run's time that keeping them may take."""


AGAIN_S = 60.0
"""How long after a moment that could not be kept the next one is tried."""


class Moments:
    """The moments of one run, on disk beside its checkpoints.

    They are a comfort: where one cannot be written, `trouble` says why and no more are kept for a while.
    They are not brought to the disk one by one, so a crash of the whole computer may leave damaged ones: each
    is held against its hash when it is read.
    """

    def __init__(self, store: RunStore, budget: int = BUDGET_BYTES) -> None:
        self._store = store
        self._budget = budget
        self._folder = store.folder / MOMENTS
        self._kept = list(list_moments(store.folder))
        self._next = 0.0
        self.trouble = ""

    @property
    def steps(self) -> tuple[int, ...]:
        """After how many steps there is one."""
        return tuple(moment.step for moment in self._kept)

    def due(self, now: float) -> bool:
        """Whether it is time for the next one."""
        return now >= self._next

    def keep(self, state: TrainerState) -> bool:
        """Keeps the present moment, in place of one of the same step, unless it holds NaN or infinity.

        Answers whether any is new.
        """
        start = time.process_time()  # what others do meanwhile is not the run's to pay
        step = state.facts.step
        last = self._kept[-1] if self._kept else None
        if (last is not None and last.step > step) or state.nbytes > self._budget // 2:
            return False
        try:
            data = encode_state(state) if state.is_finite() else None
        except (MemoryError, RuntimeError) as error:
            if not isinstance(error, MemoryError) and not is_out_of_memory(error):
                raise
            self._give_up("there is too little memory for a copy")
            return False
        if data is None:
            return False
        digest = hashlib.sha256(data).hexdigest()
        if last is not None and last.path.name == moment_name(step, digest):
            return False
        self._drop([moment for moment in self._kept if moment.step == step])
        try:
            moment = self._write(step, data, digest)
        except OSError as error:
            self._give_up(error.strerror or str(error))
            return False
        self._kept.append(moment)
        self._drop(superfluous(self._kept, self._budget))
        cost = time.process_time() - start if step else 0.0  # the start is kept before the first step
        self._next = time.perf_counter() + max(EVERY_S, cost / SHARE)
        return True

    def _give_up(self, why: str) -> None:
        """Says why a moment is not kept, and lets some time pass before the next attempt."""
        self.trouble = f"Moments to go back to cannot be kept: {why}."
        self._next = time.perf_counter() + AGAIN_S

    def nearest(self, step: int) -> TrainerState | None:
        """The last good moment or checkpoint up to a step; None where only the start is left."""
        checkpoints = [entry for entry in self._store.record.checkpoints if entry.step <= step]
        ways: list[tuple[int, Path, str]] = [
            (entry.step, self._store.checkpoints / entry.file, entry.sha256) for entry in checkpoints
        ]
        ways += [(moment.step, moment.path, "") for moment in self._kept if moment.step <= step]
        for _, path, sha256 in sorted(ways, key=lambda way: (way[0], not way[2]), reverse=True):
            with contextlib.suppress(CheckpointError):
                return read_moment(path) if not sha256 else read_checkpoint(path, sha256)
        return None

    def cut(self, step: int) -> None:
        """Forgets what came after a step."""
        self._drop([moment for moment in self._kept if moment.step > step])

    def clear(self) -> None:
        """Forgets all."""
        self._drop(list(self._kept))

    def _write(self, step: int, data: bytes, digest: str) -> Moment:
        self._folder.mkdir(exist_ok=True)
        path = self._folder / moment_name(step, digest)
        partial = path.with_suffix(".partial")
        try:
            partial.write_bytes(data)
            partial.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
            raise
        return Moment(step, path, len(data), digest[:16])

    def _drop(self, moments: Iterable[Moment]) -> None:
        for moment in moments:
            self._kept.remove(moment)
            with contextlib.suppress(OSError):
                moment.path.unlink()


def share_moments(source: Path, target: Path, step: int) -> None:
    """Gives a run that goes on from another one the moments that led there, as far as that can be done."""
    moments = [moment for moment in list_moments(source) if moment.step <= step]
    with contextlib.suppress(OSError):
        (target / MOMENTS).mkdir(exist_ok=True)
        for moment in moments:
            name = target / MOMENTS / moment.path.name
            try:
                name.hardlink_to(moment.path)
            except OSError:
                shutil.copyfile(moment.path, name)
