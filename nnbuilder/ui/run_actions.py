"""Steers the run from menus and toolbar: what each action does, and when it can be used."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from nnbuilder.project.problem import has_errors
from nnbuilder.session.session import Session
from nnbuilder.ui.common.action_table import set_usable

_GOING_ON = "A training is going on."
_NOTHING = "No training is going on."


class RunActions(QObject):
    """The actions of the Train menu; `refused` says that problems keep the network from being trained."""

    refused = Signal()

    def __init__(self, session: Session, flush: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._run = session.run
        self._flush = flush
        self._actions: dict[str, QAction] = {}
        self._run.state_changed.connect(self._enable)

    @property
    def handlers(self) -> dict[str, Callable[[], object]]:
        """What each action does."""
        return {
            "train.start": self.start,
            "train.pause": self._run.pause,
            "train.step": self.step,
            "train.epoch": self._run.step_epoch,
            "train.stop": self._run.stop,
            "train.rewind": self._run.rewind,
            "train.resume": self._run.resume_from_checkpoint,
            "train.engine": self._session.engine.restart,
        }

    def adopt(self, actions: dict[str, QAction]) -> None:
        """Takes charge of when these actions can be used."""
        self._actions = actions
        self._enable()

    def start(self) -> None:
        """Trains, or goes on after a pause."""
        if self._run.state == "paused":
            self._run.resume()
        elif self._may_start():
            self._run.start()

    def step(self) -> None:
        """Does one step; starts a run that waits first, where none is going on."""
        if self._run.state == "paused":
            self._run.step_once()
        elif not self._run.active and self._may_start():
            self._run.start_stepping()

    def may_train(self) -> bool:
        """Whether no problem keeps the network from being trained; says so where one does."""
        self._flush()
        if has_errors(self._session.analysis.problems):
            self.refused.emit()
            return False
        return True

    def _may_start(self) -> bool:
        return self.may_train() and not self._run.active

    def _enable(self) -> None:
        state, active = self._run.state, self._run.active
        self._actions["train.start"].setText("Resume" if state == "paused" else "Train")
        idle = "" if not active or state == "paused" else _GOING_ON
        for name, reason in {
            "start": idle,
            "pause": "" if state in {"starting", "running"} else _NOTHING,
            "step": idle,
            "epoch": "" if state == "paused" else "Pause the training first.",
            "stop": "" if active and state != "stopping" else _NOTHING,
            "rewind": "" if self._can_rewind() else "Nothing was trained yet.",
            "resume": "" if self._run.can_resume else "There is no checkpoint to go on from.",
        }.items():
            set_usable(self._actions[f"train.{name}"], reason)

    def _can_rewind(self) -> bool:
        return self._run.state in {"running", "paused"} or (
            not self._run.active and self._run.project is not None
        )
