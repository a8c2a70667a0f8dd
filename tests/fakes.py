"""Stand-ins for processes: an engine and a run that say what a test wants, without torch."""

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QObject, QTimer

from nnbuilder.data.spec import DataProfile
from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.graph.graph import ArgValue, Node
from nnbuilder.graph.order import order_of
from nnbuilder.project.problem import Problem
from nnbuilder.protocol.live import LiveReport
from nnbuilder.protocol.messages import (
    PROTOCOL,
    Analyze,
    Analyzed,
    Control,
    DataLoaded,
    EpochEnded,
    Event,
    Histograms,
    LoadData,
    Progress,
    Ready,
    Request,
    RunEnded,
    RunStarted,
    RunState,
    StartRun,
)
from nnbuilder.session.channel import Channel
from nnbuilder.session.engine import Engine, EngineState

IRIS = DataProfile(
    title="Iris",
    task="classification",
    shape=(4,),
    rows=150,
    training=120,
    validation=30,
    test=0,
    sha256="0" * 64,
    features=("sepal length", "sepal width", "petal length", "petal width"),
    classes=("setosa", "versicolor", "virginica"),
    target="species",
)

Answer = Callable[[Analyze], Sequence[Analyzed]]


class FakeLine(Channel):
    """The line to any process: keeps what was said; `shut` once it was closed in whichever way."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sent: list[Request] = []
        self.shut = False

    def send(self, request: Request) -> None:
        self.sent.append(request)

    def close(self) -> None:
        self.shut = True

    def terminate(self) -> None:
        self.close()

    def kill(self) -> None:
        self.close()

    def finish(self) -> None:
        self.close()


class FakeChannel(Channel):
    """The line to a run: `sent` is what the window said, `say` and the methods below answer."""

    def __init__(self, request: StartRun, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.request = request
        self.sent: list[Request] = []
        self.ended = ""
        self.step = 0
        self._pid = 0

    @property
    def pid(self) -> int:
        return self._pid

    @property
    def told(self) -> list[str]:
        """The words of all `Control` messages so far."""
        return [message.do for message in self.sent if isinstance(message, Control)]

    def send(self, request: Request) -> None:
        self.sent.append(request)

    def terminate(self) -> None:
        self.ended = self.ended or "terminated"

    def kill(self) -> None:
        self.ended = "killed"

    def close(self) -> None:
        self.ended = self.ended or "closed"

    def finish(self) -> None:
        self.ended = self.ended or "finished"

    def say(self, message: Event | LiveReport, *arrays: ArrayLike) -> None:
        """Says something to the window, with arrays of float32."""
        self.received.emit(message, tuple(np.asarray(array, np.float32) for array in arrays))

    def start(self, steps_per_epoch: int = 8, metric: str = "accuracy", step: int = 0) -> None:
        """Says that the network is built."""
        project = self.request.project
        layers = tuple(
            node
            for node in order_of(project.graph).layers
            if project.graph.nodes[node].type in {"Linear", "BatchNorm1d", "LayerNorm", "PReLU"}
        )
        epochs = project.training.epochs
        run, folder = self.request.run_id, self.request.folder
        self.step, self._pid = step, 1
        self.say(RunStarted(run, folder, steps_per_epoch, epochs, metric, layers, step))

    def progress(self, losses: Sequence[float], metrics: Sequence[float] = (), epoch: int = 0) -> None:
        """Says what some steps brought; metrics left out are 0.5."""
        self.step += len(losses)
        self.say(
            Progress(self.request.run_id, self.step, epoch, rate=1000.0),
            losses,
            metrics or [0.5] * len(losses),
        )

    def end_epoch(self, epoch: int, train_loss: float = 0.5, validation_loss: float = 0.6) -> None:
        """Says how an epoch ended."""
        run = self.request.run_id
        self.say(EpochEnded(run, epoch, self.step, train_loss, 0.9, validation_loss, 0.8))

    def histograms(self, layers: int, bins: int = 64, step: int | None = None) -> None:
        """Sends one histogram of weights for each of so many layers."""
        counts = np.tile(np.hanning(bins) * 100, (layers, 1))
        edges = np.tile([-1.0, 1.0], (layers, 1))
        message = Histograms(
            self.request.run_id, self.step if step is None else step, "weight", (0,) * layers
        )
        self.say(message, counts, edges)

    def state(self, state: Literal["running", "paused", "rewound"]) -> None:
        """Says that the run goes on, waits or was rewound (to its start)."""
        self.step = 0 if state == "rewound" else self.step
        self.say(RunState(self.request.run_id, state, self.step))

    def end(self, *, stopped: bool = False) -> None:
        """Says that the run is over."""
        reason: Literal["finished", "stopped"] = "stopped" if stopped else "finished"
        run = self.request.run_id
        self.say(
            RunEnded(run, reason, self.step, 1.0, "0" * 64, {"loss": 0.1}, {"loss": 0.2, "accuracy": 0.9})
        )

    def die(self, why: str = "It was ended by a signal.") -> None:
        """Ends as a killed process does."""
        self.closed.emit(why)


class FakeEngine(Engine):
    """Answers `Analyze` from a function on the next turn of the event loop; `sent` and `runs` tell all.

    With `answer` None nothing is answered until `reply` is called.
    """

    def __init__(self, parent: QObject | None = None, answer: Answer | None = None) -> None:
        super().__init__(parent)
        self.answer: Answer | None = answer or guess
        self.sent: list[Request] = []
        self.runs: list[FakeChannel] = []

    @property
    def asked(self) -> list[Analyze]:
        """All `Analyze` requests so far."""
        return [request for request in self.sent if isinstance(request, Analyze)]

    @property
    def run(self) -> FakeChannel:
        """The newest run's line."""
        return self.runs[-1]

    def start(self) -> None:
        self.to("starting")
        self.ready()

    def restart(self) -> None:
        self.start()

    def send(self, request: Request) -> None:
        self.sent.append(request)
        if isinstance(request, Analyze) and self.answer is not None:
            QTimer.singleShot(0, self, lambda: self.reply(request))
        elif isinstance(request, LoadData):
            self.received.emit(DataLoaded(request.request_id, IRIS), ())

    def open_run(self, request: StartRun) -> FakeChannel:
        self.runs.append(FakeChannel(request, self))
        return self.runs[-1]

    def shutdown(self) -> None:
        self.to("stopped")

    def ready(self) -> None:
        """Comes up as a warm engine does."""
        self.versions, self.devices = {"torch": "2.13.0"}, ("cpu",)
        self.to("ready")
        self.received.emit(Ready(PROTOCOL, 1, self.versions, self.devices), ())

    def reply(self, request: Analyze | None = None) -> None:
        """Answers a request, the newest by default."""
        request = request or self.asked[-1]
        for slice_ in (self.answer or guess)(request):
            self.received.emit(slice_, ())

    def to(self, state: EngineState) -> None:
        """Goes into a state as if by itself."""
        self._set_state(state)


