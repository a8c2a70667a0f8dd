"""What is told of parameters is torch's, and changes by hand are those that a program would make."""

from collections import deque
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from nnbuilder.data.spec import BuiltinData
from nnbuilder.engine.parameters.desk import Desk
from nnbuilder.engine.parameters.schemes import ChangeError
from nnbuilder.engine.parameters.serve import due
from nnbuilder.engine.weights import read_weights
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project
from nnbuilder.protocol.parameters import (
    Change,
    ChangeParameters,
    Initialize,
    ListParameters,
    ParameterKey,
    ParameterRead,
    ParametersChanged,
    ParametersListed,
    ReadParameter,
    SetNumbers,
)
from tests.engine.samples import chain, data_of, make_project

SMALL = chain(("Linear", {"out_features": 5}), ("Tanh", {}), ("Linear", {"out_features": 2}))
NAMES = ("0.weight", "0.bias", "2.weight", "2.bias")
KEYS = tuple(ParameterKey(NodeId(node), name) for node in ("n1", "n3") for name in ("weight", "bias"))


def project() -> Project:
    """A small network on moons, seed 7."""
    return make_project(SMALL, seed=7)


def by_hand(seed: int = 7) -> nn.Sequential:
    """The network as a script would write it."""
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 2))


def listed(subject: Project) -> ParametersListed:
    """What is told of a project's parameters."""
    answer, arrays = Desk().answer(ListParameters(1, subject))
    assert isinstance(answer, ParametersListed)
    assert arrays == ()
    return answer


def changed(
    keys: tuple[ParameterKey, ...], change: Change, runs: Path | None = None, subject: Project | None = None
) -> ParametersChanged:
    """What a change makes of the small network; kept where there is a folder."""
    where = None if runs is None else str(runs)
    request = ChangeParameters(1, subject or project(), keys, change, None, where, keep=runs is not None)
    answer, arrays = Desk().answer(request)
    assert isinstance(answer, ParametersChanged)
    assert [array.shape for array in arrays] == [(64,), (64,)]
    return answer


def kept(runs: Path, answer: ParametersChanged) -> dict[str, torch.Tensor]:
    """The stored weights by their full names."""
    weights = read_weights(runs, answer.sha256)
    return {full: weights[key.node][key.name] for key, full in zip(KEYS, NAMES, strict=True)}


def test_the_table_tells_what_torch_knows() -> None:
    told = listed(project())
    network = by_hand()
    assert [row.full for row in told.parameters] == [name for name, _ in network.named_parameters()]
    assert [row.layer for row in told.parameters] == ["Linear"] * 4
    for row, (_, one) in zip(told.parameters, network.named_parameters(), strict=True):
        known = one.detach().double()
        assert (row.shape, row.dtype, row.device) == (tuple(one.shape), "float32", "cpu")
        assert (row.numel, row.requires_grad) == (one.numel(), True)
        assert row.minimum == known.min()
        assert row.maximum == known.max()
        assert row.mean == known.mean()
        assert row.spread == known.std()
        assert (row.zeros, row.nonfinite) == (0.0, 0)


def test_gradients_are_those_of_a_first_batch() -> None:
    told = listed(project())
    part = data_of(project()).train
    x, y = (torch.from_numpy(one[:16]) for one in (part.x, part.y))
    network = by_hand()
    loss = nn.functional.cross_entropy(network(x), y)
    torch.autograd.backward(loss)
    assert told.rows == 16
    assert told.loss == pytest.approx(loss.item(), rel=1e-6)
    for row, one in zip(told.parameters, network.parameters(), strict=True):
        assert one.grad is not None
        assert row.gradient == pytest.approx(float(one.grad.double().norm()), rel=1e-5)


def test_a_look_leaves_running_means_as_they_are() -> None:
    desk = Desk()
    subject = make_project(seed=7)
    first, _ = desk.answer(ListParameters(1, subject))
    request = ReadParameter(2, subject, ParameterKey(NodeId("n2"), "weight"))
    desk.answer(request)
    assert desk._subject is not None
    norm = desk._subject.network[1]
    assert isinstance(norm.running_mean, torch.Tensor)
    assert not norm.running_mean.any()
    assert isinstance(first, ParametersListed)
    assert [row.full for row in first.parameters][2:4] == ["1.weight", "1.bias"]


def test_without_data_there_are_no_gradients_and_a_sentence() -> None:
    one = chain(("Linear", {"in_features": 3, "out_features": 2}))
    node = one.nodes[NodeId("in")]
    nodes = {**one.nodes, node.id: msgspec.structs.replace(node, args={"shape": (3,), "dtype": "float32"})}
    subject = make_project(msgspec.structs.replace(one, nodes=nodes), BuiltinData("iris"))
    told = listed(subject)
    assert [row.gradient for row in told.parameters] == [None, None]
    assert (told.rows, told.loss) == (0, None)
    assert any("There are no gradients" in note for note in told.notes)


