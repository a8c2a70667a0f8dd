"""The warm engine: one thread that answers requests, looks after its runs and beats its heart."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from nnbuilder.data.errors import DataError
from nnbuilder.data.load import load
from nnbuilder.data.prepare import Prepared
from nnbuilder.engine.analyze import Analyzer, Slice
from nnbuilder.engine.costs import optimizer_state
from nnbuilder.engine.doctor import Doctor
from nnbuilder.engine.failure import data_problems, failed
from nnbuilder.engine.inbox import Inbox
from nnbuilder.engine.rounds import Rounds
from nnbuilder.engine.run_process import ready
from nnbuilder.engine.sender import BEAT_S, Sender
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project
from nnbuilder.protocol.messages import (
    Analyze,
    Analyzed,
    DataLoaded,
    Examined,
    Failed,
    Heartbeat,
    LoadData,
    MeasureOptimizer,
    OptimizerMeasured,
    Probing,
    Request,
    Shutdown,
    StartRun,
)

IDLE_S = 0.2
"""Silence after which an engine that is not warm yet has the time to get warm."""


class Runs(Protocol):
    """Who starts the processes of runs and tells how they ended."""

    def start(self, request: StartRun) -> None:
        """Starts one; raises where that cannot be."""

    def reap(self) -> list[Failed]:
        """What is to be told of runs that have ended."""


class Server:
    """Answers requests until told to leave or until nobody can ask any more.

    `warm_up` is done once, when nobody asks for anything or just before the first run.
    """

    def __init__(
        self, inbox: Inbox, send: Sender, warm_up: Callable[[], None], runs: Runs | None = None
    ) -> None:
        self._inbox = inbox
        self._send = send
        self._runs = runs
        self._warm_up: Callable[[], None] | None = warm_up
        self._leaving = False
        self._analyzer = Analyzer()
        self._doctor = Doctor(self._analyzer)
        self._rounds = Rounds(self._doctor)
        self._found: tuple[int, tuple[Problem, ...]] = (0, ())
        self._analysis: Iterator[Analyzed] | None = None

    def serve(self) -> None:
        """The loop: requests first, then the next slice of an analysis, else a wait."""
        self._send(ready())
        while not self._leaving:
            self._inbox.wait(self._patience())
            for failure in self._runs.reap() if self._runs else ():
                self._send(failure)
            if self._inbox.waiting:
                self._handle(self._inbox.waiting.popleft())
            elif self._analysis is not None:
                self._advance(self._analysis)
            elif not self._inbox.open:
                return
            elif self._rounds.wait_s == 0:
                self._examine()
            else:
                self._be_warm()
            self._send.beat()

    def _patience(self) -> float:
        """How long a request is waited for before there is something else to do."""
        if self._analysis is not None:
            return 0.0
        longest = IDLE_S if self._warm_up else BEAT_S
        wait = self._rounds.wait_s
        return longest if wait is None else min(longest, wait)

    def _be_warm(self) -> None:
        if self._warm_up is not None:
            self._send(Heartbeat(working=True))
            self._warm_up()
            self._warm_up = None

    def _handle(self, request: Request) -> None:
        match request:
            case Analyze():
                self._rounds.give_up()
                self._analysis = self._analyze(request)
            case LoadData():
                self._load(request)
            case MeasureOptimizer():
                self._measure(request)
            case StartRun():
                self._start_run(request)
            case Shutdown():
                self._leaving = True
            case _:
                pass  # a Control speaks to a run, over the run's own line

    def _advance(self, analysis: Iterator[Analyzed]) -> None:
        """Sends one slice; a newer drawing that waits already makes the rest of this one pointless."""
        answer = next(analysis, None)
        if answer is None:
            self._analysis = None
        else:
            self._send(answer)

    def _analyze(self, request: Analyze) -> Iterator[Analyzed]:
        """The slices of one answer; what goes wrong on our side is told once and ends it."""
        try:
            prepared, faults = self._prepared(request.project, request.folder)
            profile = None if prepared is None else prepared.profile
            for part in self._analyzer.analyze(request.project, profile, self._probe(request.revision)):
                advice = self._doctor.advise(request.project, part, profile) if part.final else ()
                yield Analyzed(
                    request_id=request.request_id,
                    revision=request.revision,
                    analysis=part.analysis,
                    problems=(*part.problems, *faults, *advice) if part.problems or part.final else (),
                    profile=profile,
                    final=part.final,
                    examining=part.final and self._begin(request, part, prepared, faults),
                )
        except Exception as error:  # noqa: BLE001  (a bug in one answer must not end the engine)
            self._send(failed(error, request_id=request.request_id))

    def _begin(
        self, request: Analyze, found: Slice, prepared: Prepared | None, faults: tuple[Problem, ...]
    ) -> bool:
        """Whether a batch will be tried."""
        if not request.examine or prepared is None or self._doctor.knows(request.project, found, prepared):
            return False
        self._found = (request.revision, (*found.problems, *faults))
        self._rounds.begin(request.project, found, prepared)
        return True

    def _examine(self) -> None:
        """Tries the next layers of a batch, and tells what the doctor says when all are done."""
        self._be_warm()
        try:
            advice = self._rounds.step()
        except Exception as error:  # noqa: BLE001  (the same)
            self._rounds.give_up()
            self._send(failed(error))
            return
        if advice is not None:
            revision, problems = self._found
            self._send(Examined(revision, (*problems, *advice)))

    def _probe(self, revision: int) -> Callable[[NodeId], None]:
        return lambda node: self._send(Probing(revision, node))

    def _prepared(self, project: Project, folder: str | None) -> tuple[Prepared | None, tuple[Problem, ...]]:
        try:
            return load(project.data, project.training.seed, _path(folder)), ()
        except DataError as error:
            return None, data_problems(error, project.data)

    def _load(self, request: LoadData) -> None:
        try:
            profile = load(request.data, request.seed, _path(request.folder)).profile
        except DataError as error:
            self._send(DataLoaded(request.request_id, None, data_problems(error, request.data)))
        except Exception as error:  # noqa: BLE001  (whatever a file does to a reader, the engine lives on)
            self._send(failed(error, request_id=request.request_id))
        else:
            self._send(DataLoaded(request.request_id, profile))

    def _measure(self, request: MeasureOptimizer) -> None:
        self._be_warm()
        self._send(OptimizerMeasured(request.request_id, optimizer_state(request.training)))

    def _start_run(self, request: StartRun) -> None:
        """Loads the data first, so that the fork inherits them."""
        if self._runs is None:
            self._send(Failed("internal", "This engine starts no runs.", run_id=request.run_id))
            return
        self._be_warm()
        self._send(Heartbeat(working=True))
        try:
            self._runs.start(request)
        except Exception as error:  # noqa: BLE001  (the same)
            self._send(failed(error, run_id=request.run_id))


def _path(folder: str | None) -> Path | None:
    return Path(folder) if folder else None
