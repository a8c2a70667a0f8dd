"""The training panel: where the run stands, its buttons, and how the network is trained."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from nnbuilder.project.problem import has_errors
from nnbuilder.protocol.messages import Failed
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.diff import DocumentDiff
from nnbuilder.session.document import Document
from nnbuilder.session.run import Run
from nnbuilder.ui.common import fonts
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.labels import heading, quiet
from nnbuilder.ui.common.notice import Notice
from nnbuilder.ui.common.page import Rule, ScrollPage, wrapping
from nnbuilder.ui.common.problem_list import ProblemList
from nnbuilder.ui.common.titles import counted, layer_title
from nnbuilder.ui.training import sentences
from nnbuilder.ui.training.controls import RunControls
from nnbuilder.ui.training.fault_card import FaultPlace
from nnbuilder.ui.training.presets import PresetBar
from nnbuilder.ui.training.settings import TrainingSettings
from nnbuilder.ui.training.steering import SteeringRow

_SCALE = 1000


class TrainingPanel(ScrollPage):
    """Shows a run and what the next one will do; steers the run and edits the configuration.

    `revealed` carries a layer that the user wants to see in the drawing.
    """

    revealed = Signal(str)

    def __init__(
        self, document: Document, run: Run, analysis: AnalysisFollower, parent: QWidget | None = None
    ) -> None:
        super().__init__("training", parent)
        self.setAccessibleName("Training")
        self._document = document
        self._run = run
        self._analysis = analysis
        self._stale = True
        self.settings = TrainingSettings(document)
        self.presets = PresetBar(document)
        self.controls = RunControls(run, self.settings.flush)
        self.steering = SteeringRow(run)
        self._state = heading("")
        self._state.setObjectName("run_state")
        self._progress = QProgressBar()
        self._line = ElidedLabel("", "muted")
        self._line.setFont(fonts.scaled(0.92))
        self._line.setObjectName("run_progress_line")
        self._start = wrapping(quiet())
        self._start.setObjectName("start_line")
        self.blocked = Notice("blocked_notice", "warning")
        self.moved = Notice("moved_notice", "accent")
        self.ending = Notice("ending_notice", "accent")
        self.noted = Notice("run_notices", "accent")
        self.failure = Notice("failure_notice", "error", "Resume from checkpoint")
        self.failure.pressed.connect(run.resume_from_checkpoint)
        self.fault = FaultPlace(document, run)
        self.fault.revealed.connect(self.revealed)
        self._problems = ProblemList("run_problems", document)
        self._lay_out()
        document.changed.connect(self._changed)
        document.replaced.connect(self._replaced)
        analysis.updated.connect(self._show_blocked)
        run.state_changed.connect(self._state_changed)
        run.progressed.connect(self._show_progress)
        run.failed.connect(self._failed)
        self.refresh()

    def refresh(self) -> None:
        """Shows document and run as they are; later, where the panel is not visible."""
        self._stale = not self.isVisible()
        self._show_blocked()
        if self._stale:
            return
        project = self._document.project
        self.settings.refresh()
        self.presets.refresh()
        self._start.setText(sentences.start_line(project))
        self._start.setVisible(not self._run.active)
        self.moved.show_text(sentences.moved_on(self._run, project))
        self._show_failure()
        self._show_progress()

    def flush(self) -> None:
        """Commits what was typed so far."""
        self.settings.flush()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _lay_out(self) -> None:
        self._progress.setObjectName("run_progress")
        self._progress.setAccessibleName("Progress of the training")
        self._progress.setToolTip("How much of the training is done")
        self._progress.setTextVisible(False)
        self._progress.setMaximumHeight(self.fontMetrics().height() // 2)
        self._progress.setRange(0, _SCALE)
        for part in (
            self._state,
            self._progress,
            self._line,
            self.controls,
            self.steering,
            self.ending,
            self.noted,
            self.failure,
            self.fault,
            self._problems,
            self.blocked,
            self.moved,
            self._start,
            Rule(),
            self.presets,
            self.settings,
        ):
            self.add(part)
        self.column.setSpacing(8)
        self.column.addStretch()

    def _changed(self, diff: DocumentDiff) -> None:
        if diff.graph or diff.training or diff.data or diff.weights:
            self.refresh()

    def _replaced(self) -> None:
        self.settings.forget()
        self.refresh()

    def _state_changed(self, state: str) -> None:
        if state == "starting":
            self._problems.show_problems(())
            self.fault.clear()
        self.refresh()

    def _show_blocked(self) -> None:
        problems = self._analysis.problems
        errors = sum(problem.severity == "error" for problem in problems)
        why = ""
        if has_errors(problems):
            verb = "keeps" if errors == 1 else "keep"
            why = f"{counted(errors, 'problem')} {verb} this network from being trained: see Problems."
        self.controls.block(why)
        self.blocked.show_text("" if self._run.active else why)

    def _show_progress(self) -> None:
        if self._stale:
            return
        run = self._run
        self.fault.refresh()
        total = run.epochs * run.steps_per_epoch
        self._state.setText(sentences.state_line(run))
        self._progress.setValue(_SCALE * run.step // total if total else 0)
        self._progress.setVisible(run.state != "idle")
        line = sentences.progress_line(run)
        self._line.setText(line)
        self._line.setToolTip(line)
        self._line.setVisible(bool(line))
        self.noted.show_text("\n".join(run.notices) if run.state != "idle" else "")

    def _show_failure(self) -> None:
        ended = self._run.ended if self._run.state == "finished" else None
        told = "" if self._run.state in {"idle", "starting", "running", "stopping"} else self._run.message
        if ended is not None and told == ended.told:
            told = ""  # that is how it was to end
        carded = any(card.problem.message == told for card in self._problems.cards)
        if self.fault.tells(told) or (carded and not self._run.can_resume):
            told = ""  # a card says so already
        self.ending.show_text(ended.told if ended is not None else "")
        self.fault.refresh()
        self.failure.show_text(told, button=self._run.can_resume)

    def _failed(self, failure: Failed) -> None:
        graph = self._document.project.graph
        self.fault.show_failure(failure)
        self._problems.show_problems(
            [
                (problem, layer_title(graph, problem.node) if problem.node else "")
                for problem in failure.problems
                if failure.fault is None
            ],
            self._run.project,
        )
        self.refresh()
