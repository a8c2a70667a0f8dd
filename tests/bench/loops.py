"""The training loops that ours is measured against, as people write them."""

from itertools import pairwise

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

SIZES = (8, 64, 64, 4)
BATCH = 32


def network(sizes: tuple[int, ...] = SIZES) -> nn.Sequential:
    """Linear layers of these sizes with ReLU between them."""
    torch.manual_seed(0)
    layers: list[nn.Module] = []
    for before, size in pairwise(sizes):
        layers += [nn.Linear(before, size), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def bare(x: torch.Tensor, y: torch.Tensor, epochs: int, sizes: tuple[int, ...] = SIZES) -> None:
    """In-memory tensors, fused Adam, nothing kept and nothing shown."""
    model, loss_of = network(sizes), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, fused=True)
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for start in range(0, len(x), BATCH):
            rows = order[start : start + BATCH]
            optimizer.zero_grad()
            loss_of(model(x[rows]), y[rows]).backward()
            optimizer.step()


def textbook(x: torch.Tensor, y: torch.Tensor, epochs: int) -> None:
    """The tutorial's loop: DataLoader, Adam as it comes, the loss of each step added up."""
    model, loss_of = network(), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    loader = DataLoader(TensorDataset(x, y), batch_size=BATCH, shuffle=True)
    for _ in range(epochs):
        running = 0.0
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss = loss_of(model(inputs), targets)
            loss.backward()
            optimizer.step()
            running += loss.item()
