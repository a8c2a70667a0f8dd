"""Goes back, changes the rate, trains on, branches and looks at moments: what these actions do, and when."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from nnbuilder.project.project import Project
from nnbuilder.runs.moments import Moment, list_moments, pin
from nnbuilder.session.session import Session
from nnbuilder.ui import dialogs
from nnbuilder.ui.common.action_table import set_usable
from nnbuilder.ui.moments import words
from nnbuilder.ui.moments.bar import TimeBar

STEPS = 10
"""How many steps one press goes back."""

_UNSTEERED = "No training is going on."
_PRESENT = "Look at an earlier moment first."
_NONE = "No moment of a run is kept yet."


class SteeringActions(QObject):
    """The actions of time machine, branches and rates; `said` tells what became of them."""

    said = Signal(str)

    def __init__(self, session: Session, bar: TimeBar, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._run = session.run
        self._machine = session.time
        self._bar = bar
        self._window = window
        self._actions: dict[str, QAction] = {}
        self._run.state_changed.connect(self._review)
        self._run.moments_changed.connect(self._review)
        self._machine.changed.connect(self._review)
        self._machine.used.connect(self._used)
        bar.branch_wanted.connect(self.branch)

    @property
    def handlers(self) -> dict[str, Callable[[], object]]:
        """What each action does."""
        return {
            "train.back": lambda: self._run.go_back(STEPS),
            "train.slower": lambda: self._run.scale_rate(0.1),
            "train.faster": lambda: self._run.scale_rate(10.0),
            "train.more": self.train_on,
            "train.branch": self.branch_here,
            "moment.earlier": self._bar.earlier,
            "moment.later": self._bar.later,
            "moment.now": self._machine.leave,
            "moment.use": self._machine.use_weights,
        }

    def adopt(self, actions: dict[str, QAction]) -> None:
        """Takes charge of when these actions can be used."""
        self._actions = actions
        self._review()

    def train_on(self) -> None:
        """Goes on from the end of the run for as many epochs as the setup says."""
        self._run.go_on(self._session.document.project.training.epochs)

    def branch_here(self) -> None:
        """Asks for a branch from the moment that is looked at, or from the last one."""
        moment = self._machine.moment
        if moment is not None:
            self.branch(moment.step)
        elif self._machine.steps:
            self.branch(self._machine.steps[-1])

    def branch(self, step: int) -> None:
        """Asks how a branch from the last moment up to a step is to go on."""
        folder, project = self._run.folder, self._run.project
        if folder is None or project is None:
            return
        moments = [moment for moment in list_moments(folder) if moment.step <= step]
        if not moments:
            self.said.emit("This moment is no longer kept.")
            return
        moment, past = moments[-1], self._machine.past
        rate = past.message.rate if past is not None and past.message.step == moment.step else None
        if rate is None and moment.step == self._run.step:
            rate = self._run.learning_rate
        setup = self._session.document.project.training
        from nnbuilder.ui.moments.branch_dialog import BranchDialog

        dialog = BranchDialog(words.when(self._run, moment.step), project, rate, setup, self._window)
        dialog.chosen.connect(lambda chosen: self._begin(moment, chosen))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _begin(self, moment: Moment, project: Project) -> None:
        try:
            checkpoint = pin(moment)
        except OSError as error:
            why = f"The moment cannot be kept for the branch: {error.strerror or error}."
            dialogs.tell(self._window, "No branch was begun.", [why])
            return
        self._machine.leave()
        self._run.branch(moment.path.parent.parent, checkpoint, project)

    def _used(self, step: int) -> None:
        self.said.emit(f"The project stands at the weights of step {step:,} now: Train starts from them.")

    def _review(self) -> None:
        if not self._actions:
            return
        run, machine = self._run, self._machine
        steered = "" if run.state in {"running", "paused"} else _UNSTEERED
        past = "" if machine.moment is not None else _PRESENT
        some = "" if machine.steps else _NONE
        for name, reason in {
            "train.back": steered,
            "train.slower": steered,
            "train.faster": steered,
            "train.more": "" if run.can_go_on else "A training has to come to its end first.",
            "train.branch": some,
            "moment.earlier": some,
            "moment.later": past,
            "moment.now": past,
            "moment.use": past,
        }.items():
            set_usable(self._actions[name], reason)
