"""The spec of both directions: requests go to an engine, events come back.

Every message is a frozen value, encoded as JSON (see `protocol.codec`); numbers in bulk travel beside it as
raw arrays, whose meaning and order stand in the message's docstring. Replies carry the `request_id` or the
`run_id` they answer. Three kinds of process speak this protocol: the warm engine (analysis, data), the
process of one run, and that of one task, which ends when it has answered.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from nnbuilder.data.spec import DataProfile, DataSpec
from nnbuilder.graph.analysis import Analysis
from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.report.memory import OptimizerState
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.protocol.algebra import Collapse, Collapsed, Regress, Regressed
from nnbuilder.protocol.bench import (
    AskManual,
    AskNetwork,
    BenchAnswer,
    BenchLine,
    BenchManual,
    BenchNetwork,
    BenchPreparing,
    ListBench,
    UseProject,
)
from nnbuilder.protocol.fault import Fault
from nnbuilder.protocol.layers import LayerReport
from nnbuilder.protocol.live import Watch
from nnbuilder.protocol.microscope import Look, Looked
from nnbuilder.protocol.mistakes import LoopsAdvanced, LoopsTrained, TrainWrong
from nnbuilder.protocol.parameters import ParameterEvent, ParameterRequest
from nnbuilder.protocol.predictions import PredictionReport
from nnbuilder.protocol.preview import Preview, Previewed
from nnbuilder.protocol.tasks import (
    Export,
    Exported,
    Exporting,
    FindRate,
    FitWeights,
    RateFound,
    WeightsFitted,
)

PROTOCOL = 1
"""Version of the protocol; an engine that speaks another one is refused."""


class Analyze(msgspec.Struct, frozen=True, tag=True):
    """Ask torch about a drawing; answered by `Analyzed` slices, the last with `final`.

    With `examine`, an `Examined` may follow once a real batch has been tried.
    """

    request_id: int
    revision: int
    project: Project
    folder: str | None = None
    examine: bool = True


class LoadData(msgspec.Struct, frozen=True, tag=True):
    """Load data and say what it is; answered by `DataLoaded`. `folder` is where relative paths start."""

    request_id: int
    data: DataSpec
    seed: int = 0
    folder: str | None = None


class MeasureOptimizer(msgspec.Struct, frozen=True, tag=True):
    """Ask what an optimizer keeps in memory; answered by `OptimizerMeasured`."""

    request_id: int
    training: TrainingConfig


class StartRun(msgspec.Struct, frozen=True, tag=True):
    """Train a frozen project in a process of its own.

    `folder` is the run's own folder (made by the engine), `base` the project file's folder for relative
    data paths, `checkpoint` a checkpoint file to go on from, `paused` starts before the first step.
    With `visit` nothing is trained: the process shows moments of the run in `folder`, as `Visit` asks.
    On Unix the run's channel travels beside this message as a file descriptor.
    """

    run_id: str
    project: Project
    folder: str
    base: str | None = None
    checkpoint: str | None = None
    paused: bool = False
    visit: bool = False


class Control(msgspec.Struct, frozen=True, tag=True):
    """Steer a run: "rewind" goes back to the same initial weights and stays paused.

    "back" goes back by `steps`, to the very moment that the run was in then, and stays paused. "lr"
    multiplies the learning rate by `factor` from the next step on, whether the run goes on or waits.
    """

    run_id: str
    do: Literal["pause", "resume", "step", "epoch", "stop", "rewind", "back", "lr"]
    steps: int = 0
    factor: float = 1.0


class Visit(msgspec.Struct, frozen=True, tag=True):
    """Look at a moment of a run, with these live reports; answered by `Visited` and the reports.

    `path` is the file of the moment or checkpoint. With `keep`, a runs folder, its weights are stored there
    for the project. Said to a process that was started to `visit`; of several that wait only the last one
    counts.
    """

    run_id: str
    path: str
    reports: tuple[str, ...] = ()
    keep: str = ""


class Shutdown(msgspec.Struct, frozen=True, tag=True):
    """Leave; a run writes a checkpoint first."""


Request = (
    Analyze
    | LoadData
    | MeasureOptimizer
    | StartRun
    | Control
    | Watch
    | Visit
    | FitWeights
    | FindRate
    | TrainWrong
    | Collapse
    | Regress
    | Export
    | Look
    | ParameterRequest
    | Preview
    | UseProject
    | BenchLine
    | ListBench
    | AskManual
    | AskNetwork
    | Shutdown
)


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The engine listens; `versions` maps package to version, `devices` lists usable devices.

    `missing` maps kinds of devices that cannot be used to the reason.
    """

    protocol: int
    pid: int
    versions: Mapping[str, str]
    devices: tuple[str, ...]
    missing: Mapping[str, str] = {}


class Heartbeat(msgspec.Struct, frozen=True, tag=True):
    """Sent about once a second by a living process.

    `working` says that something long begins, of which nothing can be told before it is done.
    """

    working: bool = False


class Probing(msgspec.Struct, frozen=True, tag=True):
    """The engine is about to run this layer for the first time: the one to name if it never returns."""

    revision: int
    node: NodeId


class Analyzed(msgspec.Struct, frozen=True, tag=True):
    """Torch's answer, or the first layers of it (`final` false; problems then still incomplete).

    `examining`: an `Examined` will follow unless a newer drawing comes before.
    """

    request_id: int
    revision: int
    analysis: Analysis
    problems: tuple[Problem, ...]
    profile: DataProfile | None = None
    final: bool = True
    examining: bool = False


