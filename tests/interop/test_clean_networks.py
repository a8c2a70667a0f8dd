"""Random networks, written as source and as classes, compute the same where only torch is."""

import json
import warnings

import msgspec
import pytest
import torch
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.engine.build import BuildError, build_sequential, resolve_args
from nnbuilder.engine.infer import DTYPES, TORCH_ERRORS, infer
from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.graph.graph import INPUT, Graph, Node, NodeId
from nnbuilder.interop.class_writer import class_source
from nnbuilder.interop.python_writer import module_source
from tests.conftest import SOAK
from tests.engine.layer_strategies import nodes
from tests.interop.clean import run_clean
from tests.interop.drawings import line

BATCH = 25
"""Networks that one process runs."""

SHAPES = ((4,), (3, 8), (2, 8, 8), (2, 4, 6, 6))
LARGEST = 20_000
TRIES = 8
NAMES = ("", "hidden", "the one", "it's", 'a "b"', "\u202ex", "a\nb", "self", "x", "__x")

_FILE = """\
import json
import warnings

import torch

warnings.simplefilter("ignore")
torch.manual_seed({seed})
{source}
network = {made}
answers = []
for training in (True, False):
    torch.manual_seed({seed})
    x = torch.rand({sizes}).mul(3).to({dtype})
    answers.append(network.train(training)(x).flatten().tolist())
print(json.dumps([list(network.state_dict()), answers]))
"""


class Network(msgspec.Struct, frozen=True):
    """A network that torch builds and runs, and what is known of it."""

    graph: Graph
    analysis: Analysis
    seed: int

    def __repr__(self) -> str:
        return ", ".join(node.type for node in self.graph.nodes.values())  # whole lists of them are printed

    def file(self, source: str, made: str) -> str:
        """A program that builds it, runs it in both modes, and prints its keys and outputs."""
        kind = self.kind
        sizes = ", ".join(["3", *map(str, kind.shape[1:])])
        return _FILE.format(
            seed=self.seed, source=source, made=made, sizes=sizes, dtype=f"torch.{kind.dtype}"
        )

    @property
    def kind(self) -> TensorType:
        """What goes in."""
        assert self.analysis.input is not None
        return self.analysis.input

    def answer(self) -> tuple[list[str], list[torch.Tensor]]:
        """Its keys, and its outputs in both modes, as the app builds it."""
        torch.manual_seed(self.seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            network = build_sequential(self.graph, self.kind)
            outputs = [self._output(network, training=mode) for mode in (True, False)]
        return list(network.state_dict()), outputs

    def _output(self, network: nn.Module, *, training: bool) -> torch.Tensor:
        torch.manual_seed(self.seed)
        x = torch.rand([3, *(size or 0 for size in self.kind.shape[1:])]).mul(3).to(DTYPES[self.kind.dtype])
        result: torch.Tensor = network.train(training)(x)
        return result.detach().flatten().double()


@st.composite
def networks(draw: st.DrawFn) -> Network | None:
    """Up to five layers that fit each other and an input; None where torch refuses the whole."""
    words = draw(st.integers(0, 4)) == 0
    start = TensorType((None, *draw(st.sampled_from(SHAPES))), "int64" if words else "float32")
    kind, found, layers = start, list[Node](), list[LayerAnalysis]()
    for number in range(TRIES):
        spec = draw(st.sampled_from(tuple(LAYERS.values())))
        name = draw(st.sampled_from(NAMES))
        taken = {node.name for node in found}
        node = msgspec.structs.replace(
            draw(nodes(spec)), id=NodeId(f"n{number}"), name="" if name in taken else name
        )
        args = resolve_args(spec, node, kind)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            output = infer(spec, args, kind).output
        if output is None or any(size is not None and not 0 < size < LARGEST for size in output.shape):
            continue
        layers.append(LayerAnalysis(node.id, name, node.type, args, kind, output))
        found.append(node)
        kind = output
    network = Network(
        line(Node(NodeId("i"), INPUT), *found[:5]),
        Analysis(tuple(layers), start, kind),
        draw(st.integers(0, 99)),
    )
    return network if found and _runs(network) else None


def _runs(network: Network) -> bool:
    try:
        return all(output.numel() < LARGEST for output in network.answer()[1])
    except (BuildError, *TORCH_ERRORS):
        return False


@settings(
    max_examples=40 if SOAK else 3,
    phases=[Phase.explicit, Phase.generate],  # shrinking would start hundreds of processes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(st.lists(networks(), min_size=BATCH, max_size=BATCH))
def test_they_compute_the_same(tmp_path_factory: pytest.TempPathFactory, drawn: list[Network | None]) -> None:
    home = tmp_path_factory.mktemp("networks")
    found = {str(number): network for number, network in enumerate(drawn) if network is not None}
    event(f"{len(found)} networks")
    jobs = {}
    for name, network in found.items():
        source = module_source(network.graph, network.analysis)
        whole = class_source(network.graph, network.analysis)
        for form, text in (
            ("call", network.file(source, "model")),
            ("class", network.file(whole, "Network()")),
        ):
            file = home / f"{name}-{form}.py"
            file.write_text(text, encoding="utf-8")
            jobs[file.stem] = [str(file)]
    printed = run_clean(home, jobs)
    for name, network in found.items():
        keys, outputs = network.answer()
        for form in ("call", "class"):
            said_keys, said = json.loads(printed[f"{name}-{form}"])
            assert said_keys == keys
            for one, other in zip(said, outputs, strict=True):
                written = torch.tensor(one, dtype=torch.float64)
                torch.testing.assert_close(written, other, rtol=0, atol=1e-6, equal_nan=True)
