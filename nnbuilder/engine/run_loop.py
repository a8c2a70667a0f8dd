"""One training from start to end: steered by controls, told in messages, kept in a run folder."""

import contextlib
import math
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from nnbuilder.data.prepare import Prepared
from nnbuilder.engine.blame import STEP_ERRORS, NotFinite
from nnbuilder.engine.build import trained_parameters
from nnbuilder.engine.checkpoint import resume_from, weights_sha256
from nnbuilder.engine.controls import Controls
from nnbuilder.engine.diagnose import explain_loss, explain_refusal, explain_weights
from nnbuilder.engine.evaluate import Evaluation, confusion, named
from nnbuilder.engine.faults.moments import kept_in
from nnbuilder.engine.gauges import Gauges, first_rate
from nnbuilder.engine.keeping import Keeping
from nnbuilder.engine.live.desk import Desk
from nnbuilder.engine.reporter import Reporter, Send
from nnbuilder.engine.run_start import copy_course, new_record, record_beside, restore, starting_weights
from nnbuilder.engine.steering import go_back, scale_rate
from nnbuilder.engine.team import Team
from nnbuilder.engine.together import lead, said_of
from nnbuilder.engine.trainer import Trainer
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project
from nnbuilder.protocol.fault import Fault
from nnbuilder.protocol.live import Watch
from nnbuilder.protocol.messages import (
    Control,
    Failed,
    RunEnded,
    RunStarted,
    RunState,
)
from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.store import RunStore, create_run

if TYPE_CHECKING:
    from nnbuilder.runs.record import Status

TICK_S = 0.02
"""How often a running training looks for controls and for reports that are due."""

WAIT_S = 0.5
"""How long a paused training waits for a control at a time."""

Mode = Literal["running", "paused", "step", "epoch", "stop"]


class Start(msgspec.Struct, frozen=True):
    """Where a run begins: at a checkpoint of this or an earlier run, or anew; `paused` before its first step.

    `runs` is the folder with the project's stored weights, where the run itself does not lie in it.
    """

    checkpoint: Path | None = None
    runs: Path | None = None
    paused: bool = False


AFRESH = Start()


def train_run(
    project: Project,
    prepared: Prepared,
    folder: Path,
    send: Send,
    control: Controls,
    start: Start = AFRESH,
    *,
    run_id: str | None = None,
    team: Team | None = None,
) -> RunEnded:
    """Trains a project to its end or until stopped, in the run folder `folder`, which is made.

    A loss that is not finite pauses the run with a `Failed`. Raises `RunFolderError` where the folder cannot
    be written, `CheckpointError`, `WeightsError`, `TrainingError` or `BuildError`, and whatever torch raises
    in a step.
    """
    checkpoint = start.checkpoint
    weights, gone = starting_weights(project, start.runs or folder.parent, checkpoint)
    trainer = Trainer(project, prepared, weights, team)
    state, notices = resume_from(checkpoint) if checkpoint else (None, ())
    before = record_beside(checkpoint) if checkpoint else None
    if checkpoint is not None and state is not None:
        notices = (*notices, *restore(trainer, state, checkpoint))
    record = new_record(
        trainer, run_id or folder.name, before, (*notices, *gone, *trainer.notices, *said_of(team))
    )
    store = create_run(folder, record)
    if team is not None:
        lead(team, state)
    try:
        if checkpoint is not None and state is not None:
            copy_course(checkpoint, store, state)
        ended = _Loop(trainer, store, send, control, paused=start.paused).run()
        if team is not None:
            team.finish()
        return ended
    except BaseException:
        with contextlib.suppress(RunFolderError):
            store.update(status="failed")
        raise
    finally:
        store.close()


