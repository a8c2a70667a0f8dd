"""The tensor bench: its lines, what is named on it, and the process that works lines out.

The bench is its lines. A process that was lost, or ended because a line took too long, is followed by a new
one that works them all out again, so nothing that was named is lost; the line that ended it is left out.
"""

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from nnbuilder.protocol.bench import BenchAnswer, BenchLine, BenchValue, UseProject
from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import Event
from nnbuilder.session.document import Document
from nnbuilder.session.process_channel import ProcessChannel

if TYPE_CHECKING:
    from nnbuilder.project.project import Project

TIMEOUT_MS = 12_000
"""How long a line may keep the process; it ends itself at 5 s wherever it can."""

STARTING_MS = 60_000
"""How long the first line may take, with the start of the process."""


class TensorBench(QObject):
    """Lines go in by `run`; `answered` brings a `BenchAnswer` with its arrays, `changed` new names.

    `lines` are those that were worked out, in order. `busy` while a line is worked out. Looking at a value,
    with `keep` false, is no part of the lines.
    """

    answered = Signal(object, object)
    changed = Signal()

    def __init__(
        self, document: Document, runs_folder: Callable[[], Path], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.lines: list[str] = []
        self.names: tuple[BenchValue, ...] = ()
        self._document = document
        self._runs_folder = runs_folder
        self._channel: ProcessChannel | None = None
        self._told: Project | None = None
        self._waiting: deque[tuple[BenchLine, bool]] = deque()
        self._number = 0
        self._fresh = True
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._too_long)

    @property
    def busy(self) -> bool:
        """Whether a line is being worked out."""
        return bool(self._waiting)

    @property
    def pid(self) -> int:
        """The process that works lines out, 0 without one."""
        return self._channel.pid if self._channel else 0

    def run(self, text: str, *, keep: bool = True) -> int:
        """Has a line worked out; the number is that of its answer."""
        self._number += 1
        line = BenchLine(self._number, text)
        self._ensure()
        self._tell_project()
        self._waiting.append((line, keep))
        self._say(line)
        if len(self._waiting) == 1:
            self._wind()
            self.changed.emit()
        return self._number

    def clear(self) -> None:
        """Takes everything off the bench."""
        self._close()
        self._waiting.clear()
        self.lines, self.names = [], ()
        self.changed.emit()

    def stop(self) -> None:
        """Gives up what is being worked out."""
        if self._waiting:
            self._lost("It was stopped.")

    def shutdown(self) -> None:
        """Ends the process."""
        self._close()
        self._waiting.clear()

    def _ensure(self) -> None:
        """Starts a process and has it work out again what was there, where there is none."""
        if self._channel is not None:
            return
        channel = ProcessChannel(self)
        channel.received.connect(self._hear)
        channel.closed.connect(self._gone)
        self._channel = channel
        self._told = None
        self._fresh = True
        channel.start(["--bench"])
        self._tell_project()
        for text in self.lines:
            channel.send(BenchLine(0, text, replays=True))

    def _say(self, request: BenchLine | UseProject) -> None:
        if self._channel is not None:
            self._channel.send(request)

    def _tell_project(self) -> None:
        """Says which project it is, where it has changed."""
        project = self._document.project
        if project is not self._told:
            self._told = project
            folder = self._document.folder
            self._say(UseProject(project, str(folder) if folder else None, str(self._runs_folder())))

    def _wind(self) -> None:
        self._clock.start(STARTING_MS if self._fresh else TIMEOUT_MS)

    def _hear(self, message: Event, arrays: Arrays) -> None:
        if not isinstance(message, BenchAnswer) or not self._waiting:
            return
        line, keep = self._waiting.popleft()
        self._fresh = False
        if keep:
            self.lines.append(line.text)
        self._clock.stop()
        if self._waiting:
            self._wind()
        self.names = message.names
        self.changed.emit()
        self.answered.emit(message, arrays)

    def _too_long(self) -> None:
        self._lost("It took too long and was stopped; everything that was there before still is.")

    def _gone(self, why: str) -> None:
        self._lost(f"The process that works lines out ended ({why.rstrip('.')}); the bench was made again.")

    def _lost(self, why: str) -> None:
        """Gives up the line that waits longest, and starts anew with all others."""
        self._close()
        refused = self._waiting.popleft()[0] if self._waiting else None
        rest, self._waiting = self._waiting, deque()
        if refused is not None or self.lines:
            self._ensure()
        for line, keep in rest:
            self._waiting.append((line, keep))
            self._say(line)
        if self._waiting:
            self._wind()
        self.changed.emit()
        if refused is not None:
            self.answered.emit(BenchAnswer(refused.number, names=self.names, message=why), ())

    def _close(self) -> None:
        self._clock.stop()
        if self._channel is not None:
            channel, self._channel = self._channel, None
            channel.received.disconnect(self._hear)
            channel.closed.disconnect(self._gone)
            channel.close()
            channel.deleteLater()
