"""Training libraries, where they are installed (`pip install nnbuilder[bench]`)."""

import importlib.util
import logging
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from tests.bench.loops import BATCH, network


def installed(package: str) -> bool:
    """Whether a library can be imported."""
    return importlib.util.find_spec(package) is not None


def lightning(x: torch.Tensor, y: torch.Tensor, epochs: int) -> None:
    """Lightning's Trainer as it comes, its logger and checkpoints in a folder that is thrown away."""
    import lightning.pytorch as pl

    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    model, loss_of = network(), nn.CrossEntropyLoss()

    def training_step(_module: Any, batch: tuple[torch.Tensor, torch.Tensor], _index: int) -> torch.Tensor:
        loss: torch.Tensor = loss_of(model(batch[0]), batch[1])
        return loss

    def configure_optimizers(_module: Any) -> torch.optim.Optimizer:
        return torch.optim.Adam(model.parameters(), lr=0.001)

    steps = {"training_step": training_step, "configure_optimizers": configure_optimizers}
    module = type("Module", (pl.LightningModule,), steps)()
    module.model = model
    loader = DataLoader(TensorDataset(x, y), batch_size=BATCH, shuffle=True)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(), _quiet():
        warnings.simplefilter("ignore")
        pl.Trainer(max_epochs=epochs, accelerator="cpu", devices=1, default_root_dir=folder).fit(
            module, loader
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps progress bars out of the table, not out of the measurement."""
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        redirect_stdout(nowhere),
        redirect_stderr(nowhere),
    ):
        yield


def skorch(x: torch.Tensor, y: torch.Tensor, epochs: int) -> None:
    """Skorch's classifier without its own validation split."""
    from skorch import NeuralNetClassifier

    net = NeuralNetClassifier(
        network(),
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        lr=0.001,
        batch_size=BATCH,
        max_epochs=epochs,
        iterator_train__shuffle=True,
        train_split=None,
        verbose=0,
    )
    net.fit(x, y)


def keras(x: torch.Tensor, y: torch.Tensor, epochs: int) -> None:
    """Keras on torch."""
    os.environ["KERAS_BACKEND"] = "torch"
    import keras as library

    layers = [library.layers.Dense(64, activation="relu"), library.layers.Dense(64, activation="relu")]
    model = library.Sequential([library.Input((8,)), *layers, library.layers.Dense(4)])
    loss = library.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=library.optimizers.Adam(0.001), loss=loss, metrics=["accuracy"])
    model.fit(x.numpy(), y.numpy(), batch_size=BATCH, epochs=epochs, verbose=0)
