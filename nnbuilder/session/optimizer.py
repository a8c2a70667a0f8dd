"""Follows the training's optimizer with what one of its kind keeps in memory, measured by the engine."""

import msgspec
from PySide6.QtCore import QObject, Signal

from nnbuilder.graph.report.memory import OptimizerState
from nnbuilder.project.project import TrainingConfig
from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import Analyzed, Event, MeasureOptimizer, OptimizerMeasured, Ready
from nnbuilder.session.document import Document
from nnbuilder.session.engine import Engine


class OptimizerFollower(QObject):
    """Asks once about each choice of optimizer and arguments, behind an analysis, and remembers."""

    changed = Signal()

    def __init__(self, document: Document, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._engine = engine
        self._known: dict[bytes, OptimizerState | None] = {}
        self._asked: tuple[int, bytes] | None = None
        engine.received.connect(self._received)

    @property
    def state(self) -> OptimizerState | None:
        """What the chosen optimizer keeps; None while that is not known, and where torch refuses it."""
        return self._known.get(_key(self._document.project.training))

    def _received(self, message: Event, _arrays: Arrays) -> None:
        if isinstance(message, Ready):
            self._asked = None
        elif isinstance(message, Analyzed) and message.final:
            self._ask()
        elif isinstance(message, OptimizerMeasured) and self._asked and message.request_id == self._asked[0]:
            self._known[self._asked[1]] = message.state
            self._asked = None
            self.changed.emit()
            self._ask()

    def _ask(self) -> None:
        training = self._document.project.training
        key = _key(training)
        if key not in self._known and self._asked is None:
            request = MeasureOptimizer(self._engine.next_id(), training)
            self._asked = (request.request_id, key)
            self._engine.send(request)


def _key(training: TrainingConfig) -> bytes:
    """All that can change what an optimizer keeps; its learning rate cannot."""
    args = {name: value for name, value in sorted(training.optimizer_args.items()) if name != "lr"}
    return msgspec.json.encode((training.optimizer, args))
