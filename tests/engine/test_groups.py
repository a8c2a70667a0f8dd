"""Groups and disabled layers, held against nested Sequentials written by hand."""

import warnings
from collections.abc import Iterator

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from nnbuilder.engine.analyze import Analyzer
from nnbuilder.engine.build import BuildError, build_sequential
from nnbuilder.engine.setup import TrainingError
from nnbuilder.engine.trainer import Trainer
from nnbuilder.graph.analysis import LayerAnalysis, TensorType
from nnbuilder.graph.edits import Disconnect, Group, SetDisabled, Ungroup
from nnbuilder.graph.graph import GROUP, Edge, Graph, Node, NodeId
from nnbuilder.project.project import Project
from tests.engine import samples
from tests.engine.drawings import answer, chain, codes, fixed, found
from tests.engine.samples import by_hand, data_of, make_project, same_weights
from tests.strategies import nested_chains

FOUR = TensorType((None, 4))
G, H = NodeId("g"), NodeId("h")
PLAIN = ("Identity", "ReLU", "Tanh", "Linear", "Flatten", "Dropout", "LayerNorm", "Softmax")


def keys(*numbers: int) -> tuple[NodeId, ...]:
    """Ids of layers by their places in the flat chain, from 1."""
    return tuple(NodeId(f"n{number}") for number in numbers)


def grouped(graph: Graph, nodes: tuple[NodeId, ...], name: str = "", key: NodeId = G) -> Graph:
    """The graph with these layers in a group."""
    return Group(nodes, Node(key, GROUP, name=name)).apply(graph)


def autoencoder() -> Graph:
    """4-8-2-8-4: two nested Sequentials by name, the first with one without a name in it."""
    widths = (8, 2, 8, 4)
    layers = [layer for width in widths for layer in (("Linear", {"out_features": width}), "ReLU")]
    graph = grouped(chain(*layers, loss="MSELoss"), keys(1, 2, 3, 4), "encoder")
    graph = grouped(graph, keys(1, 2), key=H)
    return grouped(graph, keys(5, 6, 7, 8), "decoder", NodeId("d"))


class Written(nn.Sequential):
    """The autoencoder as one would write it."""

    def __init__(self) -> None:
        super().__init__()
        first = nn.Sequential(nn.Linear(4, 8), nn.ReLU())
        self.encoder = nn.Sequential(first, nn.Linear(8, 2), nn.ReLU())
        self.decoder = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 4), nn.ReLU())


def test_keys_and_weights_are_those_of_nested_sequentials() -> None:
    torch.manual_seed(3)
    wanted = Written().state_dict()
    torch.manual_seed(3)
    network = build_sequential(autoencoder(), FOUR)
    assert list(network.state_dict()) == list(wanted)
    assert list(wanted)[:3] == ["encoder.0.0.weight", "encoder.0.0.bias", "encoder.1.weight"]
    assert all(torch.equal(value, wanted[key]) for key, value in network.state_dict().items())
    assert isinstance(network.get_submodule("encoder.0"), nn.Sequential)


def test_every_layer_of_a_group_is_analyzed() -> None:
    analysis = answer(Project(graph=autoencoder())).analysis
    encoder, decoder = analysis.layers
    assert [layer.name for layer in analysis.every()] == [
        *("encoder", "encoder.0", "encoder.0.0", "encoder.0.1", "encoder.1", "encoder.2"),
        *("decoder", "decoder.0", "decoder.1", "decoder.2", "decoder.3"),
    ]
    assert (encoder.layer, encoder.input, encoder.output) == (GROUP, FOUR, TensorType((None, 2)))
    assert encoder.parameters == sum(weight.numel() for weight in Written().encoder.parameters())
    assert decoder.input == encoder.output
    assert encoder.flops == sum(child.flops or 0 for child in encoder.children)
    assert analysis.output == FOUR
    assert analysis.parameters == sum(weight.numel() for weight in Written().parameters())


