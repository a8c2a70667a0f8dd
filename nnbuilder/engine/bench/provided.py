"""What a project gives to the bench: its network, its loss, and the training part of its data."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import nn

from nnbuilder.data.errors import DataError
from nnbuilder.data.load import load
from nnbuilder.engine.bench.errors import BenchError
from nnbuilder.engine.build import BuildError, build_loss
from nnbuilder.engine.export.errors import ExportError
from nnbuilder.engine.export.subject import subject_of
from nnbuilder.engine.setup import Rows, TrainingError, set_up
from nnbuilder.engine.weights import WeightsError
from nnbuilder.graph.graph import LOSS
from nnbuilder.project.project import Project
from nnbuilder.protocol.tasks import Export

NAMES = ("model", "loss_function", "X", "y")
"""The names, in the order in which people meet them."""


def provided_of(project: Project, base: Path | None, runs: Path | None) -> dict[str, Callable[[], Any]]:
    """The project's names, each made when it is first used; that changes no random number that a line draws.

    `model` is in eval mode and has the project's weights, `X` and `y` are as training has them.
    """
    rows = cache(lambda: _rows(project, base))
    makers = {
        "model": lambda: _model(project, base, runs),
        "loss_function": lambda: _loss(project),
        "X": lambda: rows().x,
        "y": lambda: rows().y,
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


def _rows(project: Project, base: Path | None) -> Rows:
    with torch.random.fork_rng(devices=[]):
        try:
            return set_up(project, load(project.data, project.training.seed, base)).train
        except (DataError, TrainingError, BuildError) as error:
            raise BenchError(f"There are no rows: {error}") from error
