"""A look shows torch's numbers, and steps that are applied are the optimizer's, bit for bit."""

from collections import deque
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from torch import nn

from nnbuilder.engine.given import GivenError
from nnbuilder.engine.microscope.look import Scope
from nnbuilder.engine.microscope.serve import due
from nnbuilder.engine.trace import TraceError
from nnbuilder.engine.weights import read_weights
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project
from nnbuilder.protocol.microscope import Look, Looked, Place, Reach, Stage
from nnbuilder.protocol.worked import Worked
from tests.engine.samples import chain, data_of, make_project

SMALL = chain(("Linear", {"out_features": 5}), ("Tanh", {}), ("Linear", {"out_features": 2}))


def at(project: Project, stage: Stage, node: str | None = None, **more: Any) -> Look:
    """A look at a place."""
    place = Place(stage, NodeId(node) if node else None)
    return msgspec.structs.replace(Look(1, project, place=place), **more)


def by_hand(project: Project) -> nn.Sequential:
    """The network as a script would write it."""
    torch.manual_seed(project.training.seed)
    return nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 2))


def rows_by_hand(project: Project, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The first rows of the data, found among the parts that are trained with by hand."""
    from nnbuilder.data.load import load_raw

    raw, scaling = load_raw(project.data.source, None), data_of(project).scaling
    x = ((raw.x[:count] - scaling.x_mean) / scaling.x_scale).astype("float32")
    return torch.from_numpy(x), torch.from_numpy(raw.y[:count])


def every_number(worked: tuple[Worked, ...]) -> bool:
    """Whether there are numbers, and all agree with torch's."""
    return any(line.torch for one in worked for line in one.lines) and all(one.agrees for one in worked)


def test_the_walk_goes_there_and_back() -> None:
    seen, _ = Scope().look(at(make_project(SMALL), "forward"))
    assert [(one.stage, one.node) for one in seen.walk] == [
        ("zero_grad", None),
        ("forward", "n1"),
        ("forward", "n2"),
        ("forward", "n3"),
        ("loss", None),
        ("backward", "n3"),
        ("backward", "n2"),
        ("backward", "n1"),
        ("update", None),
    ]
    assert seen.place.node == "n1"
    assert seen.rows == 8


@pytest.mark.parametrize("unit", range(5))
@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "Adadelta"])
def test_every_place_agrees_with_torch(unit: int, optimizer: str) -> None:
    project, scope = make_project(SMALL, optimizer=optimizer), Scope()
    walk = scope.look(at(project, "forward"))[0].walk
    for place in walk[1:]:
        seen, arrays = scope.look(Look(1, project, place=place, row=unit, unit=unit, weight=unit))
        assert every_number(seen.worked), (place, seen.worked)
        assert len(arrays) == len(seen.tensors)
        assert [array.shape for array in arrays] == [one.shape for one in seen.tensors]


def test_loss_and_gradients_are_torchs() -> None:
    project = make_project(SMALL)
    model, (x, y) = by_hand(project), rows_by_hand(project, 8)
    loss = nn.functional.cross_entropy(model(x), y)
    torch.autograd.backward(loss)
    seen, arrays = Scope().look(at(project, "backward", "n1"))
    assert seen.loss == loss.item()
    named = dict(zip((one.title for one in seen.tensors), arrays, strict=True))
    own = model[0].get_parameter("weight").grad
    assert own is not None
    assert named["weight.grad"].tolist() == own.tolist()


