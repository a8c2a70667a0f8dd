"""Sends the live reports that are watched: in turn, seldom enough that training hardly notices."""

import time
from collections.abc import Callable, Mapping, Sequence

from nnbuilder.engine.blame import STEP_ERRORS
from nnbuilder.engine.live.report import MakeReport, Report, Sparing
from nnbuilder.engine.live.table import REPORTS
from nnbuilder.engine.reporter import Send
from nnbuilder.engine.trainer import Trainer

EVERY_S = 1 / 15
"""Least time from one report to the next of its name."""

SHARE = 0.015
"""Largest share of a run's time that all watched reports together may take."""


class Desk:
    """Keeps the reports that are watched and sends each when it is due.

    Nothing is computed for what nobody watches. A report whose computing takes long is sent more rarely, so
    that all of them together stay within `SHARE` of the run's time. Names that are not known, or that have no
    meaning for this training, are passed over.
    """

    def __init__(
        self,
        trainer: Trainer,
        send: Send,
        run_id: str,
        reports: Mapping[str, MakeReport] = REPORTS,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._trainer = trainer
        self._send = send
        self._run_id = run_id
        self._makers = reports
        self._clock = clock
        self._made: dict[str, Report | None] = {}
        self._watched: tuple[Report, ...] = ()
        self._due: dict[int, float] = {}
        self._free = 0.0
        self._heard = False

    def watch(self, names: Sequence[str]) -> None:
        """Watches these reports from now on and no others; those that are new are sent at once."""
        before = self._watched
        self._heard = True
        known = dict.fromkeys(name for name in names if name in self._makers)
        self._watched = tuple(report for name in known if (report := self._report(name)) is not None)
        for report in self._watched:
            if report not in before:
                self._tell(report)

    def tick(self, now: float) -> None:
        """Sends at most one report that is due, the one that has waited longest."""
        if not self._watched or now < self._free:
            return
        report = min(self._watched, key=lambda one: self._due.get(id(one), 0.0))
        if now >= self._due.get(id(report), 0.0):
            self._tell(report)

    def send_all(self) -> None:
        """Sends everything that is watched, for a training that stands still now."""
        for report in self._watched:
            self._tell(report)

    def send_last(self) -> None:
        """Sends everything that has a meaning, once, where anybody ever watched: the training is over.

        Who looks later finds how it ended.
        """
        if self._heard:
            for report in filter(None, map(self._report, self._makers)):
                self._tell(report)

    def pause_clock(self) -> None:
        """Makes the time before not count: training goes on from here."""
        self._free = 0.0

    def _report(self, name: str) -> Report | None:
        if name not in self._made:
            self._made[name] = self._makers[name](self._trainer)
        return self._made[name]

    def _tell(self, report: Report) -> None:
        start = self._clock()
        try:
            reported = report(self._run_id)
        except STEP_ERRORS:  # a picture that cannot be computed must not end the training
            reported = None
        if reported is not None:
            self._send(*reported)
        now = self._clock()
        self._free = now + (now - start) * (1 - SHARE) / SHARE
        every, share = (report.every, report.share) if isinstance(report, Sparing) else (EVERY_S, SHARE)
        self._due[id(report)] = now + max(every, (now - start) / share)