class _Loop:
    """The course of one run."""

    def __init__(
        self, trainer: Trainer, store: RunStore, send: Send, control: Controls, *, paused: bool
    ) -> None:
        self._trainer = trainer
        self._store = store
        self._send = send
        self._control = control
        self._later: deque[Control | Watch] = deque()
        self._mode: Mode = "paused" if paused else "running"
        self._id = store.record.id
        self._reporter = Reporter(send, self._id, store.columns)
        self._keeping = Keeping(trainer, store, self._reporter, send)
        self._desk = Desk(trainer, send, self._id)
        self._began = time.perf_counter()
        self._problem: Problem | None = None

    def run(self) -> RunEnded:
        """Trains until there is nothing left to do or a stop."""
        self._announce()
        while self._mode != "stop" and not self._trainer.finished:
            try:
                if self._mode == "paused":
                    self._obey(self._hear(WAIT_S))
                else:
                    self._train()
            except RunFolderError as error:
                self._wait_for_disk(error)
        return self._end()

    def _announce(self) -> None:
        trainer = self._trainer
        self._layers = [layer for _, layer in trainer.layers]
        self._send(
            RunStarted(
                run_id=self._id,
                folder=str(self._store.folder),
                steps_per_epoch=trainer.steps_per_epoch,
                epochs=trainer.config.epochs,
                metric=trainer.metric.name,
                layers=tuple(node for node, _ in trainer.layers),
                step=trainer.step,
                notices=self._store.record.notes,
            )
        )
        self._plan_histograms()
        self._reporter.send_histograms(trainer.step, self._layers)
        self._keeping.keep_moment()
        self._say("paused" if self._mode == "paused" else "running")

    def _plan_histograms(self) -> None:
        trainer = self._trainer
        planned = trainer.steps_per_epoch * trainer.config.epochs - trainer.step
        self._reporter.plan(trainer.step, planned, self._layers)
        gauges = Gauges(lambda: first_rate(trainer.optimizer), trained_parameters(trainer.model))
        self._reporter.observe(trainer.step, planned, gauges)

    def _train(self) -> None:
        """Steps until something else is to be done."""
        try:
            self._steps()
        except NotFinite:
            self._fail(*explain_refusal(self._trainer, kept_in(self._store)))

    def _steps(self) -> None:
        self._reporter.pause_clock()
        self._desk.pause_clock()
        add, mode, due = self._reporter.add, self._mode, 0.0
        for result in self._trainer.steps():
            add(result)
            if result.epoch_end is not None:
                self._keeping.keep_best(result)
            if not math.isfinite(result.loss):
                self._fail(*explain_loss(self._trainer, result, kept_in(self._store)))
                return
            if mode == "step" or (mode == "epoch" and result.epoch_end is not None):
                self._pause()
                return
            now = time.perf_counter()
            if now >= due:
                self._tick(now)
                if self._mode != mode:
                    return
                due = now + TICK_S

    def _tick(self, now: float) -> None:
        self._tell_news()
        self._obey(self._hear(0.0))
        if self._mode not in ("running", "epoch"):
            return
        self._reporter.tick(now, self._trainer.step, self._layers)
        if self._reporter.spoiled:
            self._fail(*explain_weights(self._trainer, self._reporter.spoiled, kept_in(self._store)))
            return
        self._desk.tick(now)
        self._keeping.tick(now)

    def _tell_news(self) -> None:
        """Says and notes what became known of how steps are computed."""
        if not (news := self._trainer.news()):
            return
        self._store.update(notes=(*self._store.record.notes, *news))
        step, rate = self._trainer.step, self._trainer.learning_rate
        state: Literal["running", "paused"] = "paused" if self._mode == "paused" else "running"
        self._send(RunState(self._id, state, step, rate, news))

    def _obey(self, control: Control | Watch | None) -> None:
        if control is None:
            return
        if isinstance(control, Watch):
            self._desk.watch(control.reports)
            return
        match control.do:
            case "stop":
                self._mode = "stop"
            case "pause" if self._mode != "paused":
                self._pause()
            case "resume" if self._mode != "running":
                self._mode = "running"
                self._problem = None
                self._store.update(status="running")
                self._say("running")
            case "rewind":
                self._rewind()
            case "back":
                self._back(control.steps)
            case "lr":
                self._scale_rate(control.factor)
            case "step" | "epoch" if self._mode == "paused":
                self._problem = None
                self._mode = control.do
            case _:
                pass

    def _pause(self) -> None:
        self._mode = "paused"
        self._reporter.flush()
        self._reporter.send_histograms(self._trainer.step, self._layers)
        self._desk.send_all()
        self._keeping.keep_moment()
        self._keeping.checkpoint()
        self._store.update(status="paused")
        self._say("paused")

    def _rewind(self) -> None:
        self._mode = "paused"
        self._reporter.flush()
        self._trainer.rewind()
        self._layers = [layer for _, layer in self._trainer.layers]
        self._plan_histograms()
        self._problem = None
        self._keeping.clear()
        self._say("rewound")
        self._keeping.keep_moment()
        self._reporter.send_histograms(0, self._layers)
        self._desk.send_all()

    def _back(self, steps: int) -> None:
        """Goes back by so many steps, but not beyond where this run left the course of another."""
        trainer, record = self._trainer, self._store.record
        self._reporter.flush()
        target = max(trainer.step - max(0, steps), record.branched or 0)
        self._mode = "paused"
        self._problem = None
        go_back(trainer, target, self._keeping.nearest(target), record.rate_changes, self._may_go_on)
        self._layers = [layer for _, layer in trainer.layers]
        self._plan_histograms()
        self._keeping.cut()
        self._say("rewound")
        self._keeping.keep_moment()
        self._keeping.checkpoint()
        self._reporter.send_histograms(trainer.step, self._layers)
        self._desk.send_all()

    def _may_go_on(self) -> bool:
        """Whether going back may still take its time: only a stop is obeyed meanwhile, the rest later."""
        control = self._control.poll(0.0)
        if isinstance(control, Control) and control.do == "stop":
            self._mode = "stop"
        elif control is not None:
            self._later.append(control)
        return self._mode != "stop"

    def _hear(self, timeout: float) -> Control | Watch | None:
        """The next word."""
        return self._later.popleft() if self._later else self._control.poll(timeout)

    def _scale_rate(self, factor: float) -> None:
        """Changes the learning rate from the next step on, and makes sure that it is not forgotten."""
        if not 0 < factor < math.inf:
            return
        scale_rate(self._trainer, factor)
        self._keeping.note_rate(factor)
        self._say("paused" if self._mode == "paused" else "running")

    def _wait_for_disk(self, error: RunFolderError) -> None:
        """Pauses where the run cannot be written: nothing is lost as long as its process waits."""
        step = self._trainer.step
        text = f"{error} The training waits at step {step:,}: see to that, then press Resume."
        with contextlib.suppress(RunFolderError):
            self._reporter.take_back(step, self._trainer.epoch)
        self._send(Failed(kind="environment", message=text, run_id=self._id))
        if self._mode != "stop":
            self._mode = "paused"
            self._say("paused")

    def _fail(self, problem: Problem, fault: Fault) -> None:
        """Pauses at a value that is not finite, and says why."""
        self._mode = "paused"
        self._reporter.flush()
        self._reporter.send_histograms(self._trainer.step, self._layers)
        self._problem = problem
        notes = (*self._store.record.notes, self._problem.message)
        self._store.update(status="paused", notes=notes)
        self._send(
            Failed(
                kind="problem",
                message=self._problem.message,
                node_id=self._problem.node,
                run_id=self._id,
                problems=(self._problem,),
                fault=fault,
            )
        )
        self._say("paused")

    def _end(self) -> RunEnded:
        """The last words: final metrics, hash of the weights, record."""
        trainer = self._trainer
        self._tell_news()
        self._reporter.flush()
        self._reporter.send_histograms(trainer.step, self._layers)
        self._desk.send_last()
        if self._problem is None:
            self._keeping.keep_moment()
            self._keeping.checkpoint()
        seconds = time.perf_counter() - self._began
        reason: Literal["finished", "stopped"] = "finished" if trainer.finished else "stopped"
        status: Status = "failed" if self._problem is not None else reason
        parts = {part: self._evaluation(part) for part in ("train", "validation")}
        train, validation = (self._metrics(part) for part in parts.values())
        digest = weights_sha256(trainer.model.state_dict())
        self._store.update(
            status=status,
            step=trainer.step,
            epoch=trainer.epoch,
            seconds=seconds,
            train=train,
            validation=validation,
            confusion={name: table for name, part in parts.items() if (table := confusion(part))},
            weights_sha256=digest,
            notes=(*self._store.record.notes, *filter(None, (trainer.ending,))),
        )
        told = trainer.ending
        ended = RunEnded(self._id, reason, trainer.step, seconds, digest, train, validation, told)
        self._send(ended)
        return ended

    def _evaluation(self, part: str) -> Evaluation:
        """The measures of a part; NaN where the loss cannot compute with what a failed training has left."""
        try:
            return self._trainer.evaluate(part)
        except STEP_ERRORS:
            if self._problem is None:
                raise
            return Evaluation(math.nan, math.nan, math.nan, math.nan)

    def _metrics(self, part: Evaluation) -> Mapping[str, float | None]:
        return named(part, self._trainer.metric, self._trainer.prepared.scaling.y_scale)

    def _say(self, state: Literal["running", "paused", "rewound"]) -> None:
        self._send(RunState(self._id, state, self._trainer.step, self._trainer.learning_rate))
