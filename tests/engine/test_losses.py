"""Every loss, with other arguments than its own, trains as in a loop written by hand."""

import pytest
import torch
from torch import nn

from nnbuilder.catalog.losses import LOSSES
from nnbuilder.data.load import load
from nnbuilder.data.spec import BuiltinData, DataSpec, Split
from nnbuilder.engine.trainer import Trainer
from nnbuilder.graph.graph import ArgValue, Node, NodeId
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.project.targets import TargetForm, target_form
from nnbuilder.templates.design import Design, drawing, layer

TRAINING = TrainingConfig("SGD", {"lr": 0.05}, 100, 2, seed=1)

ARGS: dict[str, dict[str, ArgValue]] = {
    "CrossEntropyLoss": {"label_smoothing": 0.1},
    "MultiMarginLoss": {"p": 2, "margin": 0.5},
    "SmoothL1Loss": {"beta": 0.5},
    "HuberLoss": {"delta": 0.5},
}

LAST = {"log-probabilities": "LogSoftmax", "probability": "Sigmoid"}
"""The layer that makes what a loss wants of raw scores."""


def data_of(name: str) -> DataSpec:
    """Data whose target the loss takes."""
    sources = {
        "class index": BuiltinData("iris"),
        "binary": BuiltinData("breast_cancer"),
        "values": BuiltinData("diabetes"),
    }
    return DataSpec(sources[LOSSES[name].target], Split(0.0))


def by_hand(name: str, form: TargetForm | None, x: torch.Tensor, y: torch.Tensor) -> list[float]:
    """The losses of a loop as one writes it."""
    torch.manual_seed(1)
    outputs = 3 if form == "class index" else 1
    layers = [nn.Linear(x.shape[1], outputs)]
    last = {"LogSoftmax": nn.LogSoftmax(1), "Sigmoid": nn.Sigmoid()}
    model = nn.Sequential(*layers, *(last[key] for key in [LAST.get(LOSSES[name].output, "")] if key))
    loss_function = getattr(nn, name)(**ARGS.get(name, {}))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, fused=True)
    shuffle = torch.Generator().manual_seed(1)
    losses = []
    for _ in range(2):
        for rows in torch.split(torch.randperm(len(x), generator=shuffle), 100):
            optimizer.zero_grad()
            loss = loss_function(model(x[rows]), y[rows])
            torch.autograd.backward(loss)
            optimizer.step()
            losses.append(loss.item())
    return losses


@pytest.mark.parametrize("name", LOSSES)
def test_losses_are_those_of_a_loop_by_hand(name: str) -> None:
    prepared = load(data_of(name), 1, None)
    form = target_form(name, prepared.profile)
    outputs = 3 if form == "class index" else 1
    end = LAST.get(LOSSES[name].output)
    closing = () if end is None else (layer(end, dim=1) if end == "LogSoftmax" else layer(end),)
    graph = drawing(Design((layer("Linear", out_features=outputs), *closing), name))
    loss = next(node for node in graph.nodes.values() if node.type == "Loss")
    nodes = {**graph.nodes, loss.id: Node(NodeId(loss.id), "Loss", {"loss": name, **ARGS.get(name, {})})}
    project = Project(type(graph)(nodes, graph.edges), data_of(name), TRAINING)
    x, y = torch.from_numpy(prepared.train.x), torch.from_numpy(prepared.train.y)
    wanted = y.reshape(-1, 1).float() if form == "binary" else y
    losses = [result.loss for result in Trainer(project, prepared).steps()]

    assert losses == by_hand(name, form, x, wanted)
    assert len(set(losses)) == len(losses) > 2


def test_every_argument_is_given() -> None:
    assert {name: set(args) for name, args in ARGS.items()} == {
        spec.name: {arg.name for arg in spec.args} for spec in LOSSES.values() if spec.args
    }
