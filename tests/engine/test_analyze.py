"""Torch's answer about whole drawings: equal to a real forward pass, cached, and in slices."""

import time
import warnings

import msgspec
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.engine import analyze as module
from nnbuilder.engine.analyze import Analyzer
from nnbuilder.engine.build import BuildError, build_sequential
from nnbuilder.graph.analysis import Analysis, TensorType
from nnbuilder.graph.edits import Rename, SetArg
from nnbuilder.graph.graph import Graph, NodeId
from nnbuilder.graph.order import order_of
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.project import Project
from tests.engine.drawings import IRIS, answer, chain, codes, found, project
from tests.quiet import no_collection
from tests.strategies import chains, graphs

FOUR = TensorType((None, 4))
FOR_ROWS = {"Linear", "Activation", "Dropout"}
PICTURES = {"GLU", "Softmax2d", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout"}
ROWS = [name for name, spec in LAYERS.items() if spec.group in FOR_ROWS and name not in PICTURES]
names = st.sampled_from([*ROWS, "BatchNorm1d", "LayerNorm", "Flatten", "Linear", "Linear"])


@given(st.lists(names, max_size=8), st.integers(0, 2**20))
def test_shapes_and_counts_equal_a_real_forward_pass(types: list[str], seed: int) -> None:
    graph = chain(*types)
    analysis = answer(Project(graph=graph)).analysis
    torch.manual_seed(seed)
    network = build_sequential(graph, FOUR)
    x = torch.rand(3, 4)
    for (name, layer), said in zip(network.named_children(), analysis.layers, strict=True):
        assert said.input == TensorType((None, *x.shape[1:]))
        x = layer(x)
        assert said.output == TensorType((None, *x.shape[1:]), str(x.dtype).removeprefix("torch."))
        assert said.name == name
        assert said.parameters == sum(weight.numel() for weight in layer.parameters())
        assert said.buffers == sum(buffer.numel() for buffer in layer.buffers())
        assert {key: getattr(layer, key) for key in said.args if key not in {"bias", "init"}} == {
            key: value for key, value in said.args.items() if key not in {"bias", "init"}
        }
    assert analysis.output == TensorType((None, *x.shape[1:]))
    assert analysis.parameters == sum(weight.numel() for weight in network.parameters())


@given(chains(most=5))
def test_what_has_an_output_can_be_built_and_what_has_none_cannot(graph: Graph) -> None:
    analysis = answer(Project(graph=graph)).analysis
    try:
        network = build_sequential(graph, FOUR)
    except BuildError:
        assert analysis.output is None or analysis.output.shape[0] is not None
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Softmax without dim
            y = network(torch.rand(5, 4))
    except (RuntimeError, ValueError, IndexError):
        assert analysis.output is None
        return
    if analysis.output is not None:
        assert TensorType((None, *y.shape[1:])) == analysis.output
        assert y.shape[0] == 5


@given(graphs())
def test_anything_drawn_is_analyzed(graph: Graph) -> None:
    final = answer(Project(graph=graph))
    assert len(final.analysis.layers) == len(order_of(graph).layers)


def test_behind_a_failure_torch_is_not_asked() -> None:
    subject = project(
        ("Linear", {"out_features": 8}), ("Linear", {"in_features": 9, "out_features": 2}), "ReLU"
    )
    final = answer(subject)
    assert [layer.output for layer in final.analysis.layers] == [TensorType((None, 8)), None, None]
    assert [layer.input for layer in final.analysis.layers][2] is None
    assert final.analysis.output is None
    assert [problem.code for problem in final.problems] == ["shape-mismatch"]


def test_analysis_leaves_torchs_random_numbers_alone_and_prints_no_warning() -> None:
    subject = project("Dropout", ("Softmax", {}), ("Linear", {"in_features": 9}), "Dropout")
    torch.manual_seed(5)
    torch.rand(1)
    before = torch.get_rng_state()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        answer(subject)
    assert torch.equal(torch.get_rng_state(), before)
    assert said == []


def test_an_edit_asks_torch_only_about_what_it_touches() -> None:
    widths = [10 + number for number in range(30)]
    subject = project(
        *(("Linear", {"out_features": width}) for width in widths), ("Linear", {"out_features": 3})
    )
    analyzer = Analyzer()
    answer(subject, IRIS, analyzer)
    assert analyzer.asked == 31
    answer(subject, IRIS, analyzer)
    assert analyzer.asked == 31
    wider = apply_edit(subject, SetArg(NodeId("n12"), "out_features", 99))
    answer(wider, IRIS, analyzer)
    assert analyzer.asked == 33  # the layer itself and the one that it feeds
    moved = apply_edit(wider, Rename(NodeId("n3"), "middle"))
    assert answer(moved, IRIS, analyzer).analysis.layers[2].name == "middle"
    answer(subject, IRIS, analyzer)
    assert analyzer.asked == 33


def test_each_first_run_of_a_layer_is_announced_before() -> None:
    asked: list[NodeId] = []
    analyzer = Analyzer()
    subject = project(("Linear", {"out_features": 3}), "ReLU", "ReLU", "Tanh")
    for _ in range(2):
        for _ in analyzer.analyze(subject, IRIS, asked.append):
            pass
    assert asked == [NodeId("n1"), NodeId("n2"), NodeId("n4")]
    assert analyzer.asked == 3


def test_slices_grow_and_the_last_is_final() -> None:
    widths = [10 + number % 50 for number in range(60)]
    subject = project(*(("Linear", {"out_features": width}) for width in widths))
    analyzer = Analyzer()
    slices = _every_layer_a_slice(analyzer, subject)
    counts = [len(one.layers) for one, _ in slices]
    assert counts[:-1] == list(range(1, 61))
    assert [final for _, final in slices] == [False] * 60 + [True]
    for one, _ in slices:
        assert one.layers == slices[-1][0].layers[: len(one.layers)]
        assert (one.output is not None) == (len(one.layers) == 60)


def _every_layer_a_slice(analyzer: Analyzer, subject: Project) -> list[tuple[Analysis, bool]]:
    before = module.FIRST_SLICE_S, module.SLICE_S
    module.FIRST_SLICE_S = module.SLICE_S = 0.0
    try:
        return [(one.analysis, one.final) for one in analyzer.analyze(subject, IRIS)]
    finally:
        module.FIRST_SLICE_S, module.SLICE_S = before


def _first_slice(subject: Project) -> tuple[float, int]:
    """Processor seconds until a new analyzer's first slice, and the layers in it."""
    start = time.process_time()
    first = next(Analyzer().analyze(subject, IRIS))
    return time.process_time() - start, len(first.analysis.layers)


def test_a_thousand_layers_show_something_at_once_and_an_edit_is_quick() -> None:
    widths = torch.randint(32, 160, (1000,), generator=torch.Generator().manual_seed(0)).tolist()
    subject = project(
        *(("Linear", {"out_features": width}) for width in widths), ("Linear", {"out_features": 3})
    )
    answer(project("Linear"))  # what torch costs the first time
    slices = [_first_slice(subject) for _ in range(3)]
    assert min(seconds for seconds, _ in slices) < 0.5  # 0.03 on a machine with nothing else to do
    assert all(0 < layers < 1001 for _, layers in slices)
    analyzer = Analyzer()
    assert answer(subject, IRIS, analyzer).problems == ()
    asked = analyzer.asked
    assert asked > 900
    changed = apply_edit(subject, SetArg(NodeId("n500"), "out_features", 7))
    with no_collection():
        start = time.process_time()
        answer(changed, IRIS, analyzer)
        assert time.process_time() - start < 0.25  # 0.01
    assert analyzer.asked <= asked + 2


@settings(max_examples=20)
@given(st.lists(names, max_size=5))
def test_an_old_analyzer_answers_as_a_new_one(types: list[str]) -> None:
    subject = project(*types)
    analyzer = Analyzer()
    answer(project("Linear", "Dropout", "Softmax"), IRIS, analyzer)
    assert answer(subject, IRIS, analyzer) == answer(subject, IRIS)


def test_an_input_of_its_own_and_one_that_follows_the_data() -> None:
    assert answer(project("ReLU")).analysis.input == FOUR
    assert answer(project("ReLU", shape=(2, 3), dtype="float64")).analysis.input == TensorType(
        (None, 2, 3), "float64"
    )
    assert answer(project("ReLU"), None).analysis.input is None
    assert answer(project("ReLU", shape=(7,)), None).analysis.output == TensorType((None, 7))


def test_faulty_inputs_are_told_once() -> None:
    for given_ in ({"shape": ("a",)}, {"shape": ()}, {"shape": (0,)}, {"dtype": "complex64"}, {"shape": 4}):
        subject = Project(graph=chain("Linear", **given_))
        assert codes(subject) == ["bad-argument"]
    assert codes(project("Linear", ("Linear", {"out_features": 3}), shape=(10**9,) * 9)) == ["bad-argument"]


def test_sizes_beyond_memory_are_a_problem_and_no_crash() -> None:
    problem = found(project("ReLU", shape=(2**31 - 1,) * 8), "shape-mismatch", None)
    assert problem.node == NodeId("n1")
    assert problem.torch


def test_an_unknown_layer_stops_the_chain_with_its_own_problem() -> None:
    final = answer(project(("Conv9d", {"x": 1}), "ReLU"))
    assert [problem.code for problem in final.problems] == ["unknown-layer"]
    assert [layer.output for layer in final.analysis.layers] == [None, None]


def test_faulty_arguments_are_told_once() -> None:
    subject = project(("Linear", {"out_features": "many"}), "ReLU")
    assert codes(subject) == ["bad-argument"]
    assert codes(msgspec.structs.replace(subject, graph=chain(("Dropout", {"p": 10**400})))) == [
        "bad-argument"
    ]