class Examined(msgspec.Struct, frozen=True, tag=True):
    """All problems of a drawing again, with what one real forward and backward pass has shown."""

    revision: int
    problems: tuple[Problem, ...]


class DataLoaded(msgspec.Struct, frozen=True, tag=True):
    """What the data is; `profile` is None where a problem keeps it from being loaded."""

    request_id: int
    profile: DataProfile | None
    problems: tuple[Problem, ...] = ()


class OptimizerMeasured(msgspec.Struct, frozen=True, tag=True):
    """What an optimizer keeps for what it trains; None where torch refuses to make it."""

    request_id: int
    state: OptimizerState | None = None


class RunStarted(msgspec.Struct, frozen=True, tag=True):
    """The network is built; `layers` are the nodes with parameters, in the order of histogram rows.

    `metric` names the step metric ("accuracy" or "r2"). `step` is where a resumed run goes on; `notices` are
    sentences on how it did, for example that the newest checkpoint was damaged.
    """

    run_id: str
    folder: str
    steps_per_epoch: int
    epochs: int
    metric: str
    layers: tuple[NodeId, ...]
    step: int = 0
    notices: tuple[str, ...] = ()


class Progress(msgspec.Struct, frozen=True, tag=True):
    """Steps since the last message; arrays: losses and metrics float32 (n,), readings float64 (m, 4).

    A reading is step, seconds of training, learning rate and norm of the gradients, NaN for what is not
    known; the last one is of the last step. A run without them sends two arrays.

    `step` is the number of steps done after the last of them; `rate` is steps per second lately.
    """

    run_id: str
    step: int
    epoch: int
    rate: float


class EpochEnded(msgspec.Struct, frozen=True, tag=True):
    """Means over an epoch; a value is None where it is not finite or there is no validation part.

    `scores` are more of the validation part by name, those that the run's record names.
    """

    run_id: str
    epoch: int
    step: int
    train_loss: float | None = None
    train_metric: float | None = None
    validation_loss: float | None = None
    validation_metric: float | None = None
    scores: Mapping[str, float | None] = {}


class Histograms(msgspec.Struct, frozen=True, tag=True):
    """Histograms of all layers; arrays: counts float32 (layers, bins), low and high float32 (layers, 2).

    `kind` says of which tensors; `nonfinite` counts NaN and infinite values per layer, left out of the bins.
    """

    run_id: str
    step: int
    kind: Literal["weight", "gradient"]
    nonfinite: tuple[int, ...]


class RunState(msgspec.Struct, frozen=True, tag=True):
    """The run changed state by itself or as told; `rate` is the learning rate of its next step.

    `notices` are sentences that became known since the last one.
    """

    run_id: str
    state: Literal["running", "paused", "rewound"]
    step: int
    rate: float | None = None
    notices: tuple[str, ...] = ()


class MomentsKept(msgspec.Struct, frozen=True, tag=True):
    """After which steps a run can be looked at and gone back to; `trouble` says why no more are kept."""

    run_id: str
    steps: tuple[int, ...]
    trouble: str = ""


class Checkpointed(msgspec.Struct, frozen=True, tag=True):
    """A checkpoint lies on disk, complete."""

    run_id: str
    step: int
    path: str
    sha256: str


class Visited(msgspec.Struct, frozen=True, tag=True):
    """A past moment of a run: metrics over whole parts in evaluation mode, and all layers with parameters.

    Arrays: counts float32 (layers, bins) and edges float32 (layers, 2) of the weights' histograms, then
    figures float32 (layers, 3): mean, standard deviation and length (norm) of the weights. `rate` is the
    learning rate, `sha256` names the weights where they were stored.
    """

    run_id: str
    path: str
    step: int
    epoch: int
    layers: tuple[NodeId, ...]
    train: Mapping[str, float | None]
    validation: Mapping[str, float | None]
    rate: float | None = None
    sha256: str = ""


class RunEnded(msgspec.Struct, frozen=True, tag=True):
    """The run is over and its record is written; `reason` says how, `told` is a sentence on an early end."""

    run_id: str
    reason: Literal["finished", "stopped"]
    step: int
    seconds: float
    weights_sha256: str
    train: Mapping[str, float | None]
    validation: Mapping[str, float | None]
    told: str = ""


class Failed(msgspec.Struct, frozen=True, tag=True):
    """Something went wrong in the engine; `kind` says whose fault it is.

    "problem": the user can mend it (see `problems`); "environment": memory, disk, a missing file;
    "internal": ours, with a traceback. `fault` is the first NaN or infinity, for which a run waits.
    """

    kind: Literal["problem", "environment", "internal"]
    message: str
    traceback: str = ""
    node_id: NodeId | None = None
    request_id: int | None = None
    run_id: str | None = None
    problems: tuple[Problem, ...] = ()
    fault: Fault | None = None


Event = (
    Ready
    | Heartbeat
    | Probing
    | Analyzed
    | Examined
    | DataLoaded
    | OptimizerMeasured
    | RunStarted
    | Progress
    | EpochEnded
    | Histograms
    | RunState
    | MomentsKept
    | Checkpointed
    | Visited
    | Looked
    | ParameterEvent
    | Previewed
    | BenchAnswer
    | BenchManual
    | BenchNetwork
    | BenchPreparing
    | RunEnded
    | WeightsFitted
    | Exporting
    | Exported
    | RateFound
    | LoopsAdvanced
    | LoopsTrained
    | Collapsed
    | Regressed
    | Failed
    | PredictionReport
    | LayerReport
)
