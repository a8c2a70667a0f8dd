"""The doctor's second look, with a real batch: after a pause, in slices, given up for any newer drawing."""

import time
from typing import TYPE_CHECKING

from nnbuilder.data.prepare import Prepared
from nnbuilder.engine.analyze import Slice
from nnbuilder.engine.doctor import Doctor
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

PAUSE_S = 0.3
"""How long nothing must have been asked before a batch is tried."""

SLICE_S = 0.02
"""How long layers are run before the engine looks for requests again."""


class Rounds:
    """At most one examination at a time; a new one takes the place of the old."""

    def __init__(self, doctor: Doctor) -> None:
        self._doctor = doctor
        self._work: Iterator[None] | None = None
        self._due = 0.0

    @property
    def wait_s(self) -> float | None:
        """Seconds until there is something to do; None where there is nothing."""
        return None if self._work is None else max(0.0, self._due - time.monotonic())

    def begin(self, project: Project, found: Slice, prepared: Prepared) -> None:
        """Looks at a project once there has been a pause."""
        self._project, self._found, self._prepared = project, found, prepared
        self._work = self._doctor.examine(project, found, prepared)
        self._due = time.monotonic() + PAUSE_S

    def give_up(self) -> None:
        """Forgets what was begun."""
        self._work = None

    def step(self) -> tuple[Problem, ...] | None:
        """Works for a slice; the advice once all is known, None before."""
        if self._work is None:
            return None
        end = time.monotonic() + SLICE_S
        for _ in self._work:
            if time.monotonic() >= end:
                return None
        self._work = None
        return self._doctor.advise(self._project, self._found, self._prepared.profile)
