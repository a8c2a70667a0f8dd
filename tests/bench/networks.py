"""Projects and data of given sizes."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from nnbuilder.data.prepare import Part, Prepared, Scaling
from nnbuilder.data.spec import DataProfile
from nnbuilder.graph.graph import INPUT, LOSS, ArgValue, Edge, Graph, Node, NodeId
from nnbuilder.project.project import Project, TrainingConfig

COLUMNS = 32
BLOCK = 20
"""Layers between one Conv2d and the next."""

PITCH = (178.0, 210.0)


Layer = tuple[str, dict[str, ArgValue]]
"""Name and arguments."""


def chain(layers: Sequence[Layer], shape: tuple[int, ...]) -> Graph:
    """A drawing of these layers between Input and Loss, in rows like text."""
    everything: list[Layer] = [(INPUT, {"shape": shape}), *layers, (LOSS, {"loss": "CrossEntropyLoss"})]
    nodes = {}
    for index, (name, args) in enumerate(everything):
        key = NodeId(f"n{index + 1}")
        x, y = index % COLUMNS * PITCH[0], index // COLUMNS * PITCH[1]
        nodes[key] = Node(key, name, args, x, y)
    keys = list(nodes)
    return Graph(nodes, tuple(Edge(a, b) for a, b in pairwise(keys)))


def mlp(sizes: tuple[int, ...], *, batch_size: int, epochs: int) -> Project:
    """Linear layers of these sizes with ReLU between them, trained by Adam."""
    layers: list[Layer] = []
    for size in sizes[1:]:
        layers += [("Linear", {"out_features": size}), ("ReLU", {})]
    training = TrainingConfig(optimizer_args={"lr": 0.001}, batch_size=batch_size, epochs=epochs)
    return Project(graph=chain(layers[:-1], sizes[:1]), training=training)


def distinct(count: int) -> Project:
    """A network of so many layers no two of which have the same shapes."""
    layers: list[Layer] = [
        ("Linear", {"out_features": 16 + index // 2 if index % 2 == 0 else 8}) for index in range(count)
    ]
    return Project(graph=chain(layers, (8,)))


def convolutional(count: int) -> Project:
    """A network for small images: one Conv2d at the head of each twenty layers that keep its channels."""
    others: list[Layer] = [
        ("BatchNorm2d", {}),
        ("ReLU", {}),
        ("MaxPool2d", {"kernel_size": 3, "stride": 1, "padding": 1}),
        ("GroupNorm", {"num_groups": 1}),
        ("Dropout2d", {}),
    ]
    layers: list[Layer] = [
        others[index % len(others)]
        if index % BLOCK
        else ("Conv2d", {"out_channels": 8 + index // BLOCK % 7, "kernel_size": 3, "padding": 1})
        for index in range(count)
    ]
    return Project(graph=chain(layers, (3, 16, 16)))


def mixed(count: int) -> Project:
    """A drawing of so many nodes, both ends among them: Linear and ReLU in turn."""
    layers: list[Layer] = [
        ("Linear", {"out_features": 16}) if index % 2 == 0 else ("ReLU", {}) for index in range(count - 2)
    ]
    return Project(graph=chain(layers, (16,)))


def random_data(rows: int, features: int, classes: int) -> Prepared:
    """Training data without a pattern and no validation part."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(rows, features)).astype(np.float32)
    y = rng.integers(0, classes, rows)
    names = tuple(f"class {index}" for index in range(classes))
    profile = DataProfile("random", "classification", (features,), rows, rows, 0, 0, "0" * 64, classes=names)
    none = Part(x[:0], y[:0])
    scaling = Scaling(np.zeros(features), np.ones(features))
    return Prepared(profile, Part(x, y), none, none, scaling)
