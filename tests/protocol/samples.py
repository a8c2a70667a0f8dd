"""One message of each kind, with all its parts in use."""

from nnbuilder.data.spec import DataProfile
from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.graph.edits import Connect
from nnbuilder.graph.graph import Edge, NodeId
from nnbuilder.graph.report.memory import OptimizerState
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.protocol.algebra import Collapse, Collapsed, Fitted, Regress, Regressed, Stretch, Tried
from nnbuilder.protocol.bench import (
    AskManual,
    AskNetwork,
    BenchAnswer,
    BenchLayer,
    BenchLesson,
    BenchLine,
    BenchManual,
    BenchNetwork,
    BenchParameter,
    BenchPreparing,
    BenchValue,
    ListBench,
    UseProject,
)
from nnbuilder.protocol.layers import Activations, Updates
from nnbuilder.protocol.live import Watch
from nnbuilder.protocol.messages import (
    PROTOCOL,
    Analyze,
    Analyzed,
    Checkpointed,
    Control,
    DataLoaded,
    EpochEnded,
    Event,
    Examined,
    Failed,
    Heartbeat,
    Histograms,
    LoadData,
    MeasureOptimizer,
    MomentsKept,
    OptimizerMeasured,
    Probing,
    Progress,
    Ready,
    Request,
    RunEnded,
    RunStarted,
    RunState,
    Shutdown,
    StartRun,
    Visit,
    Visited,
)
from nnbuilder.protocol.microscope import Carried, Look, Looked, Parameter, Place, Tensor
from nnbuilder.protocol.mistakes import LoopEnd, LoopsAdvanced, LoopsTrained, TrainWrong
from nnbuilder.protocol.predictions import Boundary, Confusion, Fit, Neurons, Targets
from nnbuilder.protocol.preview import NodePreview, Preview, Previewed
from nnbuilder.protocol.tasks import (
    Export,
    Exported,
    Exporting,
    FindRate,
    FitWeights,
    RateFound,
    WeightsFitted,
)
from nnbuilder.protocol.tensor_fit import TensorFit
from nnbuilder.protocol.worked import Curve, Line, Worked
from tests.project.samples import everything, starter
from tests.protocol import parameters

N1, N2 = NodeId("n1"), NodeId("n2")

PROFILE = DataProfile(
    "Iris", "classification", (4,), 150, 120, 30, 0, "0" * 64, ("a", "b"), ("x", "y"), "kind"
)

PROBLEM = Problem(
    "error",
    "shape-mismatch",
    "The sizes do not fit.",
    torch="mat1 and mat2 shapes cannot be multiplied",
    node=N1,
    arg="in_features",
    path="graph.nodes.n1",
    line=3,
    fixes=(Fix("Connect", (Connect(Edge(N1, N2)),)),),
)

ANALYSIS = Analysis(
    (
        LayerAnalysis(
            N1,
            "0",
            "Linear",
            {"in_features": 4, "bias": True},
            TensorType((None, 4)),
            None,
            80,
            80,
            0,
            "4 * 16",
            128,
        ),
        LayerAnalysis(N2, "block", "Sequential", children=(LayerAnalysis(N1, "block.0", "ReLU"),)),
    ),
    TensorType((None, 4)),
    TensorType((None, 3), "float64"),
)

BENCH = BenchAnswer(
    3,
    BenchValue("Tensor", "a", "", (2, 3), "float32", "cpu", 6, (3, 1), requires_grad=True),
    (BenchValue("int", "n", "3"),),
    ("A note.",),
    BenchLesson("broadcast", "It was repeated.", (3,), (2, 3), (2, 3), ((0,), ())),
    False,
    "It clashes.",
    "mat1",
    1,
    2,
    3,
    "a @ b.T",
    True,
)

LOOKED = Looked(
    4,
    Place("forward", N1, "0", "ReLU"),
    (Place("forward", N1, "0", "ReLU"), Place("loss")),
    (Worked("t", "f", (Line("1 + 1 = 2", "2"),), ("n",), Curve("ReLU", (0.0,), (1.0,), ((0.5, 1.0),))),),
    (Tensor("weight", (2, 3), "float32", (0, 1), "parameter"),),
    (Parameter("weight", (2, 3)),),
    8,
    0.5,
    None,
    "ab" * 32,
    3,
    ("A note.",),
)

