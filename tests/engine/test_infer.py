"""What torch is asked about a single layer, against the same layer really run on a CPU."""

import json
import subprocess
import sys
import warnings

import pytest
import torch
from torch import nn

from nnbuilder.catalog.registry import INPUT_SPEC, LAYERS
from nnbuilder.catalog.spec import SIZE_LIMIT
from nnbuilder.engine import effort
from nnbuilder.engine.build import resolve_args
from nnbuilder.engine.infer import Outcome, infer
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import ArgValue, Node, NodeId


def asked(name: str, shape: tuple[int, ...], dtype: str = "float32", **args: ArgValue) -> Outcome:
    """What is found out about a layer with these arguments."""
    kind = TensorType((None, *shape), dtype)
    spec = LAYERS[name]
    return infer(spec, resolve_args(spec, Node(NodeId("n"), name, args), kind), kind)


def test_a_mismatch_reads_as_on_a_cpu_whatever_the_size() -> None:
    small = asked("Linear", (4,), in_features=5, out_features=3)
    assert small.error == "mat1 and mat2 shapes cannot be multiplied (2x4 and 5x3)"
    huge = asked("Linear", (10**6,), in_features=10**6 - 1, out_features=10**6)
    assert huge.error == "mat1 and mat2 shapes cannot be multiplied (2x1000000 and 999999x1000000)"
    assert huge.parameters == 10**12


SCRIPT = """
import json, resource
from nnbuilder.catalog.registry import LAYERS
from nnbuilder.engine.infer import infer
from nnbuilder.engine.warm import warm_up
from nnbuilder.graph.analysis import TensorType
warm_up()
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
args = {"in_features": 10**9, "out_features": 10**9, "bias": True}
good = infer(LAYERS["Linear"], args, TensorType((None, 10**9)))
bad = infer(LAYERS["Linear"], args, TensorType((None, 10**9 - 1)))
wide = {**args, "in_features": 1, "out_features": 400_000}
tall = infer(LAYERS["Linear"], wide, TensorType((None, 50_000, 1))).output
print(json.dumps([good.parameters, good.output.shape, good.flops, bad.error, tall.shape, peak() - before]))
"""


def test_huge_layers_need_no_memory() -> None:
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    parameters, shape, flops, error, tall, grown = json.loads(run.stdout)
    assert parameters == 10**18 + 10**9
    assert shape == [None, 10**9]
    assert flops == 2 * 10**18
    assert error == "mat1 and mat2 shapes cannot be multiplied (2x999999999 and 1000000000x1000000000)"
    assert tall == [None, 50_000, 400_000]
    assert grown < 100_000  # kB; the smallest of these tensors takes 400,000


@pytest.mark.parametrize("name", LAYERS)
def test_sizes_beyond_any_memory_are_an_answer(name: str) -> None:
    shape = (SIZE_LIMIT,) * 8
    outcome = asked(name, shape)
    assert outcome.output is None
    assert outcome.error


@pytest.mark.parametrize("small", [True, False])
def test_dtypes_that_a_cpu_refuses_are_refused(small: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not small:
        monkeypatch.setattr(effort, "SMALL_BYTES", -1)
    text = "mat1 and mat2 must have the same dtype, but got Long and Float"
    assert asked("Linear", (4,), "int64").error == text
    assert "not implemented for 'Long'" in (asked("Softmax", (4,), "int64", dim=-1).error or "")
    assert asked("BatchNorm1d", (4,), "float64").error is not None
    assert asked("ReLU", (4,), "int64").output == TensorType((None, 4), "int64")


@pytest.mark.parametrize("small", [True, False])
def test_a_dim_that_is_not_there_is_refused(small: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not small:
        monkeypatch.setattr(effort, "SMALL_BYTES", -1)
    text = "Dimension out of range (expected to be in range of [-2, 1], but got 2)"
    assert asked("Softmax", (4,), dim=2).error == text


@pytest.mark.parametrize("small", [True, False])
def test_batchnorm_without_momentum_is_no_problem(small: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not small:
        monkeypatch.setattr(effort, "SMALL_BYTES", -1)
    outcome = asked("BatchNorm1d", (4,), momentum=None)
    assert outcome.output == TensorType((None, 4))
    assert (outcome.parameters, outcome.buffers) == (8, 9)


def test_no_argument_fits_the_trial_batch_by_accident() -> None:
    assert asked("LayerNorm", (4,), normalized_shape=(2, 4)).output is None
    assert asked("LayerNorm", (4,), normalized_shape=(3, 4)).output is None
    assert asked("LayerNorm", (2, 4), normalized_shape=(2, 4)).output == TensorType((None, 2, 4))


def test_a_merged_batch_shows_in_the_type() -> None:
    assert asked("Flatten", (4,), start_dim=0).output == TensorType((8,))
    assert asked("Flatten", (1, 4), start_dim=0, end_dim=1).output == TensorType((None, 4))


def test_counts_and_cost_are_of_one_sample() -> None:
    outcome = asked("Linear", (4,), out_features=16)
    assert (outcome.parameters, outcome.trainable, outcome.buffers) == (80, 80, 0)
    assert outcome.formula == "(4 + 1) * 16"
    assert outcome.flops == 2 * 4 * 16
    assert asked("LayerNorm", (3, 4), normalized_shape=(3, 4)).formula == "(1 + 1) * (3 * 4)"


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("small", [True, False])
def test_asking_leaves_torchs_random_numbers_alone(
    name: str, small: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not small:
        monkeypatch.setattr(effort, "SMALL_BYTES", -1)
    torch.manual_seed(7)
    torch.rand(3)
    before = torch.get_rng_state()
    asked(name, (4,))
    asked(name, (4,), "int64")
    asked(name, (4, 3), p=2.0)
    assert torch.equal(torch.get_rng_state(), before)


def test_asking_leaves_no_trace_in_gradients_and_prints_no_warning() -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        asked("Softmax", (4,), dim=None)
        asked("Softmax", (10**6, 4), dim=None)
        asked("Softmax", (10**6, 4), "int64", dim=None)
    assert said == []
    assert torch.is_grad_enabled()


def test_only_layers_of_the_table_have_a_declaration_to_ask_with() -> None:
    assert INPUT_SPEC not in LAYERS.values()
    assert all(issubclass(getattr(nn, name), nn.Module) for name in LAYERS)


def test_small_layers_are_answered_without_loading_the_compiler() -> None:
    script = (
        "import sys\n"
        "from nnbuilder.catalog.registry import LAYERS\n"
        "from nnbuilder.engine.infer import infer\n"
        "from nnbuilder.graph.analysis import TensorType\n"
        "args = {'in_features': 4, 'out_features': 3, 'bias': True}\n"
        "done = infer(LAYERS['Linear'], args, TensorType((None, 4)))\n"
        "print(done.flops, 'torch._dynamo' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["24", "False"]


def test_a_transposed_convolution_without_a_pixel_is_refused_as_a_cpu_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(effort, "SMALL_BYTES", -1)
    args = {"in_channels": 1, "out_channels": 1, "kernel_size": 1, "padding": 1, "bias": False}
    spec = LAYERS["ConvTranspose3d"]
    whole: dict[str, ArgValue] = {arg.name: args.get(arg.name, arg.start) for arg in spec.args}
    with pytest.raises(RuntimeError, match="Output size is too small") as refused:
        nn.ConvTranspose3d(1, 1, 1, padding=1, bias=False)(torch.zeros(2, 1, 2, 2, 3))
    assert infer(spec, whole, TensorType((None, 1, 2, 2, 3))).error == str(refused.value).partition("\nEx")[0]
