"""Looks at past moments of the run, in a process that trains nothing."""

from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from nnbuilder.project.edits import SetWeights
from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.live import LiveReport
from nnbuilder.protocol.messages import Event, Failed, StartRun, Visit, Visited
from nnbuilder.runs.moments import Moment, list_moments
from nnbuilder.session.document import Document
from nnbuilder.session.engine import Engine
from nnbuilder.session.live import Live
from nnbuilder.session.run import Run
from nnbuilder.session.run_line import RunLine

if TYPE_CHECKING:
    from nnbuilder.graph.graph import NodeId


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """A moment as it was: histograms and figures (mean, deviation, length) of all layers' weights."""

    message: Visited
    counts: NDArray[np.float32]
    edges: NDArray[np.float32]
    figures: NDArray[np.float32]

    @property
    def layers(self) -> "tuple[NodeId, ...]":
        """The layers of the rows."""
        return self.message.layers


class TimeMachine(QObject):
    """Which moment of the run is looked at, and what it shows; `changed` when any of this changes.

    `moment` is None in the present. Reports of the moment go to the views that show those of the present.
    `trouble` is one sentence where a moment cannot be shown. `used` carries the step whose weights became
    the project's.
    """

    changed = Signal()
    used = Signal(int)

    def __init__(
        self, document: Document, engine: Engine, run: Run, live: Live, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._engine = engine
        self._run = run
        self._live = live
        self._run_id = ""
        self._asked = ""
        self.moment: Moment | None = None
        self.past: Past | None = None
        self.trouble = ""
        self._line = RunLine(self)
        self._line.received.connect(self._received)
        self._line.gone.connect(self._gone)
        run.moments_changed.connect(self._follow)
        run.state_changed.connect(self._follow)
        live.watching_changed.connect(self._ask)

    @property
    def steps(self) -> tuple[int, ...]:
        """After how many steps there is a moment."""
        return self._run.moments

    @property
    def waiting(self) -> bool:
        """Whether the moment that is looked at has not been shown yet."""
        return self.moment is not None and (
            self.past is None or self.past.message.path != str(self.moment.path)
        )

    def visit(self, step: int) -> None:
        """Looks at the last moment up to a step."""
        folder = self._run.folder
        if folder is None:
            return
        found = [moment for moment in list_moments(folder) if moment.step <= step]
        if not found:
            self.trouble = "This moment is no longer kept."
            self.changed.emit()
            return
        if self.moment is None or self.moment.path != found[-1].path:
            self.moment, self.trouble, self._asked = found[-1], "", ""
            self._ask()
            self.changed.emit()

    def use_weights(self) -> None:
        """Lets the project stand at the weights of the moment that is looked at: one undoable edit."""
        folder = self._run.folder
        if self.moment is not None and folder is not None and self._line.active:
            reports = self._live.watched
            self._line.send(Visit(self._run_id, str(self.moment.path), reports, str(folder.parent)))

    def leave(self) -> None:
        """Comes back to the present."""
        self._line.hang_up()
        if self.moment is not None:
            self.moment = self.past = None
            self.trouble = self._asked = ""
            self._live.show_present()
            self.changed.emit()

    def _ask(self) -> None:
        """Asks for the moment with all reports that are looked at now."""
        project, folder = self._run.project, self._run.folder
        if self.moment is None or project is None or folder is None:
            return
        reports = self._live.watched
        asked = f"{self.moment.path} {reports}"
        if asked == self._asked:
            return
        self._asked = asked
        if not self._line.active:
            self._begin(StartRun(self._visit_id(), project, str(folder), self._base(), visit=True))
        self._line.send(Visit(self._run_id, str(self.moment.path), reports))

    def _begin(self, request: StartRun) -> None:
        self._run_id = request.run_id
        self._line.open(self._engine.open_run(request))

    def _visit_id(self) -> str:
        return f"visit-{token_hex(4)}"

    def _base(self) -> str | None:
        base = self._document.folder
        return str(base) if base else None

    def _received(self, message: Event, arrays: Arrays) -> None:
        match message:
            case Visited():
                if self.moment is not None and message.path == str(self.moment.path):
                    counts, edges, figures = (np.asarray(array, np.float32) for array in arrays)
                    self.past = Past(message, counts, edges, figures)
                    self.changed.emit()
                if message.sha256:
                    self._document.apply(SetWeights(message.sha256))
                    self.used.emit(message.step)
            case LiveReport():
                if self.moment is not None and message.step == self.moment.step:
                    self._live.show_past(message, arrays)
            case Failed():
                self._tell(message.message)
            case _:
                pass

    def _gone(self, why: str) -> None:
        self._tell(f"The process that shows moments has ended. {why}".strip())

    def _tell(self, trouble: str) -> None:
        self.trouble, self._asked = trouble, ""
        self.changed.emit()

    def _follow(self) -> None:
        """Leaves a moment that is no longer the run's."""
        if self.moment is None:
            self.changed.emit()
            return
        folder = self._run.folder
        if folder is None or not self.moment.path.is_relative_to(folder) or self.moment.step > self._run.step:
            self.leave()
        else:
            self.changed.emit()
