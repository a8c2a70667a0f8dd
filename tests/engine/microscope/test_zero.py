"""Gradients that add up are those of a hand-written loop without `zero_grad()`, bit for bit."""

from pathlib import Path

import msgspec
import pytest
import torch
from torch import nn

from nnbuilder.engine.given import GivenError, read_given
from nnbuilder.engine.microscope.look import Scope
from nnbuilder.engine.weights import read_weights
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project
from nnbuilder.protocol.microscope import Carried, Look, Looked, Place
from tests.engine.samples import by_hand, chain, data_of, make_project

SMALL = chain(("Linear", {"out_features": 5}), ("Tanh", {}), ("Linear", {"out_features": 2}))


def model_of(project: Project) -> nn.Sequential:
    """The network as a script would write it."""
    torch.manual_seed(project.training.seed)
    return nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 2))


def batches_by_hand(project: Project, count: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """The first batches of a textbook loop."""
    data, shuffle = data_of(project).train, torch.Generator().manual_seed(project.training.seed)
    found: list[tuple[torch.Tensor, torch.Tensor]] = []
    while len(found) < count:
        order = torch.randperm(len(data.x), generator=shuffle)
        for start in range(0, len(order), project.training.batch_size):
            rows = order[start : start + project.training.batch_size]
            found.append((torch.from_numpy(data.x)[rows], torch.from_numpy(data.y)[rows]))
    return found[:count]


def at(project: Project, stage: str, batch: int, runs: Path, carried: tuple[Carried, ...]) -> Look:
    """A look at a stage of a batch, with `zero_grad()` left out."""
    place = msgspec.convert({"stage": stage, "node": "n1"}, Place)
    return Look(1, project, None, str(runs), f"batch:{batch}", place=place, carried=carried, accumulate=True)


def grads(seen: Looked, arrays: tuple[object, ...]) -> dict[str, object]:
    """What is shown, by title."""
    return dict(zip((one.title for one in seen.tensors), arrays, strict=True))


@pytest.mark.parametrize("clip_norm", [None, 0.5])
@pytest.mark.parametrize("afresh", [False, True])
def test_steps_without_zero_grad_are_those_by_hand(
    clip_norm: float | None, afresh: bool, tmp_path: Path
) -> None:
    project, scope = make_project(SMALL, optimizer="SGD"), Scope()
    training = msgspec.structs.replace(project.training, clip_norm=clip_norm)
    project = msgspec.structs.replace(project, training=training)
    model = model_of(project)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    carried: tuple[Carried, ...] = ()
    for number, (x, y) in enumerate(batches_by_hand(project, 7)):
        torch.autograd.backward(nn.functional.cross_entropy(model(x), y))
        seen, arrays = scope.look(at(project, "update", number, tmp_path, carried))
        assert all(one.agrees for one in seen.worked)
        if clip_norm is not None:
            nn.utils.clip_grad_norm_(model.parameters(), clip_norm)
        expected = model[0].get_parameter("weight").grad
        assert expected is not None
        shown = grads(seen, arrays)["weight.grad"]
        assert torch.equal(torch.as_tensor(shown), expected)
        optimizer.step()
        if afresh:
            scope = Scope()
        look = msgspec.structs.replace(at(project, "update", number, tmp_path, carried), reach="all")
        seen, _ = scope.look(look)
        carried = (*carried, Carried(f"batch:{number}", "", False, project.weights, True))
        project = msgspec.structs.replace(project, weights=seen.sha256)
    stored = read_weights(tmp_path, project.weights or "")
    assert torch.equal(stored[NodeId("n1")]["weight"], model[0].get_parameter("weight"))


def test_two_batches_without_a_step_add_up(tmp_path: Path) -> None:
    project, scope = make_project(SMALL), Scope()
    model = model_of(project)
    alone, now = [], torch.zeros(5, 2)
    for x, y in batches_by_hand(project, 2):
        before = now.clone()
        torch.autograd.backward(nn.functional.cross_entropy(model(x), y))
        left = model[0].get_parameter("weight").grad
        assert left is not None
        now = left
        alone.append(now - before)
    carried = (Carried("batch:0"),)
    seen, arrays = scope.look(at(project, "backward", 1, tmp_path, carried))
    shown = {name: torch.as_tensor(one) for name, one in grads(seen, arrays).items()}
    torch.testing.assert_close(shown["weight.grad"], now)
    torch.testing.assert_close(shown["weight gradient of this pass"], alone[1])
    sums = next(one for one in seen.worked if "add up" in one.title)
    old, new = (f"{float(one[0, 0]):.4g}" for one in alone)
    assert old.strip("-") in sums.lines[0].text
    assert new.strip("-") in sums.lines[0].text
    assert sums.lines[0].torch == f"{float(now[0, 0]):.4g}"
    assert all(one.agrees for one in seen.worked)
    assert any(note.startswith("Why not") for note in sums.notes)


def test_zero_grad_shows_what_goes_and_what_stays(tmp_path: Path) -> None:
    project, scope = make_project(SMALL), Scope()
    look = at(project, "zero_grad", 1, tmp_path, ())
    first, _ = scope.look(msgspec.structs.replace(look, accumulate=False))
    assert first.walk[0] == first.place == Place("zero_grad")
    assert first.worked[0].lines[0].text == "weight.grad = None"
    x, y = batches_by_hand(project, 1)[0]
    model = model_of(project)
    torch.autograd.backward(nn.functional.cross_entropy(model(x), y))
    own = model[0].get_parameter("weight").grad
    assert own is not None
    look = msgspec.structs.replace(look, carried=(Carried("batch:0"),))
    kept, arrays = scope.look(look)
    assert torch.equal(torch.as_tensor(grads(kept, arrays)["weight.grad from before"]), own)
    assert f"{own[0, 0].item():.4g}: it stays" in kept.worked[0].lines[0].text
    gone, _ = scope.look(msgspec.structs.replace(look, accumulate=False))
    assert [line.text for line in gone.worked[0].lines] == [
        f"before: weight.grad[0, 0] = {own[0, 0].item():.4g}",
        "after: weight.grad = None",
    ]


def test_batches_are_those_of_the_training() -> None:
    project = make_project(SMALL, optimizer="SGD", epochs=2)
    model = model_of(project)
    longer = make_project(SMALL, epochs=3)
    textbook = by_hand(model, torch.optim.SGD(model.parameters(), lr=0.01), nn.CrossEntropyLoss(), longer)
    again, kind = model_of(project), TensorType((None, 2), "float32")
    optimizer = torch.optim.SGD(again.parameters(), lr=0.01)
    for number, expected in enumerate(textbook):
        given = read_given(f"batch:{number}", project, kind, None)
        optimizer.zero_grad()
        assert given.y is not None
        loss = nn.functional.cross_entropy(again(given.x), given.y)
        torch.autograd.backward(loss)
        optimizer.step()
        assert loss.item() == expected
    with pytest.raises(GivenError, match="too far in"):
        read_given("batch:99999999999", project, kind, None)