def guess(request: Analyze) -> tuple[Analyzed]:
    """An answer for chains of Linear and layers that keep the shape: enough to draw with, not torch's."""
    graph = request.project.graph
    layers: list[LayerAnalysis] = []
    problems: list[Problem] = []
    current: TensorType | None = TensorType((None, *IRIS.shape))
    for index, key in enumerate(order_of(graph).layers):
        node = graph.nodes[key]
        layer, problem = _layer(node, str(index), current)
        layers.append(layer)
        problems += [problem] if problem else []
        current = layer.output
    analysis = Analysis(tuple(layers), TensorType((None, *IRIS.shape)), current)
    return (Analyzed(request.request_id, request.revision, analysis, tuple(problems), IRIS),)


def _layer(node: Node, name: str, fed: TensorType | None) -> tuple[LayerAnalysis, Problem | None]:
    if fed is None or node.type != "Linear":
        return LayerAnalysis(node.id, node.name or name, node.type, dict(node.args), fed, fed), None
    features = fed.shape[-1]
    wanted, out = node.args.get("in_features", "auto"), node.args.get("out_features", 1)
    args: dict[str, ArgValue] = {"in_features": features if wanted == "auto" else wanted, "out_features": out}
    layer = LayerAnalysis(node.id, node.name or name, "Linear", args, fed)
    if args["in_features"] != features or not isinstance(out, int) or not isinstance(features, int):
        text = f"mat1 and mat2 shapes cannot be multiplied (2x{features} and {args['in_features']}x{out})"
        message = f"This layer wants {args['in_features']} features and gets {features}."
        return layer, Problem("error", "shape-mismatch", message, torch=text, node=node.id, arg="in_features")
    count = (features + 1) * out
    return (
        msgspec.structs.replace(
            layer,
            output=TensorType((*fed.shape[:-1], out)),
            parameters=count,
            trainable=count,
            formula=f"({features} + 1) × {out} = {count}",
        ),
        None,
    )
