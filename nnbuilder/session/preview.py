"""What every node in view does to the first rows, kept up to date while somebody draws.

A process of its own works it out; it is there only while somebody looks. What is shown stays until the next
answer comes, so that nothing flickers from edit to edit.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import Event, Failed
from nnbuilder.protocol.preview import NodePreview, Preview, Previewed
from nnbuilder.session.diff import DocumentDiff
from nnbuilder.session.document import Document
from nnbuilder.session.own_process import Opener, OwnProcess

SOON_MS = 60
"""How long edits are gathered before they are asked about."""

TIMEOUT_MS = 20_000
"""How long an answer may take; the process ends a preview by itself after some seconds."""

STARTING_MS = 90_000
"""How long the first answer may take, with the start of the process."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What a node does: pictures float32 (pictures, rows, columns), first numbers and a histogram (bins,)."""

    told: NodePreview
    pictures: Floats
    first: Floats
    counts: NDArray[Any]


class Previews(QObject):
    """Says what nodes do; `changed` when that is another thing, `trouble` is why it ends somewhere.

    `shown` are the nodes that have been answered for, `note` says which rows went in.
    """

    changed = Signal()

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
        self._nodes: tuple[NodeId, ...] = ()
        self._asked: Preview | None = None
        self._number = 0
        self._fresh = True
        self.shown: Mapping[NodeId, Shown] = {}
        self.note = self.trouble = ""
        self.at: NodeId | None = None
        self._soon = _single(self, SOON_MS, self._ask)
        self._clock = _single(self, TIMEOUT_MS, self._too_long)
        document.changed.connect(self._changed)
        document.replaced.connect(self._replaced)

    @property
    def waiting(self) -> bool:
        """Whether an answer is on its way."""
        return self._clock.isActive() or self._soon.isActive()

    @property
    def pid(self) -> int:
        """The process that works it out, 0 without one."""
        return self._process.pid

    def look_at(self, nodes: Collection[NodeId]) -> None:
        """Notes which nodes are in view; what has not been answered for yet is asked."""
        known = () if self._asked is None else self._asked.nodes
        self._nodes = tuple(nodes)
        if set(nodes) - set(known):
            self._soon.start()
        elif not nodes:
            self._soon.stop()

    def stop(self) -> None:
        """Nobody looks any more: the process ends, and nothing is shown."""
        self._soon.stop()
        self._close()
        self._nodes = ()
        self._forget()

    def _changed(self, diff: DocumentDiff) -> None:
        if not self._matters(diff):
            return
        if self._nodes:
            self._soon.start()
        else:
            self._asked = None

    def _matters(self, diff: DocumentDiff) -> bool:
        """Whether a change is of what computes, not of places and notes alone."""
        graph = diff.graph
        if diff.data or diff.training or diff.weights or graph.added or graph.removed:
            return True
        if graph.edges_added or graph.edges_removed or self._asked is None:
            return True
        before, after = self._asked.project.graph.nodes, self._document.project.graph.nodes
        return any(
            key not in before
            or msgspec.structs.replace(before[key], x=0.0, y=0.0)
            != msgspec.structs.replace(after[key], x=0.0, y=0.0)
            for key in graph.changed
        )

    def _replaced(self) -> None:
        self._clock.stop()
        self._number += 1  # what is answered from now on is of the project before
        self._forget()
        if self._nodes:
            self._soon.start()

    def _forget(self) -> None:
        self._asked = None
        self.shown, self.note, self.trouble, self.at = {}, "", "", None
        self.changed.emit()

    def _ask(self) -> None:
        if not self._nodes:
            return
        self._number += 1
        folder = self._document.folder
        self._asked = Preview(
            self._number,
            self._document.project,
            self._nodes,
            str(folder) if folder else None,
            str(self._runs_folder()),
        )
        self._fresh = self._fresh or not self._process.alive
        self._process.send(self._asked)
        self._clock.start(STARTING_MS if self._fresh else TIMEOUT_MS)

    def _hear(self, message: Event, arrays: Arrays) -> None:
        if isinstance(message, Failed) and message.request_id in {None, self._number}:
            self._answered()
            self._tell(message.message)
        elif isinstance(message, Previewed) and message.request_id == self._number:
            self._answered()
            self.shown = {
                told.node: _shown(told, arrays[3 * at : 3 * at + 3]) for at, told in enumerate(message.nodes)
            }
            self.note, self.at = message.note, message.at
            self._tell(message.trouble)

    def _answered(self) -> None:
        self._clock.stop()
        self._fresh = False

    def _tell(self, trouble: str) -> None:
        self.trouble = trouble
        self.changed.emit()

    def _too_long(self) -> None:
        self._close()
        self.shown, self._asked = {}, None
        self._tell("The preview took too long and was stopped: the next edit starts it again.")

    def _lost(self, why: str) -> None:
        self._clock.stop()
        self.shown, self._asked = {}, None
        self._tell(f"The process of the preview has ended. {why} The next edit starts another.")

    def _close(self) -> None:
        self._clock.stop()
        self._process.close()


def _shown(told: NodePreview, arrays: Arrays) -> Shown:
    pictures, first, counts = arrays
    return Shown(told, np.asarray(pictures, np.float32), np.asarray(first, np.float32), np.asarray(counts))


def _single(parent: QObject, interval: int, then: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval)
    timer.timeout.connect(then)
    return timer
