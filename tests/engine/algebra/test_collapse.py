"""Linear layers as one, held against the layers themselves and against products written out."""

from pathlib import Path

import msgspec
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.data.spec import CsvData, ToyData
from nnbuilder.engine.algebra.collapse import collapse, merged
from nnbuilder.engine.algebra.errors import AlgebraError
from nnbuilder.engine.algebra.stretches import stretches_of
from nnbuilder.engine.export.subject import fresh_network
from nnbuilder.engine.trainer import Trainer
from nnbuilder.engine.weights import encode_weights, put_weights, read_weights
from nnbuilder.graph.edits import Group, SetDisabled, SetFrozen
from nnbuilder.graph.graph import GROUP, Node, NodeId
from nnbuilder.project.edits import SetData, apply_edit
from nnbuilder.project.merge import merge_linear
from nnbuilder.project.project import Project
from nnbuilder.protocol.algebra import Collapse, Collapsed
from nnbuilder.runs.weights import store_weights
from tests.engine.samples import Layer, chain, data_of, make_project

N1, N2, N3, N4 = (NodeId(f"n{number}") for number in range(1, 5))


def linear(width: int, *, bias: bool = True) -> Layer:
    """A layer of this width."""
    return ("Linear", {"out_features": width} | ({} if bias else {"bias": False}))


def subject(*layers: Layer) -> Project:
    """A project on moons."""
    return make_project(chain(*layers))


def network(project: Project) -> nn.Sequential:
    """It as the seed makes it."""
    return fresh_network(project, data_of(project).profile)[0]


def rows_of(project: Project) -> torch.Tensor:
    """What is sent through."""
    return torch.from_numpy(data_of(project).train.x[:64])


def numbers(rows: object) -> torch.Tensor:
    """What was told, as a tensor."""
    return torch.tensor(rows, dtype=torch.float64)


WIDTHS = st.lists(st.tuples(st.integers(1, 7), st.booleans()), min_size=2, max_size=4)


@settings(max_examples=25)
@given(WIDTHS, st.integers(1, 6), st.integers(0, 999))
def test_the_one_does_what_any_layers_do(widths: list[tuple[int, bool]], features: int, seed: int) -> None:
    torch.manual_seed(seed)
    layers, size = [], features
    for width, bias in widths:
        layers.append(nn.Linear(size, width, bias=bias))
        size = width
    x = torch.randn(5, features)
    with torch.no_grad():
        one = merged(layers)
        assert torch.allclose(nn.Sequential(*layers)(x), one(x), atol=1e-5)
        assert (one.bias is None) == (not any(bias for _, bias in widths))


def test_the_numbers_of_a_product() -> None:
    project = subject(linear(5), linear(3), ("ReLU", {}), linear(2))
    found = collapse(Collapse(project))
    first, second, *_ = network(project)
    assert isinstance(first, nn.Linear)
    assert isinstance(second, nn.Linear)
    w1, b1, w2, b2 = (one.detach().double() for one in (first.weight, first.bias, second.weight, second.bias))
    assert [one.nodes for one in found.stretches] == [(N1, N2), (N2, N4)]
    assert [one.between for one in found.stretches] == [("",), ("ReLU",)]
    assert torch.allclose(numbers(found.weight), w2 @ w1, atol=1e-7)
    assert torch.allclose(numbers(found.bias), w2 @ b1 + b2, atol=1e-7)
    assert torch.equal(numbers(found.left), w2)
    assert torch.equal(numbers(found.right), w1)
    assert found.counts == (2 * 5 + 5 + 5 * 3 + 3, 2 * 3 + 3)
    assert found.formulas == ("(2 + 1) * 5 + (5 + 1) * 3", "(2 + 1) * 3")
    assert (found.shape, found.rank, found.full) == ((3, 2), 2, 2)
    assert found.rows == "64 training rows of Moons, 90 points"
    assert torch.allclose(
        numbers(found.outputs), second(first(rows_of(project))).detach().double(), atol=1e-6
    )
    assert found.tried[0].activation == ""
    assert found.tried[0].largest < 1e-6
    assert found.whole is not None
    assert found.whole < 1e-6


def test_an_activation_between_them_is_what_torch_makes_of_it() -> None:
    project = subject(linear(6), linear(3))
    found = collapse(Collapse(project))
    model, x = network(project), rows_of(project)
    first, second = model
    assert isinstance(first, nn.Linear)
    assert isinstance(second, nn.Linear)
    with torch.no_grad():
        hidden, one = first(x), merged([first, second])(x)
    for tried in found.tried[1:]:
        between = getattr(nn, tried.activation)()(hidden)
        wanted = second(between).detach()
        assert torch.allclose(numbers(tried.outputs), wanted.double(), atol=1e-6)
        assert tried.largest == pytest.approx(float((wanted - one).abs().max()), abs=1e-6)
        assert tried.mean == pytest.approx(float((wanted - one).abs().mean()), abs=1e-6)
        assert tried.changed == pytest.approx(float((between != hidden).double().mean()))
    relu = next(one for one in found.tried if one.activation == "ReLU")
    assert relu.changed == pytest.approx(float((hidden < 0).double().mean()))


def test_no_linear_is_closer_than_the_one_that_fits_best() -> None:
    project = subject(linear(8), ("Tanh", {}), linear(2))
    found = collapse(Collapse(project))
    drawn = found.tried[0]
    assert drawn.activation == "Tanh"
    assert drawn.best is not None
    x = rows_of(project).double()
    known = torch.cat([x, torch.ones(len(x), 1)], dim=1)
    wanted = network(project)(rows_of(project)).detach().double()
    solved = torch.linalg.pinv(known) @ wanted
    assert drawn.best == pytest.approx(float((known @ solved - wanted).abs().max()), rel=1e-4)
    assert 1e-3 < drawn.best <= drawn.largest
    assert found.whole is None


