"""The network's parameters, told and changed by hand: asks a process of its own, one change at a time."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.project.edits import SetWeights, Several
from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import Event, Failed
from nnbuilder.protocol.parameters import (
    Change,
    ChangeParameters,
    ListParameters,
    LoadNumbers,
    ParameterKey,
    ParameterRead,
    ParameterRow,
    ParametersChanged,
    ParametersListed,
    ReadParameter,
)
from nnbuilder.session.document import Document
from nnbuilder.session.own_process import Opener, OwnProcess

if TYPE_CHECKING:
    from nnbuilder.project.project import Project

Keys = tuple[ParameterKey, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """A parameter with its numbers, of a very large one the first rows."""

    row: ParameterRow
    array: Arrays


@dataclass(frozen=True, slots=True)
class Wish:
    """A change that is to be made, and what it is called in the undo menu."""

    title: str
    keys: Keys
    change: Change


class Parameters(QObject):
    """Follows the document while somebody looks; nothing runs while nobody does.

    `changed` when the table or what keeps it from being made (`trouble`) is another, `opened` with the
    `Numbers` of the chosen parameter. `previewed` brings what a change would do, with its histograms,
    `refused` why it cannot be done. `made` brings the `ParametersChanged` whose weights the project now
    stands at, with the title of the change, `not_made` why a change was given up.
    """

    changed = Signal()
    opened = Signal(object)
    previewed = Signal(object, object)
    refused = Signal(str)
    made = Signal(str, object)
    not_made = Signal(str)

    def __init__(
        self,
        document: Document,
        runs_folder: Callable[[], Path],
        parent: QObject | None = None,
        opener: Opener | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._runs_folder = runs_folder
        self._process = OwnProcess(self, opener=opener)
        self._process.received.connect(self._hear)
        self._process.lost.connect(self._lost)
        self._unpickling = 0
        self._number = 0
        self._listing, self._reading, self._trying, self._changing = 0, 0, 0, 0
        self._wishes: deque[Wish] = deque()
        self._asked: Project | None = None
        self._looking = False
        self.listing: ParametersListed | None = None
        self.chosen: ParameterKey | None = None
        self.trouble = ""
        self.waiting = False
        document.changed.connect(lambda _diff: self._refresh())
        document.replaced.connect(self._begin_anew)

    @property
    def pid(self) -> int:
        """The process that answers, 0 without one."""
        return self._process.pid

    @property
    def busy(self) -> bool:
        """Whether a change is being made."""
        return bool(self._wishes)

    @property
    def seed(self) -> int:
        """The seed that the network is built from."""
        return self._document.project.training.seed

    def look(self) -> None:
        """Begins to look; the first time a process is started."""
        self._looking = True
        self._refresh()

    def look_away(self) -> None:
        """Nobody looks any more: nothing is asked until somebody does."""
        self._looking = False

    def choose(self, key: ParameterKey | None) -> None:
        """Opens the numbers of a parameter."""
        if key != self.chosen:
            self.chosen = key
            self.reread()

    def reread(self) -> None:
        """Asks again for the numbers of the chosen parameter."""
        if self._looking and self.chosen is not None:
            self._reading = self._next()
            project, base, runs = self._subject()
            self._process.send(ReadParameter(self._reading, project, self.chosen, base, runs))

    def row(self, key: ParameterKey) -> ParameterRow | None:
        """What is known of a parameter."""
        rows = self.listing.parameters if self.listing else ()
        return next((row for row in rows if row.key == key), None)

    def try_out(self, keys: Keys, change: Change) -> None:
        """Asks what a change would do; only the answer to the last one is told."""
        self._trying = self._send_change(keys, change, keep=False)

    def make(self, title: str, keys: Keys, change: Change) -> None:
        """Makes a change: one undoable edit of the weights; it waits for those before it."""
        self._wishes.append(Wish(title, keys, change))
        if len(self._wishes) == 1:
            self._grant()

    def close(self) -> None:
        """Ends the process; changes that wait are given up."""
        self._looking = False
        self._wishes.clear()
        self._process.close()

    def _begin_anew(self) -> None:
        self.listing, self.chosen, self.trouble = None, None, ""
        self._wishes.clear()
        self._trying = self._changing = 0
        self.changed.emit()
        self._refresh()

    def _refresh(self) -> None:
        if not self._looking:
            return
        self._listing = self._next()
        project, base, runs = self._subject()
        self._process.send(ListParameters(self._listing, project, base, runs))
        self.waiting = True
        self.reread()
        self.changed.emit()

    def _grant(self) -> None:
        """Asks for the change that waits longest, of the project as it is now."""
        wish = self._wishes[0]
        self._asked = self._document.project
        self._changing = self._send_change(wish.keys, wish.change, keep=True)

    def _send_change(self, keys: Keys, change: Change, *, keep: bool) -> int:
        number = self._next()
        if isinstance(change, LoadNumbers) and change.unpickle:
            self._unpickling = number
        project, base, runs = self._subject()
        self._process.send(ChangeParameters(number, project, keys, change, base, runs, keep))
        return number

    def _subject(self) -> tuple["Project", str | None, str]:
        folder = self._document.folder
        return self._document.project, str(folder) if folder else None, str(self._runs_folder())

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _hear(self, message: Event, arrays: Arrays) -> None:
        if isinstance(message, ParametersChanged | Failed) and message.request_id == self._unpickling:
            self._process.close()  # a process that has read a pickle does nothing else
        match message:
            case ParametersListed(request_id=self._listing):
                self.listing, self.trouble, self.waiting = message, "", False
                self.changed.emit()
            case ParameterRead(request_id=self._reading):
                self.opened.emit(Numbers(message.row, arrays))
            case ParametersChanged(request_id=self._trying):
                self.previewed.emit(message, arrays)
            case ParametersChanged(request_id=self._changing):
                self._take(message)
            case Failed():
                self._fail(message)
            case _:
                pass

    def _take(self, message: ParametersChanged) -> None:
        """Lets the project stand at the weights after a change; asks anew where it has changed meanwhile."""
        now, then = self._document.project, self._asked
        if then is None or now.weights != then.weights or now.graph != then.graph:
            self._grant()
            return
        wish = self._wishes.popleft()
        try:
            self._document.apply(Several(wish.title, (SetWeights(message.sha256),)))
        except NNBuilderError as error:
            self.not_made.emit(str(error))
        else:
            self.made.emit(wish.title, message)
        if self._wishes:
            self._grant()

    def _fail(self, message: Failed) -> None:
        if message.request_id == self._changing and self._wishes:
            self._wishes.popleft()
            self.not_made.emit(message.message)
            if self._wishes:
                self._grant()
        elif message.request_id == self._trying:
            self.refused.emit(message.message)
        elif message.request_id in {None, self._listing}:
            self._tell(message.message)

    def _lost(self, why: str) -> None:
        text = f"The process that knows the parameters has ended. {why} Show them again to start another."
        if self._wishes:
            self._wishes.clear()
            self.not_made.emit(text)
        self._tell(text)

    def _tell(self, trouble: str) -> None:
        self.listing, self.trouble, self.waiting = None, trouble, False
        self.changed.emit()
