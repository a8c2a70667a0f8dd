"""Small projects, data and a hand-written training loop to hold ours against."""

import itertools
from collections.abc import Iterator, Mapping

import numpy as np
import torch
from torch import nn

from nnbuilder.data.load import load
from nnbuilder.data.prepare import Prepared
from nnbuilder.data.spec import BuiltinData, DataSpec, Source, ToyData
from nnbuilder.graph.graph import INPUT, LOSS, ArgValue, Edge, Graph, Node, NodeId
from nnbuilder.project.project import Project, TrainingConfig

Layer = tuple[str, Mapping[str, ArgValue]]

CLASSIFIER: tuple[Layer, ...] = (
    ("Linear", {"out_features": 8}),
    ("BatchNorm1d", {}),
    ("ReLU", {}),
    ("Dropout", {"p": 0.3}),
    ("Linear", {"out_features": 2}),
)
"""A network with all that makes going on bit-equal hard: buffers and random numbers."""


def chain(*layers: Layer, loss: str = "CrossEntropyLoss", **loss_args: ArgValue) -> Graph:
    """Input, the layers n1, n2, ..., and Loss."""
    nodes = [Node(NodeId("in"), INPUT)]
    nodes += [Node(NodeId(f"n{number}"), *layer) for number, layer in enumerate(layers, start=1)]
    nodes.append(Node(NodeId("loss"), LOSS, {"loss": loss, **loss_args}))
    edges = tuple(Edge(a.id, b.id) for a, b in itertools.pairwise(nodes))
    return Graph({node.id: node for node in nodes}, edges)


def make_project(
    graph: Graph | None = None,
    source: Source | None = None,
    optimizer: str = "Adam",
    epochs: int = 3,
    seed: int = 0,
    **optimizer_args: ArgValue,
) -> Project:
    """A project on 90 moons, batches of 16: the last of five batches is short."""
    return Project(
        graph=graph or chain(*CLASSIFIER),
        data=DataSpec(source or ToyData("moons", points=90)),
        training=TrainingConfig(optimizer, {"lr": 0.01, **optimizer_args}, 16, epochs, seed),
    )


def regression() -> Project:
    """A project on diabetes."""
    layers: tuple[Layer, ...] = (
        ("Linear", {"out_features": 4}),
        ("Tanh", {}),
        ("Linear", {"out_features": 1}),
    )
    return make_project(chain(*layers, loss="MSELoss"), BuiltinData("diabetes"))


def data_of(project: Project) -> Prepared:
    """The project's data."""
    return load(project.data, project.training.seed, None)


def by_hand(
    model: nn.Module, optimizer: torch.optim.Optimizer, loss: nn.Module, project: Project
) -> Iterator[float]:
    """A textbook loop over the project's data with the recipe's permutations: the loss of each step."""
    data, config = data_of(project), project.training
    x, y = torch.from_numpy(data.train.x), torch.from_numpy(data.train.y)
    if isinstance(loss, nn.BCEWithLogitsLoss | nn.BCELoss):
        y = y.float().reshape(-1, 1)
    shuffle = torch.Generator().manual_seed(config.seed)
    for _ in range(config.epochs):
        model.train()
        order = torch.randperm(len(x), generator=shuffle)
        for start in range(0, len(x), config.batch_size):
            rows = order[start : start + config.batch_size]
            optimizer.zero_grad()
            value = loss(model(x[rows]), y[rows])
            value.backward()
            optimizer.step()
            yield value.item()


def same_weights(first: nn.Module, second: nn.Module) -> bool:
    """Whether all parameters and buffers are bit-equal."""
    a, b = first.state_dict(), second.state_dict()
    return list(a) == list(b) and all(torch.equal(a[name], b[name]) for name in a)


def column(*values: float) -> torch.Tensor:
    """A float32 tensor (n, 1)."""
    return torch.from_numpy(np.array(values, np.float32).reshape(-1, 1))
