"""Shows moments of a run without training it: their weights, metrics and live reports."""

from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nnbuilder.data.prepare import Prepared
from nnbuilder.engine.checkpoint import CheckpointError, read_checkpoint, read_moment
from nnbuilder.engine.evaluate import named
from nnbuilder.engine.inbox import Inbox
from nnbuilder.engine.live.desk import Desk
from nnbuilder.engine.probe import weight_histograms
from nnbuilder.engine.reporter import Send
from nnbuilder.engine.sender import BEAT_S, Sender
from nnbuilder.engine.state import OPTIMIZER, TrainerState
from nnbuilder.engine.trainer import Trainer
from nnbuilder.engine.weights import encode_weights
from nnbuilder.protocol.messages import Control, Failed, Shutdown, StartRun, Visit, Visited
from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.moments import MOMENTS
from nnbuilder.runs.weights import store_weights


def serve_visits(request: StartRun, prepared: Prepared, inbox: Inbox, send: Sender) -> None:
    """Answers until nobody asks any more."""
    visitor = Visitor(Trainer(request.project, prepared), send, request.run_id)
    while inbox.open or inbox.waiting:
        inbox.wait(BEAT_S)
        send.beat()
        wanted: Visit | None = None
        while inbox.waiting:
            said = inbox.waiting.popleft()
            if isinstance(said, Control | Shutdown):
                return
            wanted = said if isinstance(said, Visit) else wanted
        if wanted is not None:
            visitor.show(wanted)


class Visitor:
    """Goes from moment to moment with a trainer that never trains."""

    def __init__(self, trainer: Trainer, send: Send, run_id: str) -> None:
        self._trainer = trainer
        self._send = send
        self._id = run_id
        self._desk = Desk(trainer, send, run_id)
        self._watched: tuple[str, ...] = ()

    def show(self, visit: Visit) -> None:
        """Answers with all that is to be seen at a moment, or with one sentence."""
        path = Path(visit.path)
        try:
            state = read_moment(path) if path.parent.name == MOMENTS else read_checkpoint(path)
            self._trainer.restore(_still(self._trainer, state))
        except (CheckpointError, RuntimeError, LookupError, TypeError, ValueError) as error:
            reason = error if isinstance(error, CheckpointError) else f"it does not fit the network ({error})"
            text = f"The moment cannot be shown: {reason}".partition("\n")[0]
            self._send(Failed("environment", text, run_id=self._id))
            return
        try:
            self._tell(visit, state)
        except RunFolderError as error:
            self._send(Failed("environment", f"The weights cannot be stored: {error}", run_id=self._id))
            return
        if visit.reports == self._watched:
            self._desk.send_all()
        else:
            self._desk.watch(())
            self._watched = visit.reports
            self._desk.watch(self._watched)

    def _tell(self, visit: Visit, state: TrainerState) -> None:
        trainer = self._trainer
        scale = trainer.prepared.scaling.y_scale
        train, validation = (
            named(trainer.evaluate(part), trainer.metric, scale) for part in ("train", "validation")
        )
        layers = [layer for _, layer in trainer.layers]
        rows = weight_histograms(layers)
        groups = state.facts.groups
        message = Visited(
            run_id=self._id,
            path=visit.path,
            step=state.facts.step,
            epoch=state.facts.epoch,
            layers=tuple(node for node, _ in trainer.layers),
            train=train,
            validation=validation,
            rate=groups[0].get("lr") if groups else None,
            sha256=self._stored(visit),
        )
        self._send(message, (rows.counts, rows.edges, _figures(layers)))

    def _stored(self, visit: Visit) -> str:
        if not visit.keep:
            return ""
        trainer = self._trainer
        return store_weights(Path(visit.keep), encode_weights(trainer.setup.modules(trainer.model)))


def _still(trainer: Trainer, state: TrainerState) -> TrainerState:
    """The moment without what an optimizer has kept: it may have been another one, and it is not needed."""
    tensors = {name: tensor for name, tensor in state.tensors.items() if not name.startswith(OPTIMIZER)}
    groups = trainer.optimizer.state_dict()["param_groups"]
    return TrainerState(msgspec.structs.replace(state.facts, groups=groups, scalars={}), tensors)


@torch.no_grad()
def _figures(layers: list[nn.Module]) -> NDArray[np.float32]:
    """Mean, standard deviation and length of each layer's parameters, float32 (layers, 3)."""
    figures = np.zeros((len(layers), 3), np.float32)
    for place, layer in enumerate(layers):
        values = torch.cat([parameter.detach().reshape(-1).double() for parameter in layer.parameters()])
        figures[place] = [values.mean(), values.std(correction=0), values.norm()]
    return figures
