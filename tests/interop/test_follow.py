"""Pinned sizes that may follow: only where the network stays the same one for certain."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nnbuilder.catalog.registry import LAYERS, new_node
from nnbuilder.catalog.spec import AUTO
from nnbuilder.engine.build import resolve_args
from nnbuilder.engine.infer import infer
from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.graph.graph import ArgValue, Node, NodeId
from nnbuilder.interop.follow import followed
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.python_writer import module_source
from nnbuilder.interop.reading import ReadLayer
from tests.conftest import SOAK
from tests.interop.drawings import line


def sizes(text: str, width: int | None = None) -> list[ArgValue]:
    """The first size of each layer that has one, "auto" where it follows."""
    reading = followed(read_source(text), width)
    names = {"Linear": "in_features", "BatchNorm1d": "num_features", "LayerNorm": "normalized_shape"}
    return [layer.args.get(names[layer.type], AUTO) for layer in _flat(reading.layers) if layer.type in names]


def test_a_size_follows_the_layer_that_names_it() -> None:
    assert sizes("nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3)") == [4, AUTO]
    assert sizes("nn.Linear(4, 16), nn.BatchNorm1d(16), nn.LayerNorm(16), nn.Linear(16, 3)") == [
        4,
        AUTO,
        AUTO,
        AUTO,
    ]
    assert sizes("nn.Sequential(nn.Sequential(nn.Linear(4, 8)), nn.Linear(8, 2))") == [4, AUTO]


def test_channels_follow_convolutions() -> None:
    text = (
        "nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3), "
        "nn.PixelShuffle(2), nn.Conv2d(4, 2, 1)"
    )
    reading = followed(read_source(text))
    named = [layer.args.get("in_channels", layer.args.get("num_features", AUTO)) for layer in reading.layers]
    assert named == [3, AUTO, AUTO, AUTO, AUTO, AUTO, 4]


def test_features_follow_embeddings_and_recurrent_layers() -> None:
    text = (
        "class Last(nn.LSTM):\n    def forward(self, x):\n        _, (h, _) = super().forward(x)\n"
        "        return torch.cat((h[-2], h[-1]), dim=-1)\n\n"
        "nn.Sequential(nn.Embedding(9, 4), Last(4, 6, bidirectional=True), "
        "nn.LayerNorm(12), nn.Linear(12, 2))"
    )
    layers = followed(read_source(text)).layers
    assert "input_size" not in layers[1].args
    assert sizes(text) == [AUTO, AUTO]
    assert sizes(text.replace("(12, 2)", "(6, 2)")) == [AUTO, 6]


def test_the_first_follows_an_input_that_is_known() -> None:
    assert sizes("nn.Linear(4, 16)", 4) == [AUTO]
    assert sizes("nn.Linear(4, 16)", 5) == [4]


def test_what_might_differ_stays() -> None:
    assert sizes("nn.Linear(4, 16), nn.Linear(15, 3)") == [4, 15]
    assert sizes("nn.Linear(4, 16), nn.Flatten(), nn.Linear(16, 3)") == [4, 16]
    assert sizes("nn.Linear(4, 16), nn.LayerNorm([2, 16])") == [4, (2, 16)]


@given(st.lists(st.integers(1, 3), min_size=2, max_size=6))
def test_the_number_that_follows_is_the_number_that_stood_there(widths: list[int]) -> None:
    pairs = list(zip(widths, reversed(widths), strict=True))
    text = ", ".join(f"nn.Linear({left}, {right})" for left, right in pairs)
    found = sizes(text)
    for index, (left, _) in enumerate(pairs):
        before = pairs[index - 1][1] if index else None
        assert found[index] == (AUTO if left == before else left)


def _flat(layers: tuple[ReadLayer, ...]) -> list[ReadLayer]:
    return [inner for layer in layers for inner in (_flat(layer.layers) or [layer])]


def test_words_and_time_steps_are_no_channels() -> None:
    text = "nn.Embedding(9, 4), nn.Conv1d(4, 8, 3)"
    assert [layer.args.get("in_channels") for layer in followed(read_source(text)).layers] == [None, 4]
    assert sizes("nn.Embedding(9, 4), nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Linear(4, 2)") == [AUTO, 4, AUTO]
    assert sizes("nn.GRU(4, 6), nn.ReLU(), nn.BatchNorm1d(6)") == [6]
    assert sizes("nn.EmbeddingBag(9, 4), nn.BatchNorm1d(4)") == [AUTO]


STARTS = [TensorType((None, *shape)) for shape in ((6,), (5, 6), (6, 6), (2, 8, 8), (4, 4, 6, 6))]


@st.composite
def real_chains(draw: st.DrawFn) -> tuple[list[tuple[Node, TensorType]], TensorType]:
    """New layers, each with the type of its input, that one after the other take what the last one gives."""
    first = draw(st.sampled_from(STARTS))
    kind, chain = first, list[tuple[Node, TensorType]]()
    names = st.sampled_from([name for name in LAYERS if LAYERS[name].group != "Sparse"])
    for index in range(draw(st.integers(1, 8))):
        node = new_node(draw(names), NodeId(f"n{index}"))
        spec = LAYERS[node.type]
        output = infer(spec, resolve_args(spec, node, kind), kind).output
        if output is not None and output.shape[0] is None and None not in output.shape[1:]:
            chain.append((node, kind))
            kind = output
    return chain, first


@settings(max_examples=2000 if SOAK else 100, deadline=None)
@given(real_chains())
def test_what_follows_comes_out_as_the_number_that_stood_there(
    drawn: tuple[list[tuple[Node, TensorType]], TensorType],
) -> None:
    chain, first = drawn
    found = tuple(
        LayerAnalysis(node.id, str(index), node.type, resolve_args(LAYERS[node.type], node, kind), kind)
        for index, (node, kind) in enumerate(chain)
    )
    source = module_source(
        line(*(node for node, _ in chain)), Analysis(found, first), [n.id for n, _ in chain]
    )
    width = first.shape[-1] if len(first.shape) == 2 else None
    reading = followed(read_source(source), width)
    kind = first
    for layer, analyzed in zip(reading.layers, found, strict=True):
        spec = LAYERS[layer.type]
        args = resolve_args(spec, Node(NodeId("n"), layer.type, layer.args), kind)
        assert args == analyzed.args
        kind = infer(spec, args, kind).output or kind
