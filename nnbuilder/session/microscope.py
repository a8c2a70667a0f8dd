"""Walks through one training step of the network: asks a process of its own, and keeps what it answered."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import LOSS, NodeId
from nnbuilder.project.edits import SetWeights
from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import Event, Failed
from nnbuilder.protocol.microscope import Carried, Look, Looked, Place, Reach, Stage
from nnbuilder.session.document import Document
from nnbuilder.session.own_process import Opener, OwnProcess

_BATCH = re.compile(r"batch:(\d+)\Z")

FIRST = "data:0:8"
"""The rows that are looked at before anybody names others."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What was answered, with the numbers of its tensors."""

    looked: Looked
    arrays: Arrays


class Microscope(QObject):
    """Where in a training step we are, and what is seen there; nothing runs while nobody looks.

    `changed` when any of this changes, `applied` with the loss before and after a step. `view` is the last
    answer, `trouble` one sentence where there is none for what was asked last, and `lost` that this is so
    because the process has ended.
    """

    changed = Signal()
    applied = Signal(object, object)

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
        self._number = 0
        self._asked = Look(0, document.project)
        self._looking = False
        self._lies: dict[str | None, tuple[Carried, ...]] = {}
        self._round_done = False
        self._stepping: Look | None = None
        self.view: View | None = None
        self.trouble = ""
        self.waiting = False
        self.lost = False
        document.changed.connect(lambda _diff: self._refresh())
        document.replaced.connect(self._begin_anew)

    @property
    def wish(self) -> Look:
        """What is asked for, with the row, the number and the weight that are chosen."""
        return self._asked

    @property
    def place(self) -> Place:
        """Where in the step we are; where there is only a sentence, the stop that it is about."""
        if self.view is None:
            return self._asked.place
        seen, asked = self.view.looked.place, self._asked.place
        if not self.trouble:
            return seen
        whole = asked.stage in {"zero_grad", "loss", "update"}
        fits = (one for one in self.walk if one.stage == asked.stage and (whole or one.node == asked.node))
        return next(fits, seen)

    @property
    def carried(self) -> tuple[Carried, ...]:
        """The passes whose gradients lie in `.grad` at the present weights."""
        return self._lies.get(self._document.project.weights, ())

    @property
    def pid(self) -> int:
        """The process that looks, 0 without one."""
        return self._process.pid

    @property
    def walk(self) -> tuple[Place, ...]:
        """All stops, empty before the first answer."""
        return self.view.looked.walk if self.view else ()

    def look(self) -> None:
        """Begins to look; the first time a process is started."""
        self._looking = True
        self._refresh()

    @property
    def looking(self) -> bool:
        """Whether somebody looks."""
        return self._looking

    def look_away(self) -> None:
        """Nobody looks any more: nothing is asked until somebody does."""
        if self._looking:
            self._looking = False
            self.changed.emit()

    def ask(self, **changes: object) -> None:
        """Looks at something else: any fields of `Look`."""
        self._asked = msgspec.structs.replace(self._asked, **changes)
        self._refresh()

    def go(self, by: int) -> None:
        """Goes so many stops on, or back; it stays at the ends."""
        walk = self.walk
        if walk:
            here = walk.index(self.place) if self.place in walk else 0
            self.visit(walk[min(max(here + by, 0), len(walk) - 1)])

    def visit(self, place: Place) -> None:
        """Goes to a stop; the update stays with the layer that was looked at."""
        self._round_done = False
        if (
            place.stage in {"zero_grad", "loss", "update"}
            and place.node is None
            and self._asked.place.node is not None
        ):
            place = msgspec.structs.replace(place, node=self._asked.place.node)
        self.ask(place=place)

    def visit_layer(self, node: NodeId) -> None:
        """Goes to a layer in the direction in which we are, or to the loss."""
        drawn = self._document.project.graph.nodes.get(node)
        if drawn is not None and drawn.type == LOSS:
            if self.place.stage != "loss":
                self.visit_stage("loss")
            return
        stage = "backward" if self.place.stage in {"backward", "update"} else "forward"
        found = [one for one in self.walk if one.node == node and one.stage == stage]
        if found and found[0] != self.place:
            self.visit(found[0])

    def visit_stage(self, stage: Stage) -> None:
        """Goes to the first stop of a line of the loop."""
        found = next((one for one in self.walk if one.stage == stage), None)
        if found is not None:
            self.visit(found)

    def next_batch(self) -> None:
        """Goes round the loop: on to training's next batch, from the line with `zero_grad()`.

        What `loss.backward()` has left in `.grad` lies there still.
        """
        wish = self._asked
        if self.place.stage in {"backward", "update"} and not self._round_done:
            self._leave(wish, stepped=False)
        found = _BATCH.match(wish.rows.strip())
        number = int(found[1]) + 1 if found else 0
        place = msgspec.structs.replace(wish.place, stage="zero_grad", name="", layer="")
        self._round_done = False
        self.ask(rows=f"batch:{number}", targets="", place=place)

    def apply(self, reach: Reach) -> None:
        """Applies the step that is shown: one undoable edit of the weights.

        Not while an answer is awaited: the step would begin at weights that are not shown.
        """
        if self.waiting:
            return
        self._stepping = self._asked
        self._send(msgspec.structs.replace(self._asked, reach=reach))

    def again(self) -> None:
        """Looks once more at what was asked for last; where the process was lost, another is started."""
        self._refresh()

    def close(self) -> None:
        """Ends the process."""
        self._looking = False
        self._process.close()

    def _begin_anew(self) -> None:
        self.view, self.trouble = None, ""
        kept, self._lies = self._asked, {}
        self._asked = Look(0, self._document.project, train=kept.train, lr=kept.lr)
        self._refresh()

    def _refresh(self) -> None:
        if self._looking:
            self._send(self._asked)

    def _send(self, look: Look) -> None:
        self._number += 1
        base = str(self._document.folder) if self._document.folder else None
        look = msgspec.structs.replace(
            look,
            request_id=self._number,
            project=self._document.project,
            base=base,
            runs=str(self._runs_folder()),
            carried=self.carried,
        )
        self._process.send(look)
        self.waiting, self.lost = True, False
        self.changed.emit()

    def _hear(self, message: Event, arrays: Arrays) -> None:
        match message:
            case Looked():
                if message.sha256:
                    self._take(message)
                elif message.request_id == self._number:
                    self.view, self.trouble, self.waiting = View(message, arrays), "", False
                    self.changed.emit()
            case Failed():
                if message.request_id in {None, self._number}:
                    self._tell(message.message)
            case _:
                pass

    def _take(self, message: Looked) -> None:
        """Lets the project stand at the weights after a step; what is shown follows the change."""
        self._leave(self._stepping or self._asked, stepped=True, weights=message.sha256)
        self._round_done = True
        try:
            self._document.apply(SetWeights(message.sha256))
        except NNBuilderError as error:
            self._tell(str(error))
            return
        self.applied.emit(message.loss, message.loss_after)

    def _leave(self, look: Look, *, stepped: bool, weights: str | None = None) -> None:
        """Keeps in mind what a backward pass has left in `.grad`."""
        before = self.carried if look.accumulate else ()
        now = self._document.project.weights
        one = Carried(look.rows, look.targets, look.train, now, stepped)
        self._lies[weights if stepped else now] = (*before, one)

    def _lost(self, why: str) -> None:
        self.lost = True
        told = ["The process that looks into the network has ended.", why, "Look again to start another."]
        if self.view is not None and self.view.looked.steps:
            told.append("The steps by hand stay in the weights; what the optimizer keeps of them is gone.")
        self._tell(" ".join(told))

    def _tell(self, trouble: str) -> None:
        self.trouble, self.waiting = trouble, False
        self.changed.emit()