def test_numbers_are_sent_as_they_are() -> None:
    answer, (numbers,) = Desk().answer(ReadParameter(1, project(), KEYS[2]))
    assert isinstance(answer, ParameterRead)
    assert answer.row.full == "2.weight"
    np.testing.assert_array_equal(numbers, by_hand().get_parameter("2.weight").detach().numpy())


@given(place=st.integers(0, 9), value=st.floats(-1e6, 1e6, width=32))
def test_one_number_is_set_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, place: int, value: float
) -> None:
    runs = tmp_path_factory.getbasetemp() / "one"
    after = kept(runs, changed(KEYS[:1], SetNumbers(value, place), runs))
    network = by_hand()
    with torch.no_grad():
        network.get_parameter("0.weight").view(-1)[place] = value
    for name, one in network.named_parameters():
        assert torch.equal(after[name], one)


def test_all_numbers_are_set(tmp_path: Path) -> None:
    answer = changed(KEYS[1:2], SetNumbers(0.5), tmp_path)
    after = kept(tmp_path, answer)
    assert torch.equal(after["0.bias"], torch.full((5,), 0.5))
    assert torch.equal(after["0.weight"], by_hand().get_parameter("0.weight"))
    assert answer.code == "nn.init.constant_(model[0].bias, 0.5)"


def test_the_loss_before_and_after_is_that_of_the_table(tmp_path: Path) -> None:
    answer = changed(KEYS, SetNumbers(0.0), tmp_path)
    assert answer.loss == listed(project()).loss
    assert answer.loss_after == pytest.approx(float(np.log(2)), abs=1e-6)


@pytest.mark.parametrize(
    ("keys", "change", "told"),
    [
        (KEYS[:1], SetNumbers(float("nan")), "no finite number"),
        (KEYS[:1], SetNumbers(1e300), "no finite number in float32"),
        (KEYS[:1], SetNumbers(1.0, 10), "there is no number 10"),
        ((ParameterKey(NodeId("n9"), "weight"),), SetNumbers(1.0), "no such parameter"),
        (KEYS[1:2], Initialize("xavier_uniform_", 7), "xavier_uniform_ needs a tensor of at least 2"),
        (KEYS[:1], Initialize("dirac_", 7), "and 0.weight has 2: for it take zeros_"),
        (KEYS[:1], Initialize("uniform_", 7, {"a": 2.0, "b": 1.0}), "uniform_ refuses 0.weight (5, 2)"),
        (KEYS[:1], Initialize("normal_", 7, {"std": -1.0}), "std takes"),
        (KEYS[:1], Initialize("normal_", 7, {"std": 1e300}), "beyond what float32 can hold"),
        (KEYS[:1], Initialize("xavier_uniform_", 7, {"gain": 1e300}), "xavier_uniform_"),
        (KEYS[:1], Initialize("constant_", 7, {"val": 1e39}), "constant_"),
        (KEYS[:1], Initialize("__import__", 7), "no scheme"),
    ],
)
def test_what_cannot_be_gets_a_sentence(keys: tuple[ParameterKey, ...], change: Change, told: str) -> None:
    with pytest.raises(ChangeError) as caught:
        changed(keys, change)
    assert told in str(caught.value)


def test_doubts_of_torch_are_no_trouble() -> None:
    change = Initialize("trunc_normal_", 7, {"mean": 50.0})
    assert changed(KEYS[:1], change).after.minimum == pytest.approx(2.0, abs=0.1)


def test_a_look_changes_nothing() -> None:
    desk = Desk()
    desk.answer(ChangeParameters(1, project(), KEYS, SetNumbers(3.0)))
    with pytest.raises(ChangeError):
        desk.answer(ChangeParameters(2, project(), KEYS[:1], SetNumbers(3.0, 99)))
    told, _ = desk.answer(ListParameters(3, project()))
    assert told == msgspec.structs.replace(listed(project()), request_id=3)


def test_of_looks_the_latest_counts_and_no_change_is_lost() -> None:
    looks = [ChangeParameters(number, project(), KEYS, SetNumbers(0.0)) for number in (1, 3)]
    done = [ChangeParameters(number, project(), KEYS, SetNumbers(0.0), keep=True) for number in (2, 4)]
    told = [ListParameters(number, project()) for number in (5, 6)]
    waiting: deque[Any] = deque([looks[0], done[0], looks[1], done[1], *told])
    assert [one.request_id for one in due(waiting)] == [2, 3, 4, 6]
    assert not waiting