@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "RMSprop"])
def test_steps_on_all_are_the_optimizers(optimizer: str, tmp_path: Path) -> None:
    project, scope = make_project(SMALL, optimizer=optimizer), Scope()
    model, (x, y) = by_hand(project), rows_by_hand(project, 8)
    other = getattr(torch.optim, optimizer)(
        model.parameters(), lr=0.01, **({"fused": True} if optimizer != "RMSprop" else {})
    )
    for count in range(50):
        other.zero_grad()
        torch.autograd.backward(nn.functional.cross_entropy(model(x), y))
        other.step()
        seen, _ = scope.look(at(project, "update", runs=str(tmp_path), reach="all"))
        assert every_number(seen.worked)
        assert seen.steps == count
        project = msgspec.structs.replace(project, weights=seen.sha256)
    stored = read_weights(tmp_path, seen.sha256)
    assert torch.equal(stored[NodeId("n1")]["weight"], model[0].get_parameter("weight"))
    assert torch.equal(stored[NodeId("n3")]["bias"], model[2].get_parameter("bias"))
    after = nn.functional.cross_entropy(model(x), y).item()
    assert seen.loss_after == after
    assert seen.loss is not None
    assert after < seen.loss


def test_by_hand_is_plain_descent_bit_for_bit(tmp_path: Path) -> None:
    project, scope = make_project(SMALL, optimizer="Adam"), Scope()
    model, (x, y) = by_hand(project), rows_by_hand(project, 8)
    other = torch.optim.SGD(model.parameters(), lr=0.3)
    for _ in range(50):
        other.zero_grad()
        torch.autograd.backward(nn.functional.cross_entropy(model(x), y))
        other.step()
        seen, _ = scope.look(at(project, "update", runs=str(tmp_path), reach="all", lr=0.3))
        project = msgspec.structs.replace(project, weights=seen.sha256)
    stored = read_weights(tmp_path, seen.sha256)
    assert torch.equal(stored[NodeId("n1")]["weight"], model[0].get_parameter("weight"))


@pytest.mark.parametrize(("reach", "changed"), [("weight", 1), ("layer", 15), ("all", 27)])
def test_a_step_reaches_as_far_as_asked(reach: Reach, changed: int, tmp_path: Path) -> None:
    project = make_project(SMALL, optimizer="Adam")
    seen, _ = Scope().look(at(project, "update", "n1", runs=str(tmp_path), reach=reach, weight=3))
    stored = read_weights(tmp_path, seen.sha256)
    start = by_hand(project).state_dict()
    names = {"n1": "0", "n3": "2"}
    moved = {
        f"{names[node]}.{name}": int((tensor != start[f"{names[node]}.{name}"]).sum())
        for node, tensors in stored.items()
        for name, tensor in tensors.items()
    }
    assert sum(moved.values()) == changed
    assert moved["0.weight"] >= 1


def test_the_terms_of_one_weight_stay_with_it(tmp_path: Path) -> None:
    project, scope = make_project(SMALL, optimizer="Adam"), Scope()
    first, _ = scope.look(at(project, "update", "n1", runs=str(tmp_path), reach="weight", weight=3))
    project = msgspec.structs.replace(project, weights=first.sha256)
    again, _ = scope.look(at(project, "update", "n1", weight=3))
    assert every_number(again.worked)
    assert any(line.text == "step = 1 + 1 = 2" for line in again.worked[0].lines)
    assert not scope.look(at(project, "update", "n1", runs=None))[0].sha256


def test_looking_changes_nothing() -> None:
    graph = chain(
        ("Linear", {"out_features": 4}), ("BatchNorm1d", {}), ("Dropout", {}), ("Linear", {"out_features": 2})
    )
    project, scope = make_project(graph), Scope()
    first, _ = scope.look(at(project, "loss", train=True))
    for node in ("n1", "n2", "n3"):
        assert every_number(scope.look(at(project, "forward", node, train=True))[0].worked)
        scope.look(at(project, "backward", node, train=True))
    assert scope.look(at(project, "loss", train=True))[0] == first


def test_typed_rows_and_targets() -> None:
    project = make_project(SMALL)
    seen, _ = Scope().look(at(project, "loss", rows="[[0.5, -1]]", targets="1"))
    model = by_hand(project)
    expected = nn.functional.cross_entropy(model(torch.tensor([[0.5, -1]])), torch.tensor([1]))
    assert seen.loss == expected.item()
    assert every_number(seen.worked)
    named = data_of(project).profile.classes[1]
    assert Scope().look(at(project, "loss", rows="[[0.5, -1]]", targets=named))[0].loss == seen.loss


