"""The tensor bench: its lines, what is named on it, and the process that works lines out.

The bench is its lines. A process that was lost, or ended because a line took too long, is followed by a new
one that works them all out again, so nothing that was named is lost; the line that ended it is left out. The
lines of a project are kept beside its runs, and worked out again when somebody looks at the bench.
"""

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from nnbuilder.project.atomic import SaveError
from nnbuilder.protocol.bench import (
    AskManual,
    AskNetwork,
    BenchAnswer,
    BenchLine,
    BenchManual,
    BenchNetwork,
    BenchPreparing,
    BenchValue,
    ListBench,
    UseProject,
)
from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import Event
from nnbuilder.session.bench_lines import LineHistory, read_lines, write_lines
from nnbuilder.session.document import Document
from nnbuilder.session.own_process import OwnProcess

if TYPE_CHECKING:
    from nnbuilder.project.project import Project

TIMEOUT_MS = 12_000
"""How long a line may keep the process; it ends itself at 5 s wherever it can."""

STARTING_MS = 60_000
"""How long the first line may take, with the start of the process, and loading what the project gives."""

KEEP_MS = 800
"""How long after a line the lines are kept."""


class TensorBench(QObject):
    """Lines go in by `run`; `answered` brings a `BenchAnswer` with its arrays, `changed` new names.

    `lines` are those on which others may depend, in order; while it is `asleep` none has been worked out.
    `busy` while a line is worked out, `making` what of the project is loaded for it, or "". Looking at a
    value, with `keep` false, is no part of the lines. `cleared` are the lines that were taken off last.
    `emptied` when all that was there is gone, because it was cleared or is that of another project.
    `explained` brings a `BenchManual`, `surveyed` a `BenchNetwork` that was asked for, `warned` a sentence.
    """

    answered = Signal(object, object)
    explained = Signal(object)
    surveyed = Signal(object)
    changed = Signal()
    emptied = Signal()
    warned = Signal(str)

    def __init__(
        self,
        document: Document,
        runs_folder: Callable[[], Path],
        parent: QObject | None = None,
        history: LineHistory | None = None,
    ) -> None:
        super().__init__(parent)
        self.lines: list[str] = []
        self.names: tuple[BenchValue, ...] = ()
        self.history = history or LineHistory()
        self.cleared: list[str] = []
        self._home: Path | None = None
        self._kept: list[str] = []
        self._document = document
        self._runs_folder = runs_folder
        self._process = OwnProcess(self, "--bench")
        self._process.received.connect(self._hear)
        self._process.lost.connect(self._gone)
        self._told: Project | None = None
        self.making = ""
        self._asked = 0
        self._waiting: deque[tuple[BenchLine, bool]] = deque()
        self._number = 0
        self._fresh = True
        self._replaying = False
        self._stuck = False
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._too_long)
        self._keeping = QTimer(self)
        self._keeping.setSingleShot(True)
        self._keeping.setInterval(KEEP_MS)
        self._keeping.timeout.connect(self.keep)
        document.replaced.connect(self._turn)
        document.saved.connect(self._move)
        self._turn()

    @property
    def busy(self) -> bool:
        """Whether a line is being worked out."""
        return bool(self._waiting)

    @property
    def folder(self) -> Path | None:
        """Where the project's file lies: files in it are named as from there."""
        return self._document.folder

    @property
    def asleep(self) -> bool:
        """Whether there are lines of before that nobody has worked out yet."""
        return bool(self.lines) and not self._process.alive and not self._stuck

    @property
    def remaking(self) -> bool:
        """Whether the lines of before are being worked out again."""
        return self._replaying

    @property
    def pid(self) -> int:
        """The process that works lines out, 0 without one."""
        return self._process.pid

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

    def wake(self) -> None:
        """Works the lines of before out again, if that is still to be done."""
        if self.asleep:
            self._ensure()
            self.changed.emit()

    def warm(self) -> None:
        """Starts the process, because somebody is about to need it."""
        self._ensure()

    def explain(self, word: str) -> None:
        """Asks what arguments a word takes."""
        self._ensure()
        self._say(AskManual(word))

    def survey(self) -> None:
        """Asks which layers and parameters the network has."""
        self._ensure()
        self._tell_project()
        self._asked += 1
        self._say(AskNetwork())

    def clear(self) -> None:
        """Takes everything off the bench; `restore` brings it back."""
        self._close()
        self._waiting.clear()
        self.cleared, self.lines, self.names = self.lines, [], ()
        self._keeping.start()
        self.emptied.emit()
        self.changed.emit()

    def restore(self) -> None:
        """Brings back what was taken off last, before what was made since."""
        self._close()
        self._waiting.clear()
        self.cleared, self.lines = [], [*self.cleared, *self.lines]
        self._keeping.start()
        self.wake()

    def keep(self) -> None:
        """Keeps the lines with the project, where it has a file and they have changed."""
        self._keeping.stop()
        if self._home is None or self.lines == self._kept:
            return
        self._kept = list(self.lines)
        try:
            write_lines(self._home, self.lines)
        except SaveError as error:
            self.warned.emit(f"The bench's lines are not kept: {error}")

    def stop(self) -> None:
        """Gives up what is being worked out; lines of before are kept, and tried again with the next line."""
        if self._waiting:
            self._lost("It was stopped.")
        elif self._replaying:
            self._lost("It was stopped.")
            self.warned.emit(
                "The bench was not made again; its lines are kept, and the next line tries anew."
            )

    def shutdown(self) -> None:
        """Ends the process; the lines are kept."""
        self.keep()
        self._close()
        self._waiting.clear()

    def _turn(self) -> None:
        """Another project was opened: its bench comes, the one before is kept with its own."""
        self.keep()
        self._close()
        self._stuck = False
        self._waiting.clear()
        self._home = self._runs_folder() if self._document.path else None
        self.lines = read_lines(self._home) if self._home else []
        self.names, self.cleared = (), []
        self._kept = list(self.lines)
        self.emptied.emit()
        self.changed.emit()

    def _move(self) -> None:
        """The project was saved under another name: its bench goes along."""
        home = self._runs_folder()
        if home != self._home:
            self._home, self._kept = home, read_lines(home)
            self.keep()

    def _ensure(self) -> None:
        """Starts a process and has it work out again what was there, where there is none."""
        if self._process.alive:
            return
        self._stuck = False
        self._told = None
        self._fresh = True
        self._process.start()
        self._tell_project()
        for text in self.lines:
            self._process.send(BenchLine(0, text, replays=True))
        self._replaying = bool(self.lines)
        if self._replaying:
            self._process.send(ListBench(0))

    def _say(self, request: BenchLine | UseProject | AskManual | AskNetwork) -> None:
        if self._process.alive:
            self._process.send(request)

    def _tell_project(self) -> None:
        """Says which project it is, where it has changed."""
        project = self._document.project
        if project is not self._told:
            self._told = project
            folder = self._document.folder
            self._say(UseProject(project, str(folder) if folder else None, str(self._runs_folder())))

    def _wind(self) -> None:
        """Gives what waits its time; starting, and loading what the project gives, may take longer."""
        slow = self._fresh or self._asked or self.making
        if self._waiting:
            self._clock.start(STARTING_MS if slow else TIMEOUT_MS)

    def _hear(self, message: Event, arrays: Arrays) -> None:
        if isinstance(message, BenchManual):
            self.explained.emit(message)
        elif isinstance(message, BenchNetwork):
            self._asked -= 1
            self._wind()
            self.surveyed.emit(message)
        elif isinstance(message, BenchPreparing):
            self.making = message.name
            self._wind()
            self.changed.emit()
        if not isinstance(message, BenchAnswer):
            return
        if not message.number:
            self._list(message)
            self._wind()
        if not message.number or not self._waiting:
            return
        line, keep = self._waiting.popleft()
        self._fresh = False
        if keep and message.lasting:
            self.lines.append(line.text)
            self._keeping.start()
        self._clock.stop()
        if self._waiting:
            self._wind()
        self.names = message.names
        self.changed.emit()
        self.answered.emit(message, arrays)

    def _list(self, message: BenchAnswer) -> None:
        """What is named after the lines of before; the notes say which of them cannot be worked out now."""
        self.names, self._replaying = message.names, False
        self.changed.emit()
        if message.notes:
            self.answered.emit(message, ())

    def _too_long(self) -> None:
        self._lost("It took too long and was stopped; everything that was there before still is.")

    def _gone(self, why: str) -> None:
        self._lost(f"The process that works lines out ended ({why.rstrip('.')}); the bench was made again.")

    def _lost(self, why: str) -> None:
        """Gives up the line that waits longest, and starts anew with all others.

        Where the process was lost while it made the bench again, all are given up and none is started: the
        next line will try once more.
        """
        again = not self._replaying
        self._close()
        self._stuck = not again
        waiting = list(self._waiting)
        refused, rest = (waiting[:1], waiting[1:]) if again else (waiting, [])
        self._waiting = deque(rest)
        if again and (refused or self.lines):
            self._ensure()
        for line, _ in rest:
            self._say(line)
        if rest:
            self._wind()
        self.changed.emit()
        for line, _ in refused:
            self.answered.emit(BenchAnswer(line.number, names=self.names, message=why), ())

    def _close(self) -> None:
        self._clock.stop()
        self._replaying, self.making, self._asked = False, "", 0
        self._process.close()