REQUESTS: tuple[Request, ...] = (
    Analyze(1, 2, everything(), "/home/ä"),
    LoadData(3, starter().data, 4, None),
    MeasureOptimizer(5, starter().training),
    FitWeights(starter(), "weights.safetensors", "/base", "/base/p.runs", unpickle=True),
    Export(starter(), "onnx", "/out/net.onnx", "/base", "/base/p.runs", "/base/p.runs/r", "last"),
    Collapse(starter(), (NodeId("n2"), NodeId("n3")), "/base", "/base/p.runs", keep=True),
    Regress(starter(), "/base", "/base/p.runs", 0.5),
    FindRate(starter(), "/base", "/base/p.runs", 1e-5, 1.0, 40),
    TrainWrong(starter(), ("zero_grad", "lr"), "/base", "/base/p.runs", 200, 30.0),
    StartRun("r", starter(), "runs/1", "/base", "checkpoint", paused=True),
    Visit("r", "/runs/1/moments/step", ("Boundary",)),
    Control("r", "rewind"),
    Control("r", "back", steps=10),
    Control("r", "lr", factor=0.1),
    UseProject(starter(), "/base", "/base/p.runs"),
    BenchLine(3, "a @ b", replays=True),
    ListBench(4),
    AskManual("torch.cat"),
    AskNetwork(),
    Look(4, starter(), "/b", "/r", "[[1]]", "0", True, Place("update", N1), 1, 2, "bias", 3, 0.1, "all"),
    Look(5, starter(), rows="batch:1", carried=(Carried("batch:0", "0", True, None, True),), accumulate=True),
    Preview(6, starter(), (N1, N2), "/base", "/base/p.runs"),
    *parameters.REQUESTS,
    Shutdown(),
    Watch("r", ("Boundary", "Neurons")),
)

EVENTS: tuple[Event, ...] = (
    Ready(PROTOCOL, 4711, {"torch": "2.13.0"}, ("cpu", "cuda:0")),
    Heartbeat(),
    Heartbeat(working=True),
    Probing(2, N1),
    Analyzed(1, 2, ANALYSIS, (PROBLEM,), PROFILE, final=False),
    Examined(2, (PROBLEM,)),
    DataLoaded(3, None, (PROBLEM,)),
    OptimizerMeasured(5, OptimizerState(8, 4)),
    RunStarted("r", "runs/1", 8, 100, "accuracy", (N1, N2), 16),
    Progress("r", 10, 1, 99.5),
    EpochEnded("r", 1, 8, 0.5, 0.75, None, None),
    EpochEnded("r", 2, 16, 0.5, 0.75, 0.4, 0.8, {"macro_f1": 0.7, "balanced_accuracy": None}),
    Histograms("r", 8, "gradient", (0, 3)),
    RunState("r", "paused", 8, 0.01),
    Visited("r", "/runs/1/moments/step", 8, 1, (N1, N2), {"loss": 0.5}, {"loss": None}, 0.01),
    MomentsKept("r", (0, 8), "The disk is full."),
    Checkpointed("r", 8, "c.safetensors", "f" * 64),
    RunEnded("r", "stopped", 9, 1.25, "f" * 64, {"loss": 0.5}, {"loss": None}),
    Failed("internal", "It broke.", "Traceback", N1, 1, "r", (PROBLEM,)),
    WeightsFitted((TensorFit("fc.weight", (3, 4), (3, 4), "0.weight"),), ("A note.",), "", True, "ab" * 32),
    BENCH,
    BenchPreparing("X"),
    BenchNetwork((BenchLayer("0", "Linear", ("weight", "bias")),), "It is."),
    BenchManual("F.relu", (BenchParameter("inplace", "False", "Whether it changes its input."),), "It cuts."),
    LOOKED,
    *parameters.EVENTS,
    Previewed(
        6,
        (NodePreview(N1, (8, 4), "float32", -1.0, 2.0, 0.5, 1.0, 3, True, True),),
        "Rows 0 to 7.",
        "It ends there.",
        N2,
    ),
    Exporting("Asking onnxruntime…"),
    Collapsed(
        (Stretch((NodeId("n2"), NodeId("n3")), ("0", "1"), ("ReLU",)),),
        weight=((1.0, 2.0),),
        bias=(0.5,),
        tried=(Tried("ReLU", ((1.0,),), 0.5, 0.25, 0.5, 0.125),),
        whole=1e-7,
        sha256="0" * 64,
    ),
    Regressed(
        ("x", "y"), ("a", "b"), (Fitted("PyTorch", ((1.0, 2.0),), (0.5,), 0.25, 0.75),), 4, 4, 1e-6, 0.25
    ),
    RateFound((1e-3, 0.1), (1.0, 0.5), (1.0, 0.6), 0.01, 0.1, None, 0.01, "It is flat."),
    LoopsAdvanced((1.0, 0.5), (1.0, None), (0.7,), (None,)),
    LoopsTrained(2, 5, "accuracy", LoopEnd(0.1, 0.2, 0.9), LoopEnd(broke=7), "Ended early.", ("Sorted.",)),
    Exported(
        "/n.onnx",
        "onnx",
        512,
        ("It was checked.",),
        True,
        "the seed's",
        "ab" * 32,
        2e-7,
        (1, 2, 7),
        ("A note.",),
    ),
    Boundary("r", 8, ("x", "y"), (-1.0, -2.0, 1.0, 2.0), ("0", "1"), "class"),
    Neurons("r", 8, ("x", "y"), (-1.0, -2.0, 1.0, 2.0), (N1, N2), (2, 80)),
    Fit("r", 8, "x", "y"),
    Targets("r", 8, "price"),
    Activations("r", 8, (N1,), (2,), (True,), 128),
    Updates("r", 8, (N1,)),
    Confusion("r", 8, ("0", "1"), ("train", "validation"), (2000, 30), (4000, 30)),
)