@pytest.mark.parametrize(
    ("more", "error", "said"),
    [
        ({"rows": "[[1, 2], [3]]"}, GivenError, "ragged"),
        ({"rows": "[[1, 2, 3]]", "targets": "0"}, TraceError, "mat1 and mat2"),
        ({"rows": "[[1, 2]]"}, TraceError, "no target"),
        ({"rows": "[[1, 2]]", "targets": "7"}, TraceError, "7 is no class here: the network has 2 outputs"),
        ({"rows": "[[1, 2]]", "targets": "-1"}, TraceError, "the classes 0 to 1"),
        ({"rows": "[[1, 2]]", "targets": "1e400"}, GivenError, "too large"),
        ({"rows": "[[1, 2]]", "targets": "[0, 1]"}, GivenError, "2 targets for 1 row:"),
        ({"rows": "[[1, 2]]", "targets": "0.5"}, GivenError, "whole number"),
        ({"rows": "[[1, 2]]", "targets": "x"}, GivenError, "no target"),
        ({"targets": "[0, 1]"}, GivenError, "2 targets for 8 rows"),
    ],
)
def test_what_cannot_be_is_said(more: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        Scope().look(at(make_project(SMALL), "loss", **more))


@pytest.mark.parametrize("weight", range(10))
def test_the_penalty_is_part_of_the_gradient(weight: int) -> None:
    project = make_project(SMALL)
    project = msgspec.structs.replace(project, training=msgspec.structs.replace(project.training, l1=0.1))
    for name in ("weight", "bias"):
        seen, _ = Scope().look(at(project, "backward", "n1", parameter=name, weight=weight))
        assert every_number(seen.worked), seen.worked


def test_the_latest_look_counts_and_every_step() -> None:
    project = make_project(SMALL)
    looks = [Look(number, project, reach="all" if number == 2 else "") for number in range(5)]
    assert [look.request_id for look in due(deque(looks))] == [2, 4]


def test_answers_are_messages() -> None:
    seen, _ = Scope().look(at(make_project(SMALL), "forward", "n2"))
    assert msgspec.json.decode(msgspec.json.encode(seen), type=Looked) == seen


def test_a_target_of_two_classes_is_a_share_of_the_second() -> None:
    project = make_project(chain(("Linear", {"out_features": 1}), loss="BCEWithLogitsLoss"))
    seen, _ = Scope().look(at(project, "loss", rows="[[0.5, -1]]", targets="0.3"))
    torch.manual_seed(0)
    output = nn.Linear(2, 1)(torch.tensor([[0.5, -1.0]]))
    wanted = nn.functional.binary_cross_entropy_with_logits(output, torch.tensor([[0.3]]))
    assert seen.loss == wanted.item()
    for beyond in ("7", "-0.1"):
        with pytest.raises(GivenError, match="from 0 to 1"):
            Scope().look(at(project, "loss", rows="[[0.5, -1]]", targets=beyond))


def test_any_number_that_leaves_a_layer_is_worked_out() -> None:
    """Also one beyond the numbers that the layer gives: five come in, two go out."""
    project = make_project(SMALL)
    seen, arrays = Scope().look(at(project, "backward", "n3", rows="data:0:3", row=2, unit=4))
    slope = next(one for one in seen.worked if one.title == "Back through Linear")
    leaves = next(at for at, one in enumerate(seen.tensors) if one.title.startswith("Leaves"))
    assert seen.tensors[leaves].chosen == (2, 4)
    assert slope.agrees
    model, (x, y) = by_hand(project), rows_by_hand(project, 3)
    middle = model[1](model[0](x)).detach().requires_grad_()
    torch.autograd.backward(nn.functional.cross_entropy(model[2](middle), y))
    assert middle.grad is not None
    assert slope.lines[0].text.startswith("∂loss/∂x[2, 4] = ")
    assert slope.lines[0].torch == f"{middle.grad[2, 4].item():.4g}"
    assert arrays[leaves][2, 4] == middle.grad[2, 4].item()
