"""What a project gives to the bench: its network, its loss, its data, and recorded passes."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import torch
from torch import nn

from nnbuilder.data.errors import DataError
from nnbuilder.data.load import load
from nnbuilder.engine.bench.errors import BenchError
from nnbuilder.engine.bench.passes import Tracer
from nnbuilder.engine.build import BuildError, build_loss
from nnbuilder.engine.export.errors import ExportError
from nnbuilder.engine.export.subject import subject_of
from nnbuilder.engine.setup import Rows, Setup, TrainingError, set_up
from nnbuilder.engine.weights import WeightsError
from nnbuilder.graph.graph import LOSS
from nnbuilder.project.project import Project
from nnbuilder.protocol.tasks import Export

NAMES = (
    "model", "loss_function", "X", "y", "X_validation", "y_validation", "X_test", "y_test", "batches",
    "activations", "inputs", "gradients", "trace",
)  # fmt: skip
"""The names, in the order in which people meet them."""


class Batches(Sequence[tuple[torch.Tensor, torch.Tensor]]):
    """The batches of the first epoch as training takes them: `x, y = batches[0]`."""

    def __init__(self, rows: Rows, seed: int, size: int) -> None:
        self._rows = rows
        order = torch.randperm(len(rows.x), generator=torch.Generator().manual_seed(seed))
        self._order = torch.split(order, size)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            raise BenchError("One batch at a time:  x, y = batches[0].")
        if not -len(self) <= place < len(self):
            raise BenchError(
                f"An epoch has {len(self):,} batches, 0 to {len(self) - 1:,}: there is no {place}."
            )
        order = self._order[place]
        return self._rows.x[order], self._rows.y[order]

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        return (self[place] for place in range(len(self)))

    def __str__(self) -> str:
        return f"{len(self):,} batches of up to {len(self._order[0]):,} rows:  x, y = batches[0]"


def provided_of(project: Project, base: Path | None, runs: Path | None) -> dict[str, Callable[[], Any]]:
    """The project's names, each made when it is first used; that changes no random number that a line draws.

    `model` is in eval mode and has the project's weights. `X` and `y` are the training part as training has
    it, `batches` cuts it; `activations`, `inputs` and `gradients` are of a pass over the first rows of the
    data, `trace` makes passes over others. Rows are copies: what a line writes into them stays on the bench.
    """
    training = msgspec.structs.replace(project.training, device="cpu")
    project = msgspec.structs.replace(project, training=training)
    setup = cache(lambda: _setup(project, base))
    tracer = Tracer(project, base, runs)
    first = cache(tracer)
    makers: dict[str, Callable[[], Any]] = {
        "model": lambda: _model(project, base, runs),
        "loss_function": lambda: _loss(project),
        "X": lambda: torch.clone(setup().train.x),
        "y": lambda: torch.clone(setup().train.y),
        "X_validation": lambda: torch.clone(_filled(setup().validation, "validation").x),
        "y_validation": lambda: torch.clone(_filled(setup().validation, "validation").y),
        "X_test": lambda: torch.clone(_filled(setup().test, "test").x),
        "y_test": lambda: torch.clone(_filled(setup().test, "test").y),
        "batches": lambda: Batches(setup().train, project.training.seed, project.training.batch_size),
        "activations": lambda: first().activations,
        "inputs": lambda: first().inputs,
        "gradients": lambda: first().gradients,
        "trace": tracer.prepare,
    }
    return {name: makers[name] for name in NAMES}


def _model(project: Project, base: Path | None, runs: Path | None) -> nn.Sequential:
    request = Export(project, "", "", base=str(base) if base else None, runs=str(runs) if runs else None)
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        try:
            return subject_of(request).network
        except (ExportError, BuildError, WeightsError, DataError) as error:
            raise BenchError(f"There is no model: {error}") from error


def _loss(project: Project) -> nn.Module:
    losses = project.graph.of_type(LOSS)
    if not losses:
        raise BenchError("There is no loss_function: the drawing has no Loss.")
    try:
        return build_loss(losses[0])
    except BuildError as error:
        raise BenchError(f"There is no loss_function: {error}") from error


def _setup(project: Project, base: Path | None) -> Setup:
    with torch.random.fork_rng(devices=[]):
        try:
            return set_up(project, load(project.data, project.training.seed, base))
        except (DataError, TrainingError, BuildError) as error:
            raise BenchError(f"There are no rows: {error}") from error


def _filled(rows: Rows, part: str) -> Rows:
    if not len(rows.x):
        raise BenchError(f"There are no {part} rows: the data's {part} share is 0.")
    return rows
