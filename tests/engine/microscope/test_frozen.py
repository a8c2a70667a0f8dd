"""The microscope on a network with frozen layers: what torch leaves out is said."""

from pathlib import Path

import pytest
import torch
from torch import nn

from nnbuilder.engine.build import trained_parameters
from nnbuilder.engine.export.subject import fresh_network
from nnbuilder.engine.given import read_given
from nnbuilder.engine.microscope.look import Scope
from nnbuilder.engine.weights import read_weights
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.edits import SetFrozen
from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.microscope import Look, Looked, Place
from tests.engine.samples import chain, data_of, make_project

N1, N3 = NodeId("n1"), NodeId("n3")
GRAPH = chain(("Linear", {"out_features": 4}), ("Tanh", {}), ("Linear", {"out_features": 2}))
PROJECT = make_project(SetFrozen((N1,), frozen=True).apply(GRAPH))


@pytest.fixture(scope="module")
def scope() -> Scope:
    """The looks at one network."""
    return Scope()


def look(scope: Scope, place: Place) -> tuple[Looked, dict[str, torch.Tensor]]:
    """What there is at a place, and its tensors by title."""
    found, arrays = scope.look(Look(1, PROJECT, place=place, rows="data:0:8"))
    return found, {one.title: torch.tensor(array) for one, array in zip(found.tensors, arrays, strict=True)}


def texts(found: Looked) -> str:
    """All that is worked out, as text."""
    return "\n".join(line.text for worked in found.worked for line in worked.lines)


def test_gradients_go_through_it_and_stay_out_of_its_parameters(scope: Scope) -> None:
    found, tensors = look(scope, Place("backward", N1))
    assert "0 is frozen (requires_grad=False): its parameters get no .grad" in texts(found)
    assert not any(title.endswith(".grad") for title in tensors)
    assert "Arrives: ∂loss/∂output" in tensors
    other, tensors = look(scope, Place("backward", N3))
    assert "frozen" not in texts(other)
    assert "weight.grad" in tensors


def test_its_step_is_none(scope: Scope) -> None:
    found, tensors = look(scope, Place("update", N1))
    assert "0.weight is frozen (requires_grad=False): the step leaves it as it is." in texts(found)
    assert torch.equal(tensors["weight before"], tensors["weight after"])
    _, tensors = look(scope, Place("update", N3))
    assert not torch.equal(tensors["weight before"], tensors["weight after"])


def test_a_step_of_all_is_that_of_a_script(scope: Scope, tmp_path: Path) -> None:
    asked = Look(1, PROJECT, runs=str(tmp_path), place=Place("update", N3), rows="data:0:8", reach="all")
    found, _ = scope.look(asked)
    model = fresh_network(PROJECT, data_of(PROJECT).profile)[0].train()
    still = model.get_parameter("0.weight").clone()
    given = read_given("data:0:8", PROJECT, TensorType((None, 2)), None)
    optimizer = torch.optim.Adam(trained_parameters(model), lr=0.01, fused=True)
    assert given.y is not None
    torch.autograd.backward(nn.functional.cross_entropy(model(given.x), given.y))
    optimizer.step()
    stored = read_weights(tmp_path, found.sha256)
    assert torch.equal(stored[N1]["weight"], still)
    assert torch.equal(stored[N3]["weight"], model.get_parameter("2.weight"))
    assert torch.equal(stored[N3]["bias"], model.get_parameter("2.bias"))