def test_a_narrow_layer_in_between_is_seen_in_the_rank() -> None:
    found = collapse(Collapse(subject(linear(1), linear(6))))
    assert (found.rank, found.full) == (1, 2)


def test_what_only_hands_on_is_looked_through_and_groups_are_looked_into() -> None:
    graph = chain(linear(4), ("Dropout", {}), linear(3), linear(2))
    assert [one.nodes for one in stretches_of(graph)] == [(N3, N4)]
    off = SetDisabled((N2,), disabled=True).apply(graph)
    assert [one.nodes for one in stretches_of(off)] == [(N1, N3, N4)]
    grouped = Group((N3, N4), Node(NodeId("g"), GROUP, name="head")).apply(graph)
    (inside,) = stretches_of(grouped)
    assert (inside.names, inside.together) == (("head.0", "head.1"), True)
    apart = Group((N4,), Node(NodeId("g"), GROUP, name="head")).apply(graph)
    (across,) = stretches_of(apart)
    assert (across.names, across.together) == (("2", "head.0"), False)
    assert stretches_of(chain(linear(4), ("ReLU", {}), ("ReLU", {}), linear(2))) == ()


def test_without_any_there_is_nothing_to_say() -> None:
    assert collapse(Collapse(subject(linear(2)))) == Collapsed()


def test_without_data_random_rows_are_taken_and_it_is_said(tmp_path: Path) -> None:
    graph = chain(linear(4), linear(2))
    nodes = {
        **graph.nodes,
        NodeId("in"): msgspec.structs.replace(graph.nodes[NodeId("in")], args={"shape": (3,)}),
    }
    lost = make_project(msgspec.structs.replace(graph, nodes=nodes), source=CsvData("lost.csv", "y"))
    found = collapse(Collapse(lost, base=str(tmp_path)))
    assert "random rows" in found.rows
    assert "cannot be loaded" in found.notes[0]
    assert found.tried[0].largest < 1e-6
    odd = apply_edit(lost, SetData(msgspec.structs.replace(lost.data, source=ToyData("moons", points=90))))
    assert "random rows" in collapse(Collapse(odd)).rows


def test_the_layers_are_replaced_and_the_network_says_the_same(tmp_path: Path) -> None:
    """From trained weights, with the layers of the network around the one left as they are."""
    project = subject(("Tanh", {}), linear(6), linear(4), linear(5), ("Tanh", {}), linear(2))
    trainer = Trainer(project, data_of(project))
    for _ in zip(range(8), trainer.steps(), strict=False):
        pass
    stored = store_weights(tmp_path, encode_weights(trainer.setup.modules(trainer.model)))
    trained = msgspec.structs.replace(project, weights=stored)
    found = collapse(Collapse(trained, runs=str(tmp_path), keep=True))
    assert found.sha256
    edit = merge_linear(
        trained.graph, found.stretches[0].nodes, found.shape[0], found.sha256, bias=found.has_bias
    )
    after = apply_edit(trained, edit)
    assert [node.type for node in after.graph.nodes.values()] == [
        "Input",
        "Tanh",
        "Linear",
        "Tanh",
        "Linear",
        "Loss",
    ]
    model, _, layers = fresh_network(after, data_of(after).profile)
    modules = ((node, model.get_submodule(name)) for node, name in layers)
    assert put_weights(modules, read_weights(tmp_path, found.sha256)) == ()
    x = torch.from_numpy(data_of(project).train.x)
    assert torch.allclose(model(x), trainer.model.eval()(x), atol=1e-6)
    assert found.whole is not None
    assert found.whole < 1e-6


def test_the_one_is_frozen_only_where_all_were() -> None:
    graph = chain(linear(4), linear(3, bias=False), linear(2))
    some = SetFrozen((N2,), frozen=True).apply(graph)
    after = apply_edit(make_project(some), merge_linear(some, (N1, N2), 3, "0" * 64, bias=False))
    assert (after.graph.nodes[N2].frozen, dict(after.graph.nodes[N2].args)) == (
        False,
        {"out_features": 3, "bias": False},
    )
    both = SetFrozen((N1, N2), frozen=True).apply(graph)
    after = apply_edit(make_project(both), merge_linear(both, (N1, N2), 3, "0" * 64, bias=True))
    assert after.graph.nodes[N2].frozen
    assert after.weights == "0" * 64


@pytest.mark.parametrize("between", [(), (("ReLU", {}),)])
@pytest.mark.parametrize("number", [float("nan"), float("-inf"), 3e38])
def test_numbers_that_are_none_get_a_sentence(
    tmp_path: Path, between: tuple[Layer, ...], number: float
) -> None:
    project = subject(linear(4), *between, linear(2))
    model, _, layers = fresh_network(project, data_of(project).profile)
    with torch.no_grad():
        model.get_parameter("0.weight").fill_(number)
    stored = store_weights(
        tmp_path, encode_weights((node, model.get_submodule(name)) for node, name in layers)
    )
    with pytest.raises(AlgebraError, match=r"The layers 0 and . hold or give numbers that are NaN"):
        collapse(Collapse(msgspec.structs.replace(project, weights=stored), runs=str(tmp_path)))
