"""The update as it is looked at: every optimizer, its limits, and steps that ask for the loss again."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from torch import nn

from nnbuilder.catalog.registry import OPTIMIZERS
from nnbuilder.engine.microscope.look import Scope
from nnbuilder.engine.weights import read_weights
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project
from tests.engine.microscope.test_look import SMALL, at, by_hand, every_number, rows_by_hand
from tests.engine.samples import chain, make_project

DIVIDING = [name for name, spec in OPTIMIZERS.items() if any(arg.name == "eps" for arg in spec.args)]
"""The optimizers that divide by the size of the gradient."""


def changed(project: Project, **training: object) -> Project:
    """A project that is trained in another way."""
    return msgspec.structs.replace(project, training=msgspec.structs.replace(project.training, **training))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_is_worked_out_step_after_step(optimizer: str, tmp_path: Path) -> None:
    scope, project = Scope(), make_project(SMALL, optimizer=optimizer)
    project = changed(project, l1=0.01, clip_value=0.3, clip_norm=0.5)
    for step in range(3):
        look = at(project, "update", "n1", runs=str(tmp_path), reach="all", weight=step)
        seen, _ = scope.look(look)
        (worked,) = seen.worked
        assert every_number(seen.worked), worked
        assert worked.title == f"One step of {optimizer}: 0.weight[{step // 2}, {step % 2}]"
        texts = [line.text for line in worked.lines]
        assert any(text.startswith("gradient clipped = min(max(") for text in texts)
        assert any(text.startswith("the gradient holds l1·sign(w) = 0.01·") for text in texts)
        project = msgspec.structs.replace(project, weights=seen.sha256)


def test_steps_of_lbfgs_are_torchs(tmp_path: Path) -> None:
    project, scope = make_project(SMALL, optimizer="LBFGS"), Scope()
    training = project.training
    project = changed(project, optimizer_args={**training.optimizer_args, "max_iter": 4})
    model, (x, y) = by_hand(project), rows_by_hand(project, 8)
    other: torch.optim.Optimizer = torch.optim.LBFGS(model.parameters(), lr=0.01, max_iter=4)

    def closure() -> float:
        other.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        torch.autograd.backward(loss)
        return loss.item()

    for _ in range(5):
        other.step(closure)
        seen, _ = scope.look(at(project, "update", runs=str(tmp_path), reach="all"))
        project = msgspec.structs.replace(project, weights=seen.sha256)
    stored = read_weights(tmp_path, seen.sha256)
    assert torch.equal(stored[NodeId("n1")]["weight"], model[0].get_parameter("weight"))
    assert torch.equal(stored[NodeId("n3")]["bias"], model[2].get_parameter("bias"))
    assert "from the gradients of 16 moves before" in "\n".join(line.text for line in seen.worked[0].lines)


def test_what_a_step_led_to_is_what_is_stored(tmp_path: Path) -> None:
    """The network goes on in memory; a process that reads its weights sees the same, running means too."""
    layers = chain(("Linear", {"out_features": 3}), ("BatchNorm1d", {}), ("Linear", {"out_features": 2}))
    project, scope = make_project(layers), Scope()
    for _ in range(2):
        seen, _ = scope.look(at(project, "update", runs=str(tmp_path), reach="all", train=True))
        project = msgspec.structs.replace(project, weights=seen.sha256)
    forward = at(project, "forward", "n2", runs=str(tmp_path))
    for request in (forward, at(project, "backward", "n2", runs=str(tmp_path), train=True)):
        (own, arrays), (other, read) = scope.look(request), Scope().look(request)
        assert msgspec.structs.replace(other, steps=own.steps) == own
        assert all(np.array_equal(one, two) for one, two in zip(arrays, read, strict=True))
    elsewhere = changed(project, seed=5)
    request = at(elsewhere, "forward", runs=str(tmp_path))
    assert scope.look(request)[0].worked == Scope().look(request)[0].worked


@pytest.mark.parametrize("optimizer", ["Adam", "LBFGS", "Adafactor"])
def test_a_frozen_layer_stays_while_the_others_step(optimizer: str, tmp_path: Path) -> None:
    project, scope = make_project(SMALL, optimizer=optimizer), Scope()
    first = NodeId("n1")
    nodes = {**project.graph.nodes, first: msgspec.structs.replace(project.graph.nodes[first], frozen=True)}
    graph = msgspec.structs.replace(project.graph, nodes=nodes)
    project = msgspec.structs.replace(changed(project, l1=0.01, clip_norm=0.1), graph=graph)
    start = by_hand(project)
    for _ in range(2):
        seen, _ = scope.look(at(project, "update", "n3", runs=str(tmp_path), reach="all"))
        assert every_number(seen.worked)
        project = msgspec.structs.replace(project, weights=seen.sha256)
    stored = read_weights(tmp_path, seen.sha256)
    assert torch.equal(stored[first]["weight"], start[0].get_parameter("weight"))
    assert not torch.equal(stored[NodeId("n3")]["weight"], start[2].get_parameter("weight"))


def test_a_schedule_is_said_to_act_in_training_only() -> None:
    project = changed(make_project(SMALL), lr_scheduler="StepLR", lr_scheduler_args={"step_size": 2})
    own, by_rate = (Scope().look(at(project, "update", lr=lr))[0].worked[0].notes for lr in (None, 0.5))
    assert own == ("Steps by hand are taken at lr = 0.01; StepLR acts in training only.",)
    assert by_rate == ()


@pytest.mark.parametrize("eps", [0.0, 1e-300])
@pytest.mark.parametrize("optimizer", DIVIDING)
def test_nothing_over_nothing_is_what_torch_makes_of_it(optimizer: str, eps: float) -> None:
    """Without eps a weight that has no slope is divided by zero: a number that is none, and no failure."""
    given = (eps, eps) if optimizer == "Adafactor" else eps
    project = make_project(SMALL, optimizer=optimizer, eps=given)
    seen, _ = Scope().look(at(project, "update", "n1", rows="[[0, 0.5]]", targets="1"))
    model = by_hand(project)
    stepper = getattr(torch.optim, optimizer)(model.parameters(), lr=0.01, eps=given)
    torch.autograd.backward(nn.functional.cross_entropy(model(torch.tensor([[0.0, 0.5]])), torch.tensor([1])))
    stepper.step()
    [worked] = seen.worked
    assert worked.agrees
    assert worked.lines[-1].torch == f"{model[0].get_parameter('weight')[0, 0].item():.4g}"