def _modules(
    network: nn.Sequential, layers: tuple[LayerAnalysis, ...]
) -> Iterator[tuple[nn.Module, LayerAnalysis]]:
    """Each layer that computes, with what was said of it."""
    for layer in layers:
        module = network.get_submodule(layer.name)
        if layer.layer == GROUP:
            yield from _modules(network, layer.children)
        else:
            yield module, layer


@given(nested_chains(types=PLAIN), st.integers(0, 2**32))
def test_what_is_said_of_nested_layers_is_what_they_do(graph: Graph, seed: int) -> None:
    analysis = answer(Project(graph=graph)).analysis
    torch.manual_seed(seed)
    try:
        network = build_sequential(graph, FOUR)
    except BuildError:
        assert any(layer.output is None for layer in analysis.every())
        return
    if analysis.output is None:  # torch builds what merges the samples of a batch into one
        return
    x = torch.rand(3, 4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Softmax without dim
        for module, said in _modules(network, analysis.layers):
            assert said.input == TensorType((None, *x.shape[1:]))
            x = module(x)
            if said.output is None:  # what torch does, and nobody could train
                assert x.shape[0] != 3
                return
            assert said.output == TensorType((None, *x.shape[1:]))
            assert said.layer == type(module).__name__
    for said in analysis.every():
        weights = network.get_submodule(said.name).parameters()
        assert said.parameters == sum(weight.numel() for weight in weights)
    assert analysis.output == TensorType((None, *x.shape[1:]))


def test_an_empty_group_passes_on_what_it_gets() -> None:
    graph = chain(Node(G, GROUP, name="empty"), ("Linear", {"out_features": 3}))
    analysis = answer(Project(graph=graph)).analysis
    empty = analysis.layers[0]
    assert (empty.input, empty.output, empty.parameters, empty.children) == (FOUR, FOUR, 0, ())
    network = build_sequential(graph, FOUR)
    assert list(network.state_dict()) == ["1.weight", "1.bias"]
    assert network(torch.rand(2, 4)).shape == (2, 3)
    assert codes(Project(graph=graph)) == []


def test_a_disabled_layer_is_an_identity_in_its_place() -> None:
    graph = chain(("Linear", {"out_features": 9}), "ReLU", ("Linear", {"out_features": 3}))
    off = SetDisabled(keys(1), disabled=True).apply(graph)
    network = build_sequential(off, FOUR)
    assert list(network.state_dict()) == ["2.weight", "2.bias"]
    assert isinstance(network[0], nn.Identity)
    first = answer(Project(graph=off)).analysis.layers[0]
    assert (first.layer, first.name, first.parameters, first.output) == ("Identity", "0", 0, FOUR)
    assert SetDisabled(keys(1), disabled=False).apply(off) == graph


def test_a_disabled_group_is_one_identity() -> None:
    graph = SetDisabled((G,), disabled=True).apply(
        grouped(chain("NoLayer", "ReLU", ("Linear", {"out_features": 3})), keys(1, 2), "quiet")
    )
    network = build_sequential(graph, FOUR)
    assert isinstance(network.quiet, nn.Identity)
    analysis = answer(Project(graph=graph)).analysis
    assert [layer.layer for layer in analysis.every()] == ["Identity", "Linear"]
    assert analysis.output == TensorType((None, 3))


def test_a_group_that_is_no_chain_is_not_built() -> None:
    graph = grouped(chain("ReLU", "Tanh", ("Linear", {"out_features": 3})), keys(1, 2))
    graph = Disconnect((Edge(*keys(1, 2)),)).apply(graph)
    final = answer(Project(graph=graph))
    assert {problem.node for problem in final.problems if problem.code == "broken-group"} == {G, *keys(1, 2)}
    assert [layer.output for layer in final.analysis.layers] == [None, None]
    with pytest.raises(BuildError, match="The layers in Sequential are not one chain") as caught:
        build_sequential(graph, FOUR)
    assert caught.value.node == G
    with pytest.raises(TrainingError, match="not one chain"):
        samples_trainer(graph)
    quiet = SetDisabled((G,), disabled=True).apply(graph)
    assert build_sequential(quiet, FOUR)(torch.rand(2, 4)).shape == (2, 3)


def samples_trainer(graph: Graph) -> Trainer:
    """A trainer of a graph on moons."""
    project = make_project(graph)
    return Trainer(project, data_of(project))


def test_a_failure_in_a_group_is_mended_there() -> None:
    wide, narrow = ("Linear", {"out_features": 8}), ("Linear", {"in_features": 9, "out_features": 3})
    graph = grouped(chain(wide, "ReLU", narrow), keys(2, 3), "head")
    subject = Project(graph=graph)
    problem = found(subject, "shape-mismatch")
    assert problem.node == keys(3)[0]
    assert problem.torch == "mat1 and mat2 shapes cannot be multiplied (2x8 and 9x3)"
    assert [fix.title for fix in problem.fixes] == [
        "Set in_features to 8",
        "Let in_features follow the layer before (auto)",
        "Set out_features of the Linear before it to 9",
    ]
    for fix in problem.fixes:
        assert codes(fixed(subject, fix)) == []


def test_a_layer_is_inserted_before_the_first_of_a_group() -> None:
    linear = ("Linear", {"in_features": 24, "out_features": 3})
    graph = grouped(chain(linear, shape=(2, 3, 4)), keys(1))
    subject = Project(graph=graph)
    problem = found(subject, "shape-mismatch", None)
    fix = next(fix for fix in problem.fixes if fix.title == "Insert Flatten before Linear")
    after = fixed(subject, fix)
    assert [layer.layer for layer in answer(after, None).analysis.every()] == [GROUP, "Flatten", "Linear"]
    assert codes(after, None) == []


def test_the_end_of_a_group_is_the_end_of_the_network() -> None:
    graph = grouped(chain(("Linear", {"out_features": 2}), "Softmax"), keys(1, 2))
    subject = Project(graph=graph)
    assert codes(subject) == ["output-size"]
    assert found(subject, "output-size").node == keys(1)[0]
    quiet = Project(graph=SetDisabled(keys(2), disabled=True).apply(graph))
    assert codes(quiet) == ["output-size"]


def test_nested_training_equals_a_hand_written_loop() -> None:
    graph = grouped(samples.chain(*samples.CLASSIFIER), keys(1, 2, 3))
    graph = SetDisabled(keys(4), disabled=True).apply(graph)
    project = make_project(graph, epochs=3)
    torch.manual_seed(0)
    body = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU())
    model = nn.Sequential(body, nn.Identity(), nn.Linear(8, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, fused=True)
    wanted = list(by_hand(model, optimizer, nn.CrossEntropyLoss(), project))
    trainer = Trainer(project, data_of(project))
    assert [result.loss for result in trainer.steps()] == wanted
    assert same_weights(trainer.model, model)
    assert [node for node, _ in trainer.layers] == [*keys(1, 2, 5)]


def test_grouping_and_ungrouping_train_the_same() -> None:
    flat = samples.chain(*samples.CLASSIFIER)
    nested = grouped(flat, keys(2, 3, 4), "middle")
    losses = [
        [result.loss for result in samples_trainer(graph).steps()]
        for graph in (flat, nested, Ungroup(G).apply(nested))
    ]
    assert losses[0] == losses[1] == losses[2]


def test_large_groups_come_in_slices_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnbuilder.engine.analyze.FIRST_SLICE_S", 0.0)
    monkeypatch.setattr("nnbuilder.engine.analyze.SLICE_S", 0.0)
    graph = grouped(chain("ReLU", "Tanh", ("Linear", {"out_features": 3}), shape=(4,)), keys(1, 2))
    first, second, *_, last = Analyzer().analyze(Project(graph=graph), None)
    assert [len(list(one.analysis.every())) for one in (first, second, last)] == [2, 3, 4]
    assert first.analysis.layers[0].output is None
    assert second.analysis.layers[0].output == FOUR
